"""Which days nothing may be booked on, in the terms of the matching."""

from datetime import date

from ..matching import Lock

LOCK_FIELDS = ('fiscalyear_lock_date', 'hard_lock_date')  # those that hold for bank entries


def locks_of(journal):
    """The locks of the journal's company, its parents and the exceptions granted to the user.

    Tax, sale and purchase locks do not concern bank entries, which carry no tax.
    """
    company = journal.company_id
    company.invalidate_recordset([f'user_{name}' for name in LOCK_FIELDS])
    locks = ((name, company[f'user_{name}']) for name in LOCK_FIELDS)
    return tuple(Lock(kind=name, last_day=day) for name, day in locks if day and day > date.min)
