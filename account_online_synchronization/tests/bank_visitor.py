"""A user without a browser: goes through the bank's pages by pressing what they offer."""

from urllib.parse import urljoin

from lxml import html

MAX_PAGES = 12


def visit(session, url, **answers):
    """Follow the pages of a connect flow to their end, agreeing to everything.

    :param session: has ``get(url)`` and ``post(url, data)`` as a requests session.
    :param answers: values for fields of the forms, by name.
    :return: connected | cancelled | error, as the last page says.
    """
    response = session.get(url)
    for _number in range(MAX_PAGES):
        page = html.fromstring(response.text)
        result = page.xpath('//*[@data-result]/@data-result')
        if result:
            return result[0]
        url, data = _filled_form(page, response.url, answers)
        response = session.post(url, data=data) if data is not None else session.get(url)
    raise AssertionError("The bank's pages do not come to an end.")


def _filled_form(page, address, answers):
    if not page.forms:
        links = page.xpath('//a[@href]/@href') or page.xpath('//meta[@http-equiv]/@content')
        return urljoin(address, links[0].rpartition('url=')[2]), None
    form = page.forms[0]
    data = {}
    for name, value in form.form_values():
        data.setdefault(name, []).append(value)
    data.update(answers)
    button = form.xpath('.//button[not(@type="button")]')[:1]
    if button and button[0].get('name'):
        data[button[0].get('name')] = button[0].get('value') or ''
    return urljoin(
        address,
        button[0].get('formaction')
        if button and button[0].get('formaction')
        else form.action or address,
    ), data
