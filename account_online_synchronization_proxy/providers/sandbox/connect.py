"""How a user gives consent at a sandbox bank: at the bank's own site, or in the proxy's form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from urllib.parse import urlencode, urljoin

from ..errors import ErrorCode, ProviderError
from ..interface import (
    AskUser,
    Cancelled,
    Connected,
    ConnectMode,
    ConnectRequest,
    Context,
    FormField,
    Redirect,
    Step,
    Wait,
)
from .consent import (
    DEFAULT_SEED,
    from_tokens,
    has_consent,
    seal,
    sign,
    signing_key,
    to_tokens,
    unseal,
)
from .identifiers import stable_hash
from .model import Consent
from .world import World

SITE_PATH = '/account_online_sandbox/sign_in'
TICKET_LIFE = timedelta(minutes=30)
LOGIN, PASSWORD, CODE = 'demo', 'sandbox', '246810'


class ConnectFlow:
    """One flow of one link."""

    def __init__(self, context: Context, world: World):
        self.context = context
        self.world = world
        self.key = signing_key(context.settings)

    def start(self, request: ConnectRequest) -> Step:
        """The bank's site, or the first form."""
        bank = self.world.institution(request.institution_id)
        if bank.behaviour.own_form:
            return _ask_password()
        known = self._known_consent()
        ticket = seal(
            self.key,
            'ticket',
            {
                'institution': bank.id,
                'mode': str(request.mode),
                'state': request.state,
                'callback': request.callback_url,
                'lang': request.lang,
                'country': known.country if known else self._country(request),
                'seed': known.seed if known else self._seed(),
                'first_at': (known.first_at if known else self._now()).isoformat(),
                'accounts': list(known.account_keys) if known else None,
                'until': (self._now() + TICKET_LIFE).isoformat(),
            },
        )
        site = urljoin(request.callback_url, SITE_PATH)
        return Redirect(f'{site}?{urlencode({"ticket": ticket})}')

    def resume(self, request: ConnectRequest, answer: Mapping[str, str]) -> Step:
        """What the bank's site sent back, or what the user entered."""
        if self.world.institution(request.institution_id).behaviour.own_form:
            return self._resume_form(request, answer)
        if answer.get('error') == 'access_denied':
            return Cancelled('The user cancelled at the sandbox bank')
        if answer.get('error'):
            raise ProviderError(
                ErrorCode.USER_ACTION_REQUIRED, 'The sandbox bank refused the sign-in'
            )
        grant = unseal(self.key, 'grant', answer.get('grant') or '')
        expected = (request.state, request.institution_id)
        if (grant['state'], grant['institution']) != expected:
            raise ProviderError(ErrorCode.INVALID_REQUEST, 'The grant belongs to another sign-in')
        if datetime.fromisoformat(grant['until']) < self._now():
            raise ProviderError(ErrorCode.USER_ACTION_REQUIRED, 'The sign-in took too long')
        return self._connected(request, grant['accounts'], grant['seed'])

    def _resume_form(self, request: ConnectRequest, answer: Mapping[str, str]) -> Step:
        """Password, then a moment of work at the bank, then the code, then done."""
        if 'code' in answer:
            if answer['code'].strip() != CODE:
                return _ask_code('This code is wrong.')
            return self._connected(request, None, self._seed())
        if 'password' in answer:
            if answer['password'] != PASSWORD:
                return _ask_password('Login and password do not fit.')
            return Wait(1)
        return _ask_code()

    def _connected(self, request: ConnectRequest, chosen: list[str] | None, seed: str) -> Step:
        consent = self._renewed(request, seed)
        accounts = self.world.accounts(
            consent.seed, consent.institution_id, consent.country, consent.first_at, self._now()
        )
        keys = tuple(account.key for account in accounts if chosen is None or account.key in chosen)
        consent = replace(consent, account_keys=keys, verified=True)
        self.context.save_tokens(to_tokens(consent), consent.link_key)
        behaviour = self.world.institution(consent.institution_id).behaviour
        return Connected(consent.expires_at, behaviour.history_days)

    def _renewed(self, request: ConnectRequest, seed: str) -> Consent:
        """The consent after this flow: the first, the next, or the same with new credentials."""
        now = self._now()
        known = self._known_consent()
        if known and request.mode not in (ConnectMode.CONNECT, ConnectMode.RECONNECT):
            signed_in = self.world.institution(known.institution_id).asks_password(request.mode)
            return replace(known, password_at=now if signed_in else known.password_at)
        number = known.number + 1 if known else 1
        first_at = known.first_at if known else now
        country = known.country if known else self._country(request)
        link = stable_hash(
            seed, request.institution_id, request.user_reference or request.state, first_at
        )
        return Consent(
            seed=seed,
            institution_id=request.institution_id,
            country=country,
            first_at=first_at,
            number=number,
            given_at=now,
            expires_at=self._expiry(request.institution_id, number, now),
            access=sign(self.key, f'{link}/{number}'.encode()),
            link_key=known.link_key if known else f'sandbox_{link}',
            password_at=now,
            refreshes=known.refreshes if known else (),
        )

    def _expiry(self, institution_id: str, number: int, now: datetime) -> datetime | None:
        behaviour = self.world.institution(institution_id).behaviour
        if behaviour.first_consent_expired and number == 1:
            return now
        return now + timedelta(days=behaviour.consent_days) if behaviour.consent_days else None

    def _known_consent(self) -> Consent | None:
        return from_tokens(self.context.tokens) if has_consent(self.context.tokens) else None

    def _country(self, request: ConnectRequest) -> str:
        """The user's country where the bank is there, else the bank's first one."""
        countries = self.world.institution(request.institution_id).countries
        return request.country if request.country in countries else countries[0]

    def _seed(self) -> str:
        return self.context.settings.get('seed') or DEFAULT_SEED

    def _now(self) -> datetime:
        return self.context.now().astimezone(timezone.utc)


def _ask_password(problem: str = '') -> AskUser:
    return AskUser(
        fields=(
            FormField('login', 'Login', help=f'In the sandbox: {LOGIN}'),
            FormField('password', 'Password', 'password', help=f'In the sandbox: {PASSWORD}'),
        ),
        title='Sign in to the sandbox bank',
        message=problem,
    )


def _ask_code(problem: str = '') -> AskUser:
    return AskUser(
        fields=(FormField('code', 'Code', 'code', help=f'The sandbox sent you: {CODE}'),),
        title='Code from your bank',
        message=problem,
    )
