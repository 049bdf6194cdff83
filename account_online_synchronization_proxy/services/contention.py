"""What to do about rows that several requests touch at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import psycopg2.errors

from odoo.tools import SQL

# Somebody else was first: what was read is out of date, and reading it anew mends it.
LOST_RACES = (psycopg2.errors.SerializationFailure, psycopg2.errors.DeadlockDetected)
MOST_RACES = 3

Result = TypeVar('Result')


def race(cr, work: Callable[[], Result]) -> Result:
    """Do ``work`` and flush; begin it anew, from the last commit on, when a race was lost."""
    for _lost in range(MOST_RACES - 1):
        try:
            result = work()
            cr.flush()
            return result
        except LOST_RACES:
            cr.rollback()
    result = work()
    cr.flush()
    return result


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
