from odoo import SUPERUSER_ID, api
from odoo.addons.account_online_synchronization import legacy


def migrate(cr, version):
    """Show former synchronizations as disconnected and recognise what they imported."""
    legacy.adopt(api.Environment(cr, SUPERUSER_ID, {}))
