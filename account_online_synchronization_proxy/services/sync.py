"""Refresh accounts at the provider, and hand out their transactions."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date

from ..providers.errors import CursorExpired, ErrorCode
from ..providers.interface import ConnectMode, Page, Presence, Refreshing
from . import clock, connect, cursors, inputs, serialize
from .call import Call
from .errors import ProxyError
from .gateway import Gateway
from .link_access import find, find_account, require_connected

LONGEST_CURSOR = 8000
# Failures that last until the user does something.
LASTING = {
    ErrorCode.USER_ACTION_REQUIRED: ConnectMode.REFRESH,
    ErrorCode.CONSENT_EXPIRED: ConnectMode.RECONNECT,
}


def refresh(call: Call, link_id: str) -> tuple[int, dict]:
    """Let the provider fetch from the bank, within what it grants."""
    link = find(call, link_id)
    require_connected(link)
    presence = _presence(call.body)
    connect.check_way_back(call)
    wanted, limited = _wanted_accounts(call, link), {}
    accounts, job = wanted, _job(call, link)
    if not job:
        if not presence.attended and not link.route_id.unattended:
            raise ProxyError(ErrorCode.UNATTENDED_REFUSED)
        accounts, limited = _allowed(wanted, presence)
    external_ids = tuple(accounts.mapped('external_id'))
    with _remembered_failure(call, link, accounts):
        answer = Gateway(call, link.provider_id, link).run(
            'refresh', lambda connector: connector.refresh(external_ids, presence, job),
        )
    link._set_working()
    if not job:
        accounts._count_refresh(presence.attended)
    return 200, {**_refresh_json(call, link, answer, wanted), 'limited': limited}


def transactions(call: Call, link_id: str, account_id: str) -> tuple[int, dict]:
    """One page of an account's transactions, from a cursor or from a day on."""
    link = find(call, link_id)
    account = find_account(link, account_id)
    require_connected(link)
    since = inputs.iso_date(call.query, 'since')
    key = _cursor_key(account)
    given = inputs.text(call.query, 'cursor', longest=LONGEST_CURSOR)
    cursor = cursors.unwrap(call.vault, 'cursor', key, given) if given else None
    presence = _presence(call.query)
    with _remembered_failure(call, link, account):
        page, known = _page(call, account, since, cursor, presence)
    link._set_working()
    wrapped = page.cursor and cursors.wrap(call.vault, 'cursor', key, page.cursor)
    now = clock.now(link.provider_id)
    return 200, {
        **serialize.page(page, cursor=wrapped, id_grade=account.id_grade, as_of=now),
        'restarted': bool(given) and not known,
        **({'simulated_today': now.date().isoformat()} if link.provider_id.simulated else {}),
    }


def quota(call: Call, link_id: str) -> tuple[int, dict]:
    """Until when each account must pause, and how many automatic refreshes it has left today."""
    link = find(call, link_id)
    return 200, {
        'accounts': {
            account.identifier: account._allowance_as_json() for account in link.account_ids
        },
    }


def _presence(values) -> Presence:
    """Who waits, as the database says. Without anybody there, no address is passed on."""
    attended = inputs.boolean(values, 'attended')
    user_ip, user_agent = inputs.address(values, 'user_ip'), inputs.text(values, 'user_agent')
    if not attended:
        return Presence()
    return Presence(True, user_ip or None, user_agent or None)


def _page(
    call: Call, account, since: date | None, cursor: str | None, presence,
) -> tuple[Page, str | None]:
    """The page, and the cursor that it goes on from: none if the given one leads nowhere."""
    gateway = Gateway(call, account.link_id.provider_id, account.link_id)

    def ask(connector):
        return connector.transactions(account.external_id, since, cursor, presence)

    try:
        page = gateway.run('transactions', ask)
    except CursorExpired:
        cursor = None
        page = gateway.run('transactions', ask)
    if page.more and (not page.cursor or page.cursor == cursor):
        raise ProxyError(
            ErrorCode.PROVIDER_ERROR, detail="The provider's next page is the same page again",
        )
    return page, cursor


def _wanted_accounts(call: Call, link):
    ids = inputs.texts(call.body, 'account_ids')
    if not ids:
        return link.account_ids.filtered(lambda account: not account.closed)
    return link.account_ids.union(
        *(find_account(link, account_id) for account_id in ids)
    ).filtered(lambda account: account.identifier in ids)


def _allowed(accounts, presence: Presence):
    """The accounts that may be refreshed now, and until when the others must pause."""
    limited = _limits(accounts, presence.attended)
    if limited and len(limited) == len(accounts):
        first, until = min(limited.items(), key=lambda item: item[1])
        raise ProxyError(
            ErrorCode.RATE_LIMITED, until=until,
            account_id=first.identifier if len(accounts) == 1 else None,
        )
    return accounts.filtered(lambda account: account not in limited), {
        account.identifier: until.isoformat() for account, until in limited.items()
    }


def _job(call: Call, link) -> str | None:
    given = inputs.text(call.body, 'job', longest=LONGEST_CURSOR)
    if not given:
        return None
    job = cursors.unwrap(call.vault, 'job', link.identifier, given)
    if not job:
        raise ProxyError(
            ErrorCode.INVALID_REQUEST, "There is no such job: start the refresh anew.", status=404,
        )
    return job


def _refresh_json(call: Call, link, answer, accounts) -> dict:
    if isinstance(answer, Refreshing):
        return {
            'status': 'in_progress',
            'job': cursors.wrap(call.vault, 'job', link.identifier, answer.job),
            'retry_after': max(answer.seconds, 1),
        }
    at = answer.at or clock.now(link.provider_id)
    link.last_refresh_at = clock.naive(at)
    return {'status': 'done', 'at': at.isoformat(), 'by_hand_from': _by_hand_from(accounts)}


def _by_hand_from(accounts) -> str | None:
    """When the next refresh by hand is granted to one of them; None: now."""
    limits = _limits(accounts, attended=True)
    return min(limits.values()).isoformat() if limits and len(limits) == len(accounts) else None


def _limits(accounts, attended: bool) -> dict:
    """Until when those accounts must pause that may not be refreshed now, as people see it."""
    limits = {account: account._allowance(attended=attended).until for account in accounts}
    return {
        account: clock.ours(until, account.link_id.provider_id)
        for account, until in limits.items() if until
    }


def _cursor_key(account) -> str:
    """A cursor is of one account as one provider knows it: a new consent may have renamed it."""
    return f'{account.identifier} {account.external_id}'


@contextmanager
def _remembered_failure(call: Call, link, accounts):
    """Keep what a failure teaches: the link's state, the limit, the way out for the user."""
    try:
        yield
    except ProxyError as error:
        call.env.cr.rollback()
        external_id = error.account_id
        if external_id:
            concerned = accounts.filtered(lambda item: item.external_id == external_id)
            error.account_id = concerned.identifier or None
            accounts = concerned or accounts
        if error.code == ErrorCode.RATE_LIMITED:
            limited = accounts if external_id else link.account_ids
            call.env['online.proxy.quota']._learn(limited, None, error.until)
        if error.code == ErrorCode.ACCOUNT_CLOSED and len(accounts) == 1:
            accounts.closed = True
        if error.code in LASTING:
            link._set_error(error, call.events.reference)
            if call.body.get('attended') is True:
                _flow, error.connect_url = connect.open_flow(call, link, LASTING[error.code])
        call.env.cr.commit()  # pylint: disable=invalid-commit  # it outlives the failed request
        raise
