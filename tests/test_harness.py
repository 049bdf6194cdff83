"""The harness itself, and the first promise of all: the addons install and the server answers."""

from tools.places import ADDONS


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
