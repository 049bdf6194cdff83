"""A proxy whose banks take their time: answers every call of a synchronization after LATENCY.

`python slow_proxy.py PORT`; ``POST /latency {"seconds": 0.3}`` changes it. Every synchronization
of a link brings ``NEW`` further transactions.
"""
import json
import sys
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NEW = 5
NOTHING = {'name': None, 'account_number': None, 'bank_code': None}
TODAY = datetime.now(timezone.utc).date()
settings = {'latency': 0.0}
visits = Counter()


def transaction(link, number):
    day = TODAY - timedelta(days=1)
    return {
        'id': f'{link}-{number}', 'status': 'booked', 'booking_date': day.isoformat(),
        'value_date': None, 'amount': f'{number % 90 + 1}.50', 'currency': 'USD',
        'description': f'Payment {number} of {link}', 'counterparty': NOTHING, 'references': {},
        'foreign': None, 'balance_after': None, 'code': None, 'pending_id': None, 'raw': {},
    }


def page(link):
    first = visits[link] * NEW
    visits[link] += 1
    return {
        'transactions': [transaction(link, number) for number in range(first, first + NEW)],
        'cursor': f'after-{first + NEW}', 'more': False, 'removed': [], 'window': None,
        'balance': None, 'id_grade': 'strong', 'as_of': f'{TODAY}T00:00:00+00:00',
    }


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True

    def do_GET(self):
        time.sleep(settings['latency'])
        parts = self.path.split('?')[0].split('/')
        self._answer(page(parts[parts.index('links') + 1]))

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        if self.path == '/latency':
            settings['latency'] = body['seconds']
            self._answer({})
            return
        time.sleep(settings['latency'])
        self._answer({'status': 'done', 'at': f'{TODAY}T00:00:00+00:00'})

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
