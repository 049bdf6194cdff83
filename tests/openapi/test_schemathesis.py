"""The interface as it is served, attacked by schemathesis with signed requests.

More by hand, also whether all that is described is taken and nothing else:
SCHEMATHESIS="--max-examples=500 --seed=7 --checks=all" before the command.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import demo
from tools.places import LOGS, ROOT, environment

sys.path.insert(0, str(Path(__file__).parents[2] / 'account_online_synchronization'))
from proxy_client import HttpsTransport, ProxyClient
from proxy_client.signing import Credentials

pytest.importorskip('schemathesis', reason="Schemathesis needs Python 3.11")

UUID = '11111111-2222-4333-8444-555555555555'
OPERATOR = """
subscription = env['online.proxy.subscription'].create({'name': "Customer"})
print('CODE', subscription._issue_code())
env.cr.commit()
"""
# What schemathesis does is suspicious indeed: that it is not blocked.
PATIENCE = """
UPDATE online_proxy_client SET watched_from = now() AT TIME ZONE 'UTC' + INTERVAL '1 day'
RETURNING id
"""
BOUNDED = '--max-examples=10 --seed=20261127'
CHECKS = (
    'not_a_server_error', 'status_code_conformance', 'content_type_conformance',
    'response_headers_conformance', 'response_schema_conformance', 'missing_required_header',
    'unsupported_method', 'allow_header_conformance', 'use_after_free', 'ignored_auth',
    'ensure_resource_availability',
)


@pytest.fixture(scope='module')
def known(proxy):
    """A registered database with a connected bank: its credentials, and the ids of what it has."""
    code = proxy.shell(OPERATOR).partition('CODE ')[2].split()[0]
    registered = ProxyClient(HttpsTransport(proxy.url)).register({
        'database_uuid': UUID, 'subscription_code': code, 'contact_email': 'jo@customer.example',
        'database_url': 'https://odoo.customer.example', 'odoo_version': '19.0',
    })
    credentials = {
        'client_id': registered['client_id'], 'secret': registered['secret'], 'database_uuid': UUID,
    }
    client = ProxyClient(HttpsTransport(proxy.url, Credentials(**credentials)))
    [bank] = client.institutions(q=demo.BANK, limit=1)['institutions']
    link = client.create_link({'institution_id': bank['id']}, 'first')
    demo.sign_in_at_bank(link['connect_url'])
    account = client.accounts(link['link_id'])[0]
    proxy.query(PATIENCE)
    return {
        'credentials': credentials,
        'ids': {
            'institution_id': bank['id'], 'link_id': link['link_id'], 'account_id': account['id'],
        },
    }


def test_no_answer_fails_or_stands_outside_the_description(proxy, known, tmp_path):
    log = LOGS / 'schemathesis.log'
    with open(log, 'w') as output:
        done = subprocess.run(
            [
                sys.executable, '-m', 'schemathesis.cli', 'run',
                f'{proxy.url}/account_online/1/openapi.json', f'--checks={",".join(CHECKS)}',
                '--phases=examples,coverage,fuzzing,stateful', '--generation-database=none',
                '--generation-with-security-parameters=false', '--no-color',
                *environment('SCHEMATHESIS', BOUNDED).split(),
            ],
            cwd=tmp_path, stdout=output, stderr=subprocess.STDOUT, check=False,
            env={
                **os.environ, 'SCHEMATHESIS_HOOKS': 'tests.openapi.hooks',
                'PYTHONPATH': f'{ROOT}:{os.environ.get("PYTHONPATH", "")}',
                'KNOWN_TO_THE_PROXY': json.dumps(known),
            },
        )
    assert done.returncode == 0, log.read_text()[-5000:]
    assert 'Traceback' not in proxy.log_text()
