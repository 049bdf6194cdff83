from odoo import api, fields, models
from odoo.tools import format_date


class AccountOnlineTransaction(models.Model):
    """What the bank says beside what the books say, for the eye."""

    _inherit = 'account.online.transaction'

    review_comparison = fields.Json(
        compute='_compute_review_comparison', compute_sudo=True,
        help="``{question, bank: side|None, books: [side]}``; a side has date, amount, description"
        " and counterparty as text, and ``different``, the names of those that differ from the"
        " bank's. ``entry`` is the id of an entry by hand that can be chosen.",
    )

    @api.depends_context('lang')
    @api.depends('state', 'review_kind', 'reason')
    def _compute_review_comparison(self):
        for row in self:
            row.review_comparison = row.state == 'to_review' and {
                'question': row._review_question(),
                **row._compare_with_books(),
            }

    def _review_question(self):
        questions = {
            'changed': self.env._(
                "The bank changed this transaction after it was booked. Who is right?"
            ),
            'removed': self.env._(
                "The bank no longer shows this transaction. Was it taken back?"
            ),
            'id_conflict': self.env._(
                "The bank gave this transaction an identifier that another one has. Is it the same?"
            ),
            'possible_pair': self.env._(
                "This could be a transaction that is in the books already. Is it?"
            ),
            'possible_duplicate': self.env._(
                "The bank may have sent this transaction twice. Is it one, or are there two?"
            ),
            'ambiguous_link': self.env._(
                "Several entries in the books could be this transaction. Is it one of them?"
            ),
            'unmatched_after_switch': self.env._(
                "Since the connection was renewed it is unclear whether this one is new. Is it?"
            ),
        }
        return questions.get(self.review_kind) or self.reason or ''

    def _compare_with_books(self):
        """:return: the two sides; the bank's is None when it took the transaction back."""
        by_hand = []
        if self.review_kind == 'changed':
            bank, books = self._side_now(), [self._side_of_row()]
        elif self.review_kind == 'removed':
            bank, books = None, [self._side_of_row()]
        else:
            bank = self._side_of_row()
            books = [row._side_of_row() for row in self.review_candidate_ids]
            by_hand = [self._side_of_line(line) for line in self.review_line_ids]
            books += by_hand
        for side in books:
            side['different'] = [
                name for name, value in side.items() if bank and value != bank.get(name)
            ]
        for side, line in zip(by_hand, self.review_line_ids, strict=True):
            side['entry'] = line.id
        return {'bank': bank, 'books': books}

    def _side_now(self):
        return self._side(
            self.review_booking_date or self.booking_date,
            self.review_amount,
            self.review_description,
            self.review_counterparty_name,
        )

    def _side_of_row(self):
        return self._side(
            self.booking_date or self.value_date, self.amount, self.description,
            self.counterparty_name,
        )

    def _side_of_line(self, line):
        return self._side(
            line.date, line.amount, line.payment_ref, line.partner_name or line.partner_id.name,
        )

    def _side(self, date, amount, description, counterparty):
        return {
            'date': format_date(self.env, date) if date else '',
            'amount': self.currency_id.format(amount) if self.currency_id else str(amount),
            'description': description or '',
            'counterparty': counterparty or '',
        }
