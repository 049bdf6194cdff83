import { Component, onMounted, useRef } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";

import { InstitutionLogo } from "./institution_logo";
import { formatHistory } from "./institution_option";

// A bank that shares less than this may surprise whoever starts in the middle of a year.
const SHORT_HISTORY_DAYS = 180;

/** The provider that is proposed: the proxy's own choice, else the first. */
export function getDefaultProvider(institution) {
    const { providers } = institution;
    return providers.find((provider) => provider.default) || providers[0];
}

/** Whether the user has something to choose or to know before the bank's page opens. */
export function needsDetails(institution) {
    const provider = getDefaultProvider(institution);
    return (
        institution.providers.length > 1 ||
        institution.beta ||
        Boolean(provider?.beta) ||
        !institution.unattended ||
        (institution.history_days || Infinity) < SHORT_HISTORY_DAYS
    );
}

export class InstitutionDetails extends Component {
    static template = "account_online_synchronization.InstitutionDetails";
    static components = { InstitutionLogo };
    static props = {
        institution: Object,
        provider: Object,
        onProviderChange: Function,
    };

    setup() {
        this.choiceRef = useRef("choice");
        // Who came by keyboard goes on there; screen readers say what is to be chosen.
        onMounted(() => this.choiceRef.el?.querySelector("input:checked").focus());
    }

    /** Sentences about what this institution does and does not allow, through the chosen provider. */
    get notes() {
        const { institution, provider } = this.props;
        const historyDays = provider.history_days || institution.history_days;
        const notes = [
            provider.unattended
                ? { icon: "fa-refresh", text: _t("New transactions arrive by themselves.") }
                : {
                      icon: "fa-hand-pointer-o",
                      text: _t(
                          "This bank allows no automatic synchronization: you start each one yourself, and may have to sign in again."
                      ),
                  },
        ];
        if (historyDays) {
            notes.push({
                icon: "fa-history",
                text: _t(
                    "The bank shares the last %(period)s. Import older transactions from a file.",
                    { period: formatHistory(historyDays) }
                ),
            });
        }
        if (institution.beta || provider.beta) {
            notes.push({
                icon: "fa-flask",
                text: _t("This connection is in beta: please check the first transactions."),
            });
        }
        return notes;
    }
}
