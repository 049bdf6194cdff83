"""Arriving safely from before: the previous module, older series, the vendor's module of this name.

Three steps, the same for an installation, an update and an upgrade with ``--upgrade-path``:

1. :func:`prepare`, before the tables get this module's columns: recognises tables that another
   module made, disconnects what is in them, wipes secrets, stops crons and views that would break.
2. Odoo adds the columns. A column of the same name and another type is set aside by Odoo itself.
3. :func:`adopt`, with the models ready: links of the previous module appear as disconnected ones,
   and every line that was imported before gets its row in the feed, so that a new connection
   recognises it.

Nothing of the books is written. Every step asks ``information_schema`` what exists, and can be
repeated: what was done is found done.
"""

from .adopt import adopt
from .prepare import prepare

__all__ = ['adopt', 'prepare']
