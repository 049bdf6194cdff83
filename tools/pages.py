"""A browser just big enough for pages of plain HTML forms. Runs in the virtual environment."""

from urllib.parse import urljoin

import requests
from lxml import html


class Browser:
    """Keeps cookies and follows forms as a user would who presses the main button of each page."""

    def __init__(self):
        self.session = requests.Session()
        self.page = self.url = None

    def open(self, url):
        return self._show(self.session.get(url, timeout=120))

    def press_main_button(self):
        """Submit the first form as it is filled in, else follow the main link."""
        form = next(iter(self.page.forms), None)
        if form is None:
            (link,) = self.page.xpath("//a[contains(@class, 'primary')][1]")
            return self.open(urljoin(self.url, link.get('href')))
        values = [(name, value) for name, value in form.form_values() if value is not None]
        address = urljoin(self.url, form.get('action') or self.url)
        if form.method.upper() == 'POST':
            return self._show(self.session.post(address, data=values, timeout=120))
        return self._show(self.session.get(address, params=values, timeout=120))

    def attribute(self, name):
        """The value of an attribute anywhere on the page, or None."""
        return next(iter(self.page.xpath(f'//@{name}')), None)

    def _show(self, answer):
        answer.raise_for_status()
        self.url, self.page = answer.url, html.fromstring(answer.content)
        return self
