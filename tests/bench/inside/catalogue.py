"""Institutions as the world has them: few kinds of names, many places; and what people type."""
import random

from odoo.addons.account_online_synchronization_proxy.providers.interface import Institution

KINDS = {
    'DE': ("Sparkasse", "Volksbank", "Raiffeisenbank", "Stadtsparkasse", "VR-Bank"),
    'FR': ("Crédit Agricole", "Caisse d'Épargne", "Banque Populaire", "Crédit Mutuel"),
    'ES': ("Caja Rural", "Banco", "Caixa Popular"), 'IT': ("Banca Popolare", "Cassa Rurale", "BCC"),
    'GB': ("Building Society", "Bank of", "Credit Union"), 'AT': ("Raiffeisenkasse", "Volksbank"),
    'US': ("First National Bank", "Credit Union", "Savings Bank", "Community Bank of",
           "Farmers State Bank", "Federal Credit Union", "Bank of", "Trust Company of"),
    'PL': ("Bank Spółdzielczy",), 'SE': ("Sparbanken",), 'NL': ("Coöperatieve Bank",),
    'BE': ("Banque", "Bank"), 'CH': ("Kantonalbank", "Raiffeisen"), 'AU': ("Mutual Bank",),
}
WEIGHTS = {'US': 12, 'DE': 5, 'FR': 2, 'IT': 2}
SYLLABLES = """
    al an ar bad berg bor brück burg cas ches den dorf el en fel frie gar gen ham heim hol ig
    kir lan lau lich lin mar mont mün neu ol ost pen pol quin ra ries rot sal san schön sel
    stadt stein ster sul ta tal ton ul val ver wal wei win wood york zell
"""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def make_institutions(count):
    """Yield so many institutions; always the same ones."""
    chance = random.Random(30_000)
    countries = list(KINDS)
    weights = [WEIGHTS.get(country, 1) for country in countries]
    syllables = SYLLABLES.split()
    names = set()
    while len(names) < count:
        [country] = chance.choices(countries, weights)
        place = "".join(chance.choices(syllables, k=chance.randint(2, 4))).capitalize()
        name = f"{chance.choice(KINDS[country])} {place}"
        if (name, country) not in names:
            names.add((name, country))
            bank = "".join(chance.choices(LETTERS, k=4))
            yield Institution(
                f'b-{len(names)}', name, (country,), bics=(f'{bank}{country}2XXX',),
                beta=chance.random() < 0.1,
            )


def make_queries(institutions, count):
    """What people type who look for these: every few letters of a name, words, codes, slips."""
    chance = random.Random(count)
    for _number in range(count):
        institution = chance.choice(institutions)
        name = institution.name
        way = chance.random()
        if way < 0.5:  # while typing
            query = {'q': name[:chance.randint(1, len(name))]}
        elif way < 0.65:  # one word of it, in the wrong case
            query = {'q': chance.choice(name.split()).upper()}
        elif way < 0.75:
            query = {'q': institution.bics[0][:chance.choice([4, 8])]}
        elif way < 0.85:  # two letters in the wrong order
            place = chance.randrange(len(name) - 1)
            query = {'q': name[:place] + name[place + 1] + name[place] + name[place + 2:]}
        elif way < 0.9:
            query = {'q': "no such bank anywhere"}
        else:  # nothing but a country
            query = {}
        if chance.random() < 0.5 or not query:
            query['country'] = institution.countries[0]
        yield query
