import { Component, xml } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { useReactivation } from "./use_reactivation";

/** Keeps the page of a connection in step with what happens elsewhere; shows nothing itself. */
export class LinkWatch extends Component {
    static template = xml``;
    static props = { ...standardWidgetProps };

    setup() {
        useReactivation({
            isBlocked: () => this.props.record.data.last_error_code === "client_blocked",
            reload: () => this.reload(),
        });
        const { bus } = useService("online_sync_progress");
        useBus(bus, "finished", ({ detail }) => {
            if (detail.link_id === this.props.record.resId) {
                this.reload();
            }
        });
    }

    /** The form has another record after each button: never keep it. */
    async reload() {
        const { record } = this.props;
        if (!(await record.isDirty())) {
            await record.load();
        }
    }
}

registry.category("view_widgets").add("online_link_watch", { component: LinkWatch });
