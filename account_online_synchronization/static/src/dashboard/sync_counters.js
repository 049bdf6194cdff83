import { Component } from "@odoo/owl";

import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const FEED_ACTION = "account_online_synchronization.account_online_transaction_action";
const REVIEW_ACTION = "account_online_synchronization.account_online_transaction_action_review";

/** What waits for somebody, and whether bank and books agree. */
export class SyncCounters extends Component {
    static template = "account_online_synchronization.SyncCounters";
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get data() {
        return JSON.parse(this.props.record.data.kanban_dashboard).online_sync || {};
    }

    get counters() {
        const { data } = this;
        const feed = (filter) => () =>
            this.openFeed(FEED_ACTION, { [`search_default_${filter}`]: 1 });
        return [
            {
                id: "new",
                label: _t("New"),
                title: _t("Booked since your last visit"),
                count: data.new,
                open: () => this.openLines(),
            },
            {
                id: "review",
                label: _t("To Review"),
                count: data.review,
                className: "text-warning-emphasis",
                open: () => this.openFeed(REVIEW_ACTION),
            },
            {
                id: "waiting",
                label: _t("Waiting"),
                title: _t("Dated in a locked period; booked when the period is opened"),
                count: data.waiting,
                open: feed("waiting"),
            },
            {
                id: "quarantined",
                label: _t("Quarantined"),
                title: _t("The bank sent rows that cannot be right"),
                count: data.quarantined,
                className: "text-danger",
                open: feed("quarantined"),
            },
            { id: "pending", label: _t("Pending"), count: data.pending, open: feed("pending") },
        ]
            .filter((counter) => counter.count)
            .map((counter) => ({ ...counter, count: formatInteger(counter.count) }));
    }

    get differenceTitle() {
        const { bank, books } = this.data.balance;
        return _t("Bank: %(bank)s, books: %(books)s.", { bank, books });
    }

    get sinceText() {
        const { since } = this.data.balance;
        return since && _t("since %(date)s", { date: formatDate(deserializeDate(since)) });
    }

    openFeed(name, context = {}) {
        return this.action.doAction(name, {
            additionalContext: {
                ...context,
                search_default_online_account_id: this.data.account_id,
            },
        });
    }

    openAccount() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "account.online.account",
            res_id: this.data.account_id,
            views: [[false, "form"]],
        });
    }

    async openLines() {
        const next = await this.orm.call("account.journal", "action_open_new_lines", [
            [this.props.record.resId],
        ]);
        return this.action.doAction(next);
    }
}

registry.category("view_widgets").add("online_sync_counters", { component: SyncCounters });
