import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

import { InstitutionSearchDialog } from "../institution_search/institution_search_dialog";
import { BankVisits } from "./bank_visits";

/** The way from "I want my bank here" to a connected bank; every entry point uses it. */
export const bankConnectService = {
    dependencies: ["action", "dialog", "orm"],

    start(env, { action, dialog, orm }) {
        let countries;
        let overview;
        let isSearching = false; // a double click opens one dialog
        const visits = new BankVisits({ action, dialog, orm });

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

        function connect(choice) {
            const { journalId } = choice;
            visits.connect(choice, () => search({ journalId }));
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

        return {
            getOverview,
            search,
            connect,
            resume: (visit) => visits.resume(visit),
            addByHand,
        };
    },
};

registry.category("services").add("bank_connect", bankConnectService);
