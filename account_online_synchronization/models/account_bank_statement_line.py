from odoo import fields, models


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    online_account_id = fields.Many2one(
        'account.online.account', string="Online Account", readonly=True, copy=False,
        index='btree_not_null', groups='account.group_account_basic,account.group_account_readonly',
    )
    online_transaction_identifier = fields.Char(readonly=True, copy=False, index='btree_not_null')
    online_transaction_id = fields.Many2one(
        'account.online.transaction', string="Bank Feed", readonly=True, copy=False,
        groups='account.group_account_basic,account.group_account_readonly',
    )
    online_value_date = fields.Date(string="Value Date", readonly=True, copy=False)
    online_structured_reference = fields.Char(
        string="Structured Reference", readonly=True, copy=False,
    )
    online_end_to_end_reference = fields.Char(
        string="End-to-End Reference", readonly=True, copy=False,
    )
    online_mandate_reference = fields.Char(string="Mandate", readonly=True, copy=False)
    online_creditor_reference = fields.Char(string="Creditor Reference", readonly=True, copy=False)

    _online_transaction_uniq = models.UniqueIndex(
        '(online_transaction_id) WHERE online_transaction_id IS NOT NULL',
        "This bank transaction is in the books already.",
    )
