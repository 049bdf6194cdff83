from odoo import api, fields, models
from odoo.addons.base.models.res_bank import sanitize_account_number
from odoo.exceptions import UserError

from ..sync.bank_balance import read_balance


class AccountOnlineAccount(models.Model):
    """From what the proxy says of an account to a journal that it feeds."""

    _inherit = 'account.online.account'

    declined = fields.Boolean(
        copy=False, help="The user does not want this account in the books, for now.",
    )

    # === RECOGNISE === #

    @api.model
    def _store(self, link, answer):
        """Take over one Account of the proxy; an account that is known already is re-used.

        :param answer: Account as in the proxy's interface.
        """
        account = self._recognise(link, answer)
        values = account._account_values(link, answer)
        if account:
            if account.online_identifier != values['online_identifier'] \
                    or account.account_online_link_id != link:
                values['cursor'] = False
            account.write(values)
            return account
        return self.create({**values, 'company_id': link.company_id.id})

    def _recognise(self, link, answer):
        """The same account under this consent, or under any other that the company ever gave."""
        same_consent = self.search(
            [('account_online_link_id', '=', link.id), ('online_identifier', '=', answer['id'])],
        )
        if same_consent or not answer.get('identity'):
            return same_consent
        return self.with_context(active_test=False).search([
            ('company_id', '=', link.company_id.id),
            ('identity', '=', answer['identity']),
            ('currency_code', '=', answer.get('currency')),
        ], order='active desc, id', limit=1)

    def _account_values(self, link, answer):
        currency = self.env['res.currency'].with_context(active_test=False).search(
            [('name', '=', answer.get('currency'))], limit=1,
        )
        number = answer.get('iban') or answer.get('number')
        values = {
            'name': answer.get('name') or number or link.name,
            'active': True,
            'account_online_link_id': link.id,
            'online_identifier': answer['id'],
            'account_number': number,
            'iban': answer.get('iban'),
            'currency_id': currency.id,
            'currency_code': answer.get('currency'),
            'account_type': answer.get('type') or 'other',
            'owner': answer.get('owner'),
            'closed': bool(answer.get('closed')),
            'in_consent': True,
        }
        if answer.get('identity'):
            values['identity'] = answer['identity']
        if answer.get('id_grade'):
            values['id_grade'] = self._lower_grade(answer['id_grade'])
        if balance := read_balance(answer.get('balance'), answer.get('currency')):
            values['balance'] = float(balance.amount)
            values['balance_date'] = balance.at or fields.Datetime.now()
        return values

    def _lower_grade(self, grade):
        """Trust that was lost by evidence does not come back because the provider claims it."""
        order = [value for value, _label in self._fields['id_grade'].selection]
        known = self.id_grade if self else grade
        return max(known or grade, grade, key=order.index)

    # === PROPOSE === #

    def _propose(self):
        """What the mapping screen offers for this account."""
        self.ensure_one()
        link = self.account_online_link_id
        journal = self._matching_journal()
        history = link.history_days
        today = fields.Date.context_today(self)
        journal_type = self._journal_type()
        return {
            'account': self,
            'journal': journal,
            'journal_name': self._new_journal_name(),
            'journal_code': self.env['account.journal']._get_next_journal_default_code(
                journal_type,
                self.company_id,
            ),
            'journal_type': journal_type,
            'import_from': journal._default_online_import_from() if journal else False,
            'history_from': fields.Date.subtract(today, days=history) if history else False,
            'selected': not self.closed
            and self.account_type in ('checking', 'savings', 'credit_card'),
        }

    def _new_journal_name(self):
        ending = (sanitize_account_number(self.account_number) or '')[-4:]
        name = f'{self.account_online_link_id.name} {self.name}'
        return f'{name} {ending}' if ending and ending not in name else name

    def _matching_journal(self):
        """The one journal that is certainly meant.

        The same number tells it, else where the user came from, else that it waits for a bank.
        """
        free = self._free_journals()
        number = sanitize_account_number(self.account_number)
        if number:
            same = free.filtered(
                lambda journal: journal.bank_account_id.sudo().sanitized_acc_number == number
            )
            if same:
                return same[0]
        preferred = (
            self.account_online_link_id.preferred_journal_id & free or self._untouched_journal(free)
        )
        siblings = self.account_online_link_id._unmapped_accounts().filtered(
            lambda account: account._journal_type() == preferred.type
        )
        if preferred and siblings[:1] == self and not preferred.bank_account_id:
            return preferred
        return self.env['account.journal']

    def _untouched_journal(self, free):
        """The only journal without a bank: Odoo makes one with the company, for its first bank."""
        untouched = free.filtered(
            lambda journal: journal.type == self._journal_type()
            and journal.company_id == self.company_id
            and not journal.bank_account_id and not journal.account_online_account_id
        )
        used = self.env['account.bank.statement.line'].sudo().search_count(
            [('journal_id', 'in', untouched.ids)], limit=1,
        )
        return untouched if len(untouched) == 1 and not used else untouched.browse()

    def _journal_type(self):
        """Type of a new journal for this account: credit cards have one of their own."""
        return 'credit' if self.account_type == 'credit_card' else 'bank'

    def _free_journals(self):
        """Journals that this account may feed."""
        journals = self.env['account.journal'].search([
            ('company_id', 'parent_of', self.company_id.id), ('type', 'in', ('bank', 'credit')),
        ])
        return journals.filtered(
            lambda journal: (
                journal._online_currency() == self.currency_id
                and (
                    not journal.account_online_account_id
                    or self._may_succeed(journal.account_online_account_id)
                )
            )
        )

    def _may_succeed(self, predecessor):
        """Whether this could be the same account, shown by a new consent without an identity."""
        return (
            predecessor != self
            and not (
                predecessor.in_consent and predecessor.account_online_link_id.state == 'connected'
            )
            and not (predecessor.identity and self.identity)
            and predecessor.currency_id == self.currency_id
        )

    # === LINK === #

    def _link_to_journal(self, journal, import_from=False):
        """Let this account feed a journal from a day on.

        :param import_from: first day; False: everything that the bank gives.
        :return: the online account that feeds the journal: this one, or the one that was known
            before and that the user said this is.
        """
        self.ensure_one()
        self.check_access('write')
        self._check_may_feed(journal)
        predecessor = journal.account_online_account_id
        account = self._merge_into(predecessor) if predecessor and predecessor != self else self
        account.write({'import_from': import_from, 'declined': False})
        journal.write({
            'account_online_account_id': account.id,
            'bank_statements_source': 'online_sync',
            'online_import_from': import_from,
        })
        number = account.account_number
        if number and not journal.bank_account_id:
            journal.sudo().set_bank_account(number)
        return account

    def _create_journal(self, name, code, journal_type):
        """A new journal for this account."""
        self.ensure_one()
        journals = self.env['account.journal'].with_company(self.company_id)
        journals.check_access('create')
        currency = self.currency_id
        if not currency:
            raise UserError(self.env._(
                "The bank gives %(account)s in the currency %(currency)s, which Odoo does not know."
                " An administrator can add the currency in the accounting configuration.",
                account=self.display_name, currency=self.currency_code or "?",
            ))
        if not currency.active:
            currency.sudo().active = True
        return journals.create({
            'name': name,
            'code': code,
            'type': journal_type,
            'company_id': self.company_id.id,
            'currency_id': currency.id if currency != self.company_id.currency_id else False,
        })

    def _check_may_feed(self, journal):
        current = journal.account_online_account_id
        if current and current != self and not self._may_succeed(current):
            raise UserError(
                self.env._(
                    "%(journal)s is fed by %(account)s already. A journal has one online account,"
                    " else its balance would mean nothing: choose another journal, or unlink the"
                    " account first.",
                    journal=journal.display_name,
                    account=current.display_name,
                )
            )
        if self.journal_ids - journal:
            raise UserError(
                self.env._(
                    "%(account)s feeds %(journal)s already. Linked to two journals its transactions"
                    " would be booked twice: unlink it there first.",
                    journal=self.journal_ids[0].display_name,
                    account=self.display_name,
                )
            )
        if journal._online_currency() != self.currency_id:
            raise UserError(
                self.env._(
                    "%(journal)s is kept in %(expected)s, but %(account)s is kept in %(currency)s."
                    " Choose a journal with the currency of the account, or create a new one.",
                    journal=journal.display_name,
                    expected=journal._online_currency().name,
                    account=self.display_name,
                    currency=self.currency_code or "?",
                )
            )

    def _merge_into(self, predecessor):
        """The user says that this is the account known before: its history goes on."""
        link = self.account_online_link_id
        values = {
            'account_online_link_id': link.id,
            'online_identifier': self.online_identifier,
            'name': self.name,
            'in_consent': True,
            'cursor': False,
        }
        if self.identity:
            values['identity'] = self.identity
        self.transaction_ids.write({'online_account_id': predecessor.id})
        self.unlink()
        predecessor.write(values)
        return predecessor

    def action_unlink_journal(self):
        """Stop feeding the journal; what was imported stays, and is recognised if linked again.

        The other accounts of the same consent go on.
        """
        self.check_access('write')
        self.journal_ids.write({
            'account_online_account_id': False, 'bank_statements_source': 'undefined',
        })
        self.write({'declined': True, 'cursor': False})
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}
