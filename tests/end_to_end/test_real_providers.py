"""Every provider, from the operator's keys to the books and to the end of the consent."""

from concurrent.futures import ThreadPoolExecutor

from tests.end_to_end.hidden import SHORTEST, secrets_of


def test_the_operator_is_told_that_his_settings_work(story):
    assert story.tested[0] == 'success', story.tested[1]
    assert story.refreshed[0] == 'success', story.refreshed[1]


def test_who_refreshes_the_banks_twice_at_once_gets_them(story):
    buttons = ['action_refresh_institutions'] * 2
    with ThreadPoolExecutor() as hands:
        answers = list(hands.map(story.operator.press, buttons))
    assert [kind for kind, _words in answers] == ['success', 'success'], answers


def test_the_books_are_what_the_bank_booked(story):
    assert story.person.lines() == story.ledger.counted()


def test_the_card_on_the_dashboard_leads_to_them(story):
    assert story.person.card_leads_to('42.50')


def test_a_second_synchronization_brings_exactly_what_is_new(story):
    story.ledger.book('-3.10', '-3.10', days_ago=1)
    story.ledger.book('250.00', account=1, days_ago=2)
    story.person.synchronize()
    assert story.person.lines() == story.ledger.counted()


def test_nothing_new_adds_nothing(story):
    story.person.synchronize()
    assert story.person.lines() == story.ledger.counted()


def test_a_renewed_consent_goes_on_where_the_old_one_ended(story):
    story.ledger.book('88.80', days_ago=1)
    story.person.renew()
    assert story.person.state() == ('connected', 2)
    assert story.person.lines() == story.ledger.counted()


def test_no_secret_of_the_run_is_found_in_a_backup_or_in_the_logs(story):
    bank, server = story.bank, story.person.server
    named = {setting.name for setting in bank.provider.settings if setting.secret}
    entered = {value.strip() for name, value in bank.settings.items() if name in named}
    hidden = {text for text in entered | secrets_of(bank.fake.exchanges) if len(text) >= SHORTEST}
    assert hidden
    for place, text in (('backup', server.dump()), ('log', server.log_text())):
        found = [secret for secret in hidden if secret in text]
        assert not found, f'{place}: {found}'


def test_disconnecting_ends_the_consent_at_the_provider(story):
    kind = story.person.disconnect()
    assert story.person.state()[0] == 'disconnected'
    if story.bank.hears_of_the_end:
        assert kind == 'success'
        assert not story.bank.has_consent()
    else:
        assert kind == 'warning', "the user must end it himself, and is told so"


def test_the_provider_had_no_reason_to_complain(story):
    assert not story.bank.fake.violations
