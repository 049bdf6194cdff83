"""For ``--upgrade-path``: the same work as the addon's own, one implementation."""

from odoo.addons.account_online_synchronization import legacy


def migrate(cr, version):
    """Disconnect what another module of this name left, before our columns are added."""
    legacy.prepare(cr)
