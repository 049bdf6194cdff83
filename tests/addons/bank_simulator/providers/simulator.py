"""A provider as another addon would bring it: the bank is a file that a test writes."""

import json
from datetime import date
from pathlib import Path

from odoo.addons.account_online_synchronization_proxy.providers import registry
from odoo.addons.account_online_synchronization_proxy.providers.errors import (
    ErrorCode,
    ProviderError,
)
from odoo.addons.account_online_synchronization_proxy.providers.interface import (
    Account,
    Balance,
    Connected,
    IdGrade,
    Institution,
    Page,
    Provider,
    Refreshed,
    Revocation,
    Setting,
    Transaction,
    Window,
)


@registry.register
class Simulator(Provider):
    """Reads what the bank shows now from the file that the setting ``world`` names.

    The file is JSON: ``{accounts: [Account], windows: {account id: {pages, window, balance}}}``.
    """

    code = 'simulator'
    name = "Bank Simulator"
    settings = (Setting('world', "World", secret=False),)
    id_grade = IdGrade.STRONG

    def test_connection(self):
        self._world()

    def institutions(self):
        for grade in IdGrade:
            yield Institution(
                id=f'bank-{grade}', name=f"Simulated Bank ({grade} ids)", countries=('US',),
                id_grade=grade,
            )

    def start(self, request):
        self.context.save_tokens({'grade': request.institution_id.removeprefix('bank-')})
        return Connected()

    def resume(self, request, answer):
        return Connected()

    def accounts(self):
        return [Account(**account) for account in self._world()['accounts']]

    def refresh(self, account_ids, presence, job=None):
        if error := self._world().get('error'):
            raise ProviderError(ErrorCode(error), "The test says so.")
        return Refreshed()

    def transactions(self, account_id, since, cursor, presence):
        world = self._world()
        shown, currency = world['windows'][account_id], world['accounts'][0]['currency']
        number = int(cursor or 0)
        pages = shown['pages']
        last = number + 1 >= len(pages)
        days = [date.fromisoformat(day) for day in shown['window'] or ()]
        return Page(
            transactions=tuple(Transaction(**row, raw=row) for row in (pages or [[]])[number]),
            cursor=None if last else str(number + 1),
            more=not last,
            window=Window(*days) if last and days else None,
            balance=Balance(shown['balance'], currency) if shown['balance'] else None,
        )

    def revoke(self):
        return Revocation(revoked=True)

    def _world(self):
        return json.loads(Path(self.context.settings['world']).read_text())
