"""Which browser takes part in a connect flow: only the one whose user agreed brings its end.

Without it, somebody could begin a flow, send the bank's address to another person, and see that
person's accounts in his own books (RFC 6749 §10.12, OAuth 2.0 Security BCP §4.7). So each browser
gets a secret in a cookie; the flow keeps the digest of the browser where its user agreed. Another
one may go on too, when its user says so on a page that names who asks.

Cookies with ``SameSite=Lax`` do not come with forms that other sites send: a form that brings one
was sent from our own page.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

COOKIE = 'online_bank_visit'
COOKIE_LIFETIME = timedelta(hours=2)  # longer than any flow
_OURS = re.compile(r'[\w-]{43}')


@dataclass(frozen=True, slots=True)
class Browser:
    """The browser behind a request.

    :param cookie: what it brought as our cookie; anything but a secret of ours is nothing.
    :param from_own_page: it says that a page of this very server led here.
    :param sent_form: the request is a form, from whatever page.
    """

    cookie: str = ''
    from_own_page: bool = False
    sent_form: bool = False
    secret: str = field(init=False)

    def __post_init__(self):
        known = bool(_OURS.fullmatch(self.cookie))
        object.__setattr__(self, 'cookie', self.cookie if known else '')
        object.__setattr__(self, 'secret', self.cookie or secrets.token_urlsafe(32))

    @property
    def is_known(self) -> bool:
        """Whether it brought our cookie."""
        return bool(self.cookie)
