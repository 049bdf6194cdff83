from odoo import fields, models

AUDIENCES = [('personal', "Personal"), ('business', "Business"), ('both', "Personal and Business")]


class OnlineProxyInstitution(models.Model):
    """A bank as the user searches it, merged over the providers that reach it."""

    _name = 'online.proxy.institution'
    _description = 'Bank Institution'
    _order = 'name, id'

    name = fields.Char(required=True)
    identifier = fields.Char(required=True, readonly=True, copy=False)
    active = fields.Boolean(default=True)
    bics = fields.Char(string='BIC', help="Separated by spaces.")
    country_ids = fields.Many2many('res.country', string='Countries')
    search_text = fields.Char(help="Name and BIC without accents, case and punctuation.")
    logo_url = fields.Char(string='Logo Address')
    logo = fields.Image(max_width=256, max_height=256)
    website = fields.Char()
    beta = fields.Boolean()
    audience = fields.Selection(AUDIENCES, default='both', required=True)
    account_types = fields.Char(help="Separated by spaces.")
    history_days = fields.Integer(help="0: as far back as the bank goes.")
    unattended = fields.Boolean(string='Automatic Synchronization', default=True)
    route_ids = fields.One2many('online.proxy.institution.route', 'institution_id')
    link_count = fields.Integer(help="Links ever made: what is often chosen is offered first.")

    _identifier_uniq = models.Constraint('unique(identifier)', "Institutions have unique ids.")
    _search_text_idx = models.Index(
        lambda registry: 'USING gin (search_text gin_trgm_ops)' if registry.has_trigram else ''
    )
