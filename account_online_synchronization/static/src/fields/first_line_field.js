import { Component, xml } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The first line of a bank's long description; the rest in the tooltip. */
export class FirstLineField extends Component {
    static template = xml`
        <span class="d-block text-truncate" t-att-title="text" t-esc="text.split('\\n')[0]"/>`;
    static props = { ...standardFieldProps };

    get text() {
        return this.props.record.data[this.props.name] || "";
    }
}

registry.category("fields").add("online_first_line", {
    component: FirstLineField,
    supportedTypes: ["text", "char"],
});
