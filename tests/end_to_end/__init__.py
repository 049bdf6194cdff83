"""Each real provider through the whole product: Odoo, proxy, connector, fake bank, browser."""

import tests.providers.conftest
