"""A signed-in user of a running Odoo. Runs in the virtual environment."""

import requests


class RemoteError(Exception):
    """What the server answered instead of a result; `name` is the class of its exception."""

    def __init__(self, error):
        data = error.get('data') or {}
        super().__init__(data.get('message') or error.get('message'))
        self.name = data.get('name')


class Client:
    """Calls methods as the web client does, with the rights of the user."""

    def __init__(self, url, database, user='admin', password='admin'):  # noqa: S107 (a demonstration)
        self.url = url
        self.session = requests.Session()
        parameters = {'db': database, 'login': user, 'password': password}
        self.user = self.json('/web/session/authenticate', **parameters)

    def call(self, model, method, *arguments, **named):
        """Call a public method; raises RemoteError with the server's words."""
        return self.json(
            f'/web/dataset/call_kw/{model}/{method}',
            model=model, method=method, args=list(arguments), kwargs=named,
        )

    def json(self, path, **parameters):
        """Answer of a JSON-RPC route."""
        answer = self.session.post(
            f'{self.url}{path}', timeout=300,
            json={'jsonrpc': '2.0', 'method': 'call', 'params': parameters},
        )
        answer.raise_for_status()
        content = answer.json()
        if 'error' in content:
            raise RemoteError(content['error'])
        return content.get('result')
