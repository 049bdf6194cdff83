"""For ``--upgrade-path``: the same work as the addon's own, one implementation."""

from odoo import SUPERUSER_ID, api
from odoo.addons.account_online_synchronization import legacy


def migrate(cr, version):
    """Columns that the older series had, and this module does not declare, stay as they are."""
    legacy.spare_previous_module(api.Environment(cr, SUPERUSER_ID, {}))
