"""What to do about rows that several requests touch at once."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import TypeVar

import psycopg2.errors

from odoo.tools import SQL

# Somebody else was first: what was read is out of date, and reading it anew mends it. A row that
# exists already was not there when it was looked for.
LOST_RACES = (
    psycopg2.errors.SerializationFailure, psycopg2.errors.DeadlockDetected,
    psycopg2.errors.UniqueViolation,
)
MOST_RACES = 6
LONGEST_PAUSE = 0.05  # seconds after the first lost race, then twice as long each time
# What is done by one at a time: simulated institutions are first read; the institutions of a
# provider are read; codes of a client are made and tried.
LOADING, READING, CODES = 0x6F6E6C31, 0x6F6E6C32, 0x6F6E6C33

Result = TypeVar('Result')


def race(cr, work: Callable[[], Result]) -> Result:
    """Do ``work`` and flush; begin it anew, from the last commit on, when a race was lost."""
    for lost in range(MOST_RACES - 1):
        try:
            result = work()
            cr.flush()
            return result
        except LOST_RACES:
            cr.rollback()
        # Not all at the same moment again.
        time.sleep(random.uniform(0, LONGEST_PAUSE * 2 ** lost))  # noqa: S311 -- no secret
    result = work()
    cr.flush()
    return result


@contextmanager
def alone(cr, kind: int, number: int = 0):
    """Wait until nobody else is in here; what is done inside is committed before the next one.

    :param number: of the record, when others of its kind may go on meanwhile.
    """
    cr.execute('SELECT pg_advisory_lock(%s, %s)', [kind, number])
    try:
        cr.commit()  # pylint: disable=invalid-commit  # to see what another one did meanwhile
        yield
        cr.commit()  # pylint: disable=invalid-commit  # before the next one looks
    except BaseException:
        cr.rollback()
        raise
    finally:
        cr.execute('SELECT pg_advisory_unlock(%s, %s)', [kind, number])


def update_or_leave(record, values: SQL) -> bool:
    """Set these columns; leave the row when another transaction has changed or is changing it.

    :return: whether it was done. Nobody is waited for.
    """
    record.flush_recordset()
    cr, table = record.env.cr, SQL.identifier(record._table)
    try:
        with cr.savepoint(flush=False):
            cr.execute(SQL(
                "UPDATE %(table)s SET %(values)s WHERE id IN ("
                "SELECT id FROM %(table)s WHERE id = %(id)s FOR NO KEY UPDATE SKIP LOCKED)",
                table=table, values=values, id=record.id,
            ), log_exceptions=False)
            is_done = cr.rowcount == 1
    except psycopg2.errors.SerializationFailure:
        return False
    record.invalidate_recordset()
    return is_done
