from odoo.addons.account_online_synchronization import legacy


def migrate(cr, version):
    """A database of another module of this name: disconnect before our columns are added."""
    legacy.prepare(cr)
