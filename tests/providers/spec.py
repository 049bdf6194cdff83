"""Holds what was said on the wire against a provider's official description, where there is one.

The descriptions are not part of the project: ``PROVIDER_SPECS`` names the folder they are in.
"""

import os
import re
from functools import lru_cache
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get('PROVIDER_SPECS') or ROOT.parent / 'shared/providers/specs')


def check(name, exchanges, *, prefix=''):
    """Assert that every exchange is as described; skip when the description is not here."""
    spec = load(name)
    assert exchanges, 'nothing was said'
    complaints = [line for exchange in exchanges for line in spec.complaints(exchange, prefix)]
    assert not complaints, '\n'.join(complaints)


def load(name):
    path = FOLDER / f'{name}.yml'
    if not path.exists():
        pytest.skip(f'The official description {name}.yml is not here (set PROVIDER_SPECS)')
    return _load(path)


@lru_cache
def _load(path):
    return Spec(yaml.safe_load(path.read_text(encoding='utf-8')))


class Spec:
    """An OpenAPI 3 or Swagger 2 document."""

    def __init__(self, document):
        self.document = _plain(document)
        resource = Resource(contents=self.document, specification=DRAFT202012)
        self.registry = Registry().with_resource('spec:', resource)

    def complaints(self, exchange, prefix=''):
        """What is not as described in the request or in its answer."""
        found = self._operation(exchange.method, exchange.path.removeprefix(prefix))
        if not found:
            yield f'{exchange.method} {exchange.path} is not described'
            return
        path_item, operation = found
        parameters = [self._resolved(p) for p in
                      [*path_item.get('parameters', ()), *operation.get('parameters', ())]]
        where = f'{exchange.method} {exchange.path}'
        yield from self._query(where, parameters, exchange)
        yield from self._headers(where, parameters, exchange)
        yield from self._body(where, parameters, operation, exchange)
        yield from self._answer(where, operation, exchange)

    def _operation(self, method, path):
        exact = [p for p in self.document['paths'] if p == path]
        for template in exact or self.document['paths']:
            pattern = re.sub(r'\\{[^/]+?\\}', '[^/]+', re.escape(template))
            item = self.document['paths'][template]
            if re.fullmatch(pattern, path) and method.lower() in item:
                return item, item[method.lower()]
        return None

    def _query(self, where, parameters, exchange):
        known = {p['name']: p for p in parameters if p['in'] == 'query'}
        given = dict(exchange.query)
        for name in sorted(set(given) - set(known)):
            yield f'{where}: parameter {name} is not described'
        for name, parameter in known.items():
            if parameter.get('required') and name not in given:
                yield f'{where}: parameter {name} is missing'
            if name in given:
                schema = parameter.get('schema', parameter)
                yield from self._fits(f'{where}?{name}', _typed(given[name], schema), schema)

    def _headers(self, where, parameters, exchange):
        given = {name.lower() for name in exchange.headers}
        for parameter in parameters:
            required = parameter['in'] == 'header' and parameter.get('required')
            if required and parameter['name'].lower() not in given:
                yield f'{where}: header {parameter["name"]} is missing'

    def _body(self, where, parameters, operation, exchange):
        schema = self._body_schema(parameters, operation)
        if schema is None:
            if exchange.body:
                yield f'{where}: a body is not described'
        elif exchange.body or self._resolved(operation.get('requestBody', {})).get('required'):
            yield from self._fits(where, exchange.body, self._closed(schema))

    def _body_schema(self, parameters, operation):
        content = self._resolved(operation.get('requestBody', {})).get('content', {})
        for media in content.values():
            return media.get('schema')
        form = [p for p in parameters if p['in'] == 'formData']
        if form:
            return {'type': 'object', 'properties': {p['name']: {} for p in form},
                    'required': [p['name'] for p in form if p.get('required')]}
        return next((p['schema'] for p in parameters if p['in'] == 'body'), None)

    def _answer(self, where, operation, exchange):
        responses = operation['responses']
        described = responses.get(str(exchange.status)) or responses.get('default')
        if described is None:
            if exchange.status < 400:  # descriptions are not complete about failures
                yield f'{where}: status {exchange.status} is not described'
            return
        described = self._resolved(described)
        contents = described.get('content', {}).values()
        schema = next((c.get('schema') for c in contents), described.get('schema'))
        if schema and exchange.answer is not None:
            yield from self._fits(f'{where} → {exchange.status}', exchange.answer, schema)

    def _fits(self, where, value, schema):
        schema = _absolute(schema)
        for error in Draft202012Validator(schema, registry=self.registry).iter_errors(value):
            inner = best_match([error])
            yield f'{where} {inner.json_path}: {inner.message[:200]}'

    def _resolved(self, item):
        while '$ref' in item:
            node = self.document
            for step in item['$ref'].removeprefix('#/').split('/'):
                node = node[step.replace('~1', '/').replace('~0', '~')]
            item = node
        return item

    def _closed(self, schema, depth=0):
        """The schema without references, refusing every property that it does not name."""
        schema = dict(self._resolved(schema))
        for part in schema.pop('allOf', ()):
            merged = self._closed(part, depth + 1)
            schema['properties'] = {**merged.get('properties', {}), **schema.get('properties', {})}
            schema['required'] = [*merged.get('required', ()), *schema.get('required', ())]
            schema = {**merged, **schema}
        if depth < 12 and 'properties' in schema:
            properties = schema['properties'].items()
            schema['properties'] = {k: self._closed(v, depth + 1) for k, v in properties}
            schema.setdefault('additionalProperties', False)
        if depth < 12 and isinstance(schema.get('items'), dict):
            schema['items'] = self._closed(schema['items'], depth + 1)
        return schema


def _typed(text, schema):
    """A query parameter as the type that its schema names."""
    kind = schema.get('type')
    if kind in ('integer', 'number') and re.fullmatch(r'-?\d+(\.\d+)?', text):
        return int(text) if '.' not in text else float(text)
    if kind == 'boolean' and text in ('true', 'false'):
        return text == 'true'
    return text.split(',') if kind == 'array' else text


def _plain(node):
    """OpenAPI 3.0 and Swagger 2 words in those of JSON Schema."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: _plain(value) for key, value in node.items() if key != 'example'}
    for bound in ('exclusiveMinimum', 'exclusiveMaximum'):
        if node.get(bound) is True:
            node[bound] = node.pop(bound.replace('exclusive', '').lower(), 0)
        elif node.get(bound) is False:
            del node[bound]
    if node.pop('nullable', False) is True:
        node = {'anyOf': [node, {'type': 'null'}]}
    return node


def _absolute(node):
    """The same schema with references that are found from anywhere."""
    if isinstance(node, list):
        return [_absolute(item) for item in node]
    if isinstance(node, dict):
        return {key: f'spec:{value}' if key == '$ref' and isinstance(value, str) and value[0] == '#'
                else _absolute(value) for key, value in node.items()}
    return node
