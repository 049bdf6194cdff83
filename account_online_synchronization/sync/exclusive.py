"""One synchronization of a connection at a time, whatever the number of workers."""

from contextlib import contextmanager

import psycopg2.errors

UNLOCK = "SELECT pg_advisory_unlock(hashtext(%s), %s)"


class AccountBusy(Exception):
    """Somebody else writes to an online account at this moment; soon it can be gone on with."""


@contextmanager
def exclusively(cr, name, number):
    """Yield whether this database session may work on ``(name, number)``; never waits.

    The lock belongs to the session, not to the transaction: it outlives the commits between
    batches, blocks no row of anybody, and is gone at once when the server dies. A connection that
    returned to the pool with it would keep it for ever: it is given back in any state.
    """
    cr.execute("SELECT pg_try_advisory_lock(hashtext(%s), %s)", (name, number))
    mine = cr.fetchone()[0]
    try:
        yield mine
    finally:
        if mine:
            _unlock(cr, name, number)


def _unlock(cr, name, number):
    try:
        cr.execute(UNLOCK, (name, number), log_exceptions=False)
    except psycopg2.errors.InFailedSqlTransaction:
        cr.rollback()
        cr.execute(UNLOCK, (name, number))
