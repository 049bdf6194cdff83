"""The entry: in bulk when it may be, through Odoo's own create otherwise."""
import logging
from contextlib import contextmanager

import psycopg2

from odoo.exceptions import UserError
from odoo.tools.constants import PREFETCH_MAX
from odoo.tools.misc import split_every

from .errors import NotAlikeError
from .insert import Inserter
from .lines import read_lines
from .reasons import reason_for_plain_create
from .sample import take_samples
from .sql import Tables

_logger = logging.getLogger(__name__)

# Odoo computes stored fields, and so names entries, in slices of this many records: a chunk
# is named exactly as one `create` of the same lines.
CHUNK = PREFETCH_MAX


def create_statement_lines(journal, vals_list):
    """Create and post the bank statement lines of one journal.

    :param journal: one `account.journal`; its environment (user, company, language, context) is
        the one of the creation, as with `create`
    :param list[dict] vals_list: as for `account.bank.statement.line.create`; `journal_id` may be
        left out
    :return: the lines, in the order of `vals_list`
    :raise: what `create` raises; then nothing was created
    """
    journal.ensure_one()
    vals_list = [{'journal_id': journal.id, **vals} for vals in vals_list]
    reason = reason_for_plain_create(journal, vals_list)
    if reason is None:
        try:
            return _create_in_bulk(journal, vals_list)
        except NotAlikeError as refusal:
            reason = str(refusal)
        except (UserError, psycopg2.IntegrityError, psycopg2.DataError) as error:
            # Something is wrong with these lines. Odoo's own create says it in its own words.
            reason = f"{type(error).__name__}: {error}"
    _logger.debug(
        "%s lines of journal %s go through Odoo's own create: %s",
        len(vals_list), journal.id, reason,
    )
    return _create_plainly(journal, vals_list)


def _create_plainly(journal, vals_list):
    lines = journal.env['account.bank.statement.line']
    return lines.concat(*(lines.create(batch) for batch in split_every(CHUNK, vals_list, list)))


def _create_in_bulk(journal, vals_list):
    env = journal.env
    env.transaction.flush()
    with _all_or_nothing(env):
        lines = read_lines(journal, vals_list)
        tables = Tables(env)
        samples, builder = take_samples(journal, lines, tables)
        inserter = Inserter(journal, samples, builder, tables)
        ids = []
        for chunk in split_every(CHUNK, lines, list):
            ids += inserter.insert(chunk)
        inserter.finish()
    _logger.debug(
        "%s lines of journal %s were created in bulk, after %s kinds of samples",
        len(ids), journal.id, len(samples),
    )
    return env['account.bank.statement.line'].browse(ids)


@contextmanager
def _all_or_nothing(env):
    """Leave database, caches and pending hooks as they were when the block fails.

    The savepoint doesn't flush: flushing a cursor also runs the hooks that wait for the commit and
    forgets the numbers that this transaction has drawn.
    """
    restore_hooks = _remember(env.cr.precommit)
    savepoint = env.cr.savepoint(flush=False)
    try:
        yield
        env.transaction.flush()
    except Exception:
        env.transaction.clear()
        savepoint.close(rollback=True)
        restore_hooks()
        raise
    savepoint.close(rollback=False)


def _remember(callbacks):
    """Return a function that brings hooks and their data back to what they are now."""
    functions = list(callbacks._funcs)
    data = {
        key: value.copy() if isinstance(value, dict) else value
        for key, value in callbacks.data.items()
    }

    def restore():
        callbacks.clear()
        callbacks.data.update(data)
        for function in functions:
            callbacks.add(function)

    return restore
