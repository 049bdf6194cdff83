from odoo import fields, models

from ..providers.interface import IdGrade, Quota
from .online_proxy_institution import AUDIENCES

ID_GRADES = [
    ('strong', "Strong"), ('weak', "Weak"), ('positional', "Positional"), ('absent', "Absent"),
]


class OnlineProxyInstitutionRoute(models.Model):
    """An institution as one provider reaches it."""

    _name = 'online.proxy.institution.route'
    _description = 'Way to Reach a Bank Institution'
    _order = 'sequence, id'

    institution_id = fields.Many2one(
        'online.proxy.institution', required=True, ondelete='cascade', index=True,
    )
    provider_id = fields.Many2one('online.proxy.provider', required=True, ondelete='cascade')
    sequence = fields.Integer(related='provider_id.sequence', store=True)
    external_id = fields.Char(string="Provider's Id", required=True)
    active = fields.Boolean(default=True)
    name = fields.Char(required=True)
    bics = fields.Char(string='BIC')
    countries = fields.Char(help="ISO codes, separated by spaces.")
    logo_url = fields.Char(string='Logo Address')
    website = fields.Char()
    beta = fields.Boolean()
    audience = fields.Selection(AUDIENCES, default='both', required=True)
    account_types = fields.Char()
    history_days = fields.Integer(help="0: as far back as the bank goes.")
    unattended = fields.Boolean(string='Automatic Synchronization', default=True)
    id_grade = fields.Selection(ID_GRADES, help="Empty: the provider's own grade.")
    quota = fields.Json(help="Limits of this institution; empty: the provider's own.")
    merge_bic = fields.Char(index=True, help="Bank part of the first BIC, for merging.")
    merge_name = fields.Char(index=True, help="Name in the form that providers have in common.")
    digest = fields.Char(help="Of what the provider said, to skip what has not changed.")
    catalogue_pass = fields.Integer(help="Pass of the catalogue that saw this institution last.")

    _external_uniq = models.Constraint(
        'unique(provider_id, external_id)', "A provider names each institution once.",
    )

    def _grade(self):
        """How far transaction ids of this institution can be trusted."""
        provider_class = self.provider_id._class()
        return self.id_grade or str(provider_class.id_grade if provider_class else IdGrade.WEAK)

    def _quota(self):
        """What the provider grants for this institution."""
        provider_class = self.provider_id._class()
        if self.quota:
            return Quota(**self.quota)
        return provider_class.quota if provider_class else Quota()
