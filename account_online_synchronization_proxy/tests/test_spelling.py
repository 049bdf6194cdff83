from odoo.tests import BaseCase

from ..services.spelling import MOST_MEANT, Spelling

NAMES = """
    deutsche bank | bank of anywhere | bank of brussels | sparkasse nord | sparkasse sud | bunk
    raiffeisenbank | raiffeisenkasse | credit agricole | commonwealth bank | ing | n26
"""


class TestSpelling(BaseCase):

    def setUp(self):
        super().setUp()
        self.spelling = Spelling(NAMES.replace('|', ' ').split())

    def test_a_slip_of_the_finger_is_understood(self):
        for typed, meant in (
            ('bnak', 'bank'), ('deutshe', 'deutsche'), ('sparrkasse', 'sparkasse'),
            ('credti', 'credit'), ('agrixole', 'agricole'), ('igricole', 'agricole'),
            ('agricolee', 'agricole'), ('nig', 'ing'), ('m26', 'n26'),
        ):
            with self.subTest(typed):
                self.assertEqual(self.spelling.meant(typed), (meant,))

    def test_a_slip_is_understood_while_the_word_is_being_typed(self):
        self.assertEqual(self.spelling.meant('sprak'), ('spark',))
        self.assertEqual(self.spelling.meant('comonw'), ('commonw',))

    def test_two_slips_in_a_long_word_are_understood(self):
        self.assertEqual(self.spelling.meant('sparrkase'), ('sparkasse',))
        self.assertEqual(self.spelling.meant('raifeisenbnak'), ('raiffeisenbank',))

    def test_of_two_words_the_one_that_more_banks_have_goes_first(self):
        self.assertEqual(self.spelling.meant('bonk'), ('bank', 'bunk'))

    def test_what_is_near_to_nothing_means_nothing(self):
        for typed in ('', 'b', 'bn', 'zzzz', 'xylophone', 'deutdeff'):
            with self.subTest(typed):
                self.assertEqual(self.spelling.meant(typed), ())

    def test_only_unknown_words_are_doubted(self):
        self.assertEqual(self.spelling.readings(['bank', 'brusels', 'deutdeff']),
                         [('bank',), ('brussels',), ('deutdeff',)])

    def test_words_that_are_known_but_stand_nowhere_together_are_all_doubted(self):
        self.assertEqual(self.spelling.readings(['bunk', 'of']), [('bunk', 'bank'), ('of',)])

    def test_a_word_means_few_others(self):
        spelling = Spelling(f'ban{letter}' for letter in 'abcdefghijklmnop')
        self.assertEqual(len(spelling.meant('banz')), MOST_MEANT)

    def test_no_bank_no_spelling(self):
        self.assertEqual(Spelling(()).readings(['bank']), [('bank',)])
