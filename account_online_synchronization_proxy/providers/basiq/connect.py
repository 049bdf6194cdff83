"""How a user connects with Basiq: he visits its consent page, and jobs do the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

from .. import normalize
from ..addresses import checked_url
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
from ..refusals import RefusedError
from . import mapping
from .api import BasiqApi

CONSENT_URL = 'https://consent.basiq.io/home'
SOON = timedelta(days=30)  # a consent that ends within a month is prolonged with the connection
QUESTIONS = ('email', 'mobile', 'businessName', 'businessIdNo')


class Connect:
    """The Basiq user of the link, his visits to the consent page, and the jobs they start."""

    def __init__(self, api: BasiqApi, context: Context):
        self.api, self.context = api, context

    def begin(self, request: ConnectRequest) -> Step:
        """Send the user to the consent page; before the first visit he says who he is."""
        if not self.context.tokens.get('user'):
            return _ask_who()
        if request.mode == ConnectMode.REFRESH:
            return self.follow(self.refresh()['id'])
        return self._consent_page(request)

    def finish(self, request: ConnectRequest, answer: Mapping[str, str]) -> Step:
        """Go on with what the user said, or with the jobs that his visit started."""
        if answer.get('email') or answer.get('mobile'):
            self._new_user(answer)
            return self._consent_page(request)
        if not self.context.tokens.get('user'):
            return _ask_who()
        code = [value for name, value in sorted(answer.items()) if name.startswith('mfa')]
        if code:
            self._answer_challenge(code)
        jobs = answer.get('jobIds') or answer.get('jobId') or self.context.tokens.get('job')
        return self.follow(str(jobs).split(',')[-1]) if jobs else Cancelled("no job was started")

    def look(self) -> Step:
        """See whether a job of the visit has ended well; what failed may be tried again there."""
        known = self.context.tokens.get('known', ())
        good = [row['id'] for row in self._jobs() if row['id'] not in known and has_succeeded(row)]
        return self.follow(good[-1]) if good else Wait()

    def refresh(self) -> Mapping:
        """Begin a job that reads the bank, or find the one that runs."""
        return self.api.post(f'{self.path()}/connections/{self.connection_id()}/refresh')

    def follow(self, job_id: str) -> Step:
        """What the job wants next."""
        job = self.api.get(f'/jobs/{job_id}')
        self._check_owner(job)
        challenge = challenge_of(job)
        if challenge is not None:
            self._save(job=job_id)
            return _ask_code(challenge)
        if not is_done(self.api, job):
            self._save(job=job_id)
            return Wait()
        self._save(job=None, known=[], connection=_connection_of(job) or self.connection_id())
        return self._connected()

    def active_consent(self) -> Mapping | None:
        """The consent, without which Basiq deletes everything."""
        rows = self.api.listed(f'{self.path()}/consents')
        return normalize.first_of(rows, 'status', ['active'])

    def path(self) -> str:
        """Under which everything of the user stands."""
        if not self.context.tokens.get('user'):
            raise ProviderError(ErrorCode.CONSENT_EXPIRED, "There is no consent")
        return f'/users/{self.context.tokens["user"]}'

    def connection_id(self) -> str:
        """The link's connection."""
        if not self.context.tokens.get('connection'):
            raise ProviderError(ErrorCode.CONSENT_EXPIRED, "There is no connection")
        return self.context.tokens['connection']

    def connection(self) -> Mapping:
        """The link's connection, which the user may remove on Basiq's page."""
        try:
            found = self.api.get(f'{self.path()}/connections/{self.connection_id()}')
        except RefusedError as error:
            if 'resource-not-found' not in error.markers:
                raise
            found = {'status': 'deleted'}
        if found.get('status') == 'deleted':
            raise self.api.error('connection deleted', detail="Removed at Basiq:")
        return found

    def _consent_page(self, request: ConnectRequest) -> Redirect:
        query = {
            'token': self.api.client_token(self.context.tokens['user']),
            'state': request.state,
            **self._purpose(request),
        }
        self._save(known=[row['id'] for row in self._jobs()])
        address = self.context.settings.get('consent_url') or CONSENT_URL
        url = f'{checked_url(address)}?{urlencode(query)}'
        return Redirect(url, visit=self.context.tokens['user'])

    def _jobs(self) -> list[Mapping]:
        """The jobs of a week, the newest last."""
        rows = self.api.listed(f'{self.path()}/jobs')
        return sorted(rows, key=lambda row: str(row.get('created')))

    def _purpose(self, request: ConnectRequest) -> dict[str, str]:
        connection = self.context.tokens.get('connection')
        consent = self.active_consent() if connection else None
        if not consent:  # the first one, or a new one after the old has ended
            return {'institutionId': request.institution_id}
        ends = mapping.expiry(consent)
        is_ending = bool(ends and ends < self.context.now() + SOON)
        if request.mode == ConnectMode.RECONNECT and is_ending:
            return {'action': 'extend'}
        # Asks for new credentials, or renews an open-banking connection and its accounts.
        return {'connectionId': connection}

    def _new_user(self, answer: Mapping[str, str]) -> None:
        given = {name: answer[name].strip() for name in QUESTIONS if answer.get(name)}
        if given.get('businessIdNo'):
            is_company_number = len(re.sub(r'\D', '', given['businessIdNo'])) == 9
            given['businessIdNoType'] = 'ACN' if is_company_number else 'ABN'
        user = self.api.post('/users', given)
        self._save(user=normalize.take(user, 'id', str))

    def _answer_challenge(self, code: list[str]) -> None:
        token = self.api.client_token(self.context.tokens['user'])

        def as_user(request):
            request.headers['Authorization'] = f'Bearer {token}'
            return request

        path = f'/jobs/{self.context.tokens.get("job")}/mfa'
        self.api.post(path, {'mfa-response': code}, authorize=as_user)

    def _check_owner(self, job: Mapping) -> None:
        """A job id that a browser brings proves nothing by itself."""
        if any(f'{self.path()}/' not in f'{link}/' for link in _links_of(job)):
            raise ProviderError(ErrorCode.INVALID_REQUEST, "The job is not of this user")

    def _connected(self) -> Connected:
        connection, consent = self.connection(), self.active_consent() or {}
        ends: list[datetime | None] = [mapping.expiry(connection), mapping.expiry(consent)]
        days = normalize.part(consent, 'data').get('initialRetrievalDays')
        return Connected(min(filter(None, ends), default=None), days)

    def _save(self, **changes) -> None:
        tokens = {**self.context.tokens, **changes}
        self.context.save_tokens(tokens, tokens.get('user'))


