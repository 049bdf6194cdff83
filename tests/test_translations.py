"""Every language says everything that the templates say, and breaks nothing that code fills in."""

import re
from collections import Counter

import polib
import pytest
from lxml import etree

from tools.places import ADDONS, ROOT

LANGUAGES = ('zh_CN', 'fr', 'de', 'es', 'nl')
PLACEHOLDER = re.compile(r'%\(\w+\)[#0\- +]*[\d.]*[a-z]|%[sdr]|\{\{.*?\}\}|``', re.IGNORECASE)
TAG = re.compile(r'</?[a-z][^<>]*>', re.IGNORECASE)
# Odoo shows these attributes to the user, so their values are translated along with the text.
SHOWN_ATTRIBUTE = re.compile(r'\b(title|alt|aria-label|placeholder)="[^"]*"')
ENDS = re.compile(r'^\s*|\s*$')
DOCTYPE = re.compile(r'\s*<!DOCTYPE[^>]*>', re.IGNORECASE)
WORD = re.compile(r'[^\W\d_]{2}')


def _template_path(addon):
    return ROOT / addon / 'i18n' / f'{addon}.pot'


def _translations():
    for addon in ADDONS:
        for language in LANGUAGES:
            path = ROOT / addon / 'i18n' / f'{language}.po'
            if path.exists():
                yield pytest.param(addon, path, id=f'{addon}-{language}')


def _placeholders(text):
    return Counter(PLACEHOLDER.findall(text))


def _tags(text):
    return Counter(SHOWN_ATTRIBUTE.sub(r'\1=""', tag) for tag in TAG.findall(text))


def _ends(text):
    return ENDS.findall(text)


def _key(entry):
    return entry.msgctxt, entry.msgid


def _differing(path, aspect):
    """Entries whose source and translation differ in what ``aspect`` takes from a text."""
    return [
        (entry.msgid, entry.msgstr) for entry in polib.pofile(str(path))
        if aspect(entry.msgid) != aspect(entry.msgstr)
    ]


each_translation = pytest.mark.parametrize(('addon', 'path'), list(_translations()))


@each_translation
def test_nothing_is_left_in_english_for_want_of_a_translation(addon, path):
    template = {_key(entry) for entry in polib.pofile(str(_template_path(addon)))}
    translated = {_key(entry) for entry in polib.pofile(str(path)) if entry.msgstr.strip()}
    assert sorted(template - translated, key=str) == []


@each_translation
def test_nothing_is_translated_that_the_product_no_longer_says(addon, path):
    template = {_key(entry) for entry in polib.pofile(str(_template_path(addon)))}
    entries = {_key(entry) for entry in polib.pofile(str(path))}
    assert sorted(entries - template, key=str) == []


@each_translation
def test_no_text_is_translated_twice(addon, path):
    counts = Counter(_key(entry) for entry in polib.pofile(str(path)))
    assert [key for key, count in counts.items() if count > 1] == []


@each_translation
def test_no_translation_is_a_guess(addon, path):
    entries = polib.pofile(str(path))
    assert [entry.msgid for entry in entries if entry.fuzzy] == []


@each_translation
def test_a_translation_applies_wherever_the_text_is_used(addon, path):
    template = {
        _key(entry): set(entry.occurrences) for entry in polib.pofile(str(_template_path(addon)))
    }
    assert [
        entry.msgid for entry in polib.pofile(str(path))
        if set(entry.occurrences) != template.get(_key(entry))
    ] == []


@each_translation
def test_every_value_finds_its_place_in_the_sentence(addon, path):
    assert _differing(path, _placeholders) == []


@each_translation
def test_the_markup_is_that_of_the_original(addon, path):
    assert _differing(path, _tags) == []


@each_translation
def test_words_neither_stick_together_nor_drift_apart(addon, path):
    assert _differing(path, _ends) == []


@each_translation
def test_a_file_names_the_language_it_is_in(addon, path):
    metadata = polib.pofile(str(path)).metadata
    assert metadata['Language'] == path.stem
    assert metadata['Content-Type'] == 'text/plain; charset=UTF-8'
    assert metadata['Plural-Forms'].startswith('nplurals=')


@pytest.mark.parametrize(('aspect', 'source', 'translation'), [
    (_placeholders, "%(count)s new from %(bank)s", "%(count)s neue von %(banc)s"),
    (_placeholders, "Code: %s", "Code:"),
    (_tags, "Use <b>Reconnect</b>", "Nutzen Sie <b>Neu verbinden<b>"),
    (_tags, '<i class="fa" title="Warning"/>', '<i class="fas" title="Warnung"/>'),
    (_ends, " in ", " in"),
])
def test_a_damaged_translation_is_noticed(aspect, source, translation):
    assert aspect(source) != aspect(translation)


def test_words_shown_by_an_attribute_may_be_translated():
    assert _tags('<i title="Warning"/>') == _tags('<i title="Warnung"/>')


def _words_out_of_reach(addon):
    """Texts of templates that begin with a document type: Odoo translates nothing in these."""
    for path in sorted((ROOT / addon).glob('**/*.xml')):
        for template in etree.parse(str(path)).iter('template'):
            if DOCTYPE.match(template.text or ''):
                for node in template.iter('*'):
                    texts = (DOCTYPE.sub('', text or '') for text in (node.text, node.tail))
                    yield from (text.strip() for text in texts if WORD.search(text))


@pytest.mark.parametrize('addon', ADDONS)
def test_no_page_says_what_cannot_be_translated(addon):
    assert list(_words_out_of_reach(addon)) == []
