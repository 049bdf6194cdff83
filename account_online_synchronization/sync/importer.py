"""Apply a matching plan to the feed and the books.

The importer decides nothing: what is new, known, doubtful or locked is the plan's word. One batch
is one database transaction; a batch holds rows of the feed together with the lines they became,
or, once the time of a run is over, rows that the next run makes lines of.
"""

import logging
import time
from itertools import groupby
from operator import itemgetter

from odoo import fields
from odoo.tools import split_every

from ..bulk import create_records, create_statement_lines, link_lines
from ..matching import Doubt, Review, Why
from ..matching.keys import only_ids
from ..matching.party import is_own_transfer
from .feed_values import NO_REVIEW, review_values, values_of
from .line_values import line_values
from .reasons import reason_of_invalid, reason_of_lock
from .statements import group_lines

_logger = logging.getLogger(__name__)

BATCH = 2000  # lines; each batch costs a few samples, see `..bulk`


class Importer:
    """Applies one plan to one online account.

    :param source: :class:`~..matching.Source` of this fetch, None when nothing was fetched.
    :param run: ``account.online.run`` record, or an empty one.
    """

    def __init__(self, account, source, run):
        self.account = account
        self.journal = account.journal_id
        self.source = source
        self.run = run
        self.feed = account.env['account.online.transaction'].sudo()
        self.aliases = account.env['account.online.transaction.alias'].sudo()
        self.holder = account._holder()
        self.of_position = {}  # feed rows by their place in the fetched window
        self._held_back = []

    # === THE PLAN === #

    def apply_notes(self, plan):
        """Everything but new lines: what is recognised, doubtful, waiting, pending or unusable."""
        self._apply_same(plan.same)
        for item in plan.gone:
            self._let_go(item)
        self._apply_links(plan.links)
        self._store(plan.waiting, lambda item: self._waiting_values(item.locks))
        self._store(plan.pending, lambda item: {'state': 'pending', 'reason': False})
        self._store(plan.quarantine, lambda item: {
            'state': 'quarantined', **reason_of_invalid(self.account.env, item.row.reasons),
        })
        self._apply_reviews(plan.reviews)
        if plan.demotion:
            self._demote(plan.demotion)

    def book(self, bookings, deadline, checkpoint):
        """Make the new lines, batch by batch; a conversation.

        :param checkpoint: conversation held after each batch but the last, given the number that
            are booked so far; commits them.
        :return: how many were booked; fewer than given when the time ran out. The others are
            stored, *to be imported* by the next run: the bank need not be asked again.
        """
        booked, in_time = 0, True
        for number, batch in enumerate(split_every(BATCH, bookings)):
            if number:
                yield from checkpoint(booked)
                in_time = in_time and time.monotonic() <= deadline
            rows = self._store(batch, _imported_values if in_time else _to_import_values)
            if in_time:
                self.make_lines(rows)
                booked += len(batch)
        return booked

    def show_candidates_of_this_fetch(self):
        """Some rows were held back because of others that this very fetch brought."""
        for row, item in self._held_back:
            others = self.feed.union(*(
                self.of_position.get(other.position, self.feed) for other in item.rows
            ))
            row.review_candidate_ids |= others - row

    def make_lines(self, rows):
        """Statement lines of feed rows, in statements as the journal wants them."""
        journal = self.journal.sudo().with_company(self.journal.company_id)
        lines = create_statement_lines(journal, [line_values(row, journal) for row in rows])
        link_lines(rows, lines)
        group_lines(journal, lines)
        return lines

    # === ITEMS === #

    def _apply_same(self, items):
        seen = self._seen_values()
        for item in items:
            record = self._browse(item.known)
            self.of_position[item.row.position] = record
            if not item.remember:
                continue
            values = dict(seen)
            if item.row.transaction_id:
                values['transaction_identifier'] = item.row.transaction_id
            if item.adopt:
                values.update(values_of(item.row))
            elif item.updates:
                values.update(self._shown_updates(record, item.updates))
            if getattr(item.row, 'date', None):
                values['seen_date'] = item.row.date
            if item.settled and record.statement_line_id:
                if record.state == 'to_review':
                    values.update(_settled_values())
                values.update(NO_REVIEW, state='imported', reason=False, raised_reviews=False)
            record.write(values)
        self._remember((self._browse(item.known), item.new_keys) for item in items)

    @staticmethod
    def _shown_updates(record, updates):
        """Only what was empty is filled; new wordings are kept beside what was booked."""
        texts = {name: str(value) for name, value in updates.items()}
        values = {'bank_updates': {**(record.bank_updates or {}), **texts}}
        for name in ('value_date',) if record.statement_line_id else ('value_date', 'booking_date'):
            if updates.get(name) and not record[name]:
                values[name] = updates[name]
        if updates.get('balance_after') is not None and not record.has_balance_after:
            values['balance_after'] = float(updates['balance_after'])
            values['has_balance_after'] = True
        return values

    def _let_go(self, item):
        record = self._browse(item.known)
        values = {'state': 'removed', 'reason': False}
        if item.why is Why.SETTLED:
            # Its identity goes over to the row that it is, or ends with the question.
            self.aliases.search([('transaction_id', '=', record.id)]).unlink()
            if item.of:
                self._remember([(self._browse(item.of), only_ids(item.known.aliases))])
                values |= {
                    'same_as_id': item.of.key,
                    'reason': self.account.env._(
                        "The bank's complete list shows it only once: it is known already."),
                }
            values |= _settled_values()
        record.write(values)

    def _apply_links(self, items):
        rows = self._store(items, lambda item: {'state': 'imported', 'reason': False, **NO_REVIEW})
        lines = self.account.env['account.bank.statement.line'].sudo()
        for row, item in zip(rows, items, strict=True):
            line = lines.browse(item.line.key)
            row.statement_line_id = line
            line.write({
                'online_account_id': self.account.id,
                'online_transaction_id': row.id,
                'online_transaction_identifier': row.transaction_identifier,
            })

    def _apply_reviews(self, items):
        about_lines = [each for each in items if each.doubt in (Doubt.CHANGED, Doubt.REMOVED)]
        held_back = [each for each in items if each not in about_lines]
        for item in about_lines:
            record = self._browse(item.known)
            record.write({
                'state': 'to_review',
                'review_kind': item.doubt.value,
                'raised_reviews': sorted({*(record.raised_reviews or ()), item.token}),
                **(review_values(item.row) if item.row else {}),
            })
        rows = self._store(held_back, lambda item: {
            'state': 'to_review', 'review_kind': item.doubt.value,
            'review_for_now': item.for_now,
            **(review_values(item.row) if item.row else {}),
        })
        for row, item in zip(rows, held_back, strict=True):
            self._show_candidates(row, item)
        self._held_back = list(zip(rows, held_back, strict=True))

    def _show_candidates(self, row, item):
        """The user decides beside what the row could be."""
        candidates = self.feed.browse([known.key for known in item.candidates])
        row.write({
            'review_candidate_ids': [(6, 0, (candidates - row).ids)],
            'review_line_ids': [(6, 0, [line.key for line in item.lines])],
        })
        if item.doubt == Doubt.POSSIBLE_PAIR:
            for candidate in candidates.filtered('statement_line_id'):
                candidate.raised_reviews = sorted({*(candidate.raised_reviews or ()), item.token})

    def _demote(self, demotion):
        _logger.info(
            "Identifiers of online account %s are %s from now on: %s",
            self.account.id, demotion.grade.value, demotion.evidence[:5],
        )
        self.account.id_grade = demotion.grade.value

    # === ROWS OF THE FEED === #

    def _store(self, items, extra_values):
        """Create or update the feed row of each item, remember its keys, in the items' order."""
        records = [None] * len(items)
        to_create, places, to_write = [], [], []
        for place, item in enumerate(items):
            values = {**self._content(item), **self._seen_values(), **extra_values(item)}
            if item.known:
                if item.known.for_now and not isinstance(item, Review):
                    values = {**_settled_values(), **values}
                records[place] = self._browse(item.known)
                to_write.append((values, records[place]))
            else:
                to_create.append({
                    **values, 'online_account_id': self.account.id, 'first_run_id': self.run.id,
                })
                places.append(place)
        made = create_records(
            self.feed, to_create, computed={'company_id': self.account.company_id.id})
        for place, record in zip(places, made, strict=True):
            records[place] = record
        for values, pairs in groupby(to_write, key=itemgetter(0)):  # most of them are alike
            self.feed.union(*(record for _values, record in pairs)).write(values)
        for item, record in zip(items, records, strict=True):
            if item.row is not None:
                self.of_position[item.row.position] = record
        self._remember(zip(records, (item.keys for item in items), strict=True), new=made.ids)
        return self.feed.union(*records)

    def _content(self, item):
        """What the bank said; nothing when a row is booked from memory, or is kept as it is."""
        if item.row is None:
            return {}
        counterparty = getattr(item.row, 'counterparty', None)
        return {
            **values_of(item.row),
            'acknowledged': False,
            'is_own_transfer': bool(counterparty) and is_own_transfer(counterparty, self.holder),
        }

    def _seen_values(self):
        seen = {'last_run_id': self.run.id} if self.run else {}
        if self.source:
            seen |= {
                'source_provider': self.source.provider, 'source_consent': self.source.consent,
            }
        return seen

    def _waiting_values(self, locks):
        return {'state': 'waiting', **reason_of_lock(self.account.env, locks[0])}

    def _browse(self, known):
        return self.feed.browse(known.key)

    def _remember(self, pairs, new=()):
        """Store identity keys that are not stored yet.

        :param new: ids of the records that can't have any.
        """
        wanted = {(record.id, key) for record, keys in pairs for key in keys}
        older = {record_id for record_id, _key in wanted}.difference(new)
        stored = {
            (alias.transaction_id.id, alias.key)
            for alias in self.aliases.search_fetch(
                [('transaction_id', 'in', list(older))], ['transaction_id', 'key'],
            )
        }
        create_records(self.aliases, [
            {'online_account_id': self.account.id, 'transaction_id': record_id, 'key': key}
            for record_id, key in sorted(wanted - stored)
        ], computed={})


def _settled_values():
    """The trace of a question that the bank's complete list has answered."""
    return {
        **NO_REVIEW, 'review_decision': 'settled', 'review_user_id': False,
        'review_date': fields.Datetime.now(),
    }


def _imported_values(item):
    values = {
        'state': 'imported', 'reason': False, 'lock_date': False, 'lock_name': False, **NO_REVIEW,
    }
    if not item.known or item.known.rank != item.rank:
        values |= {'position': item.rank, 'has_position': True}
    return values


def _to_import_values(item):
    return {**_imported_values(item), 'state': 'to_import'}
