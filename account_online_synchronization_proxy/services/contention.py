"""Updates of rows that many requests touch at once, where one of them is enough."""

from __future__ import annotations

import psycopg2.errors

from odoo.tools import SQL


def update_or_leave(cr, query: SQL) -> bool:
    """Run the update; leave it when another transaction has just changed the same row.

    :return: whether it was done. Caches are the caller's to invalidate.
    """
    try:
        with cr.savepoint(flush=False):
            cr.execute(query, log_exceptions=False)
    except psycopg2.errors.SerializationFailure:
        return False
    return True
