import { EventBus, reactive } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";

export const PROGRESS_EVENT = "account_online_synchronization.progress";
// Long enough to be seen by somebody who did something else meanwhile, and to click the link.
const READING_TIME = 20_000;

/** Resolves while somebody can see this window: a message in a hidden tab is gone unread. */
function untilSeen() {
    return new Promise((resolve) => {
        if (!document.hidden) {
            resolve();
            return;
        }
        const onChange = () => {
            if (!document.hidden) {
                document.removeEventListener("visibilitychange", onChange);
                resolve();
            }
        };
        document.addEventListener("visibilitychange", onChange);
    });
}

/**
 * Follows synchronizations that this user started, over the bus and wherever he is: the cards show
 * how many transactions have come so far, and a message with a link tells the end.
 */
export const syncProgressService = {
    dependencies: ["action", "bus_service", "notification", "orm"],

    start(env, { action, bus_service: busService, notification, orm }) {
        const running = reactive({});
        const bus = new EventBus();

        async function showTransactions(journalIds) {
            const next = await orm.call("account.journal", "action_show_imported", [journalIds]);
            return action.doAction(next);
        }

        async function announceEnd(progress) {
            const { state, message, imported, run_id: run, journal_ids: journalIds } = progress;
            if (!message) {
                return;
            }
            await untilSeen();
            const isNews = await orm.silent.call("account.online.run", "claim_message", [run]);
            if (!isNews) {
                return; // another window of this user has shown it
            }
            const buttons = imported
                ? [
                      {
                          name: _t("Show them"),
                          primary: true,
                          onClick: () => showTransactions(journalIds),
                      },
                  ]
                : [];
            const type =
                { failed: "danger", partial: "warning" }[state] || (imported ? "success" : "info");
            notification.add(message, {
                type,
                buttons,
                sticky: ["failed", "partial"].includes(state),
                ...(imported ? { autocloseDelay: READING_TIME } : {}),
            });
        }

        busService.subscribe(PROGRESS_EVENT, (progress) => {
            if (progress.state === "running") {
                running[progress.link_id] = progress;
                return;
            }
            delete running[progress.link_id];
            announceEnd(progress);
            bus.trigger("finished", progress);
        });
        busService.start();

        return { running, bus };
    },
};

registry.category("services").add("online_sync_progress", syncProgressService);
