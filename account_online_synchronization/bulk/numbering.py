"""Names for the entries of a chunk, in Odoo's order and under Odoo's lock."""
from collections import defaultdict

from .errors import NotAlikeError


def naming_groups(journal, company, lines):
    """Return the lines in the order in which Odoo names them, as groups that it names alike.

    For every entry Odoo looks up the format anew, in the entries of the same period. When all
    names of the journal start again in the same rhythm, the answer can only change from one
    period to the next; otherwise with every date.
    """
    ordered = sorted(
        lines, key=lambda line: (line.date, line.vals.get('ref') or '', line.position))
    moves = {
        day: unsaved_move(journal, company, day)
        for day in dict.fromkeys(line.date for line in ordered)
    }
    rhythms = _rhythms(moves[ordered[0].date])
    periods = {day: _period(move, rhythms) for day, move in moves.items()}
    groups = defaultdict(list)
    for line in ordered:
        groups[periods[line.date]].append(line)
    return list(groups.values())


def unsaved_move(journal, company, day):
    """An entry to ask Odoo how it would name one of this day."""
    return journal.env['account.move'].with_context(is_statement_line=True).new({
        'move_type': 'entry', 'journal_id': journal.id, 'company_id': company.id, 'date': day,
    })


def _period(move, rhythms):
    if len(rhythms) > 1:
        return move.date
    return move._get_sequence_date_range(*rhythms)


def _rhythms(move):
    """How often the numbers of the journal start again, judged by one name of each prefix.

    The prefixes are skipped through from the index: their number counts, not the entries'.
    """
    move.env.cr.execute("""
        WITH RECURSIVE prefixes AS (
            (SELECT sequence_prefix AS prefix FROM account_move
              WHERE journal_id = %(journal)s AND sequence_prefix IS NOT NULL
              ORDER BY sequence_prefix DESC LIMIT 1)
            UNION ALL
            SELECT (SELECT sequence_prefix FROM account_move
                     WHERE journal_id = %(journal)s AND sequence_prefix < prefixes.prefix
                     ORDER BY sequence_prefix DESC LIMIT 1)
              FROM prefixes WHERE prefix IS NOT NULL
        )
        SELECT (SELECT name FROM account_move
                 WHERE journal_id = %(journal)s AND sequence_prefix = prefix
                 ORDER BY sequence_number DESC LIMIT 1)
          FROM prefixes WHERE prefix IS NOT NULL
    """, {'journal': move.journal_id.id})
    names = [name for name, in move.env.cr.fetchall() if name and name != '/']
    return {
        move._deduce_sequence_number_reset(name)
        for name in names or [move._get_starting_sequence()]
    }


class Namer:
    """Names one group: the first entry by Odoo, the following ones by counting on.

    :param leader: the entry of the group that is named first, inserted and posted without name
    """

    def __init__(self, leader):
        self._leader = leader
        self._format, self._values = leader._get_next_sequence_format()

    def next_name(self):
        # Odoo's method locks and retries for the first name, and counts in memory from then on.
        return self._leader._locked_increment(self._format, dict(self._values))

    def check_followers(self, move, name):
        """Odoo must count on from the leader's `name` for the next entry of the group."""
        found_format, values = move._get_next_sequence_format()
        if found_format != self._format or found_format.format(**values) != name:
            raise NotAlikeError("names of one period don't follow each other")
