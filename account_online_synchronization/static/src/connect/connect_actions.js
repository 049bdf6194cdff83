import { Component, onMounted, xml } from "@odoo/owl";

import { router } from "@web/core/browser/router";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

function searchInstitution(env, action) {
    const { params = {} } = action;
    return env.services.bank_connect.search({
        journalId: params.journal_id,
        journalType: params.journal_type,
        query: params.query,
    });
}

function resumeConnection(env, action) {
    env.services.bank_connect.resume(action.params);
}

/** Where the user lands after having been at the bank in this very tab. */
export class ConnectionReturn extends Component {
    static template = xml`<div class="o_action p-5 text-center o_online_quiet">
        <i class="fa fa-circle-o-notch fa-spin fa-2x" aria-hidden="true"/>
    </div>`;
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        onMounted(async () => {
            const next = await this.orm.call("account.online.link", "action_connection_returned", [
                router.current.link_id || "",
                router.current.mode || "connect",
            ]);
            // A dialog or a message needs a page below it: the cards that show the progress.
            await this.action.doAction("account.open_account_journal_dashboard_kanban", {
                clearBreadcrumbs: true,
            });
            if (next) {
                await this.action.doAction(next);
            }
        });
    }
}

const actions = registry.category("actions");
actions.add("account_online_synchronization.search_institution", searchInstitution);
actions.add("account_online_synchronization.connect", resumeConnection);
actions.add("account_online_synchronization.connection_return", ConnectionReturn);
