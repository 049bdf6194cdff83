"""Keep the institutions of the providers up to date, without ever emptying the catalogue.

One pass reads all institutions of one provider in batches. Each batch is written and committed by
itself; an institution that the provider no longer names is put away only after a pass that came to
its end. Institutions of several providers are merged by BIC and country, else by name and country.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import asdict

from odoo import fields
from odoo.tools import SQL, split_every

from ..providers.interface import Institution, Provider
from . import contention, serialize
from .call import Call
from .gateway import Gateway
from .merging import ROUTE_FIELDS, merged
from .text import name_key

BATCH = 500
SUSPICIOUS_LOSS = 0.5  # a pass that loses more than this share is not believed
# Identifiers derive from what provider and institution are called: a new proxy gives the same ones.
_NAMESPACE = uuid.UUID('6f0d5b6e-58ab-5b0a-9f0f-3a3c1d0e8a11')


def refresh(call: Call, provider) -> int:
    """One pass over a provider's institutions; how many it named.

    Of several at once (the schedule and a button), one reads and the others wait for it.
    """
    before = provider.catalogue_refreshed_at
    with contention.alone(call.env.cr, contention.READING, provider.id):
        provider.invalidate_recordset()
        if provider.catalogue_refreshed_at == before:
            _read(call, provider)
        return provider.institution_count


def _read(call: Call, provider) -> None:
    number = provider.catalogue_pass + 1
    provider.catalogue_pass = number

    def read_all(connector: Provider) -> int:
        named = 0
        for batch in split_every(BATCH, connector.institutions(), list):
            _upsert(call.env, provider, batch, number)
            call.env.cr.commit()  # pylint: disable=invalid-commit  # no transaction over HTTP
            named += len(batch)
        return named

    named = Gateway(call, provider).run('institutions', read_all)
    _put_away(provider, number, named)
    provider.write({
        'catalogue_refreshed_at': fields.Datetime.now(), 'institution_count': named,
    })


def load_simulated(call: Call) -> None:
    """Read the institutions of simulated providers when they are first looked for.

    They come from memory, so that a new proxy can be tried out before its first scheduled pass.
    """
    if not _is_any_unread(call.env):
        return
    with contention.alone(call.env.cr, contention.LOADING):  # of several first searches, one reads
        for provider in _unread(call.env):
            refresh(call, provider)


def _is_any_unread(env) -> bool:
    """The same as :func:`_unread`, for every search."""
    env['online.proxy.provider'].flush_model()
    [[is_any]] = env.execute_query(SQL(
        "SELECT EXISTS (SELECT FROM online_proxy_provider"
        " WHERE enabled AND simulated AND catalogue_refreshed_at IS NULL)"
    ))
    return is_any


def _unread(env):
    return env['online.proxy.provider'].search([
        ('enabled', '=', True), ('simulated', '=', True), ('catalogue_refreshed_at', '=', False),
    ])


def _upsert(env, provider, batch: list[Institution], number: int) -> None:
    routes = env['online.proxy.institution.route'].with_context(active_test=False)
    batch = list({institution.id: institution for institution in batch}.values())
    known = {
        route.external_id: route
        for route in routes.search([
            ('provider_id', '=', provider.id),
            ('external_id', 'in', [institution.id for institution in batch]),
        ])
    }
    touched = env['online.proxy.institution']
    new = []
    for institution in batch:
        values = _route_values(institution)
        route = known.get(institution.id)
        if not route:
            new.append((institution, values))
        elif route.digest != values['digest'] or not route.active:
            route.write({**values, 'active': True})
            touched |= route.institution_id
    touched |= _create(env, provider, new)
    touched._merge_routes()
    env.cr.execute(SQL(
        "UPDATE online_proxy_institution_route SET catalogue_pass = %s"
        " WHERE provider_id = %s AND external_id = ANY(%s)",
        number, provider.id, [institution.id for institution in batch],
    ))


def _create(env, provider, new: list[tuple[Institution, dict]]):
    institutions = env['online.proxy.institution'].with_context(active_test=False)
    homes = _Homes(institutions, provider, [institution for institution, _values in new])
    country_ids = institutions._country_ids()
    missing = [(item, values) for item, values in new if not homes.take(item)]
    made = institutions.create([
        {
            **institutions._merged_values(merged([_as_read(values)]), country_ids),
            'identifier': _identifier(provider, institution),
        }
        for institution, values in missing
    ])
    home_of = homes.taken | dict(
        zip((item.id for item, _values in missing), made, strict=True)
    )
    env['online.proxy.institution.route'].create([
        {
            **values,
            'provider_id': provider.id,
            'institution_id': home_of[institution.id].id,
        }
        for institution, values in new
    ])
    made._update_offered()
    return institutions.union(*homes.taken.values())


def _as_read(values: dict) -> dict:
    return {name: values[name] for name in ROUTE_FIELDS}


class _Homes:
    """Finds the institution of other providers that a new route belongs to; each is taken once."""

    def __init__(self, institutions, provider, batch: list[Institution]):
        self.taken = {}
        self._homes = {}
        foreign = institutions.env['online.proxy.institution.route'].search([
            ('provider_id', '!=', provider.id),
            ('institution_id', 'not in', self._of_this_provider(institutions, provider)),
            '|', ('merge_bic', 'in', list({bic[:8] for item in batch for bic in item.bics})),
            ('merge_name', 'in', list({name_key(item.name) for item in batch})),
        ])
        for route in foreign:
            for country in (route.countries or '').split():
                for key in filter(None, (route.merge_bic, route.merge_name)):
                    self._homes.setdefault((key, country), []).append(route.institution_id)

    @staticmethod
    def _of_this_provider(institutions, provider):
        return institutions._search([('route_ids.provider_id', '=', provider.id)])

    def take(self, institution: Institution):
        """The institution to join, or None."""
        for key in _merge_keys(institution):
            for home in self._homes.get(key, ()):
                if home not in self.taken.values():
                    self.taken[institution.id] = home
                    return home
        return None


def _merge_keys(institution: Institution):
    for bic in institution.bics:
        for country in institution.countries:
            yield bic[:8].upper(), country
    for country in institution.countries:
        yield name_key(institution.name), country


def _identifier(provider, institution: Institution) -> str:
    return str(uuid.uuid5(_NAMESPACE, f'{provider.code} {institution.id}'))


def _route_values(institution: Institution) -> dict:
    said = serialize.clean(asdict(institution))
    bics = [bic.upper() for bic in said['bics']]
    return {
        'external_id': institution.id,
        'name': said['name'],
        'bics': ' '.join(bics),
        'merge_bic': bics[0][:8] if bics else False,
        'merge_name': name_key(said['name']),
        'countries': ' '.join(said['countries']),
        'logo_url': said['logo_url'],
        'website': said['website'],
        'beta': said['beta'],
        'audience': said['audience'],
        'account_types': ' '.join(said['account_types']),
        'history_days': said['history_days'] or 0,
        'unattended': said['unattended'],
        'id_grade': said['id_grade'],
        'quota': said['quota'],
        'digest': hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest(),
    }


def _put_away(provider, number: int, named: int) -> None:
    gone = provider.env['online.proxy.institution.route'].search([
        ('provider_id', '=', provider.id), ('catalogue_pass', '<', number),
    ])
    if len(gone) > SUSPICIOUS_LOSS * (len(gone) + named):
        provider.message_post(body=provider.env._(
            "The last pass named %(named)s institutions only; %(gone)s that were there before are"
            " missing. They were kept. Check the provider, then refresh again.",
            named=named, gone=len(gone),
        ))
        return
    institutions = gone.institution_id
    gone.active = False
    institutions._merge_routes()
