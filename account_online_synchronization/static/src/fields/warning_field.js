import { Component, xml } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A sign with the warning in its tooltip, where a column has no room for the sentence. */
export class WarningField extends Component {
    static template = xml`
        <span
            t-if="props.record.data[props.name]"
            class="text-warning"
            role="img"
            tabindex="0"
            t-att-data-tooltip="props.record.data[props.name]"
            t-att-aria-label="props.record.data[props.name]"
        >
            <i class="fa fa-exclamation-triangle" aria-hidden="true"/>
        </span>`;
    static props = { ...standardFieldProps };
}

registry.category("fields").add("online_warning", {
    component: WarningField,
    supportedTypes: ["char"],
});
