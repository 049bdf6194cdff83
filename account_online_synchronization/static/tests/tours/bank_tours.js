import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const CONFIGURATION = "[data-menu-xmlid='account.menu_finance_configuration']";

function menu(name) {
    return `[data-menu-xmlid='account_online_synchronization.${name}']`;
}

function openMenu(section, name) {
    return [
        { content: "The dashboard is there", trigger: ".o_kanban_record" },
        { content: `Open the menu ${section}`, trigger: section, run: "click" },
        { content: `Choose ${name}`, trigger: menu(name), run: "click" },
    ];
}

/** As a browser or an ad blocker that holds back pop-ups. */
function blockPopups() {
    browser.open = () => null;
}

tours.add("online_search_finds_the_bank", {
    steps: () => [
        ...openMenu(CONFIGURATION, "menu_add_bank_account"),
        { trigger: ".o_institution_search input", run: blockPopups },
        { trigger: ".o_institution_search input", run: "edit test" },
        { trigger: ".o_institution_option:contains(Test Bank)", run: "click" },
        {
            content: "The bank shares three months only, which is said before",
            trigger: ".modal-body:contains(shares the last 3 months)",
        },
        { trigger: ".modal-footer button:contains(Continue to the bank)", run: "click" },
        {
            content: "The hint names the two ways to go on",
            trigger:
                ".o_online_connect:contains(could not open) button:contains(Continue in this tab)",
        },
        { trigger: ".o_online_connect button:contains(Cancel)", run: "click" },
        { trigger: "body:not(:has(.o_dialog))" },
    ],
});

tours.add("online_bank_by_hand", {
    steps: () => [
        ...openMenu(CONFIGURATION, "menu_add_bank_account"),
        { trigger: ".o_institution_search button:contains(Add it by hand)", run: "click" },
        { trigger: ".modal .o_field_widget[name=acc_number] input", run: "edit BE02001234567890" },
        { trigger: ".modal-footer button[name=validate]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});

tours.add("online_line_leads_to_the_feed_and_back", {
    steps: () => [
        ...openMenu(menu("menu_bank"), "menu_bank_transactions"),
        { trigger: ".o_data_row:contains(Rent) td[name=amount]", run: "click" },
        { trigger: "button[name=action_open_feed_transaction]", run: "click" },
        { trigger: ".o_form_view:contains(What the Bank Said)" },
        { trigger: "button[name=action_open_statement_line]", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=payment_ref]" },
    ],
});

tours.add("online_review_is_decided", {
    steps: () => [
        ...openMenu(menu("menu_bank"), "menu_bank_review"),
        { content: "What differs is highlighted", trigger: ".o_online_review mark:contains(100)" },
        { trigger: ".o_kanban_record button[name=action_keep_books]", run: "click" },
        { trigger: ".o_view_nocontent:contains(Nothing to decide)" },
    ],
});

tours.add("online_review_entry_is_chosen", {
    steps: () => [
        ...openMenu(menu("menu_bank"), "menu_bank_review"),
        {
            content: "Each entry that it could be can be chosen, here the second one",
            trigger: ".o_online_review tfoot td:last button:contains(It is this one)",
            run: "click",
        },
        { trigger: ".o_view_nocontent:contains(Nothing to decide)" },
    ],
});

tours.add("online_difference_is_explained", {
    steps: () => [
        { trigger: ".o_kanban_record a:contains(Differs by)", run: "click" },
        { trigger: ".o_form_view .alert:contains(make up the difference)" },
        { trigger: ".o_field_widget[name=explaining_ids] .o_data_row:contains(Gift)" },
    ],
});

tours.add("online_account_gets_its_journal", {
    steps: () => [
        ...openMenu(CONFIGURATION, "menu_online_synchronization"),
        { trigger: ".o_data_row td[name=name]:contains(Test Bank)", run: "click" },
        { trigger: "button[name=action_choose_journals]", run: "click" },
        { trigger: ".modal .o_data_row:contains(Savings)" },
        { trigger: ".modal-footer button[name=action_import]", run: "click" },
        {
            content: "The card of the new journal waits for its transactions",
            trigger:
                ".o_kanban_record:contains(Savings) .o_online_sync_status:contains(Synchronizing)",
        },
    ],
});

tours.add("online_card_offers_the_one_button", {
    steps: () => [
        { trigger: ".o_kanban_record .o_online_sync_trouble:contains(password)" },
        { trigger: ".o_online_sync_solve:contains(Update Credentials)", run: blockPopups },
        { trigger: ".o_online_sync_solve", run: "click" },
        { trigger: ".o_online_connect:contains(could not open)" },
        { trigger: ".o_online_connect button:contains(Cancel)", run: "click" },
        { trigger: "body:not(:has(.o_dialog))" },
    ],
});

tours.add("online_card_and_form_tell_which_account_failed", {
    steps: () => [
        {
            trigger:
                ".o_kanban_record .o_online_sync_trouble:contains(Give the reference to the support)",
        },
        { trigger: ".o_online_sync_status:contains(R-TEST)" },
        { trigger: ".o_online_sync_status:contains(Later changes by the bank are not seen)" },
        ...openMenu(CONFIGURATION, "menu_online_synchronization"),
        { trigger: ".o_data_cell:contains(Test Bank)", run: "click" },
        {
            trigger:
                ".alert-danger:contains(These accounts are not fetched):contains(Current account)",
        },
        { trigger: ".o_data_cell[name=trouble_text]:contains(Give the reference)", run: "click" },
        { trigger: ".modal .alert-danger:contains(Give the reference to the support)" },
        { trigger: ".modal .alert-info:contains(tells only what is new)" },
    ],
});

tours.add("online_billing_user_sees_journals_only", {
    steps: () => [
        { trigger: ".o_menu_sections [data-menu-xmlid='account.menu_finance_receivables']" },
        { trigger: `body:not(:has(${CONFIGURATION})):not(:has(${menu("menu_bank")}))` },
    ],
});
