"""What all fakes share: a server on the loopback that refuses what it was not told to expect."""

import json
import re
import threading
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

START = datetime(2026, 3, 15, 12, 0, tzinfo=timezone.utc)


def route(
    method, path, *, query=(), required=(), optional=(), form=False, status=200, for_people=False,
):
    """Mark a method of a fake as the answer to ``method path``.

    ``query``: allowed parameters. ``required``, ``optional``: top-level fields of the body.
    ``for_people``: a page, which browsers open without the operator's keys.
    """

    def mark(function):
        function.routes = [*getattr(function, 'routes', ()), (method, path)]
        function.expects = Expectation(
            set(query), set(required), set(optional), form, status, for_people,
        )
        return function

    return mark


@dataclass
class Expectation:
    query: set
    required: set
    optional: set
    form: bool
    status: int
    for_people: bool

    def complaint(self, request, body):
        """Why the real provider would refuse this request, None when it would not."""
        if unknown := set(request.args) - self.query:
            return f'unknown parameters {sorted(unknown)}'
        if missing := self.required - set(body):
            return f'missing fields {sorted(missing)}'
        if unknown := set(body) - self.required - self.optional:
            return f'unknown fields {sorted(unknown)}'
        return None


@dataclass
class Exchange:
    """One request and its answer, for the validation against the official description."""

    method: str
    path: str
    query: list
    headers: dict
    body: object
    status: int = 0
    answer: object = None


@dataclass
class Fault:
    """An answer that replaces the normal one, for the next request that it matches."""

    path: str
    status: int
    body: object
    headers: dict = field(default_factory=dict)
    times: int = 1


class Refused(Exception):
    """The fake refuses a request with the provider's own kind of error."""

    def __init__(self, status, body):
        super().__init__(body)
        self.status, self.body = status, body


def secret(kind):
    """A token, or something else that only two may know; it stands nowhere by chance."""
    return f'{kind}-{uuid.uuid4().hex}'


class _Quiet(WSGIRequestHandler):
    protocol_version = 'HTTP/1.1'  # connections stay open, as at the real ones
    disable_nagle_algorithm = True

    def log(self, *args):
        """Say nothing: a test that fails shows the exchanges."""


class FakeServer:
    """Serve the routes of a subclass; keep what was said; complain at the end."""

    prefix = ''

    def __init__(self, ssl_context=None):
        self.now = lambda: START
        self.exchanges, self.faults, self.violations = [], [], []
        self._rules = Map(strict_slashes=False, merge_slashes=False)
        for name in dir(type(self)):
            for method, path in getattr(getattr(type(self), name), 'routes', ()):
                # '^' marks a path that is not below the prefix.
                full = path[1:] if path[0] == '^' else self.prefix + path
                self._rules.add(Rule(full, endpoint=name, methods=[method]))
        self._server = make_server(
            '127.0.0.1', 0, self._serve, threaded=True, request_handler=_Quiet,
            ssl_context=ssl_context,
        )
        scheme = 'https' if ssl_context else 'http'
        self.origin = f'{scheme}://127.0.0.1:{self._server.server_port}'
        self.url = self.origin + self.prefix
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self._server.shutdown()
        self._server.server_close()
        if kind is None:
            assert not self.violations, self.violations
            assert not self.faults, f'never asked for: {self.faults}'

    def fail(self, path, status, body=None, times=1, **headers):
        """Answer the next request whose path ends with ``path`` like this instead."""
        names = {name.replace('_', '-'): value for name, value in headers.items()}
        self.faults.append(Fault(path, status, body, names, times))

    def calls(self, path):
        """The exchanges whose path ends with ``path``."""
        return [exchange for exchange in self.exchanges if exchange.path.endswith(path)]

    def after(self, duration=timedelta(0)):
        """The instant so long after now, as the providers write it."""
        return (self.now() + duration).strftime('%Y-%m-%dT%H:%M:%SZ')

    @staticmethod
    def answer(body, headers):
        """An answer with headers of its own."""
        return _response(body, 200, headers)

    def check(self, request, name):
        """Authentication; a subclass raises Refused."""

    def refusal(self, status, message):
        """The provider's body for a request that makes no sense."""
        return {'error': message}

    def _serve(self, environ, start_response):
        request = Request(environ)
        body = _body_of(request)
        exchange = Exchange(
            request.method, request.path, list(request.args.items(multi=True)),
            dict(request.headers), body,
        )
        self.exchanges.append(exchange)
        response = self._fault(request) or self._answer(request, body, environ)
        exchange.status = response.status_code
        exchange.answer = _json_of(response)
        return response(environ, start_response)

    def _fault(self, request):
        for fault in self.faults:
            if request.path.endswith(fault.path):
                fault.times -= 1
                if not fault.times:
                    self.faults.remove(fault)
                return _response(fault.body, fault.status, fault.headers)
        return None

    def _answer(self, request, body, environ):
        try:
            name, values = self._rules.bind_to_environ(environ).match()
        except HTTPException:
            return self._violation(404, f'no such call {request.method} {request.path}')
        function = getattr(self, name)
        try:
            if not function.expects.for_people:
                self.check(request, name)
            complaint = function.expects.complaint(request, body if isinstance(body, dict) else {})
            if complaint:
                return self._violation(400, f'{request.method} {request.path}: {complaint}')
            result = function(request, body, **values)
        except Refused as refused:
            return _response(refused.body, refused.status)
        if isinstance(result, Response):
            return result
        return _response(result, function.expects.status)

    def _violation(self, status, message):
        self.violations.append(message)
        return _response(self.refusal(status, message), status)


def _body_of(request):
    data = request.get_data(cache=True)  # first: signatures are about these bytes
    if request.mimetype == 'application/x-www-form-urlencoded':
        return request.form.to_dict()
    return json.loads(data) if data else {}


def _json_of(response):
    try:
        return json.loads(response.get_data())
    except ValueError:
        return None


def _response(body, status, headers=None):
    if body is None:
        return Response('', status, headers or {})
    if isinstance(body, (str, bytes)):
        return Response(body, status, headers or {}, mimetype='text/plain')
    text = json.dumps(body, default=lambda number: f'@@{number}@@')
    text = re.sub(r'"@@(-?[0-9.]+)@@"', r'\1', text)  # a Decimal keeps every digit, as at a bank
    return Response(text, status, headers or {}, mimetype='application/json')
