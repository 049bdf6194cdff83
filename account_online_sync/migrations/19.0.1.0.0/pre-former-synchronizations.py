from odoo.addons.account_online_synchronization import legacy


def migrate(cr, version):
    """A database of an older series: nothing that it left behind calls code that is gone."""
    legacy.prepare_previous_module(cr)
