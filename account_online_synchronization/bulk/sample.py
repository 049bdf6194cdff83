"""Samples: lines that Odoo itself creates and that are rolled back, as templates of their kind."""
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from odoo.tools import SQL
from odoo.tools.misc import Callbacks

from .errors import NotAlikeError
from .money import Currencies
from .partners import analytic_distributions, partner_columns
from .rows import EntryName, Ids, RowBuilder, compiled_regex, split_name
from .sql import ENTRY, FOLLOWED, FOLLOWER, ITEM, MESSAGE, STATEMENT_LINE
from .text import same_value

# With fewer lines for each sample, sampling costs more than it saves.
LINES_PER_SAMPLE = 3

ANALYTIC = 'account_analytic_line'
MAY_CHANGE = frozenset({ENTRY, ITEM, STATEMENT_LINE, ANALYTIC, 'account_bank_statement'})

# Hooks of the chatter: `insert` registers the first too, the second does nothing for new entries.
KNOWN_HOOKS = frozenset({'_track_finalize', '_track_post_template_finalize'})


@dataclass(slots=True)
class Sample:
    """The rows of one line that Odoo created: {column: text or None}."""

    line: object
    entry: dict
    liquidity: dict
    suspense: dict
    statement_line: dict
    messages: list = field(default_factory=list)
    followers: list = field(default_factory=list)  # (row, [ids of message subtypes])

    @property
    def rows(self):
        return self.entry, self.liquidity, self.suspense, self.statement_line

    @property
    def ids(self):
        rows = self.statement_line, self.entry, self.liquidity, self.suspense
        return Ids(*(int(row['id']) for row in rows))


def take_samples(journal, lines, tables):
    """Let Odoo create two lines of each kind, and see that the rest can be copied from them.

    :return: ({kind: Sample}, the `RowBuilder` that predicts their rows and those of `lines`)
    :raise NotAlikeError: when a sample holds, or did, anything that `rows` wouldn't have
    """
    chosen = _choose(lines)
    if len(chosen) * LINES_PER_SAMPLE > len(lines):
        raise NotAlikeError("the lines are too different from each other")
    samples = _let_odoo_create(journal, chosen, tables)
    templates = {}
    for sample in samples:
        templates.setdefault(sample.line.kind, sample)
    builder = _make_builder(journal, lines, samples[0])
    regex = compiled_regex(journal.env['account.move'].new({'journal_id': journal.id}))
    for sample in samples:
        _verify(sample, templates[sample.line.kind], builder, regex, tables.types)
    return templates, builder


def _make_builder(journal, lines, sample):
    env = journal.env
    company = env['res.company'].browse(int(sample.entry['company_id']))
    accounts = env['account.account'].browse(
        [int(sample.liquidity['account_id']), int(sample.suspense['account_id'])])
    return RowBuilder(
        journal, Currencies(journal), accounts,
        partner_columns(company, journal, lines),
        analytic_distributions(company, journal, lines, accounts.ids),
        set().union(*(line.vals for line in lines)),
    )


def _choose(lines):
    """The first line of each kind, and the one that has the least in common with it."""
    by_kind = defaultdict(list)
    for line in lines:
        by_kind[line.kind].append(line)
    chosen = []
    for first, *others in by_kind.values():
        chosen.append(first)
        if others:
            chosen.append(max(others[:1000], key=partial(_differences, first)))
    return chosen


def _differences(one, other):
    """How many values differ, and by how many days, as most of what Odoo looks up has a date."""
    return (
        sum(one.vals.get(name) != value for name, value in other.vals.items()),
        abs(other.date - one.date),
    )


def _let_odoo_create(journal, lines, tables):
    env = journal.env
    with _on_trial(env.cr) as hooks:
        savepoint = env.cr.savepoint(flush=False)
        try:
            before = tables.changes()
            records = env['account.bank.statement.line'].create([dict(line.vals) for line in lines])
            env.transaction.flush()
            after = tables.changes()
            samples = _read_samples(tables, lines, records.ids)
        finally:
            env.transaction.clear()
            savepoint.close(rollback=True)
    for hook in hooks:
        if hook not in KNOWN_HOOKS:
            raise NotAlikeError(f"creation asks for {hook} at the end of the transaction")
    _check_changes(samples, before, after)
    return samples


