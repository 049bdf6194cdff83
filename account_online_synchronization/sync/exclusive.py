"""One synchronization of a connection at a time, whatever the number of workers."""

from contextlib import contextmanager


@contextmanager
def exclusively(cr, name, number):
    """Yield whether this database session may work on ``(name, number)``; never waits.

    The lock belongs to the session, not to the transaction: it outlives the commits between
    batches, blocks no row of anybody, and is gone at once when the server dies.
    """
    cr.execute("SELECT pg_try_advisory_lock(hashtext(%s), %s)", (name, number))
    mine = cr.fetchone()[0]
    try:
        yield mine
    finally:
        if mine:
            cr.execute("SELECT pg_advisory_unlock(hashtext(%s), %s)", (name, number))
