"""Institutions as the interface shows them.

One query reads all that is shown: people search while they type, and recordsets of banks, their
routes and providers would take longer than the search itself.
"""

from __future__ import annotations

from functools import cache

from odoo.tools import SQL

from .call import BASE_PATH

_READ = """
    SELECT i.identifier, i.name, COALESCE(i.bics, ''), COALESCE(i.country_codes, ''),
           COALESCE(i.logo_mimetype, '') <> ''
               OR COALESCE(starts_with(i.logo_url, 'data:image/'), FALSE),
           i.website, COALESCE(i.beta, FALSE), i.audience, COALESCE(i.account_types, ''),
           i.history_days, COALESCE(i.unattended, FALSE),
           p.code, p.name, COALESCE(r.beta, FALSE), r.history_days, COALESCE(r.unattended, FALSE)
      FROM unnest(%s::int[]) WITH ORDINALITY AS wanted(id, place)
      JOIN online_proxy_institution i ON i.id = wanted.id AND (i.offered OR %s)
 LEFT JOIN (online_proxy_institution_route r
            JOIN online_proxy_provider p ON p.id = r.provider_id AND p.enabled)
           ON r.institution_id = i.id AND r.active
  ORDER BY wanted.place, COALESCE(r.beta, FALSE), COALESCE(r.sequence, 0),
           NOT COALESCE(r.unattended, FALSE), r.id
"""  # routes in the same order as `_usable_routes` of the institution has them


def shown(institutions, base_url: str, *, even_withdrawn: bool = False) -> list[dict]:
    """The institutions with the providers that reach them, in the language of the context.

    :param base_url: where browsers reach this proxy.
    :param even_withdrawn: also those that no provider in use reaches any more.
    """
    env = institutions.env
    for model in ('online.proxy.institution', 'online.proxy.institution.route',
                  'online.proxy.provider'):
        env[model].flush_model()
    describe = cache(env['online.proxy.provider']._describe)
    found = {}
    for row in env.execute_query(SQL(_READ, institutions.ids, even_withdrawn)):
        (identifier, name, bics, countries, has_logo, website, beta, audience, account_types,
         history_days, unattended, *route) = row
        one = found.get(identifier) or found.setdefault(identifier, {
            'id': identifier,
            'name': name,
            'bic': bics.split(),
            'countries': countries.split(),
            'logo_url': logo_address(base_url, identifier) if has_logo else None,
            'website': website or None,
            'beta': beta,
            'audience': audience,
            'account_types': account_types.split(),
            'history_days': history_days or None,
            'unattended': unattended,
            'providers': [],
        })
        if route[0]:
            one['providers'].append(_provider(*route, describe, default=not one['providers']))
    return list(found.values())


def logo_address(base_url: str, identifier: str) -> str:
    """Where a browser finds a logo: at this proxy, so that no third party sees who looks."""
    return f'{base_url}{BASE_PATH}/institutions/{identifier}/logo'


def _provider(code, name, beta, history_days, unattended, describe, *, default) -> dict:
    return {
        'code': code,
        'name': name,
        'description': describe(code) or '',
        'beta': beta,
        'history_days': history_days or None,
        'unattended': unattended,
        'default': default,
    }
