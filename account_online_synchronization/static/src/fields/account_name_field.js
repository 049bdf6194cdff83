import { Component, xml } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** An account at the bank: its name, and its number and currency below. */
export class AccountNameField extends Component {
    static template = xml`
        <span class="d-block text-truncate" t-esc="props.record.data[props.name]"/>
        <span
            class="d-block small o_online_quiet text-truncate fw-normal"
            t-esc="details"
        />`;
    static props = { ...standardFieldProps };

    get details() {
        return [this.formattedNumber, this.props.record.data.currency_code]
            .filter(Boolean)
            .join(" · ");
    }

    /** In groups of four, as IBANs are printed. */
    get formattedNumber() {
        const number = this.props.record.data.account_number || "";
        return /^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(number) ? number.match(/.{1,4}/g).join(" ") : number;
    }
}

registry.category("fields").add("online_account_name", {
    component: AccountNameField,
    supportedTypes: ["char"],
    fieldDependencies: [
        { name: "account_number", type: "char" },
        { name: "currency_code", type: "char" },
    ],
});
