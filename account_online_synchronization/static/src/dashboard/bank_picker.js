import { Component, onMounted, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { getDefaultProvider, needsDetails } from "../institution_search/institution_details";
import { InstitutionLogo } from "../institution_search/institution_logo";

const MAX_FAVOURITES = 6;

/** On the card of a journal without a feed: the way to the bank. */
export class BankPicker extends Component {
    static template = "account_online_synchronization.BankPicker";
    static components = { InstitutionLogo };
    static props = { ...standardWidgetProps };

    setup() {
        this.bankConnect = useService("bank_connect");
        this.state = useState({ count: 0, favourites: [] });
        // After mounting: a slow proxy must not hold up the dashboard.
        onMounted(() => this.loadOverview());
    }

    async loadOverview() {
        const { count, favourites } = await this.bankConnect.getOverview();
        this.state.count = count;
        this.state.favourites = favourites.slice(0, MAX_FAVOURITES);
    }

    get journal() {
        const { record } = this.props;
        return { journalId: record.resId, journalType: record.data.type };
    }

    get searchLabel() {
        const { count } = this.state;
        return count
            ? _t("Search %(count)s banks…", { count: formatInteger(count) })
            : _t("Search your bank…");
    }

    search() {
        return this.bankConnect.search(this.journal);
    }

    addByHand() {
        return this.bankConnect.addByHand(this.journal);
    }

    choose(institution) {
        if (needsDetails(institution)) {
            return this.bankConnect.search({ ...this.journal, institution });
        }
        return this.bankConnect.connect({
            institution,
            provider: getDefaultProvider(institution),
            journalId: this.journal.journalId,
        });
    }
}

registry.category("view_widgets").add("online_bank_picker", { component: BankPicker });
