"""What people read when something fails: what happened, why, who must act, the next step."""

from odoo.tools import format_datetime
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

MESSAGES = {
    'user_action_required': _lt(
        "%(institution)s asks for your confirmation before it hands out new transactions. Press the"
        " button of the connection and follow the bank's instructions."
    ),
    'consent_expired': _lt(
        "The consent given to %(institution)s has ended, as banks require from time to time. Press"
        " Reconnect and sign in at your bank; journals and transactions stay as they are."
    ),
    'unattended_refused': _lt(
        "%(institution)s hands out transactions only while somebody waits for them. Please disable"
        " the automatic synchronization of this connection, and use Synchronize Now or Fetch"
        " Transactions instead."
    ),
    'rate_limited': _lt(
        "%(institution)s allows only so many synchronizations a day and they are used up. Nothing"
        " is lost: the next one is possible from %(until)s and fetches everything."
    ),
    'institution_unavailable': _lt(
        "%(institution)s does not answer at the moment. You need not do anything: the"
        " synchronization is tried again by itself and fetches what is missing."
    ),
    'provider_error': _lt(
        "The service that connects to %(institution)s reported a problem of its own. It is tried"
        " again by itself. If it lasts for more than a day, give the reference to the support of"
        " your bank proxy."
    ),
    'account_closed': _lt(
        "An account at %(institution)s was closed, so no more transactions come from it. Its"
        " journal and history stay; unlink it when you no longer need it."
    ),
    'client_blocked': _lt(
        "The bank proxy noticed unusual activity and blocked the requests of this database. An"
        " administrator can reactivate it: Synchronize Now and Fetch Transactions lead to a page"
        " that sends a code to the phone number given at the first synchronization."
    ),
    'client_blocked_without_phone': _lt(
        "This database is blocked: contact the support of your bank proxy and give the reference."
        " The proxy noticed unusual activity, and no phone number was proved at the first"
        " synchronization, with which you could reactivate it yourself. Nothing is lost, and the"
        " synchronizations then go on by themselves."
    ),
    'client_disconnected': _lt(
        "The bank proxy no longer recognises this connection: support ended it, or this database"
        " is a copy or a restored backup. Press Reconnect here, and only in the database that"
        " shall receive the transactions."
    ),
    'declined': _lt(
        "Nothing was connected. The sign-in at %(institution)s ended in another browser, and the"
        " person there said that somebody else had started it. Start again, and finish the sign-in"
        " in the same browser."
    ),
    'not_registered': _lt(
        "This database is not registered at the bank proxy. An administrator enters the proxy's"
        " address and the subscription code in Settings, Invoicing, Bank Synchronization."
    ),
    'invalid_request': _lt(
        "The bank proxy did not accept the request; the versions of the database and the proxy"
        " may not fit. Give the reference to the support of your bank proxy."
    ),
    'internal': _lt(
        "The bank proxy failed unexpectedly. It is tried again by itself. If it lasts, give the"
        " reference to the support of your bank proxy."
    ),
    'proxy_unreachable': _lt(
        "The bank proxy %(host)s cannot be reached from this server. A firewall may be in between:"
        " ask your system administrator to allow outgoing HTTPS connections to %(host)s."
    ),
    'proxy_missing': _lt(
        "No bank proxy is set up. An administrator enters its address and the subscription code in"
        " Settings, Invoicing, Bank Synchronization, or installs the proxy in this database."
    ),
    'neutralized': _lt(
        "This database is a neutralized copy, meant for tests, so it does not contact any bank."
        " Use the original database."
    ),
    'unexpected': _lt(
        "The synchronization of %(institution)s failed because of an error in this database. What"
        " was imported before is safe, and it is tried again by itself. If it lasts, give the"
        " reference to your system administrator, who finds it in the server's log."
    ),
}


def explain(env, error, institution=None, with_reference=True):
    """The translated text about an :class:`~.proxy_client.OnlineSyncError`.

    :param institution: the bank's name.
    :param with_reference: False where the reference is shown beside the text.
    """
    until = error.until and format_datetime(env, error.until, dt_format='short')
    values = {
        'institution': institution or env._("the bank"),
        'until': until or env._("tomorrow"),
        'host': error.host or env._("elsewhere"),
    }
    message = MESSAGES.get(_message_key(error), MESSAGES['internal'])
    template = env._(message)  # lazy: takes no values
    text = template % values
    if error.reason:
        text = env._(
            "%(text)s The support of your bank proxy writes: “%(reason)s”",
            text=text, reason=error.reason,
        )
    if error.reference and with_reference:
        text = env._("%(text)s (Reference: %(reference)s)", text=text, reference=error.reference)
    return text


def _message_key(error):
    """What lies behind a code tells more than the code.

    A blocked database can only be reactivated by its users where the proxy named a page.
    """
    if error.cause:
        return error.cause
    if error.code == 'client_blocked' and not error.connect_url:
        return 'client_blocked_without_phone'
    return error.code
