from odoo import api, fields, models

from ..error_messages import explain
from ..proxy_client import OnlineSyncError
from ..proxy_client.errors import parse_instant


class AccountOnlineAccount(models.Model):
    """Trouble of one account alone, while the others of its connection go on."""

    _inherit = 'account.online.account'

    trouble_code = fields.Char(readonly=True, copy=False)
    trouble_reference = fields.Char(string="Reference", readonly=True, copy=False)
    trouble_text = fields.Text(
        string="Trouble", compute='_compute_trouble_text',
        help="Why this account was not fetched, and who must act; gone when it is fetched again.",
    )

    limited_until = fields.Datetime(
        readonly=True, copy=False,
        help="The bank or the provider grants no further synchronization before this time.",
    )

    @api.depends('trouble_code', 'limited_until', 'account_online_link_id.name')
    @api.depends_context('lang', 'tz')
    def _compute_trouble_text(self):
        for account in self:
            account.trouble_text = account._explain_trouble(
                account.trouble_code, account.account_online_link_id.name, account.limited_until,
            )

    def _explain_trouble(self, code, bank, until):
        """What people read, in their language; False when all is well.

        :param until: before which the bank grants nothing, if there is a limit.
        """
        return bool(code) and explain(self.env, OnlineSyncError(code, until=until or None), bank)

    def _note_trouble(self, error):
        """Keep the trouble until the account is fetched again, and tell it once."""
        is_news = error.code not in (self.trouble_code, 'rate_limited')
        account_sudo = self.sudo()
        account_sudo.write({'trouble_code': error.code, 'trouble_reference': error.reference})
        if error.code == 'account_closed':
            account_sudo.closed = True
        link_sudo = account_sudo.account_online_link_id
        if link_sudo and is_news:
            link_sudo.message_post(body=account_sudo.with_context(
                lang=link_sudo._reader_lang())._trouble_sentence(error))

    def _note_limit(self, error):
        """The bank grants nothing more for this account until then."""
        self.sudo().limited_until = error.until

    def _limit_still_said(self, refreshed):
        """The limit that the account ran into, if the proxy says that it still holds.

        What an account has that is only too young to be refreshed again may be read all the same.

        :param refreshed: answer to the refresh of its connection.
        :return: :class:`OnlineSyncError`, or None.
        """
        if not self.limited_until:
            return None
        until = parse_instant(refreshed['limited'].get(self.online_identifier))
        if not until and refreshed['continued'] and self.limited_until > fields.Datetime.now():
            until = self.limited_until  # it was said to an earlier run
        return until and OnlineSyncError(
            'rate_limited', until=until, account_id=self.online_identifier,
            reference=self.trouble_reference or None,
        )

    def _forget_trouble(self):
        """The account was fetched: whatever was wrong with it is over."""
        if self.trouble_code or self.limited_until:
            self.sudo().write({
                'trouble_code': False, 'trouble_reference': False, 'limited_until': False,
            })

    def _trouble_sentence(self, error):
        """Which account it is, what happened, who must act, and the reference."""
        return self.env._(
            "%(account)s: %(trouble)s", account=self.display_name,
            trouble=explain(self.env, error, self.account_online_link_id.name),
        )
