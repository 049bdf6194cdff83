import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

import { InstitutionSearchDialog } from "../institution_search/institution_search_dialog";
import { ConnectDialog } from "./connect_dialog";
import { ConnectWindow } from "./connect_window";

export const RETURN_PATH = "/odoo/bank-connect";

/** The way from "I want my bank here" to a connected bank; every entry point uses it. */
export const bankConnectService = {
    dependencies: ["action", "dialog", "orm"],

    start(env, { action, dialog, orm }) {
        let countries;
        let overview;
        // A double click, or a second button, finds what the first one has opened.
        let openWindow = null;
        let isSearching = false;

        function getCountries() {
            countries ??= orm.silent.searchRead("res.country", [], ["code", "name"]);
            return countries;
        }

        async function getCompanyCountryCode() {
            const [company] = await orm.silent.read(
                "res.company",
                [user.activeCompany.id],
                ["country_code"]
            );
            return company.country_code || "";
        }

        /** Number of institutions and the favourites of the company's country; asked for once. */
        function getOverview() {
            overview ??= getCompanyCountryCode()
                .then((country) =>
                    orm.silent.call("account.online.link", "get_institution_overview", [], {
                        country,
                    })
                )
                .catch(() => {
                    overview = undefined; // asked again at the next occasion
                    return { count: 0, favourites: [] };
                });
            return overview;
        }

        async function goOn(linkId, mode) {
            const next = await orm.call("account.online.link", "action_after_connection", [
                [linkId],
                mode,
            ]);
            await action.doAction(next);
        }

        /** A connection that was begun and not made leaves no trace. */
        function discard(linkId) {
            return orm.silent.call("account.online.link", "discard_connection", [[linkId]]);
        }

        /** To be called synchronously from a click. */
        function openBank({ name, mode, ...callbacks }) {
            if (openWindow) {
                openWindow.focus();
                return;
            }
            openWindow = new ConnectWindow();
            openWindow.open();
            dialog.add(
                ConnectDialog,
                {
                    name,
                    connectWindow: openWindow,
                    ...callbacks,
                    onConnected: (linkId) => goOn(linkId, mode),
                },
                { onClose: () => (openWindow = null) }
            );
        }

        /** Connect a new bank; to be called synchronously from a click. */
        function connect({ institution, provider, journalId }) {
            openBank({
                name: institution.name,
                mode: "connect",
                start: () =>
                    orm.silent.call("account.online.link", "start_connection", [], {
                        institution_id: institution.id,
                        provider: provider?.code || false,
                        journal_id: journalId || false,
                        return_url: browser.location.origin + RETURN_PATH,
                    }),
                onCancelled: discard,
                onChooseAnother: () => search({ journalId }),
            });
        }

        /** Send the user to the bank for a connection that exists already. */
        function resume({ link_id, connect_url, mode, name }) {
            let begun = { link_id, connect_url };
            openBank({
                name,
                mode,
                start: async () => {
                    const current = begun;
                    begun = null; // its page is used up when it has to start again
                    return (
                        current ||
                        orm.silent.call("account.online.link", "connect_again", [[link_id], mode])
                    );
                },
            });
        }

        async function addByHand({ journalId, journalType = "bank" } = {}) {
            const next = await orm.call("res.company", "action_add_bank_by_hand", [], {
                context: {
                    ...user.context,
                    journal_type: journalType,
                    ...(journalId ? { default_linked_journal_id: journalId } : {}),
                },
            });
            await action.doAction(next);
        }

        /** Let the user look for a bank. */
        async function search({ journalId, journalType, query, institution } = {}) {
            if (isSearching) {
                return;
            }
            isSearching = true;
            try {
                const [countryList, countryCode] = await Promise.all([
                    getCountries(),
                    getCompanyCountryCode(),
                ]);
                dialog.add(
                    InstitutionSearchDialog,
                    {
                        countries: countryList,
                        countryCode,
                        query,
                        institution,
                        onConnect: (choice) => connect({ ...choice, journalId }),
                        onAddByHand: () => addByHand({ journalId, journalType }),
                    },
                    { onClose: () => (isSearching = false) }
                );
            } catch (error) {
                isSearching = false;
                throw error;
            }
        }

        return { getOverview, search, connect, resume, addByHand };
    },
};

registry.category("services").add("bank_connect", bankConnectService);
