import { Component, onWillStart, onWillUpdateProps } from "@odoo/owl";

import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat, formatInteger } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

function sum(days, key) {
    return days.reduce((total, day) => total + day[key], 0);
}

/** The last days of a connection at a glance: what came, how long it took, what failed. */
export class History extends Component {
    static template = "account_online_synchronization.History";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.days = [];
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((nextProps) => this.load(nextProps));
    }

    async load({ record }) {
        this.days = record.resId
            ? await this.orm.silent.call("account.online.link", "get_history", [[record.resId]])
            : [];
    }

    get graphs() {
        const { days } = this;
        return [
            {
                id: "transactions",
                title: _t("Transactions per day"),
                summary: _t("%(count)s in %(days)s days", {
                    count: formatInteger(sum(days, "transactions")),
                    days: days.length,
                }),
                bars: this.getBars("transactions", (day) =>
                    _t("%(date)s: %(count)s transactions", {
                        date: this.format(day),
                        count: formatInteger(day.transactions),
                    })
                ),
            },
            {
                id: "runs",
                title: _t("Duration and errors"),
                summary: _t("%(count)s synchronizations, %(errors)s failed", {
                    count: formatInteger(sum(days, "runs")),
                    errors: formatInteger(sum(days, "errors")),
                }),
                bars: this.getBars("seconds", (day) =>
                    _t(
                        "%(date)s: %(count)s synchronizations, %(seconds)s s each, %(errors)s failed",
                        {
                            date: this.format(day),
                            count: formatInteger(day.runs),
                            seconds: formatFloat(day.seconds, {
                                digits: [0, 1],
                                trailingZeros: false,
                            }),
                            errors: formatInteger(day.errors),
                        }
                    )
                ),
            },
        ];
    }

    format(day) {
        return formatDate(deserializeDate(day.date));
    }

    getBars(key, getTitle) {
        const highest = Math.max(...this.days.map((day) => day[key]), 1);
        return this.days.map((day) => ({
            id: day.date,
            title: getTitle(day),
            isEmpty: !day[key],
            hasFailed: key === "seconds" && day.errors > 0,
            // What is there is seen, however little it is.
            height: Math.max(Math.round((100 * day[key]) / highest), 3),
        }));
    }
}

registry.category("view_widgets").add("online_history", { component: History });
