from odoo.addons.web.tests import test_js
from odoo.tests import HttpCase, tagged


@tagged('post_install', '-at_install')
class TestComponents(HttpCase):
    """The unit tests of the components, in a browser."""

    def test_components(self):
        suite = test_js.HOOTCommon._generate_hash(self, '@account_online_synchronization')
        self.browser_js(
            f'/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}',
            "", "", login='admin', timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )
