from dataclasses import replace
from datetime import timedelta

from odoo import fields, models

from ..matching import (
    AccountFacts,
    BalanceEvidence,
    Grade,
    IncomingRow,
    Policy,
    Source,
    Status,
    Window,
    candidates,
    normalize,
    plan,
    spans_of_lines,
)
from ..matching.keys import main_id_key
from ..matching.party import Holder, without_holder
from ..sync.balance_proof import books_balance, prove
from ..sync.bank_balance import read_balance
from ..sync.exclusive import AccountBusy
from ..sync.feed_values import decimal_of
from ..sync.fetch import fetch
from ..sync.importer import Importer
from ..sync.known import load_known, load_unlinked_lines
from ..sync.locks import locks_of
from ..sync.result import SyncResult
from ..sync.spool import SpooledRow

OVERLAP = timedelta(days=30)  # how far back late bookings are looked for


class AccountOnlineAccount(models.Model):
    """From a fetched window to rows, lines and a cursor, in that order and together."""

    _inherit = 'account.online.account'

    def _fetch_and_import(self, client, run, attended, deadline):
        """Fetch what is new and import it; a conversation, see :mod:`..sync.conversation`.

        :param deadline: of ``time.monotonic()``; later batches are left to the next run.
        :return: :class:`SyncResult` of this account.
        :raise OnlineSyncError: when the bank or the proxy fails; nothing has changed then.
        :raise AccountBusy: while somebody else writes to the account; what is booked stays.
        """
        self.ensure_one()
        link = self.account_online_link_id
        call = (link.client_id, self.online_identifier, self._fetch_since(), self.cursor or None)
        link._checkpoint()
        fetched = yield from fetch(client, *call, attended=attended)
        if not self.try_lock_for_update(allow_referencing=True):
            raise AccountBusy
        return (yield from self._import(fetched, run, deadline))

    def _fetch_since(self):
        """First day to ask for: with an overlap, since banks book late."""
        start = self.import_from
        if self.last_sync:
            overlap = self.last_sync - OVERLAP
            start = max(start, overlap) if start else overlap
        return start or None

    # === IMPORT === #

    def _import(self, fetched, run, deadline):
        today = fetched.today or fields.Date.context_today(self)
        if fetched.id_grade:
            self.id_grade = self._lower_grade(fetched.id_grade)
        incoming = self._read_rows(fetched, today)
        window = self._window(fetched)
        balance = read_balance(fetched.balance, self.currency_code)
        policy = self._policy(today, balance)
        wanted = candidates(incoming, window, policy)
        known = load_known(self, wanted)
        by_hand = load_unlinked_lines(self.journal_id, spans_of_lines(wanted, known, policy))
        todo = plan(incoming, known, by_hand, window, policy)
        importer = Importer(self, policy.source, run)
        importer.apply_notes(todo)
        booked = yield from importer.book(todo.bookings, deadline, self._let_others_go_on)
        importer.show_candidates_of_this_fetch()
        result = self._count(todo, len(incoming), booked)
        self._move_on(fetched, balance, booked)
        self._note_what_it_tells(fetched, incoming)
        self._forget_trouble()
        if not result.unfinished:
            prove(self)
        return result

    def _read_rows(self, fetched, today):
        """The rows of all pages, without those that a later page of the same answer takes back."""
        rows, holder, facts = [], self._holder(), self._facts(today)
        removals = fetched.last_removals()
        for number, page in enumerate(fetched.pages):
            for index, raw in enumerate(page):
                row = normalize(raw, facts, len(rows), number)
                if number < removals.get(main_id_key(row.transaction_id), 0):
                    continue
                rows.append(_lightened(row, holder, SpooledRow(fetched.pages, number, index)))
        return rows

    def _read_row(self, raw):
        """One row again, as it came: :class:`~..matching.IncomingRow`, or why it is unusable."""
        row = normalize(raw, self._facts(fields.Date.context_today(self)), position=0)
        return _lightened(row, self._holder(), raw)

    def _facts(self, today):
        return AccountFacts(
            currency=self.currency_code, today=today,
            decimal_places=self.currency_id.decimal_places if self.currency_id else 2,
            identifier=self.online_identifier,
        )

    def _holder(self):
        """Whose account it is, and which accounts the company has besides."""
        company = self.company_id.sudo()
        siblings = self.sudo().search([('company_id', '=', company.id)])
        own = (self.iban, self.account_number)
        everywhere = (
            *siblings.mapped('iban'), *siblings.mapped('account_number'),
            *company.partner_id.bank_ids.mapped('acc_number'),
        )
        return Holder(
            name=self.owner or '',
            account_numbers=tuple(filter(None, own)),
            all_own_numbers=tuple(sorted(set(filter(None, everywhere)))),
        )

    @staticmethod
    def _window(fetched):
        """What the answer covers: whole days, or whatever changed since the last one.

        Without a cursor to go on from, a feed by cursor tells the history again.
        """
        by_cursor = not fetched.complete and fetched.cursor is not None
        return Window(
            date_from=fetched.date_from, date_to=fetched.date_to, complete=fetched.complete,
            lists_pending=fetched.complete, log=by_cursor,
            incremental=not fetched.complete and fetched.start_cursor is not None,
            removed=frozenset(fetched.removed),
        )

    def _policy(self, today, balance):
        return Policy(
            currency=self.currency_code, today=today, grade=Grade(self.id_grade or 'strong'),
            import_from=self.import_from or None, locks=locks_of(self.journal_id),
            source=self._source(), balance=self._balance_evidence(balance),
        )

    def _balance_evidence(self, balance):
        """How far bank and books are apart now and were before; None when that is unknown."""
        if not self.opening_known or not balance:
            return None
        books = decimal_of(books_balance(self))
        return BalanceEvidence(
            difference=balance.amount - books,
            difference_before=decimal_of(self.balance_difference),
        )

    def _source(self):
        """Identifiers of transactions are comparable within one consent of one provider."""
        link = self.account_online_link_id
        return Source(
            link.provider_type or '',
            f'{link.client_id}:{link.consent_number}:{self.online_identifier}',
        )

    def _let_others_go_on(self, booked):
        """Between two batches: commit, tell how far it is, make sure that nobody else goes on."""
        self.account_online_link_id._send_import_progress(self, booked)
        self.account_online_link_id._checkpoint()
        yield 0
        if not self.try_lock_for_update(allow_referencing=True):
            raise AccountBusy

    def _note_what_it_tells(self, fetched, incoming):
        """Whether changes and removals of booked transactions can be recognised at all.

        A list shows what is no longer there; the news of a cursor name it, if there are names.
        """
        booked = [row for row in incoming if getattr(row, 'status', None) is Status.BOOKED]
        if fetched.complete or booked:
            self.feed_is_blind = not fetched.complete and (
                self.id_grade in ('positional', 'absent')
                or any(not row.transaction_id for row in booked)
            )

    def _count(self, todo, received, booked):
        return SyncResult(
            received=received, new=booked, same=len(todo.same), pending=len(todo.pending),
            waiting=len(todo.waiting), review=len(todo.reviews), quarantined=len(todo.quarantine),
            linked=len(todo.links), before_start=todo.before_start,
            unfinished=booked < len(todo.bookings),
        )

    def _move_on(self, fetched, balance, booked):
        """Only now, with all rows stored, the next window begins later.

        Not after a part of a window, of which anything may be missing. A balance of before says
        nothing of books that have gone on without a new one.
        """
        values = {'cursor': fetched.cursor}
        if fetched.date_to:
            values['last_sync'] = fetched.date_to
        elif fetched.cursor is not None:
            values['last_sync'] = fetched.today or fields.Date.context_today(self)
        if balance:
            values['balance'] = float(balance.amount)
            values['balance_date'] = balance.at or fields.Datetime.now()
            if balance.available is not None:
                values['available'] = float(balance.available)
        elif booked and self.opening_known:
            values['balance_date'] = False
        self.write(values)


def _lightened(row, holder, raw):
    """What the row came as is left where it waits, until the row is stored.

    Some banks name the holder as the other side; that says nothing, so nobody is named.
    """
    if not isinstance(row, IncomingRow):
        return row
    return replace(row, counterparty=without_holder(row.counterparty, holder), raw=raw)
