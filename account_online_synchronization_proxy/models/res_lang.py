from odoo import api, models


class ResLang(models.Model):
    _inherit = 'res.lang'

    @api.model
    def _online_proxy_best(self, tag):
        """The installed language nearest to what the user speaks; English where there is none.

        :param tag: IETF or POSIX tag, e.g. ``fr-BE``.
        """
        return self._lang_get(self._online_proxy_best_code(tag))

    @api.model
    def _online_proxy_best_code(self, tag):
        """The same by its code, without reading more of it."""
        wanted = (tag or '').replace('-', '_').partition('@')[0].lower()
        codes = [code for code, _name in self.get_installed()]  # from Odoo's cache
        best = (
            [code for code in codes if code.lower() == wanted]
            or [code for code in codes if code.partition('_')[0] == wanted.partition('_')[0]]
            or [code for code in codes if code == 'en_US']
            or codes
        )
        return best[0]
