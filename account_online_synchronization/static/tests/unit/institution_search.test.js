import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { click, edit, press, queryAllTexts, select } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    defineParams,
    makeDialogMockEnv,
    makeServerError,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";

import { InstitutionSearchDialog } from "@account_online_synchronization/institution_search/institution_search_dialog";
import { SEARCH_DELAY } from "@account_online_synchronization/institution_search/use_institution_search";

import { makeInstitution, makeProvider } from "./institutions";

describe.current.tags("desktop");
defineMailModels();

const COUNTRIES = [
    { id: 1, code: "BE", name: "Belgium" },
    { id: 2, code: "FR", name: "France" },
];
const BANKS = [
    makeInstitution("Sandbox Bank"),
    makeInstitution("Belfius"),
    makeInstitution("Crédit du Nord", { countries: ["FR"] }),
    makeInstitution("Two Ways Bank", {
        providers: [
            makeProvider({ code: "one", name: "One", default: false }),
            makeProvider({ code: "two", name: "Two" }),
        ],
    }),
];

function answer(institutions) {
    return { institutions, total: institutions.length };
}

function searchBanks(kwargs) {
    const query = kwargs.query.toLowerCase();
    return answer(BANKS.filter((bank) => bank.name.toLowerCase().includes(query)));
}

async function openSearch(props = {}) {
    await mountWithCleanup(InstitutionSearchDialog, {
        props: {
            close: () => expect.step("close"),
            countries: COUNTRIES,
            countryCode: "BE",
            onConnect: ({ institution, provider }) =>
                expect.step(`connect ${institution.name} through ${provider.code}`),
            onAddByHand: () => expect.step("by hand"),
            ...props,
        },
        env: await makeDialogMockEnv(),
    });
    await animationFrame();
}

async function type(text) {
    await click("input[role=combobox]");
    await edit(text);
}

async function wait() {
    await advanceTime(SEARCH_DELAY);
    await animationFrame();
}

let calls;
beforeEach(() => {
    calls = [];
    onRpc("account.online.link", "search_institutions", ({ kwargs }) => {
        calls.push(kwargs);
        return searchBanks(kwargs);
    });
});

test("the banks of the company's country are there at once", async () => {
    await openSearch();
    expect(calls.map(({ country, query }) => [country, query])).toEqual([["BE", ""]]);
    expect("[role=option]").toHaveCount(4);
    expect("[role=status]").toHaveText("4 banks found");
});

test("the number of banks is grouped as the user's language does", async () => {
    onRpc("account.online.link", "search_institutions", () => ({
        institutions: BANKS,
        total: 30240,
    }));
    defineParams({ lang_parameters: { thousands_sep: "." } });
    await openSearch();
    expect("[role=status]").toHaveText("30.240 banks found");
});

test("results follow while one types, with one question per pause", async () => {
    await openSearch();
    await type("belf");
    expect(calls).toHaveLength(1);
    await wait();
    expect(calls.map(({ query }) => query)).toEqual(["", "belf"]);
    expect(queryAllTexts(".o_institution_name")).toEqual(["Belfius"]);
});

test("an answer that comes too late is dropped", async () => {
    const late = new Deferred();
    onRpc("account.online.link", "search_institutions", async ({ kwargs }) => {
        if (kwargs.query === "late") {
            await late;
            return answer([makeInstitution("Late Bank")]);
        }
        return searchBanks(kwargs);
    });
    await openSearch();
    await type("late");
    await wait();
    await type("sandbox");
    await wait();
    late.resolve();
    await animationFrame();
    expect(queryAllTexts(".o_institution_name")).toEqual(["Sandbox Bank"]);
});

test("the keyboard alone chooses a bank", async () => {
    await openSearch();
    await click("input[role=combobox]");
    await press("ArrowDown");
    await animationFrame();
    const active = document.activeElement.getAttribute("aria-activedescendant");
    expect(`#${active}`).toHaveAttribute("aria-selected", "true");
    expect(`#${active} .o_institution_name`).toHaveText("Belfius");
    await press("Enter");
    expect.verifySteps(["connect Belfius through sandbox", "close"]);
});

test("enter does nothing while other results are on their way", async () => {
    await openSearch();
    await type("belf");
    await press("Enter");
    expect.verifySteps([]);
    await wait();
    await press("Enter");
    expect.verifySteps(["connect Belfius through sandbox", "close"]);
});

test("escape clears the text before it closes the dialog", async () => {
    await openSearch();
    await type("belf");
    await wait();
    await press("Escape");
    await animationFrame();
    expect("input[role=combobox]").toHaveValue("");
    expect("[role=option]").toHaveCount(4);
});

test("a bank that can be reached in several ways asks which one", async () => {
    await openSearch();
    await click("[role=option]:contains(Two Ways Bank)");
    await animationFrame();
    expect("input[value=two]").toBeChecked();
    expect("input[value=two]").toBeFocused();
    expect("label:contains(Two) .badge").toHaveText("Recommended");
    await click("input[value=one]");
    await animationFrame();
    await click("button:contains(Continue to the bank)");
    expect.verifySteps(["connect Two Ways Bank through one", "close"]);
});

test("limits of a bank are said before the user goes there", async () => {
    const limited = makeInstitution("Old Bank", {
        beta: true,
        unattended: false,
        history_days: 90,
        providers: [makeProvider({ unattended: false })],
    });
    onRpc("account.online.link", "search_institutions", () => answer([limited]));
    await openSearch();
    expect(queryAllTexts("[role=option] .badge")).toEqual([
        "Beta",
        "No automatic synchronization",
        "3 months of history",
    ]);
    await click("[role=option]");
    await animationFrame();
    expect("li:contains(no automatic synchronization)").toHaveCount(1);
    expect("li:contains(shares the last 3 months)").toHaveCount(1);
    expect("li:contains(in beta)").toHaveCount(1);
    await click("button:contains(Back)");
    await animationFrame();
    expect("[role=option]").toHaveCount(1);
    expect.verifySteps([]);
});

test("the country and the kind of accounts narrow the search", async () => {
    await openSearch();
    await click("button:contains(Business)");
    await select("FR", { target: "select" });
    await animationFrame();
    expect([calls.at(-1).country, calls.at(-1).audience]).toEqual(["FR", "business"]);
});

test("a bank that is not found can be looked for everywhere, or added by hand", async () => {
    await openSearch();
    await type("nowhere");
    await wait();
    expect("[role=alert]").toHaveText(/No bank found for “nowhere” in Belgium/);
    await click("button:contains(Search in all countries)");
    await animationFrame();
    expect(calls.at(-1).country).toBe(false);
    await click("button:contains(Add it by hand)");
    expect.verifySteps(["by hand", "close"]);
});

test("a proxy that cannot be reached says so, and is asked again", async () => {
    let works = false;
    onRpc("account.online.link", "search_institutions", () => {
        if (!works) {
            throw makeServerError({ message: "The bank proxy does not answer. Reference: R-1" });
        }
        return answer(BANKS);
    });
    await openSearch();
    expect("[role=alert]").toHaveText(/The bank proxy does not answer. Reference: R-1/);
    works = true;
    await click("button:contains(Try again)");
    await animationFrame();
    expect("[role=option]").toHaveCount(4);
});
