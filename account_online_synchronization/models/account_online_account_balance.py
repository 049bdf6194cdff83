from odoo import api, fields, models

from ..sync.balance_history import NOT_IN_BOOKS


class AccountOnlineAccount(models.Model):
    """How the comparison of bank and books came out, for the eye."""

    _inherit = 'account.online.account'

    balance_state = fields.Selection(
        [('unknown', "Not compared yet"), ('equal', "Bank and books agree"),
         ('differs', "Bank and books differ")],
        compute='_compute_balance_state',
    )
    explaining_ids = fields.Many2many(
        'account.online.transaction', compute='_compute_explaining_ids',
        help="Transactions that are not in the books and make up the difference; where none do,"
        " all that are not in the books.",
    )
    is_explained = fields.Boolean(
        compute='_compute_explaining_ids', help="They make up the whole difference.",
    )

    @api.depends('balance_proof', 'balance_date')
    def _compute_balance_state(self):
        for account in self:
            proof = account.balance_proof or {}
            account.balance_state = (account.balance_date and proof.get('state')) or 'unknown'

    @api.depends('balance_proof', 'transaction_ids.state')
    def _compute_explaining_ids(self):
        for account in self:
            rows = account.env['account.online.transaction']
            if account.balance_state == 'differs':
                proven = rows.browse(account.balance_proof.get('explained_by')).exists()
                account.is_explained = bool(proven)
                account.explaining_ids = proven or rows.search([
                    ('online_account_id', '=', account.id), *NOT_IN_BOOKS,
                ])
            else:
                account.is_explained = False
                account.explaining_ids = rows
