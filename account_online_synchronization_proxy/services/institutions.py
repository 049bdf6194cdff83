"""Search of institutions, over all providers that are enabled."""

from __future__ import annotations

from odoo.tools import SQL

from . import catalogue, inputs
from .call import Call
from .errors import unknown
from .shown import shown
from .text import normalize

MOST_RESULTS = 50
MOST_FAVOURITES = 8
MOST_WORDS = 8  # of a query; more say nothing more
FEWEST_TO_LEAVE_ONE = 3  # words of a query
FAR_OFFSET = 10_000
# As the index `_most_chosen_idx` of the institutions has it.
MOST_CHOSEN = """
    COALESCE(i.link_count, 0) DESC, i.beta, split_part(i.search_text, ' | ', 1) COLLATE "C", i.id
"""


def search(call: Call) -> tuple[int, dict]:
    """Institutions by words of their name or BIC, country and audience; the best first."""
    catalogue.load_simulated(call)
    query = call.query
    limit = inputs.integer(query, 'limit', 20, 1, MOST_RESULTS)
    offset = inputs.integer(query, 'offset', 0, 0, FAR_OFFSET)
    text = inputs.text(query, 'q')
    filters = {
        'bic': normalize(inputs.text(query, 'bic')).replace(' ', ''),
        'country': inputs.country(query),
        'audience': inputs.choice(query, 'audience', ('', 'personal', 'business', 'both'), ''),
    }
    ids, total = look_for(call.env, text, filters, limit, offset)
    return 200, {
        'institutions': _described(call, call.env['online.proxy.institution'].browse(ids)),
        'total': total,
    }


def read(call: Call, institution_id: str) -> tuple[int, dict]:
    """One institution."""
    return 200, _described(call, find(call.env, institution_id))[0]


def count(call: Call) -> tuple[int, dict]:
    """How many institutions there are, and those that are chosen most."""
    catalogue.load_simulated(call)
    country = inputs.country(call.query)
    where = SQL("%s AND %s", matching(country=country), stands_for_itself())
    favourites = call.env['online.proxy.institution'].browse(
        most_chosen(call.env, where, MOST_FAVOURITES)
    )
    return 200, {
        'count': favourites._directory().number(country),
        'favourites': _described(call, favourites),
    }


def _described(call: Call, institutions) -> list[dict]:
    """The institutions as the interface shows them, in the user's language."""
    lang = call.env['res.lang']._online_proxy_best_code(call.lang)
    return shown(institutions.with_context(lang=lang), call.base_url)


def find(env, institution_id: str):
    """The institution with this id, or an error."""
    institution = env['online.proxy.institution'].search([
        ('identifier', '=', institution_id), ('offered', '=', True),
    ])
    if not institution:
        raise unknown('institution')
    return institution


def look_for(env, text: str, filters: dict, limit: int, offset: int) -> tuple[list[int], int]:
    """Ids of the best, and how many there are. If all words stand nowhere together: what they
    may have meant, or else all but one of them."""
    words = normalize(text).split()[:MOST_WORDS]
    ids, total = having_words(env, words, filters, limit, offset)
    if words and not total:
        readings = env['online.proxy.institution']._spelling().readings(words)
        likeliest = ' '.join(reading[0] for reading in readings)
        _found_nowhere, *others = dict.fromkeys((
            having_all(_as_typed(words)), having_all(readings), having_all_but_one(readings),
        ))
        for wanted in others:
            where = SQL("%s AND %s", matching(**filters), wanted)
            ids, total = ranked(env, where, likeliest, limit, offset)
            if total:
                break
    return ids, total


def having_words(env, words: list[str], filters: dict, limit: int, offset: int):
    """The same for those that have all words, as they were typed."""
    if filters.get('provider'):  # which only the database knows
        return ranked(env, matching(words=words, **filters), ' '.join(words), limit, offset)
    others = {name: value for name, value in filters.items() if name != 'provider'}
    directory = env['online.proxy.institution']._directory()
    return directory.find(words, chosen(env), limit, offset, **others)


def _as_typed(words: list[str]) -> list[tuple[str, ...]]:
    return [(word,) for word in words]


def having_all(readings: list[tuple[str, ...]]) -> SQL:
    """The condition on ``i`` that each word, in one of its readings, stands in the name."""
    return SQL(" AND ").join(
        SQL("(%s)", SQL(" OR ").join(SQL("i.search_text LIKE %s", f'%{word}%') for word in reading))
        for reading in readings
    )


