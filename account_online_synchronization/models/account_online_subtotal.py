from odoo import api, fields, models
from odoo.tools import SQL

RECENT = 500  # latest entries of a journal, which people still correct: they are added up anew
STEP = 500  # so many more at least make a new subtotal worth while


class AccountOnlineSubtotal(models.Model):
    """The sum of a journal's older entries outside statements, so that it is not made every time.

    Who changes one of these entries forgets the sum, and the next comparison adds everything up.
    So that both never miss each other, a sum is announced first, and made once every transaction
    of the database has ended that could not see the announcement: a change of an entry that is
    covered then meets this row, and PostgreSQL lets only one of the two through.
    """

    _name = 'account.online.subtotal'
    _description = "Sum of Older Entries"
    _log_access = False

    journal_id = fields.Many2one(
        'account.journal', required=True, readonly=True, ondelete='cascade',
    )
    start = fields.Char(readonly=True)  # internal index of the first entry; empty: of all
    until = fields.Integer(readonly=True)  # entries with an id up to this one are in the sum
    amount = fields.Float(digits=0, readonly=True)
    announced = fields.Integer(readonly=True)  # the same of the next sum; 0: none
    announced_by = fields.Char(readonly=True)  # id of the database's transaction that did it

    _journal_uniq = models.UniqueIndex('(journal_id)', "A journal has one sum of older entries.")

    @api.model
    def _sum_outside_statements(self, journal, start):
        """Add up a journal's posted entries that are in no statement.

        :param start: ``internal_index`` of the first one; empty: all of them.
        :return: amount in the journal's currency.
        """
        kept = self._of(journal, start)
        return kept.amount + self._add_up(journal, start, kept.until)

    @api.model
    def _carry_on(self, journal, start):
        """Announce the next sum of older entries, or make the one that was announced."""
        kept = self._of(journal, start)
        if not kept.announced:
            self._announce(journal, start, kept.until)
        elif kept._is_settled():
            amount = self._add_up(journal, start, kept.until, kept.announced)
            kept.write({
                'amount': kept.amount + amount, 'until': kept.announced, 'announced': 0,
            })

    @api.model
    def _note_changes(self, lines):
        """Forget what the sums say of entries that change, appear anew or disappear.

        :param lines: statement lines, before a change that takes them elsewhere, and after one that
            brings them here. New ones are in no sum.
        """
        by_journal = lines.grouped('journal_id')
        for kept in self.search([('journal_id', 'in', lines.journal_id.ids)]):
            first = min(by_journal[kept.journal_id].ids)
            if first <= kept.until:
                kept.write({'until': 0, 'amount': 0.0, 'announced': 0})
            elif first <= kept.announced:
                kept.announced = 0

    def _of(self, journal, start):
        return self.search([('journal_id', '=', journal.id), ('start', '=', start or False)])

    def _announce(self, journal, start, after):
        """Choose what the next sum covers, if there is enough."""
        found = self.env.execute_query(SQL(
            "SELECT line.id %s ORDER BY line.id DESC OFFSET %s LIMIT %s",
            self._outside(journal, start, after), RECENT, STEP,
        ))
        if len(found) < STEP:
            return
        [[transaction]] = self.env.execute_query(SQL("SELECT pg_current_xact_id()::text"))
        values = {'start': start, 'announced': found[0][0], 'announced_by': transaction}
        if not after:
            values |= {'until': 0, 'amount': 0.0}
        kept = self.search([('journal_id', '=', journal.id)])
        if kept:
            kept.write(values)
        else:
            self.create({'journal_id': journal.id, **values})

    def _is_settled(self):
        """Whether whoever works in the database now can see the announcement.

        A snapshot from before it holds back the horizon of its session; our own is younger, for we
        see it. Another database's long transaction may make us wait longer than needed. After a
        restoration into another server the announcement may seem to come from the future: it is
        made anew.
        """
        [[is_of_now, is_seen]] = self.env.execute_query(SQL("""
            SELECT %(by)s::xid8 <= pg_current_xact_id(),
                   NOT EXISTS (
                       SELECT FROM pg_stat_activity
                        WHERE datname = current_database() AND backend_type = 'client backend'
                          AND pid != pg_backend_pid()
                          AND age(backend_xmin) >= age(%(by)s::xid8::xid)
                   )
        """, by=self.announced_by))
        if not is_of_now:
            self.announced = 0
        return is_of_now and is_seen

    def _add_up(self, journal, start, after, until=None):
        [[amount]] = self.env.execute_query(SQL(
            """SELECT COALESCE(SUM(line.amount), 0) %s %s
                  AND (SELECT state FROM account_move WHERE id = line.move_id) = 'posted'""",
            self._outside(journal, start, after),
            SQL("AND line.id <= %s", until) if until else SQL(),
        ))
        return float(amount)

    def _outside(self, journal, start, after):
        """The lines in question, which an index holds by their ids.

        The state of an entry is asked for line by line: joined, all entries would be read.
        """
        lines = self.env['account.bank.statement.line']
        lines.flush_model(['journal_id', 'statement_id', 'internal_index', 'amount'])
        self.env['account.move'].flush_model(['state'])
        return SQL(
            """FROM account_bank_statement_line line
              WHERE line.journal_id = %s AND line.statement_id IS NULL AND line.id > %s %s""",
            journal.id, after, SQL("AND line.internal_index >= %s", start) if start else SQL(),
        )
