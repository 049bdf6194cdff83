import { Component, onMounted, useState } from "@odoo/owl";

import { useService } from "@web/core/utils/hooks";

const STEP = "onboarding.onboarding.step";

/** The first steps of a new company, above the cards; gone with the first bank transaction. */
export class OnboardingBar extends Component {
    static template = "account_online_synchronization.OnboardingBar";
    static props = {};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ steps: [] });
        // After mounting: the cards wait for nothing.
        onMounted(() => this.load());
    }

    async load() {
        this.state.steps = await this.orm.silent.call(
            "onboarding.onboarding",
            "get_first_accounting_steps",
            []
        );
    }

    async open(step) {
        const next = await this.orm.call(STEP, step.action, []);
        await this.action.doAction(next, { onClose: () => this.load() });
    }

    async close() {
        this.state.steps = [];
        await this.orm.call("onboarding.onboarding", "close_first_accounting_steps", []);
    }
}