@contextmanager
def _on_trial(cr):
    """Keep the hooks that a trial registers apart; yield the list of their names."""
    names = []

    class Recorder(Callbacks):
        def add(self, func):
            names.append(getattr(func, '__name__', repr(func)))

    kinds = 'precommit', 'postcommit', 'prerollback', 'postrollback'
    own = {kind: getattr(cr, kind) for kind in kinds}
    for kind in kinds:
        setattr(cr, kind, Recorder())
    try:
        yield names
    finally:
        for kind, callbacks in own.items():
            setattr(cr, kind, callbacks)


def _check_changes(samples, before, after):
    """No table may have changed in a way that the samples don't show."""
    expected = {
        ENTRY: len(samples),
        ITEM: 2 * len(samples),
        STATEMENT_LINE: len(samples),
        MESSAGE: sum(len(sample.messages) for sample in samples),
        FOLLOWER: sum(len(sample.followers) for sample in samples),
        FOLLOWED: sum(len(subtypes) for sample in samples for _row, subtypes in sample.followers),
    }
    nothing = 0, 0, 0
    for table in {*after, *expected}:  # a server that is told not to count shows none of them
        inserted, updated, deleted = (
            now - then for now, then in zip(
                after.get(table, nothing), before.get(table, nothing), strict=True,
            )
        )
        if table != ANALYTIC and inserted != expected.get(table, 0):
            raise NotAlikeError(
                f"creation adds {inserted} rows to {table}, not {expected.get(table, 0)}")
        if (updated or deleted) and table not in MAY_CHANGE:
            raise NotAlikeError(f"creation changes rows of {table}")


def _read_samples(tables, lines, line_ids):
    """The rows of new statement lines, as `Sample`, in the order of `line_ids`."""
    statement_lines = tables.read(STATEMENT_LINE, SQL("id = ANY(%s)", line_ids))
    move_ids = [int(row['move_id']) for row in statement_lines]
    entries = {row['id']: row for row in tables.read(ENTRY, SQL("id = ANY(%s)", move_ids))}
    of_entry = SQL("= 'account.move' AND res_id = ANY(%s)", move_ids)
    items, messages, followers = (defaultdict(list) for _ in range(3))
    for row in tables.read(ITEM, SQL("move_id = ANY(%s)", move_ids)):
        items[row['move_id']].append(row)
    for row in tables.read(MESSAGE, SQL("model %s", of_entry)):
        messages[row['res_id']].append(row)
    for row in tables.read(FOLLOWER, SQL("res_model %s", of_entry)):
        followers[row['res_id']].append((row, tables.followed_subtypes(row['id'])))
    if any(len(rows) != 2 for rows in items.values()):
        raise NotAlikeError("creation doesn't make two journal items for a line")
    by_id = {row['id']: row for row in statement_lines}
    return [
        Sample(
            line, entries[row['move_id']], *items[row['move_id']], row,
            messages[row['move_id']], followers[row['move_id']],
        )
        for line, row in zip(lines, (by_id[str(line_id)] for line_id in line_ids), strict=True)
    ]


def _verify(sample, template, builder, regex, types):
    """What would have been inserted for this line must be what Odoo stored."""
    entry = sample.entry
    name = EntryName(entry['name'], *split_name(entry['name'], regex))
    predicted = builder.rows(sample.line, sample.ids, name)
    tables = ENTRY, ITEM, ITEM, STATEMENT_LINE
    for table, like, columns, actual in zip(
        tables, template.rows, predicted, sample.rows, strict=True,
    ):
        for column, text in {**like, **columns}.items():
            if not same_value(types[table][column], text, actual[column]):
                message = f"{table}.{column} is {actual[column]!r}, not {text!r} as in its like"
                raise NotAlikeError(message)
    if _chatter(sample) != _chatter(template):
        raise NotAlikeError("the chatter of similar lines differs")


def _chatter(sample):
    def without_ids(row):
        return {**row, 'id': None, 'res_id': None}

    return (
        [without_ids(row) for row in sample.messages],
        [(without_ids(row), subtypes) for row, subtypes in sample.followers],
    )
