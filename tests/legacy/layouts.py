"""Tables as older series left them, with the odd values that such databases hold."""

from pathlib import Path

DATA = Path(__file__).parent / 'data'

# Every value that must never be found again after the installation.
SECRETS = (
    'access-sandbox-OLDPLAID',
    'ITEM-OLDPLAID',
    'yodlee-secret-token',
    'company-plaid-token',
    'vendor-access',
    'vendor-refresh',
    'vendor-data',
    'vendor-parameter',
)


def run(server, name):
    """Run one of the SQL files on the server's database; returns the first column of its rows."""
    return server.query((DATA / f'{name}.sql').read_text())
