import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What the bank says beside what the books say, with the differences highlighted. */
export class ReviewComparisonField extends Component {
    static template = "account_online_synchronization.ReviewComparisonField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get comparison() {
        return this.props.record.data[this.props.name];
    }

    /** Rows of the table: one per property that either side has. */
    get rows() {
        const { bank, books } = this.comparison;
        const labels = {
            date: _t("Date"),
            amount: _t("Amount"),
            description: _t("Description"),
            counterparty: _t("Counterparty"),
        };
        return Object.entries(labels)
            .map(([name, label]) => ({
                name,
                label,
                bank: bank?.[name] || "",
                books: books.map((side) => ({
                    text: side[name] || "",
                    different: side.different.includes(name),
                })),
            }))
            .filter((row) => row.bank || row.books.some((cell) => cell.text));
    }

    /** The entries by hand, of which the transaction may be one; empty where there are none. */
    get choices() {
        const { books } = this.comparison;
        return books.some((side) => side.entry) ? books.map((side) => side.entry) : [];
    }

    /** The user found the entry that the transaction is. */
    async choose(entry) {
        const { resModel, resId } = this.props.record;
        this.action.doAction(await this.orm.call(resModel, "action_link_line", [resId, entry]));
    }
}

registry.category("fields").add("online_review_comparison", {
    component: ReviewComparisonField,
    supportedTypes: ["json"],
});
