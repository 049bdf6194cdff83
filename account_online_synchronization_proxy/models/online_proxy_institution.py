import base64

from odoo import Command, api, fields, models
from odoo.tools import SQL, ormcache

from ..services import contention, logos
from ..services.directory import Directory
from ..services.merging import ROUTE_FIELDS, merged
from ..services.shown import logo_address
from ..services.spelling import Spelling
from ..services.text import normalize

AUDIENCES = [('personal', "Personal"), ('business', "Business"), ('both', "Personal and Business")]
# What institutions are found by, besides what follows from their routes.
FOUND_BY = {'name', 'country_ids', 'audience', 'bics', 'beta', 'active', 'offered'}
LOGO_BATCH = 500  # of one scheduled run
LOGO_RETRY_DAYS = 30


class OnlineProxyInstitution(models.Model):
    """A bank as the user searches it, merged over the providers that reach it."""

    _name = 'online.proxy.institution'
    _description = 'Bank Institution'
    _order = 'name, id'
    _inherit = ['online.proxy.health']
    _health_field = 'institution_id'

    name = fields.Char(required=True, index=True)
    identifier = fields.Char(required=True, readonly=True, copy=False)
    active = fields.Boolean(default=True)
    offered = fields.Boolean(readonly=True, help="An enabled provider reaches it.")
    bics = fields.Char(string='BIC', help="Separated by spaces.")
    country_ids = fields.Many2many('res.country', string='Countries')
    country_codes = fields.Char(compute='_compute_country_codes', store=True)
    search_text = fields.Char(
        compute='_compute_search_text', store=True,
        help="The name without accents, case and punctuation, a bar, the codes.",
    )
    logo_url = fields.Char(string='Logo Address')
    logo = fields.Binary(attachment=True)
    logo_mimetype = fields.Char()
    website = fields.Char()
    beta = fields.Boolean()
    audience = fields.Selection(AUDIENCES, default='both', required=True)
    account_types = fields.Char(help="Separated by spaces.")
    history_days = fields.Integer(help="0: as far back as the bank goes.")
    unattended = fields.Boolean(string='Automatic Synchronization', default=True)
    route_ids = fields.One2many('online.proxy.institution.route', 'institution_id')
    logo_tried_at = fields.Datetime(readonly=True)
    link_count = fields.Integer(
        default=0, help="Links ever made: what is often chosen is offered first.",
    )

    _identifier_uniq = models.Constraint('unique(identifier)', "Institutions have unique ids.")
    _search_text_idx = models.Index(
        lambda registry: 'USING gin (search_text gin_trgm_ops)' if registry.has_trigram else ''
    )
    # By name alone: with what follows the bar, “Bank” would come after “Bank of Anywhere”. It holds
    # all that searches look at, so that they read nothing else.
    _most_chosen_idx = models.Index("""(
        COALESCE(link_count, 0) DESC, beta, split_part(search_text, ' | ', 1) COLLATE "C", id
    ) INCLUDE (search_text, country_codes, audience, link_count) WHERE offered""")

    @api.depends('name', 'bics')
    def _compute_search_text(self):
        for institution in self:
            bics = (institution.bics or '').lower()
            institution.search_text = f'{normalize(institution.name)} | {bics}'

    @api.depends('country_ids.code')
    def _compute_country_codes(self):
        for institution in self:
            institution.country_codes = ' '.join(institution.country_ids.mapped('code'))

    @api.model_create_multi
    def create(self, vals_list):
        self._forget_directory()
        return super().create(vals_list)

    def write(self, vals):
        if FOUND_BY.intersection(vals):
            self._forget_directory()
        return super().write(vals)

    def unlink(self):
        self._forget_directory()
        return super().unlink()

    @api.model
    def _forget_directory(self):
        """The directory is made anew: now, and once more when what has changed stands for all, or
        for nobody: another thread may have made one meanwhile."""
        forget = self.env.registry.clear_cache
        forget()
        self.env.cr.postcommit.add(forget)
        self.env.cr.postrollback.add(forget)

    @api.model
    @ormcache()
    def _directory(self):
        """All banks that are offered, in memory."""
        self.flush_model()
        self.env.cr.execute(
            """SELECT COALESCE(search_text, ''), id, COALESCE(country_codes, ''), audience, beta
                 FROM online_proxy_institution WHERE offered
                ORDER BY beta, split_part(search_text, ' | ', 1) COLLATE "C", id"""
        )
        return Directory(self.env.cr.fetchall())

    @api.model
    @ormcache()
    def _spelling(self):
        """The words of the names of all banks that are offered."""
        return Spelling(self._directory().words())

    def _logo_address(self, base_url):
        """Where a browser finds the logo, None when there is none."""
        has_logo = self.logo_mimetype or logos.is_embedded(self.logo_url)
        return logo_address(base_url, self.identifier) if has_logo else None

    def _picture(self):
        """Media type and content of the logo, or None."""
        if self.logo_mimetype:
            return self.logo_mimetype, base64.b64decode(self.logo)
        return logos.embedded(self.logo_url)

    def _count_link(self):
        """One more link was made; when two are made at once, one of them is not counted."""
        contention.update_or_leave(self, SQL("link_count = COALESCE(link_count, 0) + 1"))

    def _usable_routes(self):
        """The ways to reach this institution, the preferred one first."""
        return self.route_ids.filtered(
            lambda route: route.active and route.provider_id.enabled
        ).sorted(lambda route: (route.beta, route.sequence, not route.unattended, route.id))

    def _merge_routes(self):
        """Say of the institutions what their routes say now."""
        country_ids = self._country_ids()
        for institution in self:
            routes = institution.route_ids.filtered('active').sorted(
                lambda route: (route.beta, route.sequence, route.id)
            )
            if routes:
                values = merged(routes.read(ROUTE_FIELDS))
                institution.write({**self._merged_values(values, country_ids), 'active': True})
            else:
                institution.active = False
        self._update_offered()

    @api.model
    def _cron_fetch_logos(self):
        """Fetch the logos that lie at providers, those of the banks chosen most first."""
        again = fields.Datetime.subtract(fields.Datetime.now(), days=LOGO_RETRY_DAYS)
        domain = [
            ('offered', '=', True), ('logo_url', '=like', 'http%'),
            '|', ('logo_tried_at', '=', False),
            '&', ('logo_tried_at', '<', again), ('logo_mimetype', '=', False),
        ]
        waiting = self.search(domain, order='link_count desc, id', limit=LOGO_BATCH)
        cron = self.env['ir.cron']
        cron._commit_progress(remaining=self.search_count(domain))
        for institution in waiting:
            picture = logos.fetch(institution.logo_url)
            institution.logo_tried_at = fields.Datetime.now()
            if picture:
                institution._keep_logo(*picture)
            if not cron._commit_progress(1):
                break

    def _keep_logo(self, mimetype, content):
        self.write({'logo_mimetype': mimetype, 'logo': base64.b64encode(content)})

    @api.model
    def _country_ids(self):
        """Ids of countries by code."""
        return {country.code: country.id for country in self.env['res.country'].search([])}

    @api.model
    def _merged_values(self, values, country_ids):
        """Values to write, from the merged ones of the routes."""
        values = dict(values)
        codes = values.pop('countries').split()
        ids = [country_ids[code] for code in codes if code in country_ids]
        return {**values, 'country_ids': [Command.set(ids)]}

    def _update_offered(self):
        """Whether any provider in use reaches these institutions."""
        self.env.flush_all()
        self.env.cr.execute(SQL(
            """UPDATE online_proxy_institution i SET offered = now_offered.value
                 FROM (SELECT j.id, j.active AND EXISTS (
                              SELECT 1 FROM online_proxy_institution_route r
                                JOIN online_proxy_provider p ON p.id = r.provider_id AND p.enabled
                               WHERE r.institution_id = j.id AND r.active) AS value
                         FROM online_proxy_institution j WHERE j.id = ANY(%s)) now_offered
                WHERE i.id = now_offered.id AND i.offered IS DISTINCT FROM now_offered.value""",
            list(self.ids),
        ))
        if self.env.cr.rowcount:
            self.invalidate_model(['offered'])
            self._forget_directory()
