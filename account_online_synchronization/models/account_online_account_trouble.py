from odoo import api, fields, models

from ..error_messages import explain
from ..proxy_client import OnlineSyncError


class AccountOnlineAccount(models.Model):
    """Trouble of one account alone, while the others of its connection go on."""

    _inherit = 'account.online.account'

    trouble_code = fields.Char(readonly=True, copy=False)
    trouble_reference = fields.Char(string="Reference", readonly=True, copy=False)
    trouble_text = fields.Text(
        string="Trouble", compute='_compute_trouble_text',
        help="Why this account was not fetched, and who must act; gone when it is fetched again.",
    )

    @api.depends('trouble_code', 'account_online_link_id.name')
    @api.depends_context('lang')
    def _compute_trouble_text(self):
        for account in self:
            account.trouble_text = account._explain_trouble(account.trouble_code)

    def _explain_trouble(self, code, bank=None):
        """What people read, in their language; False when all is well."""
        return bool(code) and explain(
            self.env, OnlineSyncError(code), bank or self.account_online_link_id.name,
        )

    def _note_trouble(self, error):
        """Keep the trouble until the account is fetched again, and tell it once."""
        is_news = error.code != self.trouble_code
        account_sudo = self.sudo()
        account_sudo.write({'trouble_code': error.code, 'trouble_reference': error.reference})
        if error.code == 'account_closed':
            account_sudo.closed = True
        link_sudo = account_sudo.account_online_link_id
        if link_sudo and is_news:
            link_sudo.message_post(body=account_sudo.with_context(
                lang=link_sudo._reader_lang())._trouble_sentence(error))

    def _forget_trouble(self):
        """The account was fetched: whatever was wrong with it is over."""
        if self.trouble_code:
            self.sudo().write({'trouble_code': False, 'trouble_reference': False})

    def _trouble_sentence(self, error):
        """Which account it is, what happened, who must act, and the reference."""
        return self.env._(
            "%(account)s: %(trouble)s", account=self.display_name,
            trouble=explain(self.env, error, self.account_online_link_id.name),
        )
