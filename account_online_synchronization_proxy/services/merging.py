"""What an institution is, seen over all providers that reach it (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

ROUTE_FIELDS = (
    'name', 'bics', 'countries', 'logo_url', 'website', 'beta', 'audience', 'account_types',
    'history_days', 'unattended',
)


def merged(routes: Sequence[Mapping]) -> dict:
    """The best that any route offers; where routes contradict each other the first one decides.

    :param routes: values of :data:`ROUTE_FIELDS`, the preferred route first.
    """
    audiences = {route['audience'] for route in routes}
    unlimited = any(not route['history_days'] for route in routes)
    return {
        'name': routes[0]['name'],
        'bics': _joined(route['bics'] for route in routes),
        'countries': _joined(route['countries'] for route in routes),
        'logo_url': _first(route['logo_url'] for route in routes),
        'website': _first(route['website'] for route in routes),
        'beta': all(route['beta'] for route in routes),
        'audience': audiences.pop() if len(audiences) == 1 else 'both',
        'account_types': _joined(route['account_types'] for route in routes),
        'history_days': 0 if unlimited else max(route['history_days'] for route in routes),
        'unattended': any(route['unattended'] for route in routes),
    }


def _joined(texts: Iterable[str | bool | None]) -> str:
    return ' '.join(dict.fromkeys(word for text in texts for word in (text or '').split()))


def _first(values: Iterable):
    return next(filter(None, values), False)
