"""The pages of the fakes: where a person agrees, or turns back, as he does at the real ones."""

import types
from datetime import timedelta
from html import escape
from urllib.parse import parse_qs, urlencode

from werkzeug.wrappers import Response

from .server import route

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><link rel="icon" href="data:,">
</head><body><h1>{title}</h1>{content}</body></html>"""
BUTTONS = """<form method="post">{hidden}<button name="choice" value="allow">{allow}</button>
<button name="choice" value="deny">Turn back</button></form>"""


def visited(path, query=(), fields=()):
    """Mark a method as the page ``path``, with the buttons of :func:`ask` on it.

    ``fields``: what a form of the proxy may bring along.
    """

    def mark(function):
        for method in ('GET', 'POST'):
            options = {'query': query, 'optional': ('choice', *fields), 'for_people': True}
            function = route(method, path, **options)(function)
        return function

    return mark


def show(title, content):
    return Response(PAGE.format(title=escape(title), content=content), mimetype='text/html')


def ask(title, allow="Allow", **hidden):
    """A page with the two buttons; ``hidden`` fields come back with the choice."""
    inputs = ''.join(
        f'<input type="hidden" name="{name}" value="{escape(value, quote=True)}">'
        for name, value in hidden.items()
    )
    return show(title, BUTTONS.format(hidden=inputs, allow=allow))


def back(url, **parameters):
    """Send the browser back, with these parameters added."""
    joint = '&' if '?' in url else '?'
    where = f'{url}{joint}{urlencode(parameters)}' if parameters else url
    return Response('', 303, {'Location': where})


class SimpleFinPages:
    @visited('/create')
    def create_token(self, request, body):
        """Where the user makes a Setup Token, which he pastes elsewhere."""
        if not body:
            return ask("SimpleFIN Bridge", "Create a Setup Token")
        self.claims.add('ONCE')
        return show("Setup Token", f'<output>{self.setup_token}</output>')


class GoCardlessPages:
    @visited('^/psd2/start/<key>')
    def consent(self, request, body, key):
        requisition = self._requisition(key)
        reference = {'ref': requisition['reference']}
        if not body:
            return ask("Demo Bank")
        if body['choice'] == 'deny':
            return back(requisition['redirect'], **reference, error='UserCancelledSession')
        self.accept()
        return back(requisition['redirect'], **reference)


class EnableBankingPages:
    @visited('/consent')
    def consent(self, request, body):
        if not body:
            return ask(self.asked['aspsp']['name'])
        answer = {'error': 'access_denied'} if body['choice'] == 'deny' else {'code': self.accept()}
        return back(self.asked['redirect_url'], state=self.asked['state'], **answer)


class PontoPages:
    @visited('^/oauth2/auth', query=(
        'response_type', 'client_id', 'redirect_uri', 'scope', 'state', 'code_challenge',
        'code_challenge_method', 'onboarding_details_id'))
    def authorize(self, request, body):
        if not body:
            return ask("Ponto")
        is_denied = body['choice'] == 'deny'
        answer = {'error': 'access_denied'} if is_denied else {'code': self.agree(request.url)}
        return back(request.args['redirect_uri'], state=request.args['state'], **answer)

    @visited('^/bank/<key>', query=('back',))
    def prolong(self, request, body, key):
        """The user renews the access to one account at his bank."""
        if not body:
            return ask("Demo Bank")
        ends = self.after(timedelta(days=180))
        self.accounts[key]['attributes']['authorizationExpirationExpectedAt'] = ends
        return back(request.args['back'])


class PlaidPages:
    @visited('/hosted/<token>')
    def hosted(self, request, body, token):
        if not body:
            return ask("Plaid")
        if body['choice'] == 'deny':
            self.leave()
        else:
            self.agree()
        address = self.links[token]['asked']['hosted_link']['completion_redirect_uri']
        return back(address.partition('?')[0])  # nobody promised that a query survives


class SaltEdgePages:
    @visited('^/connect', query=('token',))
    def widget(self, request, body):
        if not body:
            return ask(self.provider['name'])
        if body['choice'] == 'deny':
            return back(self.visit['return_to'])
        key = self.visit['connection'] or self.agree()
        self.attempt(key)
        self.succeed(key, success_at=self.after())
        return back(self.visit['return_to'], connection_id=key)


class BasiqPages:
    callback = None  # where browsers go back to, as the operator has set it in the dashboard

    @visited('/home', query=('token', 'state', 'institutionId', 'connectionId', 'action'))
    def home(self, request, body):
        assert self.tokens[request.args['token']] == 'CLIENT_ACCESS'
        if not body:
            return ask("Basiq")
        state = {'state': request.args['state']}
        if body['choice'] == 'deny':
            return back(self.callback, **state)
        user = list(self.users)[-1]
        known = list(self.users[user]['connections'])
        job = self.new_job(user, known[0]) if known else self.agree(user)
        return back(self.callback, **state, jobId=job, jobIds=job)


class YodleePages:
    @visited('/fastlink', fields=('accessToken', 'extraParams'))
    def fastlink(self, request, body):
        if 'choice' not in body:
            return ask("FastLink", **body)
        if body['choice'] == 'allow':
            key = self.agree(types.SimpleNamespace(fields=body))
            self.read_bank(key, lastUpdated=self.after(), lastUpdateAttempt=self.after())
            for account in self.accounts.values():
                account['providerAccountId'] = key
        [callback] = parse_qs(body['extraParams'])['callback']
        return back(callback.partition('?')[0], sites='[{"status": "SUCCESS"}]')
