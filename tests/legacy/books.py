"""Books to protect: companies, journals and lines, and a fingerprint of all that is booked."""

from tests.legacy.layouts import run

MAKE_BOOKS = """
company = env['res.company'].create({'name': "Second Company"})
env.user.company_ids |= company
env['account.chart.template'].try_loading('generic_coa', company)
for owner, code in ((env.company, 'OLD'), (company, 'SEC')):
    for number in range(2):
        journal = env['account.journal'].create({
            'name': f"Old Bank {code} {number}", 'code': f'{code}{number}', 'type': 'bank',
            'company_id': owner.id,
        })
        env['account.bank.statement.line'].with_company(owner).create([
            {
                'journal_id': journal.id,
                'date': f'2026-0{1 + day % 6}-1{day % 9}',
                'payment_ref': f"Payment {day}",
                'amount': 10.5 + day if day % 2 else -7.25 - day,
            }
            for day in range(15)
        ])
env.cr.commit()
"""


def make_books(server):
    """Fill a bare accounting database with a few thousand statement lines."""
    server.shell(MAKE_BOOKS)
    run(server, 'copy_lines')


def fingerprint(server):
    """Changes with any change of what is booked."""
    return run(server, 'fingerprint')[0]
