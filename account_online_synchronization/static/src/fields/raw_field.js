import { Component, xml } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What the bank sent, letter by letter. */
export class RawField extends Component {
    static template = xml`<pre class="mb-0 text-break" dir="ltr" t-esc="text"/>`;
    static props = { ...standardFieldProps };

    get text() {
        return JSON.stringify(this.props.record.data[this.props.name], null, 2);
    }
}

registry.category("fields").add("online_raw", {
    component: RawField,
    supportedTypes: ["json"],
});
