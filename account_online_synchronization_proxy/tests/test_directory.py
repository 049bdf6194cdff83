import random

from odoo.tests import tagged

from ..providers.interface import Institution
from ..services import institutions
from .common import InProcessCase
from .fake_bank import FakeProvider

FIRST = ("Ba", "Bank", "Old Bank", "Urban", "Sea", "Crédit", "Bank of", "Ba & Co", "Sparkasse")
LAST = ("Ba", "Bari", "North", "Ba Nord", "Seaside", "d'Or", "Anywhere", "N.A.", "Bank")
CODES = ('BANK', 'SEAB', 'NORD', 'CRED')
COUNTRIES = ('FR', 'BE', 'DE')
AUDIENCES = ('personal', 'business', 'both')
TYPED = ("b", "ba", "bank", "bank of", "sea", "nord", "ba no", "bankfr", "credit d", "a b", "or")


@tagged('post_install', '-at_install')
class TestDirectory(InProcessCase):
    """What is found in memory is what the database would find."""

    def setUp(self):
        super().setUp()
        self.chance = random.Random(8)
        self.patch(FakeProvider, 'institutions', lambda provider: (
            self.random_institution(number) for number in range(300)
        ))
        self.refresh_catalogue()
        self.banks = self.env['online.proxy.institution'].search([('offered', '=', True)])
        self.assertGreater(len(self.banks), 250)

    def test_memory_and_database_find_the_same_banks_in_the_same_order(self):
        for links in (0, 20, 100):
            for bank in self.chance.sample(list(self.banks), links):
                bank.link_count = self.chance.choice([0, 1, 1, 2, 9])
            found = sum(self.compare(self.random_query()) for _number in range(150))
            self.assertGreater(found, 100)

    def test_a_bank_that_was_just_chosen_goes_first(self):
        query = {'q': "bank", 'limit': 50}
        last = self.search(**query)[-1]['id']
        self.env['online.proxy.institution'].search(
            [('identifier', '=', last)]
        )._count_link()
        self.assertIn(last, [bank['id'] for bank in self.search(**{**query, 'q': ""})][:1])

    def test_a_bank_is_looked_for_as_it_is_now(self):
        bank = self.banks[0]
        for change, query in (
            ({'name': "Zzyzx Savings"}, {'q': "zzyzx"}), ({'bics': 'ZZYZNZ22'}, {'bic': 'zzyznz'}),
            ({'country_ids': self.env.ref('base.nz').ids}, {'country': 'NZ', 'q': "zzyzx"}),
        ):
            self.assertNotIn(bank.identifier, [found['id'] for found in self.search(**query)])
            bank.write(change)
            self.assertIn(bank.identifier, [found['id'] for found in self.search(**query)])
        self.fake.enabled = False
        self.assertEqual(self.search(q="zzyzx"), [])
        self.fake.enabled = True
        self.assertEqual(len(self.search(q="zzyzx")), 1)
        identifier = bank.identifier
        bank.unlink()
        self.assertNotIn(identifier, [found['id'] for found in self.search(q="zzyzx")])

    def test_a_bank_that_vanishes_while_it_is_looked_for_is_left_out(self):
        self.search(q="bank")
        self.env.cr.execute("UPDATE online_proxy_institution SET offered = false")
        self.assertEqual(self.search(q="bank"), [])
        self.env.cr.execute("DELETE FROM online_proxy_institution")
        self.assertEqual(self.search(q="bank"), [])

    # === HELPERS === #

    def random_institution(self, number):
        choice = self.chance.choice
        return Institution(
            f'random-{number}', f"{choice(FIRST)} {choice(LAST)}", tuple(
                self.chance.sample(COUNTRIES, choice([0, 1, 1, 1, 2]))
            ),
            bics=tuple(f'{choice(CODES)}{choice(COUNTRIES)}PP' for _ in range(choice([0, 1, 2]))),
            audience=choice(AUDIENCES), beta=self.chance.random() < 0.2,
        )

    def random_query(self):
        choice = self.chance.choice
        words = choice(TYPED) if choice([0, 1, 1]) else f"{choice(FIRST)} {choice(LAST)}"
        return {
            'words': institutions.normalize(words).split() if choice([0, 1, 1, 1]) else [],
            'limit': choice([1, 5, 20, 50]), 'offset': choice([0, 0, 0, 1, 7, 40, 400]),
            'filters': {
                'country': choice(['', '', *COUNTRIES, 'NZ']),
                'bic': choice(['', '', '', 'bank', 'seabfr', 'nordd']),
                'audience': choice(['', '', *AUDIENCES]), 'beta': choice([False, False, True]),
            },
        }

    def compare(self, query):
        """How many banks this query finds."""
        words, filters, page = query['words'], query['filters'], (query['limit'], query['offset'])
        ids, total = institutions.having_words(self.env, words, filters, *page)
        where = institutions.matching(words=words, **filters)
        self.assertEqual(
            (ids, total), institutions.ranked(self.env, where, ' '.join(words), *page), query)
        return total

    def search(self, **query):
        status, answer = self.call('GET', '/institutions', query)
        self.assertEqual(status, 200, answer)
        return answer['institutions']
