"""A proxy that nobody has asked yet."""

from concurrent.futures import ThreadPoolExecutor

SEARCHES = 4


def test_several_first_searches_at_once_all_find_the_banks(server):
    clients = [server.login_anew() for _number in range(SEARCHES)]
    with ThreadPoolExecutor(SEARCHES) as threads:
        answers = list(threads.map(
            lambda client: client.call(
                'account.online.link', 'search_institutions', query='sandbox',
            ),
            clients,
        ))
    totals = {answer['total'] for answer in answers}
    assert len(totals) == 1
    assert totals.pop() > 10
