"""What this project adds to the accounting dashboard, for one journal and for many."""
from tools.console import step

from .figures import Chart, Figure, Part
from .stage import BOOKS

JOURNALS = (1, 10, 50, 100, 200)
WANTED = 2  # queries


def measure(ground):
    """:return: {'dashboards': [{'journals', 'with': {'queries', 'seconds'}, 'without': ...}]}."""
    found = []
    with ground.stage('dashboard', BOOKS) as stage:
        with step(f"Making {max(JOURNALS)} synchronized journals"):
            stage.run('dashboard.prepare', journals=max(JOURNALS))
        with step("Looking at the dashboard"):
            for journals in JOURNALS:
                found += stage.run('dashboard.count', journals=journals)
    return {'dashboards': found}


def figures(found):
    for one in (found['dashboards'][0], found['dashboards'][-1]):
        yield Figure(
            f"queries added to the dashboard, {one['journals']} journal(s)",
            [one['with']['queries'] - one['without']['queries']], "queries", '.0f', at_most=WANTED,
        )
        yield Figure(
            f"the whole dashboard against Odoo's own, {one['journals']} journal(s)",
            [one['with']['seconds'] / one['without']['seconds']], "times", '.2f',
        )


def charts(found):
    yield Chart(
        "Accounting dashboard", "journals", "queries",
        {
            title: [(one['journals'], one[name]['queries']) for one in found['dashboards']]
            for name, title in (('with', "this project"), ('without', "plain Odoo"))
        },
        logarithmic=False,
    )


DASHBOARD = Part('dashboard', "Dashboard", measure, figures, charts)
