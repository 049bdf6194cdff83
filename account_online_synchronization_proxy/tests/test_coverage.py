import base64
from unittest.mock import patch

import requests

from odoo.tests import tagged

from ..services import institutions, logos, outgoing
from ..services.call import BASE_PATH
from .common import HttpProxyCase

PNG = base64.b64decode(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
)


@tagged('post_install', '-at_install')
class TestCoverage(HttpProxyCase):

    def setUp(self):
        super().setUp()
        self.refresh_catalogue()
        self.authenticate(None, None)

    def test_everybody_sees_which_banks_are_supported(self):
        page = self.cover()
        self.assertIn("Crédit Fictif S.A.", page)
        self.assertIn("Old &amp; Slow Bank", page)
        self.assertIn("by hand only", page)

    def test_the_page_is_searched_by_name_country_provider_and_beta(self):
        for query, found in (
            ('q=credit', ["Crédit"]), ('country=GB', ["Old"]), ('beta=1', ["Old"]),
            ('provider=fake', ["Crédit", "Old"]), ('provider=other', []), ('q=zz', []),
        ):
            page = self.cover(query)
            self.assertEqual([name for name in ("Crédit", "Old") if f'>{name}' in page], found)

    def test_the_page_understands_a_slip_of_the_finger(self):
        self.assertIn("Crédit Fictif S.A.", self.cover('q=cerdit'))

    def test_many_banks_are_counted_as_the_reader_s_language_does(self):
        with patch.object(institutions, 'look_for', lambda *_args: ([], 12345)):
            self.assertIn('12,345', self.cover())

    def test_nonsense_leads_back_to_the_whole_list(self):
        for query in ('offset=-1', 'country=Belgium', 'beta=x', 'q=' + 'a' * 200):
            self.assertIn("Crédit", self.cover(query))

    def test_what_is_searched_for_is_only_text(self):
        page = self.cover('q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E')
        self.assertNotIn('<script>alert', page)

    # === LOGOS === #

    def test_a_logo_is_fetched_once_and_served_from_here(self):
        bank = self.institution()
        bank.logo_url = 'https://cdn.provider.example/logo.png'
        self.fetch_logos({'https://cdn.provider.example/logo.png': ('image/png', PNG)})
        answer = self.url_open(f'{BASE_PATH}/institutions/{bank.identifier}/logo')
        self.assertEqual((answer.headers['Content-Type'], answer.content), ('image/png', PNG))
        self.assertIn('sandbox', answer.headers['Content-Security-Policy'])
        self.assertEqual(self.fetch_logos({}), [])

    def test_what_is_no_picture_is_not_served(self):
        bank = self.institution()
        for content_type, content in (('text/html', b'<script>'), ('image/png', b'')):
            bank.write({'logo_url': 'https://x.example/', 'logo_tried_at': False})
            self.fetch_logos({'https://x.example/': (content_type, content)})
            answer = self.url_open(f'{BASE_PATH}/institutions/{bank.identifier}/logo')
            self.assertEqual(answer.status_code, 404)

    def test_a_logo_in_a_data_url_must_be_a_picture(self):
        self.assertIsNone(logos.embedded('data:text/html;base64,PHNjcmlwdD4='))
        self.assertIsNone(logos.embedded('data:image/png;base64,###'))
        self.assertEqual(logos.embedded('data:image/png;base64,' + base64.b64encode(PNG).decode()),
                         ('image/png', PNG))

    def test_an_unknown_bank_has_no_logo(self):
        for identifier in ('x', '%00'):
            answer = self.url_open(f'{BASE_PATH}/institutions/{identifier}/logo')
            self.assertEqual(answer.status_code, 404)

    def cover(self, query=''):
        answer = self.url_open(f'{BASE_PATH}/coverage?{query}')
        self.assertEqual(answer.status_code, 200)
        self.assertIn("frame-ancestors 'none'", answer.headers['Content-Security-Policy'])
        return answer.text

    def fetch_logos(self, web):
        """Run the scheduled job against this web; the addresses it asked."""
        asked = []

        def get(session, url, **options):
            asked.append(url)
            answer = requests.Response()
            answer.status_code = 200
            answer.headers['Content-Type'], content = web[url]
            answer.raw = RawAnswer(content)
            return answer

        with patch.object(outgoing.RecordingSession, 'get', get):
            self.env.ref(
                'account_online_synchronization_proxy.ir_cron_fetch_logos'
            ).method_direct_trigger()
        return asked


class RawAnswer:
    """What ``requests`` reads an answer from."""

    def __init__(self, content):
        self.content = content

    def read(self, size, decode_content):
        return self.content[:size]

    def close(self):
        self.content = b''
