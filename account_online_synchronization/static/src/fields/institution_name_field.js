import { Component, xml } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { InstitutionLogo } from "../institution_search/institution_logo";

/** The bank's name beside its logo. */
export class InstitutionNameField extends Component {
    static template = xml`
        <span class="d-inline-flex align-items-center gap-2 mw-100">
            <InstitutionLogo name="name" url="props.record.data.institution_logo_url" size="size"/>
            <span t-att-class="isForm ? 'text-break' : 'text-truncate'" t-esc="name"/>
        </span>`;
    static components = { InstitutionLogo };
    static props = { ...standardFieldProps };

    get isForm() {
        return this.env.config?.viewType === "form";
    }

    get size() {
        return this.isForm ? undefined : "small";
    }

    get name() {
        return this.props.record.data[this.props.name] || "";
    }
}

registry.category("fields").add("online_institution_name", {
    component: InstitutionNameField,
    supportedTypes: ["char"],
    fieldDependencies: [{ name: "institution_logo_url", type: "char" }],
});
