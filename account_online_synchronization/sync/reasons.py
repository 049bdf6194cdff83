"""Why a row of the feed is not simply imported, in one sentence."""

from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

LOCK_NAMES = {
    'fiscalyear_lock_date': _lt("Global Lock Date"),
    'hard_lock_date': _lt("Hard Lock Date"),
}
DEFECTS = {
    'not_an_object': _lt("the row cannot be read"),
    'missing': _lt("%(field)s is missing"),
    'not_a_number': _lt("%(field)s is no number: %(value)s"),
    'too_precise': _lt("%(field)s has more decimals than the currency: %(value)s"),
    'too_large': _lt("%(field)s is impossibly large: %(value)s"),
    'not_a_date': _lt("%(field)s is no date: %(value)s"),
    'out_of_range': _lt("%(field)s is impossibly far away: %(value)s"),
    'not_a_currency': _lt("%(field)s is no currency: %(value)s"),
    'other_currency': _lt("%(field)s is not the currency of the account: %(value)s"),
    'unknown_status': _lt("neither booked nor pending: %(value)s"),
    'other_account': _lt("the row belongs to another account: %(value)s"),
}
FIELDS = {
    'booking_date': _lt("the booking date"),
    'value_date': _lt("the value date"),
    'amount': _lt("the amount"),
    'currency': _lt("the currency"),
    'balance_after': _lt("the balance"),
}


def reason_of_lock(env, lock):
    """Columns of a row that waits for a lock to be lifted."""
    name = env._(LOCK_NAMES[lock.kind]) if lock.kind in LOCK_NAMES else lock.kind
    return {
        'lock_date': lock.last_day,
        'lock_name': lock.kind,
        'reason_code': 'locked',
        'reason': env._(
            "The period is closed until %(day)s (%(lock)s).",
            day=format_date(env, lock.last_day), lock=name,
        ),
    }


def reason_of_invalid(env, reasons):
    """Columns of a row with unusable data: every defect, in the reader's words."""
    sentences = []
    for reason in reasons:
        template = DEFECTS.get(reason.code)
        field = FIELDS.get(reason.field)
        values = {'field': env._(field) if field else reason.field, 'value': reason.value}
        sentence = env._(template) if template else reason.code.replace('%', '%%')
        sentences.append(sentence % values)
    return {
        'reason_code': 'invalid',
        'reason_data': [list(reason) for reason in reasons],
        'reason': env._("Unusable: %(defects)s.", defects="; ".join(sentences)),
    }
