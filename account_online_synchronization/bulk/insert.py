"""A chunk of lines, written with a few statements."""
from itertools import islice

from odoo.tools import SQL

from .numbering import Namer, naming_groups, unsaved_move
from .rows import EntryName, Ids, compiled_regex, split_name
from .sql import ENTRY, FOLLOWED, FOLLOWER, ITEM, MESSAGE, STATEMENT_LINE

NOT_NAMED_YET = EntryName(None, None, 0)


class Inserter:
    """Inserts the rows of lines, chunk by chunk.

    :param journal: one `account.journal`
    :param samples, builder: see `sample.take_samples`
    :param tables: `sql.Tables`
    """

    def __init__(self, journal, samples, builder, tables):
        self.env = journal.env
        self.journal = journal
        self.samples = samples
        self.builder = builder
        self.tables = tables
        first = next(iter(samples.values()))
        self.company = self.env['res.company'].browse(int(first.entry['company_id']))
        self.regex = compiled_regex(self.env['account.move'].new({'journal_id': journal.id}))
        self.checked_references = set()
        self.statements = set()

    def insert(self, lines):
        """Insert one chunk of lines and what hangs on them.

        :return: the ids of the statement lines, in the order of `lines`
        """
        self.statements |= {line['statement_id'] for line in lines} - {None}
        self.tables.forget_plans()
        return _Chunk(self, lines).insert()

    def finish(self):
        """Recompute the statements once, after their last line."""
        self.env['account.bank.statement'].browse(self.statements).modified(['line_ids'])


class _Chunk:

    def __init__(self, inserter, lines):
        self.inserter = inserter
        self.env = inserter.env
        self.samples = inserter.samples
        self.tables = inserter.tables
        self.lines = lines
        self.ids = dict(zip((line.position for line in lines), self._draw_ids(), strict=True))
        self.items = []

    def _draw_ids(self):
        count = len(self.lines)
        statement_lines = self.tables.draw_ids(STATEMENT_LINE, count)
        moves = self.tables.draw_ids(ENTRY, count)
        items = iter(self.tables.draw_ids(ITEM, 2 * count))
        return [
            Ids(*pair, *islice(items, 2)) for pair in zip(statement_lines, moves, strict=True)
        ]

    def insert(self):
        for group in naming_groups(
            self.inserter.journal, self.inserter.company, self.lines,
        ):
            self._insert_group(group)
        self.tables.insert(ITEM, self.items)
        self._insert_chatter()
        self._forget_cache()
        self._finish()
        self._forget_cache()
        return [self.ids[line.position].statement_line for line in self.lines]

    def _forget_cache(self):
        """Caches don't know the new rows, and nobody needs the records of a chunk any more."""
        self.env.transaction.flush()
        self.env.invalidate_all(flush=False)

    # -- entries and statement lines, in the order of their names ----------------------------------

    def _insert_group(self, group):
        leader, *followers = group
        move = self.env['account.move'].browse(self.ids[leader.position].move)
        self._insert_entries([self._rows(leader, NOT_NAMED_YET)])
        namer = Namer(move)
        name = self._name_leader(move, namer)
        self._keep_items([self._rows(leader, name)])
        if followers:
            next_move = unsaved_move(
                self.inserter.journal, self.inserter.company, followers[0].date)
            namer.check_followers(next_move, name.name)
            rows = []
            for line in followers:
                text = namer.next_name()
                name = EntryName(text, *split_name(text, self.inserter.regex))
                rows.append(self._rows(line, name))
            self._insert_entries(rows)
            self._keep_items(rows)
        move.browse(self.ids[group[-1].position].move)._set_next_made_sequence_gap(False)

    def _rows(self, line, name):
        """Pairs (sample's row, columns that differ) of the entry, its items and the line."""
        columns = self.inserter.builder.rows(line, self.ids[line.position], name)
        return list(zip(self.samples[line.kind].rows, columns, strict=True))

    def _insert_entries(self, rows):
        """Insert entries together with their statement lines: each refers to the other."""
        self.env.cr.execute(SQL(
            "WITH entries AS (%s) %s",
            self.tables.insertion(ENTRY, [entry for entry, _, _, _ in rows]),
            self.tables.insertion(STATEMENT_LINE, [line for _, _, _, line in rows]),
        ))

    def _keep_items(self, rows):
        for _entry, liquidity, suspense, _line in rows:
            self.items += (liquidity, suspense)

    def _name_leader(self, move, namer):
        text = namer.next_name()
        name = EntryName(text, *split_name(text, self.inserter.regex))
        self.env.cr.execute("""
            UPDATE account_move SET name = %s, sequence_prefix = %s, sequence_number = %s
             WHERE id = %s
        """, [name.name, name.prefix, name.number, move.id])
        move.invalidate_recordset(flush=False)
        return name

    # -- what hangs on an entry --------------------------------------------------------------------

    def _insert_chatter(self):
        """The message that an entry was created, and its followers, as the samples have them."""
        messages, followers = [], []
        for line in self.lines:
            sample = self.samples[line.kind]
            move = {'res_id': str(self.ids[line.position].move)}
            messages += [(row, dict(move)) for row in sample.messages]
            followers += [((row, dict(move)), subtypes) for row, subtypes in sample.followers]
        self._number(MESSAGE, messages)
        self._number(FOLLOWER, [row for row, _subtypes in followers])
        self.tables.insert(MESSAGE, messages)
        self.tables.insert(FOLLOWER, [row for row, _subtypes in followers])
        self.tables.insert(FOLLOWED, [
            ({}, {'mail_followers_id': columns['id'], 'mail_message_subtype_id': str(subtype)})
            for (_sample, columns), subtypes in followers for subtype in subtypes
        ])

    def _number(self, table, rows):
        for (_sample, columns), row_id in zip(
            rows, self.tables.draw_ids(table, len(rows)), strict=True,
        ):
            columns['id'] = str(row_id)

    def _finish(self):
        """The rest of creation: analytic lines, checks, no tracking of new entries."""
        env = self.env
        lines = env['account.bank.statement.line'].browse(
            [self.ids[line.position].statement_line for line in self.lines])
        moves = env['account.move'].browse([self.ids[line.position].move for line in self.lines])
        env['account.move.line'].browse(sorted(
            int(columns['id']) for _sample, columns in self.items
            if columns['analytic_distribution']
        ))._create_analytic_lines()
        self._lines_with_new_references()._check_company()
        if not env.su:
            lines.check_access('create')
            moves.check_access('create')
        moves._track_discard()

    def _lines_with_new_references(self):
        """One line for each record that must fit the company, if no earlier line has it."""
        lines = self.env['account.bank.statement.line']
        names = [
            name for name, field in lines._fields.items() if getattr(field, 'check_company', False)
        ]
        checked = self.inserter.checked_references
        ids = []
        for line in self.lines:
            references = {(name, line[name]) for name in names if line[name]}
            if not references <= checked:
                checked |= references
                ids.append(self.ids[line.position].statement_line)
        return lines.browse(ids)
