from odoo import api, models


class ResLang(models.Model):
    _inherit = 'res.lang'

    @api.model
    def _online_proxy_best(self, tag):
        """The installed language nearest to what the user speaks; English where there is none.

        :param tag: IETF or POSIX tag, e.g. ``fr-BE``.
        """
        wanted = (tag or '').replace('-', '_').partition('@')[0].lower()
        installed = self.search([('active', '=', True)])
        return (
            installed.filtered(lambda lang: lang.code.lower() == wanted)[:1]
            or installed.filtered(
                lambda lang: lang.code.partition('_')[0] == wanted.partition('_')[0]
            )[:1]
            or installed.filtered(lambda lang: lang.code == 'en_US')
            or installed[:1]
        )
