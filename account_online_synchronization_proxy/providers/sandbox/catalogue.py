"""Many believable institutions, for tests and benchmarks of the search; never in the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

from ..interface import Institution
from .dice import dice

_TOWNS = {
    'AT': ('Wien', 'Linz', 'Graz', 'St. Pölten', 'Kärnten', 'Tirol'),
    'AU': ('Sydney', 'Hobart', 'Perth', 'Ballarat', 'Cairns'),
    'BE': ('Gent', 'Liège', 'Namur', 'Brugge', 'Hasselt', 'Mons'),
    'CH': ('Zürich', 'Genève', 'Luzern', 'Graubünden', 'Neuchâtel'),
    'CN': ('北京', '上海', '广州', '成都', '杭州', '厦门'),
    'DE': ('Köln', 'München', 'Lüneburg', 'Görlitz', 'Saarbrücken', 'Nürnberg', 'Gießen'),
    'DK': ('København', 'Aarhus', 'Sønderborg', 'Fyn'),
    'ES': ('Málaga', 'Coruña', 'León', 'Cádiz', 'Ávila', 'Bilbao'),
    'FR': ('Orléans', 'Besançon', 'Nîmes', 'Sète', 'Loire', 'Bretagne', 'Savoie'),
    'GB': ('Leeds', 'Cardiff', 'Bath', 'Dundee', 'Kent', 'Cumbria'),
    'IT': ('Forlì', 'Torino', 'Cantù', 'Alto Adige', 'Pescara'),
    'NL': ('Utrecht', 'Zwolle', 'Friesland', 'Den Bosch'),
    'PL': ('Łódź', 'Gdańsk', 'Kraków', 'Poznań', 'Rzeszów'),
    'PT': ('Évora', 'Porto', 'Setúbal', 'Guimarães'),
    'SE': ('Malmö', 'Göteborg', 'Umeå', 'Västerås'),
    'US': ('Ohio', 'Denver', 'Boise', 'Tampa', 'El Paso', 'Austin', 'Portland', 'Albany'),
}
_KINDS = {
    'AT': ('Raiffeisenkasse {}', 'Sparkasse {}', 'Volksbank {}'),
    'CN': ('{}银行', '{}农村商业银行', '{}城市信用社'),
    'DE': ('Sparkasse {}', 'Volksbank {}', 'Raiffeisenbank {}', 'Stadtsparkasse {}'),
    'ES': ('Caja Rural de {}', 'Banco de {}', 'Caixa {}'),
    'FR': ('Crédit Régional {}', 'Caisse d’Épargne {}', 'Banque Populaire {}'),
    'IT': ('Banca di {}', 'Cassa di Risparmio di {}'),
    'US': ('{} Federal Credit Union', 'First Bank of {}', '{} Savings & Trust'),
}
_ANYWHERE = ('Bank of {}', '{} Bank', '{} Savings Bank')
_QUARTERS = ('', ' Nord', ' Süd', ' Est', ' West', ' Centrum', ' Valley', ' 1893', ' Direct', ' eG')
_TYPES = ('checking', 'savings', 'credit_card', 'loan', 'investment')
_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'


def generate_institutions(count: int, seed: str = 'catalogue') -> Iterator[Institution]:
    """``count`` institutions with accents, many scripts, and names that resemble each other."""
    for number in range(count):
        throw = dice(seed, number)
        country = throw.choice(sorted(_TOWNS))
        name = throw.choice(_KINDS.get(country, _ANYWHERE)).format(throw.choice(_TOWNS[country]))
        bank = ''.join(throw.choice(_LETTERS) for _letter in range(4))
        yield Institution(
            id=f'generated-{seed}-{number}',
            name=f'{name}{throw.choice(_QUARTERS)}',
            countries=(country,),
            bics=(f'{bank}{country}2X',) if throw.random() < 0.9 else (),
            website=f'https://bank{number}.example.org/',
            beta=throw.random() < 0.1,
            audience=throw.choice(('personal', 'business', 'both', 'both')),
            account_types=tuple(sorted({'checking', throw.choice(_TYPES)})),
            history_days=throw.choice((None, 90, 365, 730)),
            unattended=throw.random() < 0.9,
        )
