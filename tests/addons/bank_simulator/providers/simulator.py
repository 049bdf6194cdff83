"""A provider as another addon would bring it: the bank is a file that a test writes."""

import json
from datetime import date
from pathlib import Path

from odoo.addons.account_online_synchronization_proxy.providers import registry
from odoo.addons.account_online_synchronization_proxy.providers.errors import (
    CursorExpired,
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

PAGE = 'page-'


@registry.register
class Simulator(Provider):
    """Reads what the bank shows now from the file that the setting ``world`` names.

    The file is JSON: ``{accounts: [Account], windows: {account id: {pages, window, balance}}}``.
    A feed by cursor has ``cursor`` and ``removed`` instead of ``window``. ``leads_to`` says which
    page comes after the last one, ``rejections`` of the world how many times the bank has forgotten
    where it was.
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
        if cursor and self._is_rejected(world):
            raise CursorExpired
        number, pages = _page_of(cursor), shown['pages']
        following = number + 1 if number + 1 < len(pages) else shown.get('leads_to')
        last = following is None
        days = [date.fromisoformat(day) for day in shown['window'] or ()]
        return Page(
            transactions=tuple(Transaction(**row, raw=row) for row in (pages or [[]])[number]),
            cursor=shown.get('cursor') if last else f'{PAGE}{following}',
            more=not last,
            removed=tuple(shown.get('removed') or ()) if last else (),
            window=Window(*days) if last and days else None,
            balance=Balance(shown['balance'], currency) if shown['balance'] else None,
        )

    def revoke(self):
        return Revocation(revoked=True)

    def _is_rejected(self, world):
        left = world.get('rejections', 0)
        if left:
            self._file().write_text(json.dumps({**world, 'rejections': left - 1}))
        return left > 0

    def _world(self):
        return json.loads(self._file().read_text())

    def _file(self):
        return Path(self.context.settings['world'])


def _page_of(cursor):
    return int(cursor.removeprefix(PAGE)) if cursor and cursor.startswith(PAGE) else 0
