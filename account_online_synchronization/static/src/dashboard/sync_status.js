import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatInteger } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { useReactivation } from "../connect/use_reactivation";
import { getSolutionLabel, useOnlineSync } from "./use_online_sync";

const { DateTime } = luxon;
const EXPIRY_WARNING_DAYS = 14;

function formatTime(dateTime) {
    const isToday = dateTime.hasSame(DateTime.now(), "day");
    const day = isToday ? {} : { month: "short", day: "numeric" };
    return dateTime.toLocaleString({ ...DateTime.TIME_SIMPLE, ...day });
}

/** How the connection of a journal stands, on its dashboard card. */
export class SyncStatus extends Component {
    static template = "account_online_synchronization.SyncStatus";
    static props = { ...standardWidgetProps };

    setup() {
        this.sync = useOnlineSync(this);
        useReactivation({
            isBlocked: () =>
                this.sync.state.mayManage && this.sync.data.error_code === "client_blocked",
            reload: () => this.props.record.load(),
        });
    }

    get hasTrouble() {
        const {
            needs_user: needsUser,
            link_state: linkState,
            error_code: code,
            error_message: error,
        } = this.sync.data;
        if (needsUser || linkState !== "connected") {
            return true;
        }
        // That the day's synchronizations are used up is no trouble: it passes by itself.
        return Boolean(error) && code !== "rate_limited";
    }

    get troubleText() {
        const { error_message: error, link_state: linkState } = this.sync.data;
        if (error) {
            return error;
        }
        if (this.sync.data.is_previous) {
            return _t("A former bank synchronization fed this journal.");
        }
        return linkState === "disconnected"
            ? _t("This bank is disconnected.")
            : _t("The bank wants you to confirm before it hands out transactions.");
    }

    get needsReconnect() {
        return this.sync.data.link_state === "disconnected";
    }

    get solutionLabel() {
        const { connect_mode: mode, is_previous: isPrevious } = this.sync.data;
        if (isPrevious) {
            return getSolutionLabel("connect_anew");
        }
        return getSolutionLabel(this.needsReconnect ? "reconnect" : mode);
    }

    solve() {
        const { needs_user: needsUser, is_previous: isPrevious } = this.sync.data;
        if (isPrevious) {
            return this.sync.connectAnew();
        }
        if (this.needsReconnect) {
            return this.sync.reconnect();
        }
        return needsUser ? this.sync.solve() : this.sync.synchronize();
    }

    get lastText() {
        const { last_success: last } = this.sync.data;
        return last
            ? _t("Synchronized %(when)s", { when: DateTime.fromISO(last).toRelative() })
            : _t("Not synchronized yet");
    }

    get nextText() {
        const { auto_sync: auto, next_refresh: next } = this.sync.data;
        if (this.sync.limitedUntil) {
            return _t("possible again %(time)s", { time: formatTime(this.sync.limitedUntil) });
        }
        if (!auto) {
            return _t("by hand only");
        }
        return next ? _t("next %(time)s", { time: formatTime(DateTime.fromISO(next)) }) : "";
    }

    /** Where it breaks, the second line does not begin with the dot. */
    get whenText() {
        return [this.lastText, this.nextText].filter(Boolean).join("\u00a0· ");
    }

    get runningText() {
        const { progress } = this.sync;
        return progress?.imported && progress.journal_id === this.props.record.resId
            ? _t("Importing… %(count)s transactions so far", {
                  count: formatInteger(progress.imported),
              })
            : _t("Synchronizing…");
    }

    get blindText() {
        return _t("Later changes by the bank are not seen.");
    }

    get blindTitle() {
        return _t(
            "This bank tells only what is new, and without identifiers. Compare with its statements from time to time."
        );
    }

    get expiryText() {
        const { expires_on: expiresOn, expires_in_days: days } = this.sync.data;
        if (!expiresOn || days > EXPIRY_WARNING_DAYS || this.hasTrouble) {
            return "";
        }
        if (days < 0) {
            return _t("Your consent has ended.");
        }
        if (days === 0) {
            return _t("Your consent ends today.");
        }
        return days === 1
            ? _t("Your consent ends tomorrow.")
            : _t("Your consent ends in %(days)s days.", { days });
    }
}

registry.category("view_widgets").add("online_sync_status", { component: SyncStatus });
