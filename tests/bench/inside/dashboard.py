"""Counts what the accounting dashboard asks the database, with and without this project's part."""
import statistics
import time
from unittest.mock import patch

from . import tell
from .links import make_links

TIMES = 5


def prepare(env, journals):
    make_links(env, 'http://127.0.0.1', range(journals))
    env.cr.commit()


def count(env, journals):
    """Tell queries and seconds of the dashboard of so many synchronized journals."""
    shown = env['account.online.account'].search([], limit=journals).journal_ids
    extended = type(shown)._fill_bank_cash_dashboard_data
    costs = {}
    ways = [('with', extended), ('without', _of_odoo(type(shown)))]
    for name, method in ways * 2:  # the first round fills the caches of both
        with patch.object(type(shown), '_fill_bank_cash_dashboard_data', method):
            costs[name] = _look(env, shown)
    tell({'journals': len(shown), **costs})


def _of_odoo(model):
    return next(
        parent._fill_bank_cash_dashboard_data for parent in model.__mro__
        if 'addons.account.models' in parent.__module__
        and '_fill_bank_cash_dashboard_data' in vars(parent)
    )


def _look(env, journals):
    """Queries and seconds, when everything that doesn't change has been read once."""
    queries, seconds = [], []
    for _number in range(TIMES):
        env.invalidate_all()
        before, began = env.cr.sql_log_count, time.perf_counter()
        journals._get_journal_dashboard_data_batched()
        queries.append(env.cr.sql_log_count - before)
        seconds.append(time.perf_counter() - began)
    return {'queries': queries[-1], 'seconds': statistics.median(seconds[1:])}
