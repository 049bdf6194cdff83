import { onMounted, status, useComponent, useExternalListener } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

/** Asks whether the proxy lets this database in again; once for all who want to know it. */
export const reactivationService = {
    dependencies: ["orm"],

    start(env, { orm }) {
        let question;
        return {
            isLetIn() {
                question ??= orm.silent
                    .call("account.online.link", "resume_after_block", [])
                    .finally(() => (question = undefined));
                return question;
            },
        };
    },
};

registry.category("services").add("online_reactivation", reactivationService);

/**
 * A database that the proxy has blocked is let in somewhere else: on a page in another window, or
 * by the operator. So whoever comes back to this window finds it as it is now.
 *
 * @param {Object} options
 * @param {() => boolean} options.isBlocked as far as is known here
 * @param {() => Promise} options.reload
 */
export function useReactivation({ isBlocked, reload }) {
    const reactivation = useService("online_reactivation");
    const component = useComponent();

    async function look() {
        if (document.hidden || !isBlocked() || !(await reactivation.isLetIn())) {
            return;
        }
        if (status(component) !== "destroyed") {
            await reload();
        }
    }
    onMounted(look);
    useExternalListener(window, "focus", look);
    useExternalListener(document, "visibilitychange", look);
}
