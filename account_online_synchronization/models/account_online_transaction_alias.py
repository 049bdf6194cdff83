from odoo import fields, models


class AccountOnlineTransactionAlias(models.Model):
    """Every identity under which a feed row was ever seen, with the version of the key."""

    _name = 'account.online.transaction.alias'
    _description = "Identity of a Bank Feed Transaction"
    _rec_name = 'key'

    online_account_id = fields.Many2one(
        'account.online.account', required=True, readonly=True, ondelete='cascade',
    )
    transaction_id = fields.Many2one(
        'account.online.transaction', required=True, readonly=True, index=True, ondelete='cascade',
    )
    key = fields.Char(required=True, readonly=True)

    # Not unique: a bank that repeats an identifier gives one key to two rows, and both are kept.
    _key_idx = models.Index('(online_account_id, key)')
    _row_key_uniq = models.UniqueIndex('(transaction_id, key)', "This identity is known already.")
