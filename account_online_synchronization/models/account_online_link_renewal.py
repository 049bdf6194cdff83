from odoo import api, fields, models
from odoo.tools import format_date

RENEWAL_DAYS = (14, 7, 1)  # before the consent ends
ACTIVITY = 'account_online_synchronization.mail_activity_type_renewal'


class AccountOnlineLink(models.Model):
    """Offering to renew a consent before it ends, while transactions still arrive."""

    _inherit = 'account.online.link'

    renewal_offered_days = fields.Integer(
        readonly=True, copy=False,
        help="At how many days before the end the renewal was last offered; 0 for not yet.",
    )
    renewal_offered_for = fields.Date(
        readonly=True, copy=False, help="The end of the consent that this was about.",
    )

    @api.model
    def _cron_offer_renewal(self):
        """Offer renewals 14, 7 and 1 days before consents end; each once, even after a pause."""
        today = fields.Date.context_today(self)
        links = self.search([
            ('state', '!=', 'disconnected'),
            ('expiring_synchronization_date', '>=', today),
            ('expiring_synchronization_date', '<=', fields.Date.add(today, days=RENEWAL_DAYS[0])),
        ])
        cron = self.env['ir.cron']
        cron._commit_progress(remaining=len(links))
        for link in links:
            link.with_company(link.company_id)._offer_renewal()
            if not cron._commit_progress(1):
                break

    def _offer_renewal(self):
        self.ensure_one()
        end = self.expiring_synchronization_date
        stage = min(days for days in RENEWAL_DAYS if self.expiring_in_days <= days)
        if (self.renewal_offered_for, self.renewal_offered_days) == (end, stage):
            return
        link_sudo = self.sudo().with_context(lang=self._reader_lang())
        link_sudo.write({'renewal_offered_for': end, 'renewal_offered_days': stage})
        text = link_sudo._renewal_text()
        link_sudo.message_post(body=text)
        link_sudo._tell_renewal_contacts(text)
        if not link_sudo.activity_search([ACTIVITY]):
            user = self._accountant()
            for_user = link_sudo.with_context(lang=user.lang)
            for_user.activity_schedule(
                ACTIVITY, end, user_id=user.id, note=for_user._renewal_text(),
                summary=for_user.env._("Renew the consent at %(bank)s", bank=self.name),
            )

    def _renewal_text(self):
        days = self.expiring_in_days
        values = {
            'date': format_date(self.env, self.expiring_synchronization_date),
            'days': days,
        }
        if days > 1:
            when = self.env._("in %(days)s days, on %(date)s", **values)
        elif days == 1:
            when = self.env._("tomorrow, on %(date)s", **values)
        else:
            when = self.env._("today")
        return self.env._(
            "The consent given to %(bank)s ends %(when)s, as banks require from time to time. Press"
            " Reconnect and sign in at your bank: that takes a minute, transactions keep arriving"
            " meanwhile, and nothing is imported twice.",
            bank=self.name, when=when,
        )

    def _settle_renewal(self):
        """The consent lasts longer now: what was asked for is done."""
        renewed = self.filtered(lambda link: (
            link.renewal_offered_for
            and link.expiring_synchronization_date != link.renewal_offered_for
        ))
        if renewed:
            renewed.activity_feedback([ACTIVITY], feedback=self.env._("The consent was renewed."))
            renewed.write({'renewal_offered_for': False, 'renewal_offered_days': 0})