def having_all_but_one(readings: list[tuple[str, ...]]) -> SQL:
    """The same without any one of the words; of two words, both are needed."""
    if len(readings) < FEWEST_TO_LEAVE_ONE:
        return having_all(readings)
    return SQL("(%s)", SQL(" OR ").join(
        SQL("(%s)", having_all(readings[:place] + readings[place + 1:]))
        for place in range(len(readings))
    ))


def matching(
    *, words=(), bic='', country='', audience='', provider='', beta=False,
) -> SQL:
    """The condition on ``online_proxy_institution i`` for what is offered and looked for."""
    terms = [SQL("i.offered")]
    if words:
        terms.append(having_all(_as_typed(words)))
    if bic:
        terms.append(SQL("' ' || lower(i.bics) LIKE %s", f'% {bic}%'))
    if country:
        # Codes have two letters and a blank between them, so that no other one is met.
        terms.append(SQL(
            "(i.country_codes LIKE %s OR COALESCE(i.country_codes, '') = '')", f'%{country}%',
        ))
    if audience and audience != 'both':
        terms.append(SQL("i.audience IN (%s, 'both')", audience))
    if provider:
        terms.append(SQL(
            """EXISTS (SELECT 1 FROM online_proxy_institution_route r
                         JOIN online_proxy_provider p ON p.id = r.provider_id AND p.enabled
                        WHERE r.institution_id = i.id AND r.active AND p.code = %s)""", provider,
        ))
    if beta:
        terms.append(SQL("i.beta"))
    return SQL(" AND ").join(terms)


def stands_for_itself() -> SQL:
    """The condition on ``i`` for banks that are no lesser door (“Bank – Branch”) of another."""
    return SQL(
        """NOT EXISTS (SELECT 1 FROM online_proxy_institution whole
                        WHERE whole.offered AND whole.id <> i.id
                          AND whole.name = split_part(i.name, ' – ', 1)
                          AND COALESCE(whole.link_count, 0) >= COALESCE(i.link_count, 0))"""
    )


def ranked(env, where: SQL, text: str, limit: int, offset: int) -> tuple[list[int], int]:
    """Ids in order, and how many there are: the name, names and then words beginning so, then
    what is chosen most. The banks are read once, to be counted and to be sorted."""
    env['online.proxy.institution'].flush_model()
    [[total, ids]] = env.execute_query(SQL(
        """WITH i AS MATERIALIZED (
               SELECT id, link_count, beta, search_text FROM online_proxy_institution i WHERE %s
           )
           SELECT (SELECT count(*) FROM i),
                  ARRAY(SELECT id FROM i ORDER BY %s LIMIT %s OFFSET %s)""",
        where, SQL("%s, %s", _rank(text), SQL(MOST_CHOSEN)) if text else SQL(MOST_CHOSEN),
        limit, offset,
    ))
    return ids, total


def _rank(text: str) -> SQL:
    """What makes a bank go before others, the best first."""
    return SQL(
        "CASE WHEN i.search_text LIKE %s THEN 0 WHEN i.search_text LIKE %s THEN 1"
        " WHEN i.search_text LIKE %s THEN 2 ELSE 3 END",
        f'{text} |%', f'{text}%', f'% {text}%',
    )


def chosen(env) -> list[int]:
    """Ids of the banks that were ever chosen, most often first: an index holds them in order."""
    env['online.proxy.institution'].flush_model()
    [[ids]] = env.execute_query(SQL(
        """SELECT ARRAY(SELECT i.id FROM online_proxy_institution i
                         WHERE i.offered AND COALESCE(i.link_count, 0) > 0 ORDER BY %s)""",
        SQL(MOST_CHOSEN),
    ))
    return ids


def most_chosen(env, where: SQL, limit: int) -> list[int]:
    """Ids, what is chosen most first: an index holds the order, so that few rows are read."""
    env['online.proxy.institution'].flush_model()
    env.cr.execute(SQL(
        "SELECT i.id FROM online_proxy_institution i WHERE %s ORDER BY %s LIMIT %s",
        where, SQL(MOST_CHOSEN), limit,
    ))
    return [row[0] for row in env.cr.fetchall()]