def is_done(api: BasiqApi, job: Mapping) -> bool:
    """Whether every step has succeeded; a step that failed is an error at once."""
    for step in normalize.take(job, 'steps', list):
        if step.get('status') == 'failed':
            raise api.error(_failure_of(step), detail=f'The step {step.get("title")} failed:')
    return has_succeeded(job)


def has_succeeded(job: Mapping) -> bool:
    """Whether every step has succeeded; a job has no status of its own."""
    steps = normalize.take(job, 'steps', list)
    return bool(steps) and all(step.get('status') == 'success' for step in steps)


def challenge_of(job: Mapping) -> Mapping | None:
    """What the bank asks the user in the middle of a job."""
    for step in normalize.take(job, 'steps', list):
        if step.get('title') == 'mfa-challenge' and step.get('status') == 'in-progress':
            return normalize.part(step, 'result')
    return None


def _failure_of(step: Mapping) -> str:
    result = step.get('result')  # an object, or a list, or with an error inside
    first = result[0] if isinstance(result, list) and result else result
    inner = normalize.part(first, 'error') or (first if isinstance(first, Mapping) else {})
    return str(inner.get('code') or 'unknown-error')


def _links_of(job: Mapping) -> list[str]:
    """The links to what the job works on."""
    results = [normalize.part(step, 'result').get('url') for step in job.get('steps') or ()]
    links = [normalize.part(job, 'links').get('source'), *results]
    return [str(link) for link in links if link and '/users/' in str(link)]


def _connection_of(job: Mapping) -> str | None:
    found = [re.search(r'/connections/([^/?]+)', link) for link in _links_of(job)]
    return next((match.group(1) for match in found if match), None)


def _ask_who() -> AskUser:
    either, company = "Basiq wants this or a mobile number.", "Only for accounts of a company."
    questions = (
        ('email', "E-mail address", either),
        ('mobile', "Mobile number", "For example +61400000000."),
        ('businessName', "Company", company),
        ('businessIdNo', "ABN or ACN", company),
    )
    fields = tuple(
        FormField(name, label, help=advice, optional=True) for name, label, advice in questions
    )
    return AskUser(fields, "Who gives the consent?")


def _ask_code(challenge: Mapping) -> AskUser:
    questions = challenge.get('input') or [challenge.get('description') or "Code"]
    fields = tuple(
        FormField(f'mfa{number}', str(question), kind='code')
        for number, question in enumerate(questions)
    )
    return AskUser(fields, "The bank asks", str(challenge.get('description') or ""))
