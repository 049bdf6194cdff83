"""Find a client's link, and ask its provider what several operations need."""

from __future__ import annotations

from dataclasses import replace

from ..providers.errors import ErrorCode
from ..providers.interface import Account, Provider, Revocation
from .call import Call
from .errors import ProxyError, disconnected, unknown
from .gateway import Gateway


def find(call: Call, link_id: str, *, with_deleted=False):
    """The client's link with this id; what belongs to others does not exist."""
    links = call.env['online.proxy.link'].with_context(active_test=not with_deleted)
    link = links.search([
        ('identifier', '=', link_id), ('client_id', '=', call.client.id),
    ]).with_context(active_test=True)
    if not link:
        raise unknown('link')
    call.events.concern(link=link)
    return link


def find_account(link, account_id: str):
    """The account of this link with this id."""
    account = link.account_ids.filtered(lambda account: account.identifier == account_id)
    if not account:
        raise unknown('account')
    return account


def require_connected(link) -> None:
    """Refuse to ask the provider for a link that has no consent."""
    if link.state == 'disconnected':
        raise disconnected(link)
    if not link.tokens_encrypted:
        raise ProxyError(ErrorCode.USER_ACTION_REQUIRED, "The bank is not connected yet.")


def fetch_accounts(call: Call, link) -> None:
    """Ask the provider for the accounts of the consent, and keep them."""
    def ask(connector: Provider) -> list[Account]:
        return connector.accounts()

    link._keep_accounts(Gateway(call, link.provider_id, link).run('accounts', ask))


def revoke(call: Call, link) -> Revocation:
    """End the consent at the provider; a failure is an answer, since the user is leaving anyway."""
    if not link.tokens_encrypted:
        return Revocation(True, "There was no consent to revoke.")
    try:
        revocation = Gateway(call, link.provider_id, link).run(
            'revoke', lambda connector: connector.revoke()
        )
        if revocation.revoked and not revocation.detail:
            proof = f"The provider confirmed it; recorded as {call.events.reference}."
            return replace(revocation, detail=proof)
        return revocation
    except ProxyError as error:
        return Revocation(
            False,
            "The provider could not be told; the consent ends there by itself, or at your bank.",
            error.provider_reference,
        )
