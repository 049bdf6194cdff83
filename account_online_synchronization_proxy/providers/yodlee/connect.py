"""How a user connects with Yodlee: in FastLink, whose result is asked for at the API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

from .. import normalize
from ..addresses import checked_url
from ..errors import ErrorCode, ProviderError
from ..interface import (
    Cancelled,
    Connected,
    ConnectMode,
    ConnectRequest,
    Context,
    Redirect,
    Step,
    Wait,
)
from ..refusals import RefusedError
from . import mapping
from .api import NOT_FOUND, YodleeApi

SANDBOX_FASTLINK = 'https://fl4.sandbox.yodlee.com/authenticate/restserver/fastlink'
FLOWS = {ConnectMode.CONNECT: 'add', ConnectMode.REFRESH: 'refresh'}  # all others edit
WORKING = ('LOGIN_IN_PROGRESS', 'IN_PROGRESS', 'MIGRATION_IN_PROGRESS')
GOOD = ('SUCCESS', 'PARTIAL_SUCCESS')
QUIET = timedelta(minutes=10)  # after the bank was read, the user still chooses his accounts


class Connect:
    """The Yodlee user of the link and his visits to FastLink."""

    def __init__(self, api: YodleeApi, context: Context):
        self.api, self.context = api, context

    def begin(self, request: ConnectRequest) -> Redirect:
        """Post the user's token to FastLink; the bank is chosen already."""
        if not self.context.tokens.get('login'):
            self._save(login=self._login(request))
        known = {row['id']: row for row in self._links()}
        link = self.context.tokens.get('link')
        read = mapping.dataset(known.get(link, {})).get('lastUpdated')
        self._save(known=list(known), read=read)
        flow = FLOWS.get(request.mode, 'edit') if link in known else 'add'
        what = {'providerId': request.institution_id}
        parameters = {
            'configName': self.context.settings.get('config_name', ''),
            'flow': flow,
            **(what if flow == 'add' else {'providerAccountId': link}),
            'callback': request.callback_url,
        }
        fields = {
            'accessToken': f'Bearer {self.api.user_token()}',
            'extraParams': urlencode(parameters),
        }
        return Redirect(self._fastlink(), fields, visit=request.state)

    def finish(self) -> Step:
        """Look which link the visit has made or mended: what a browser brings proves nothing."""
        link = self._visited()
        if not link:
            return Cancelled("no account was linked")
        row = self.link(link)
        return self._connected(row) if self.is_done(row) else Wait(5)

    def look(self) -> Connected | Wait:
        """See whether a visit is over; what failed may be tried again there."""
        link = self._visited()
        row = self.link(link) if link else {}
        read, told = mapping.updated_at(row), mapping.dataset(row).get('lastUpdated')
        is_read = row.get('status') in GOOD and told != self.context.tokens.get('read')
        if is_read and read and read + QUIET <= self.context.now():
            return self._connected(row)
        return Wait()

    def link(self, link_id: int) -> Mapping:
        """The provider account."""
        try:
            rows = self.api.listed(f'/providerAccounts/{link_id}', 'providerAccount', {})
        except RefusedError as error:
            if NOT_FOUND not in error.markers:
                raise
            rows = []
        if not rows:
            raise ProviderError(ErrorCode.CONSENT_EXPIRED, "The link does not exist any more")
        return rows[0]

    def link_id(self) -> int:
        """The id of the link's provider account."""
        if not self.context.tokens.get('link'):
            raise ProviderError(ErrorCode.CONSENT_EXPIRED, "There is no link at Yodlee")
        return self.context.tokens['link']

    def is_done(self, row: Mapping) -> bool:
        """Whether the reading has ended well; the reason is in the data set, not in the status."""
        status = normalize.take(row, 'status', str)
        if status in WORKING:
            return False
        if status in GOOD:
            return True
        reason = mapping.trouble(row) or status
        raise self.api.error(reason, status, detail="The bank could not be read:")

    def _visited(self) -> int | None:
        """The link that the visit has made, else the one it was for."""
        known = self.context.tokens.get('known', ())
        new = [row['id'] for row in self._links() if row['id'] not in known]
        return new[-1] if new else self.context.tokens.get('link')

    def _connected(self, row: Mapping) -> Connected:
        self._save(link=row['id'], known=[], read=None)
        return Connected(self._expires_at(row))

    def _login(self, request: ConnectRequest) -> str:
        given = self.context.settings.get('sandbox_login')
        if given and not self.context.production:
            return given
        # A user for each link: he can be deleted with it.
        return 'link-' + re.sub(r'[^A-Za-z0-9@#_-]', '-', request.user_reference)[:140]

    def _links(self) -> list[Mapping]:
        return self.api.listed('/providerAccounts', 'providerAccount', {})

    def _fastlink(self) -> str:
        given = self.context.settings.get('fastlink_url')
        if not given and self.context.production:
            detail = "The address of FastLink is missing in the settings"
            raise ProviderError(ErrorCode.INVALID_REQUEST, detail)
        return checked_url(given or SANDBOX_FASTLINK)

    def _expires_at(self, row: Mapping) -> datetime | None:
        if not row.get('consentId'):
            return None  # a login with credentials has no end
        params = {'providerAccountIds': str(row['id'])}
        consents = self.api.listed('/consents', 'consent', params)
        ends = [item.get('expirationDateTime') or item.get('expirationDate') for item in consents]
        return max(filter(None, map(normalize.instant, ends)), default=None)

    def _save(self, **changes) -> None:
        tokens = {**self.context.tokens, **changes}
        self.context.save_tokens(tokens, tokens.get('login'))
