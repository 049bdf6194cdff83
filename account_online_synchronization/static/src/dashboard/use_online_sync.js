import { onWillStart, status, useEffect, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";

const { DateTime } = luxon;

/** The one button that solves the trouble, by the mode in which the user goes to the bank. */
export function getSolutionLabel(mode) {
    const labels = {
        reconnect: _t("Reconnect"),
        update_credentials: _t("Update Credentials"),
        fetch_accounts: _t("Fetch Accounts"),
        connect_anew: _t("Connect Anew"),
        refresh: _t("Confirm at the Bank"),
        reactivate: _t("Reactivate"),
    };
    return labels[mode] || _t("Try Again");
}

/** The same action without what it does to the page that is shown. */
function withoutNext(action) {
    const { next, ...params } = action.params || {};
    return next ? { ...action, params } : action;
}

/** What a dashboard card knows and can do about its journal's connection. */
export function useOnlineSync(component) {
    // Not by `useService`, which answers a card that has gone with silence: whoever went elsewhere,
    // or finds all cards loaded anew, is told as well what his click has brought.
    const { orm, action } = component.env.services;
    const progress = useService("online_sync_progress");
    const running = useState(progress.running);
    const state = useState({ clicked: false, mayManage: false });
    const { record } = component.props;

    onWillStart(async () => {
        state.mayManage = await user.hasGroup("account.group_account_manager");
    });
    useBus(progress.bus, "finished", ({ detail }) => {
        if (detail.link_id === sync.data.link_id) {
            record.load();
        }
    });

    async function run(model, method, id) {
        if (state.clicked) {
            return; // the second half of a double click
        }
        state.clicked = true;
        try {
            const next = await orm.call(model, method, [[id]]);
            if (next) {
                const isGone = status(component) === "destroyed";
                await action.doAction(isGone ? withoutNext(next) : next);
            }
        } finally {
            state.clicked = false;
            // What followed may have loaded all cards anew, or led elsewhere.
            if (status(component) !== "destroyed") {
                await record.load();
            }
        }
    }

    const sync = {
        state,
        get data() {
            return JSON.parse(record.data.kanban_dashboard).online_sync || {};
        },
        get progress() {
            return running[this.data.link_id];
        },
        /** The bank grants nothing before this time; null when it does. */
        get limitedUntil() {
            const { limited_until: until } = this.data;
            const limit = until && DateTime.fromISO(until);
            return limit && limit > DateTime.now() ? limit : null;
        },
        get isRunning() {
            return state.clicked || this.data.running || Boolean(this.progress);
        },
        synchronize: () => run("account.journal", "action_online_synchronize", record.resId),
        solve() {
            return run("account.online.link", "action_solve", this.data.link_id);
        },
        connectAnew() {
            return run("account.online.link", "action_connect_anew", this.data.link_id);
        },
        reconnect() {
            return run("account.online.link", "action_reconnect", this.data.link_id);
        },
    };
    // The button comes back by itself when the bank grants the next synchronization.
    useEffect(
        (limit) => {
            if (limit) {
                const timer = browser.setTimeout(
                    () => component.render(),
                    limit - DateTime.now().toMillis() + 1000
                );
                return () => browser.clearTimeout(timer);
            }
        },
        () => [sync.limitedUntil?.toMillis()]
    );
    return sync;
}
