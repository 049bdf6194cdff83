"""Lets plain Python tests import the addons as Odoo does: `odoo.addons.NAME`."""

import importlib.util

from tools.places import ROOT


def make_addons_importable():
    """Put this checkout on the path of `odoo.addons`, where Odoo itself can be imported."""
    if importlib.util.find_spec('odoo') is None:
        return
    import odoo.addons

    if str(ROOT) not in odoo.addons.__path__:
        odoo.addons.__path__.append(str(ROOT))
