"""The proxy's interface, one method per call; shapes as in its OpenAPI document."""

from __future__ import annotations

import ipaddress
from urllib.parse import quote

LONGEST_AGENT = 300


class ProxyClient:
    """Calls of one database on behalf of one user.

    :param transport: object with ``send(method, path, query, body, headers)``.
    :param lang: IETF tag of the user's language, for the texts of banks and pages.
    :param user_ip: address of the person who waits, if there is one: some banks want to know it.
    :param user_agent: of that person's browser.
    """

    def __init__(self, transport, lang='en', user_ip=None, user_agent=None):
        self._transport = transport
        self._headers = {'X-User-Lang': lang}
        self._person = {
            'user_ip': _address(user_ip), 'user_agent': _line(user_agent)[:LONGEST_AGENT] or None,
        }

    def _send(self, method, path, query=None, body=None, key=None):
        headers = {**self._headers, 'X-Idempotency-Key': key} if key else self._headers
        query = {name: value for name, value in (query or {}).items() if value not in (None, '')}
        return self._transport.send(method, path, query, body, headers)

    # === DATABASE === #

    def register(self, values):
        """:return: ``{client_id, secret, contract_until?}``; the secret is never shown again."""
        return self._send('POST', '/register', body=values)

    def rotate(self):
        """:return: a new secret; the old one is valid until the new one is used."""
        return self._send('POST', '/rotate', body={})['secret']

    # === INSTITUTIONS === #

    def institutions(self, **query):
        """:return: ``{institutions, total}`` for ``q, country, bic, limit, offset, audience``."""
        return self._send('GET', '/institutions', query)

    def institution_count(self, country=None):
        """:return: ``{count, favourites}``."""
        return self._send('GET', '/institutions/count', {'country': country})

    def institution(self, institution_id):
        """One institution."""
        return self._send('GET', f'/institutions/{quote(institution_id, safe="")}')

    # === LINKS === #

    def create_link(self, values, key):
        """:return: ``{link_id, connect_url, expires_at}``."""
        return self._send('POST', '/links', body=values, key=key)

    def link(self, link_id):
        """The link as the proxy sees it."""
        return self._send('GET', _link_path(link_id))

    def connect(self, link_id, values):
        """:return: ``{connect_url, expires_at}``; no address when there is nothing to do."""
        return self._send('POST', _link_path(link_id, 'connect'), body=values)

    def accounts(self, link_id, refresh=False):
        """The link's accounts; with ``refresh`` the provider is asked anew."""
        query = {'refresh': 1} if refresh else None
        return self._send('GET', _link_path(link_id, 'accounts'), query)['accounts']

    def delete_link(self, link_id, reason=None):
        """:return: ``{revoked, detail}``."""
        return self._send(
            'DELETE', _link_path(link_id), body={'reason': reason} if reason else None
        )

    # === SYNCHRONIZATION === #

    def refresh(self, link_id, account_ids, attended, user_ip=None, job=None):
        """:return: ``{status: 'done', at}`` or ``{status: 'in_progress', job, retry_after}``."""
        body = {'account_ids': account_ids, 'attended': attended}
        if attended:
            person = {**self._person, 'user_ip': _address(user_ip) or self._person['user_ip']}
            body |= {name: value for name, value in person.items() if value}
        if job:
            body['job'] = job
        return self._send('POST', _link_path(link_id, 'refresh'), body=body)

    def transactions(self, link_id, account_id, since=None, cursor=None, attended=False):
        """One page."""
        return self._send(
            'GET', _link_path(link_id, 'accounts', account_id, 'transactions'),
            {
                'since': since, 'cursor': cursor, 'attended': int(attended),
                **(self._person if attended else {}),
            },
        )

    def quota(self, link_id):
        """:return: per account id ``{until, unattended_left}``."""
        return self._send('GET', f'/quota/{quote(link_id, safe="")}')['accounts']


def _address(text):
    """An IP address; None for what only looks like one, as behind some reverse proxies."""
    try:
        return str(ipaddress.ip_address(text or ''))
    except ValueError:
        return None


def _line(text):
    return ''.join(letter for letter in text or '' if letter.isprintable())


def _link_path(link_id, *parts):
    return '/' + '/'.join(quote(part, safe='') for part in ('links', link_id, *parts))
