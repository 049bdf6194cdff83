"""Holds real answers against the OpenAPI document."""

from __future__ import annotations

from functools import cache

try:
    from jsonschema import Draft202012Validator, FormatChecker
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT202012
except ImportError:  # a database that runs the tests without the development requirements
    Draft202012Validator = None

from ..services import openapi, routes

URI = 'urn:proxy'
AVAILABLE = Draft202012Validator is not None


def check(method: str, path: str, status: int, answer: dict) -> None:
    """Raise an AssertionError when the document does not describe this answer."""
    if not AVAILABLE:
        return
    template = _template(method, path)
    if template is None:
        template, method, status = '/links', 'POST', 'default'
    responses = openapi.document()['paths'][template][method.lower()]['responses']
    name = str(status) if str(status) in responses else 'default'
    if name == 'default' and str(status) < '400' and status != 'default':
        raise AssertionError(f'{method} {path} answered {status}, which is not described')
    if '$ref' in responses[name]:
        pointer = '/components/responses/Failure'
    else:
        pointer = f'/paths/{_escape(template)}/{method.lower()}/responses/{name}'
    errors = list(_validator(f'{pointer}/content/application~1json/schema').iter_errors(answer))
    if errors:
        first = errors[0]
        raise AssertionError(f'{method} {path}: {first.json_path}: {first.message}')


def _template(method: str, path: str) -> str | None:
    """The path of the document that this request is of, None for an address that has none."""
    path = path.partition('?')[0]
    for template, item in openapi.document()['paths'].items():
        operation = item.get(method.lower())
        if operation and _operation(method, path) == operation['operationId']:
            return template
    return None


def _operation(method: str, path: str) -> str | None:
    try:
        return routes.match(method, path)[0]
    except routes.ProxyError:
        return None


def _escape(text: str) -> str:
    return text.replace('~', '~0').replace('/', '~1').replace('{', '%7B').replace('}', '%7D')


@cache
def _validator(pointer: str):
    resource = Resource.from_contents(openapi.document(), default_specification=DRAFT202012)
    return Draft202012Validator(
        {'$ref': f'{URI}#{pointer}'},
        registry=Registry().with_resource(URI, resource),
        format_checker=FormatChecker(),
    )
