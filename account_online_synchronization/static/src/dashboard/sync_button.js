import { Component } from "@odoo/owl";

import { formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { useOnlineSync } from "./use_online_sync";

/** Synchronize Now, on the dashboard card of a connected journal. */
export class SyncButton extends Component {
    static template = "account_online_synchronization.SyncButton";
    static props = { ...standardWidgetProps };

    setup() {
        this.sync = useOnlineSync(this);
    }

    get isShown() {
        const { link_id: linkId, needs_user: needsUser, link_state: linkState } = this.sync.data;
        return linkId && !needsUser && linkState === "connected";
    }

    get title() {
        if (this.sync.limitedUntil) {
            return _t("The bank allows the next synchronization at %(time)s", {
                time: formatDateTime(this.sync.limitedUntil),
            });
        }
        return _t("Ask the bank for new transactions");
    }
}

registry.category("view_widgets").add("online_sync_button", { component: SyncButton });
