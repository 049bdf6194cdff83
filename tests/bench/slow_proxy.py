"""A proxy whose banks take their time, and have much to say.

`python slow_proxy.py PORT`. ``POST /settings`` changes what it does:

- ``latency``: seconds that every call of a synchronization takes;
- ``new``: transactions that each visit of a link finds on top of those it knows;
- ``days``: over how many days, up to yesterday, these are spread;
- ``page``: transactions of one answer;
- ``balance``: of the account before the new ones; None when the bank says none.
"""
import json
import sys
import time
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

NOW = datetime.now(timezone.utc)
YESTERDAY = NOW.date() - timedelta(days=1)
settings = {'latency': 0.0, 'new': 5, 'days': 1, 'page': 500, 'balance': None}


def transaction(link, number, place):
    """Number `number` of a link; `place` (0 to 1) says where in the days it was booked."""
    day = YESTERDAY - timedelta(days=int((1 - place) * settings['days']))
    cents = number * 7919 % 500_000 + 1
    amount = f"{'-' if number % 3 else ''}{cents // 100}.{cents % 100:02}"
    payer = number * 31 % 900
    return {
        'id': f'{link}-{number}', 'status': 'booked', 'booking_date': day.isoformat(),
        'value_date': day.isoformat(), 'amount': amount, 'currency': 'USD',
        'description': f'Payment {number} of {link}\nInvoice {2026_000_000 + number}',
        'counterparty': {
            'name': f'Customer {payer}', 'account_number': f'BE{payer:014}',
            'bank_code': 'GEBABEBB',
        },
        'references': {'end_to_end': f'E2E-{number:012}'}, 'foreign': None, 'balance_after': None,
        'code': 'PMNT-RCDT', 'pending_id': None,
        'raw': {
            'transactionId': f'{link}-{number}', 'bookingDate': day.isoformat(),
            'transactionAmount': {'amount': amount, 'currency': 'USD'},
            'debtorName': f'Customer {payer}', 'debtorAccount': {'iban': f'BE{payer:014}'},
            'remittanceInformationUnstructured': f'Payment {number} of {link}',
            'bankTransactionCode': 'PMNT-RCDT-ESCT', 'proprietaryBankTransactionCode': 'TRF',
        },
    }


def page(link, cursor):
    """A cursor names the next transaction and, between two pages, the end of the visit."""
    first, _slash, end = (cursor or '0').partition('/')
    first = int(first)
    end = int(end or first + settings['new'])
    visit = end - settings['new']
    last = min(first + settings['page'], end)
    return {
        'transactions': [
            transaction(link, number, (number - visit + 1) / settings['new'])
            for number in range(first, last)
        ],
        'cursor': f'{last}/{end}' if last < end else f'{end}', 'more': last < end, 'removed': [],
        'window': None, 'balance': _balance(link, visit, end), 'id_grade': 'strong',
        'as_of': NOW.isoformat(),
    }


def _balance(link, visit, end):
    if settings['balance'] is None:
        return None
    cents = round(settings['balance'] * 100) + sum(
        round(float(transaction(link, number, 1)['amount']) * 100)
        for number in range(visit, end)
    )
    return {'amount': f'{cents / 100:.2f}', 'currency': 'USD', 'at': NOW.isoformat()}


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True

    def do_GET(self):
        time.sleep(settings['latency'])
        url = urlsplit(self.path)
        parts = url.path.split('/')
        cursor = parse_qs(url.query).get('cursor', [None])[0]
        self._answer(page(parts[parts.index('links') + 1], cursor))

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        if self.path == '/settings':
            settings.update(body)
            self._answer({})
            return
        time.sleep(settings['latency'])
        self._answer({'status': 'done', 'at': NOW.isoformat()})

    def _answer(self, content):
        content = json.dumps(content).encode()
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(content)))
        self.send_header('X-Reference', 'R-BENCH')
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args):
        """Nobody reads a log of these."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


if __name__ == '__main__':
    Server(('127.0.0.1', int(sys.argv[1])), Handler).serve_forever()
