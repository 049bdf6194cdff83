import { accountDashboardKanbanView } from "@account/views/account_dashboard_kanban/account_dashboard_kanban_view";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";

import { OnboardingBar } from "./onboarding_bar";

const { Controller } = accountDashboardKanbanView;

/** New ‣ Bank, New ‣ Credit Card: a journal begins with its bank. Above the cards, first steps. */
export class DashboardController extends Controller {
    static template = "account_online_synchronization.DashboardController";
    static components = { ...Controller.components, Dropdown, DropdownItem, OnboardingBar };

    setup() {
        super.setup();
        this.bankConnect = useService("bank_connect");
    }

    newBank(journalType) {
        return this.bankConnect.search({ journalType });
    }
}

patch(accountDashboardKanbanView, { Controller: DashboardController });
