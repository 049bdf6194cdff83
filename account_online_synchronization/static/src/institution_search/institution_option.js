import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";

import { InstitutionLogo } from "./institution_logo";

const MAX_FLAGS = 4;
const DAYS_PER_MONTH = 30;

/** How far back a bank's transactions go, in the unit that reads best. */
export function formatHistory(days) {
    return days < 2 * DAYS_PER_MONTH
        ? _t("%(days)s days", { days })
        : _t("%(months)s months", { months: Math.round(days / DAYS_PER_MONTH) });
}

/** What a user should know about an institution before choosing it, as short labels. */
export function getInstitutionTags(institution) {
    const tags = [];
    if (institution.beta) {
        tags.push({ id: "beta", label: _t("Beta"), className: "text-bg-warning" });
    }
    if (institution.audience === "business") {
        tags.push({ id: "audience", label: _t("Business"), className: "text-bg-light border" });
    } else if (institution.audience === "personal") {
        tags.push({ id: "audience", label: _t("Personal"), className: "text-bg-light border" });
    }
    if (!institution.unattended) {
        tags.push({
            id: "manual",
            label: _t("No automatic synchronization"),
            className: "text-bg-light border",
        });
    }
    if (institution.history_days) {
        tags.push({
            id: "history",
            label: _t("%(period)s of history", { period: formatHistory(institution.history_days) }),
            className: "text-bg-light border",
        });
    }
    return tags;
}

export class InstitutionOption extends Component {
    static template = "account_online_synchronization.InstitutionOption";
    static components = { InstitutionLogo };
    static props = {
        institution: Object,
        countryNames: Object,
    };

    get tags() {
        return getInstitutionTags(this.props.institution);
    }

    get flags() {
        return this.props.institution.countries.slice(0, MAX_FLAGS).map((code) => ({
            code,
            url: `/base/static/img/country_flags/${code.toLowerCase()}.png`,
            name: this.props.countryNames[code] || code,
        }));
    }

    get moreCountries() {
        return Math.max(0, this.props.institution.countries.length - MAX_FLAGS);
    }
}
