"""The harness itself, and the first promise of all: the addons install and the server answers."""

import os
import subprocess

from tools.places import ADDONS, BIN, BYTECODE


def test_all_addons_are_installed_in_a_fresh_database(server):
    installed = server.login().call(
        'ir.module.module', 'search_read', [('state', '=', 'installed')], ['name'],
    )
    assert set(ADDONS) <= {module['name'] for module in installed}


def test_a_killed_server_starts_again_with_what_was_committed(server):
    partner = server.login().call('res.partner', 'create', {'name': "Survivor"})
    server.kill()
    server.start()
    assert server.login().call('res.partner', 'read', [partner], ['name'])[0]['name'] == "Survivor"


def test_odoo_is_compiled_once_although_the_machine_wants_no_compiled_files():
    done = subprocess.run(
        [BIN / 'python', '-c', "import sys; print(sys.dont_write_bytecode, sys.pycache_prefix)"],
        env={**os.environ, 'PYTHONDONTWRITEBYTECODE': '1'}, capture_output=True, text=True,
        check=True,
    )
    assert done.stdout.split() == ['False', str(BYTECODE)]
