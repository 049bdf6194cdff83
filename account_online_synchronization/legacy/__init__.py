"""Arriving safely from before: the previous module, older series, the vendor's module of this name.

Three steps, the same for an installation, an update and an upgrade with ``--upgrade-path``:

1. :func:`prepare`, before the tables get this module's columns: recognises tables that another
   module made, disconnects what is in them, wipes secrets, stops crons, and removes menus, views
   and rules that would break. Columns of our names and other types make way (:mod:`.tables`).
   Odoo comes to the tables in an order of its own: each model asks for it (:func:`prepare_table`).
2. Odoo adds the columns.
3. :func:`adopt`, with the models ready: links of the previous module appear as disconnected ones,
   and every line that was imported before gets its row in the feed, so that a new connection
   recognises it.

The previous module does steps 1 and 3 for its own tables and records, with
:func:`prepare_previous_module` and :func:`spare_previous_module`.

Nothing of the books is written. Every step asks ``information_schema`` what exists, and can be
repeated: what was done is found done.
"""

from .adopt import adopt
from .prepare import prepare, prepare_table
from .previous_tables import prepare_previous_module, prepare_previous_table, spare_previous_module

__all__ = [
    'adopt', 'prepare', 'prepare_previous_module', 'prepare_previous_table', 'prepare_table',
    'spare_previous_module',
]
