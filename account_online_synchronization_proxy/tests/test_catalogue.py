
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger
from odoo.tools.translate import code_translations

from ..providers.errors import ErrorCode, ProviderError
from ..providers.interface import Institution
from ..services import catalogue, text
from ..services.errors import ProxyError
from .common import InProcessCase
from .fake_bank import FakeProvider, OtherProvider


class TestText(BaseCase):

    def test_accents_case_and_punctuation_do_not_matter(self):
        for typed, normal in (
            ("Crédit-Agricole S.A.", "credit agricole sa"), ("BANKİNTER", "bankinter"),
            ("Straße & Söhne", "strasse sohne"), ("Łódź Ørsted", "lodz orsted"),
            ("  O'Neill’s  ", "oneills"), ("沙盒银行", "沙盒银行"), ("ＢＮＰ", "bnp"), ("%_", ""),
        ):
            self.assertEqual(text.normalize(typed), normal)

    def test_legal_forms_do_not_tell_institutions_apart(self):
        self.assertEqual(text.name_key("KBC Bank NV"), text.name_key("KBC Bank"))
        self.assertNotEqual(text.name_key("Bank of Ireland"), text.name_key("Ireland"))
        self.assertEqual(text.name_key("SA"), 'sa')


@tagged('post_install', '-at_install')
class TestCatalogue(InProcessCase):

    # === MERGING === #

    def test_one_bank_reached_by_two_providers_is_one_institution(self):
        self.add_other()
        found = self.search(q='fictif')
        self.assertEqual(len(found), 1)
        self.assertEqual([choice['code'] for choice in found[0]['providers']], ['fake', 'other'])
        self.assertEqual([choice['default'] for choice in found[0]['providers']], [True, False])
        self.assertEqual(found[0]['bic'], ['FICTFRPPXXX', 'FICTFRPP'])

    def test_the_ways_to_a_bank_are_shown_in_the_order_in_which_they_are_used(self):
        self.add_other()
        bank = self.institution()
        first, second = bank._usable_routes()
        for change in ({'beta': True}, {'beta': False, 'unattended': False}, {'active': False}):
            first.write(change)
            used = bank._usable_routes().provider_id.mapped('code')
            [found] = self.search(q='fictif')
            self.assertEqual([choice['code'] for choice in found['providers']], used)
            self.assertEqual(found['providers'][0]['default'], True)
        second.provider_id.enabled = False
        self.assertEqual(self.search(q='fictif')[:1], [])

    def test_the_same_name_in_another_country_is_another_bank(self):
        self.patch(OtherProvider, 'institutions', lambda provider: iter([
            Institution('o-9', "Crédit Fictif SA", ('IT',)),
        ]))
        self.add_other()
        self.assertEqual(len(self.search(q='fictif')), 2)

    def test_a_pass_that_fails_in_the_database_ends_as_an_error_of_ours(self):
        taken = self.env['online.proxy.institution'].search([], limit=1).identifier
        self.patch(catalogue, '_identifier', lambda provider, institution: taken)
        self.patch(FakeProvider, 'institutions', lambda provider: iter([
            Institution('new', "New Bank", ('FR',)),
        ]))
        gateway = 'odoo.addons.account_online_synchronization_proxy.services.gateway'
        with mute_logger('odoo.sql_db', gateway), self.assertRaises(ProxyError) as caught:
            self.refresh_catalogue()
        self.assertEqual(caught.exception.code, ErrorCode.INTERNAL)

    def test_two_institutions_of_one_provider_are_never_merged(self):
        self.patch(FakeProvider, 'institutions', lambda provider: iter([
            Institution('p', "Two Faces", ('FR',), bics=('TWOFFRPP',), audience='personal'),
            Institution('b', "Two Faces", ('FR',), bics=('TWOFFRPP',), audience='business'),
        ]))
        self.refresh_catalogue()
        self.assertEqual(len(self.search(q='two faces')), 2)
        self.patch(OtherProvider, 'institutions', lambda provider: iter([
            Institution('x', "Two Faces", ('FR',), bics=('TWOFFRPP',)),
            Institution('y', "Two Faces", ('FR',), bics=('TWOFFRPP',)),
        ]))
        self.add_other()
        self.assertEqual([len(item['providers']) for item in self.search(q='two faces')], [2, 2])

    def test_an_institution_keeps_its_id_from_pass_to_pass(self):
        before = [item['id'] for item in self.search()]
        self.refresh_catalogue()
        self.assertEqual([item['id'] for item in self.search()], before)

    # === PASSES === #

    def test_an_institution_that_is_gone_is_put_away_after_a_whole_pass(self):
        self.offer(5)
        self.offer(4)
        self.assertEqual(len(self.search(q='numbered')), 4)
        self.offer(5)
        self.assertEqual(len(self.search(q='numbered')), 5)

    def test_a_pass_that_breaks_off_puts_nothing_away(self):
        self.offer(5)

        def broken(provider):
            yield Institution('n0', "Numbered 0", ('FR',))
            raise ProviderError(ErrorCode.PROVIDER_ERROR, "Gone")

        self.patch(FakeProvider, 'institutions', broken)
        with self.assertRaises(ProxyError):
            self.refresh_catalogue()
        self.assertEqual(len(self.search(q='numbered')), 5)

    def test_a_pass_that_loses_most_is_not_believed(self):
        self.offer(5)
        self.offer(1)
        self.assertEqual(len(self.search(q='numbered')), 5)
        self.assertIn("missing", self.fake.message_ids[0].body)

    def test_what_changed_at_the_provider_changes_here(self):
        self.patch(FakeProvider, 'institutions', lambda provider: iter([
            Institution('fake-1', "Crédit Fictif S.A.", ('FR',), beta=True, history_days=90),
            Institution('fake-2', "Old & Slow Bank", ('GB',)),
        ]))
        self.refresh_catalogue()
        bank = self.search(q='fictif')[0]
        self.assertEqual((bank['beta'], bank['history_days'], bank['countries']),
                         (True, 90, ['FR']))

    def test_a_provider_that_is_switched_off_offers_nothing(self):
        self.fake.enabled = False
        self.assertEqual(self.search(), [])
        status, _answer = self.call('POST', '/links', body={
            'institution_id': self.institution().identifier,
        })
        self.assertEqual(status, 404)

    def test_a_hostile_name_travels_as_text(self):
        name = '<script>alert(1)</script>\x00"\'; DROP TABLE x'
        self.patch(FakeProvider, 'institutions', lambda provider: iter([
            Institution('fake-1', name, ('FR', 'XX')), Institution('fake-2', "Old & Slow", ('GB',)),
        ]))
        self.refresh_catalogue()
        [bank] = self.search(q='drop table')
        self.assertEqual(bank['name'], name.replace('\x00', '\ufffd'))

    # === SEARCHING === #

    def test_search_finds_by_word_bic_and_country(self):
        for query in (
            {'q': 'FICTIF'}, {'q': 'cred fict'}, {'q': 'fictfrpp'}, {'bic': 'FICTFR'},
            {'country': 'be'}, {'q': 'credit', 'country': 'FR', 'audience': 'business'},
        ):
            with self.subTest(query):
                self.assertEqual([item['name'] for item in self.search(**query)],
                                 ["Crédit Fictif S.A."])

    def test_an_international_institution_is_found_from_every_country(self):
        self.patch(FakeProvider, 'institutions', lambda provider: iter([
            Institution('everywhere', "Pay Everywhere", ()),
            Institution('there', "Pay There", ('NZ',)),
        ]))
        self.refresh_catalogue()
        found = self.search(q='pay', country='BE')
        self.assertEqual([(bank['name'], bank['countries']) for bank in found],
                         [("Pay Everywhere", [])])

    def test_search_does_not_take_wildcards(self):
        self.assertEqual(len(self.search(q='%')), 2)
        self.assertEqual(self.search(q='credit%london'), [])

    def test_a_misspelt_name_is_found_when_nothing_else_is(self):
        for typed in ('credit fictiv', 'cerdit', 'Crédit fitif SA', 'crdit ficti'):
            with self.subTest(typed):
                self.assertEqual([item['name'] for item in self.search(q=typed)],
                                 ["Crédit Fictif S.A."])

    def test_a_bank_is_found_although_one_word_too_much_was_typed(self):
        for typed in ('credit fictif brussels', 'old slow banque of england'):
            with self.subTest(typed):
                self.assertEqual(len(self.search(q=typed)), 'of england' not in typed)
        self.assertEqual(self.search(q='credit london'), [], "Of two words, both are needed")

    def test_a_new_name_is_known_to_the_spelling(self):
        self.assertEqual(self.search(q='unheard'), [])
        self.env['online.proxy.institution'].search([], limit=1).name = "Unhaerd Bank"
        self.assertEqual([item['name'] for item in self.search(q='unheard')], ["Unhaerd Bank"])

    def test_the_number_of_banks_follows_the_providers_in_use(self):
        count = self.call('GET', '/institutions/count', {})[1]['count']
        found = self.call('GET', '/institutions', {'country': 'FR'})[1]['total']
        self.assertTrue(count and found)
        self.env['online.proxy.provider'].search([('code', '=', 'fake')]).enabled = False
        self.assertEqual(self.call('GET', '/institutions/count', {})[1]['count'], 0)
        self.assertEqual(self.call('GET', '/institutions', {'country': 'FR'})[1]['total'], 0)

    def test_a_bank_comes_before_those_that_are_named_after_it(self):
        self.patch(FakeProvider, 'institutions', lambda provider: iter([
            Institution(name, name, ('FR',)) for name in ("Zeta Bank – Alps", "Zeta Bank")
        ]))
        self.refresh_catalogue()
        for query in ({'q': 'zeta'}, {}):
            found = [item['name'] for item in self.search(**query) if 'Zeta' in item['name']]
            self.assertEqual(found, ["Zeta Bank", "Zeta Bank – Alps"])

    def test_the_nearest_name_comes_first(self):
        self.patch(FakeProvider, 'institutions', lambda provider: (
            Institution(name, name, ('FR',)) for name in (
                "Caisse Nord", "Nord", "Nord Sud Banque", "Banque du Nord", "Nordea",
            )
        ))
        self.refresh_catalogue()
        names = [item['name'] for item in self.search(q='nord')]
        self.assertEqual(names[0], "Nord")
        self.assertEqual(set(names[1:3]), {"Nord Sud Banque", "Nordea"})

    def test_a_bank_that_is_often_chosen_is_a_favourite(self):
        self.connect('fake-2')
        favourites = self.call('GET', '/institutions/count')[1]['favourites']
        self.assertEqual(favourites[0]['name'], "Old & Slow Bank")

    def test_what_a_provider_is_is_said_in_the_user_s_language(self):
        self.env['res.lang']._activate_lang('fr_FR')
        french = {FakeProvider.description: "Une fausse banque."}
        self.patch(code_translations, 'get_python_translations', lambda module, lang: french)
        for tag, description in (('fr-BE', "Une fausse banque."), ('en', FakeProvider.description)):
            status, answer = self.call(
                'GET', '/institutions', {'q': 'fictif'}, headers={'X-User-Lang': tag},
            )
            self.assertEqual(status, 200)
            [provider] = answer['institutions'][0]['providers']
            self.assertEqual(provider['description'], description)

    def test_a_bank_of_its_own_name_stands_for_its_special_doors_among_the_favourites(self):
        self.patch(FakeProvider, 'institutions', lambda provider: (
            Institution(name, name, ('FR',)) for name in (
                "Nord", "Nord – Always Failing", "Sud – Only Door", "Est",
            )
        ))
        self.refresh_catalogue()
        overview = self.call('GET', '/institutions/count', {'country': 'FR'})[1]
        self.assertEqual(overview['count'], 4)
        self.assertEqual([bank['name'] for bank in overview['favourites']],
                         ["Est", "Nord", "Sud – Only Door"])
        self.env['online.proxy.institution'].search(
            [('name', '=', "Nord – Always Failing")]
        ).link_count = 5
        overview = self.call('GET', '/institutions/count', {'country': 'FR'})[1]
        self.assertEqual(overview['favourites'][0]['name'], "Nord – Always Failing")

    def test_pages_of_results_do_not_overlap(self):
        self.offer(7)
        names = [
            item['name'] for offset in (0, 3, 6)
            for item in self.search(q='numbered', limit=3, offset=offset)
        ]
        self.assertEqual(len(set(names)), 7)
        self.assertEqual(self.call('GET', '/institutions', {'q': 'numbered', 'offset': 50})[1],
                         {'institutions': [], 'total': 7})

    # === BUILDERS === #

    def search(self, **query):
        status, answer = self.call('GET', '/institutions', query)
        self.assertEqual(status, 200, answer)
        return answer['institutions']

    def offer(self, number):
        """One pass of a provider with so many institutions."""
        self.patch(FakeProvider, 'institutions', lambda provider: (
            Institution(f'n{index}', f"Numbered {index}", ('FR',)) for index in range(number)
        ))
        self.refresh_catalogue()

    def add_other(self):
        other = self._provider('other')
        other.write({'enabled': True, 'sequence': 20})
        self.refresh_catalogue(other)
