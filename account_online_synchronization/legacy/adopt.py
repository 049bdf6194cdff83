"""With the models ready: show what was synchronized before; nothing is imported twice."""

import logging

from .accounts import complete_accounts
from .credentials import FORMER_TABLES, wipe_company_secrets, wipe_parameters, wipe_secrets
from .identities import adopt_identities
from .layout import MODULE, unknown_columns
from .previous_module import adopt_providers
from .retire import PREVIOUS_MODELS, PREVIOUS_MODULE, spare_unknown_fields, stop_crons

_logger = logging.getLogger(__name__)

REPORTED_MODELS = (
    'account.online.link',
    'account.online.account',
    'account.journal',
    'account.bank.statement.line',
)


def adopt(env):
    """Take over what former bank synchronizations left behind; harmless when repeated.

    Returns the links that were shown for the first time.
    """
    stopped = stop_crons(env.cr, PREVIOUS_MODULE, PREVIOUS_MODELS)
    wiped = wipe_secrets(env.cr, FORMER_TABLES) | wipe_company_secrets(env)
    wipe_parameters(env.cr)
    spare_unknown_fields(env, (MODULE, PREVIOUS_MODULE))
    env.invalidate_all()
    new_links = adopt_providers(env)
    complete_accounts(env)
    env.flush_all()
    rows = adopt_identities(env)
    env.invalidate_all()
    if new_links or stopped or rows:
        _logger.info(
            "Former bank synchronizations: %s shown as disconnected, %s crons stopped,"
            " %s transactions recognised, secrets wiped in %s",
            len(new_links),
            stopped,
            rows,
            sorted(wiped) or "no table",
        )
    _report_unknown_columns(env)
    return new_links


def _report_unknown_columns(env):
    """Columns that nobody declares stay untouched; the log names them for the upgrader."""
    if not env['account.online.link'].search_count([('is_previous', '=', True)], limit=1):
        return
    for name in REPORTED_MODELS:
        if found := unknown_columns(env, name):
            _logger.info("Left as they are in %s: columns %s", env[name]._table, ", ".join(found))
