"""How banking looks in each country of the sandbox: names, words, currencies, account numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, timezone


@dataclass(frozen=True)
class Words:
    """The texts of one language, as its banks print them."""

    people: tuple[str, ...]
    companies: tuple[str, ...]
    shops: tuple[str, ...]
    landlord: str
    tax_office: str
    transit: str
    salary: str
    rent: str
    tax: str
    fee: str
    invoice: str
    transfer: str
    refund: str
    card: str
    notice: str


@dataclass(frozen=True)
class Flavour:
    """One country: language of the texts, currency, clock (no summer time), account numbers."""

    country: str
    words: Words
    currency: str
    utc_hours: int
    bban_length: int | None  # None: no IBAN in this country
    bban_bank: str = ''  # leading letters of the BBAN, where the country has them

    @property
    def zone(self) -> timezone:
        return timezone(timedelta(hours=self.utc_hours))


_ENGLISH = Words(
    people=('Olivia Turner', 'Liam O’Connor', 'Priya Nair', 'Jack Whitfield', 'Grace Adeyemi'),
    companies=(
        'Northwind Traders',
        'Blue Kettle Ltd',
        'Harbor & Sons',
        'Acorn Supplies',
        'Delta Print Co',
    ),
    shops=(
        'Corner Bakery',
        'Hillside Grocers',
        'Papermill Stationery',
        'City Fuel 24',
        'Luigi Trattoria',
    ),
    landlord='Maple Street Properties',
    tax_office='Revenue Office',
    transit='Metro Transit',
    salary='Salary',
    rent='Office rent',
    tax='Tax prepayment',
    fee='Account fee',
    invoice='Invoice',
    transfer='Own transfer',
    refund='Refund',
    card='Card purchase',
    notice='Your terms have changed',
)
_FRENCH = Words(
    people=('Élodie Lefèvre', 'Gaël Brûlé', 'Zoé Garçon', 'Noël d’Aubigné', 'Inès Château'),
    companies=(
        'Menuiserie Dupré',
        'Café de l’Étoile',
        'Société Générique',
        'Imprimerie Çelik',
        'Vélo & Cie',
    ),
    shops=(
        'Boulangerie Hénin',
        'Marché d’Été',
        'Papeterie Garçon',
        'Station Relais',
        'Brasserie Cœur',
    ),
    landlord='Foncière du Canal',
    tax_office='Trésor public',
    transit='Réseau Tram',
    salary='Salaire',
    rent='Loyer du bureau',
    tax='Acompte d’impôt',
    fee='Frais de tenue de compte',
    invoice='Facture',
    transfer='Virement interne',
    refund='Remboursement',
    card='Paiement carte',
    notice='Vos conditions changent',
)
_GERMAN = Words(
    people=('Jörg Müller', 'Annegret Groß', 'Käthe Weiß', 'Björn Schäfer', 'Öznur Yıldız'),
    companies=(
        'Tischlerei Böhm',
        'Grünstrom GmbH',
        'Bäcker & Söhne',
        'Straßenbau Kühn',
        'Büro Löwe',
    ),
    shops=(
        'Bäckerei Süß',
        'Markthalle Nord',
        'Schreibwaren Groß',
        'Tankstelle Höhe',
        'Gasthof Krähe',
    ),
    landlord='Hausverwaltung Fröhlich',
    tax_office='Finanzamt',
    transit='Verkehrsbetriebe',
    salary='Gehalt',
    rent='Büromiete',
    tax='Steuervorauszahlung',
    fee='Kontoführungsentgelt',
    invoice='Rechnung',
    transfer='Umbuchung',
    refund='Erstattung',
    card='Kartenzahlung',
    notice='Neue Bedingungen',
)
_DUTCH = Words(
    people=(
        'Joris van den Berg',
        'Fleur de Vries',
        'Sjoerd Dijkstra',
        'Noor ’t Hart',
        'Loïs Meijer',
    ),
    companies=(
        'Timmerbedrijf Kuiper',
        'De Groene Kas',
        'Drukkerij IJssel',
        'Fietsen Jansen',
        'Bakker & Zn',
    ),
    shops=(
        'Bakkerij Het Brood',
        'Supermarkt Zuid',
        'Kantoorboek',
        'Tankpunt A12',
        'Eetcafé De Brug',
    ),
    landlord='Vastgoed Gracht',
    tax_office='Belastingdienst',
    transit='Stadsvervoer',
    salary='Salaris',
    rent='Huur kantoor',
    tax='Voorlopige aanslag',
    fee='Kosten rekening',
    invoice='Factuur',
    transfer='Eigen overboeking',
    refund='Terugbetaling',
    card='Pasbetaling',
    notice='Nieuwe voorwaarden',
)
_SPANISH = Words(
    people=('Íñigo Muñoz', 'Lucía Fernández', 'Begoña Ibáñez', 'José Ángel Peña', 'Núria Güell'),
    companies=(
        'Carpintería Núñez',
        'Café del Río',
        'Imprenta Española',
        'Señales y Más',
        'Bicis León',
    ),
    shops=('Panadería Peña', 'Mercado Sur', 'Papelería Ñandú', 'Gasolinera Este', 'Mesón Antón'),
    landlord='Inmobiliaria Cigüeña',
    tax_office='Agencia Tributaria',
    transit='Tranvía Urbano',
    salary='Nómina',
    rent='Alquiler oficina',
    tax='Pago a cuenta',
    fee='Comisión de mantenimiento',
    invoice='Factura',
    transfer='Traspaso propio',
    refund='Devolución',
    card='Compra tarjeta',
    notice='Cambio de condiciones',
)
_CHINESE = Words(
    people=('王小明', '李娜', '张伟', '欧阳雪', '陈建国'),
    companies=('东方木业有限公司', '蓝海贸易公司', '四季印刷厂', '绿源电力', '长江五金'),
    shops=('老街面包店', '便民超市', '文具之家', '城南加油站', '四海饭店'),
    landlord='运河物业',
    tax_office='税务局',
    transit='城市地铁',
    salary='工资',
    rent='办公室租金',
    tax='预缴税款',
    fee='账户管理费',
    invoice='发票',
    transfer='本人转账',
    refund='退款',
    card='刷卡消费',
    notice='条款变更通知',
)

FLAVOURS = {
    flavour.country: flavour
    for flavour in (
        Flavour('BE', _FRENCH, 'EUR', 1, 12),
        Flavour('FR', _FRENCH, 'EUR', 1, 23),
        Flavour('LU', _FRENCH, 'EUR', 1, 16),
        Flavour('DE', _GERMAN, 'EUR', 1, 18),
        Flavour('AT', _GERMAN, 'EUR', 1, 16),
        Flavour('CH', _GERMAN, 'CHF', 1, 17),
        Flavour('NL', _DUTCH, 'EUR', 1, 14, 'SBOX'),
        Flavour('ES', _SPANISH, 'EUR', 1, 20),
        Flavour('GB', _ENGLISH, 'GBP', 0, 18, 'SBOX'),
        Flavour('US', _ENGLISH, 'USD', -5, None),
        Flavour('CN', _CHINESE, 'CNY', 8, None),
    )
}
COUNTRIES = tuple(FLAVOURS)


def make_iban(flavour: Flavour, digits: str) -> str:
    """An IBAN with right check digits (ISO 13616) for a country that has them."""
    bban = (flavour.bban_bank + digits)[: flavour.bban_length]
    rearranged = f'{bban}{flavour.country}00'
    number = int(''.join(str(int(character, 36)) for character in rearranged))
    return f'{flavour.country}{98 - number % 97:02d}{bban}'


def structured_reference(flavour: Flavour, number: int) -> str | None:
    """The structured reference that invoices of this country carry (None where there is none)."""
    if flavour.country == 'BE':
        body = number % 10**10
        digits = f'{body:010d}{body % 97 or 97:02d}'
        return f'+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++'
    if flavour.bban_length is None:
        return None
    reference = f'{number % 10**12:012d}'
    check = 98 - int(f'{reference}271500') % 97  # ISO 11649: "RF00" moved behind, in digits
    return f'RF{check:02d}{reference}'
