"""What the tests of all connectors say in the same words."""

from datetime import date

import pytest
from providers.errors import ProviderError
from providers.interface import ConnectMode, ConnectRequest, Presence

UNATTENDED = Presence()
ATTENDED = Presence(attended=True, user_ip='203.0.113.7', user_agent='Mozilla/5.0')
CALLBACK = 'https://proxy.example/account_online/1/callback/x'


def failure_of(call, *args, **options):
    """The ProviderError that the call ends with."""
    with pytest.raises(ProviderError) as caught:
        call(*args, **options)
    return caught.value


def connect_request(institution_id='', mode=ConnectMode.CONNECT, **values):
    """What the proxy hands over when a user connects."""
    options = {'state': 'st-1', 'callback_url': CALLBACK, 'lang': 'fr_BE', 'country': 'FR',
               'user_reference': 'link-42', 'user_ip': '203.0.113.7', **values}
    return ConnectRequest(mode=mode, institution_id=institution_id, **options)


def all_pages(provider, account_id, since=None, presence=UNATTENDED, cursor=None, limit=50):
    """Every page of one synchronization, as the proxy asks for them."""
    since = date.fromisoformat(since) if since else None
    pages = []
    for _page in range(limit):
        page = provider.transactions(account_id, since, cursor, presence)
        pages.append(page)
        if not page.more:
            return pages
        cursor = page.cursor
    raise AssertionError('the pages never end')


def rows(provider, account_id, since=None, **options):
    """Every transaction of one synchronization."""
    pages = all_pages(provider, account_id, since, **options)
    return [row for page in pages for row in page.transactions]
