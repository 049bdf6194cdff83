import { describe, expect, test } from "@odoo/hoot";

import {
    getColorIndex,
    getInitials,
} from "@account_online_synchronization/institution_search/institution_logo";
import {
    formatHistory,
    getInstitutionTags,
} from "@account_online_synchronization/institution_search/institution_option";
import { needsDetails } from "@account_online_synchronization/institution_search/institution_details";
import { makeMockEnv } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

import { makeInstitution, makeProvider } from "./institutions";

describe.current.tags("headless");
defineMailModels();

test("initials stand for a bank without a logo", () => {
    expect(getInitials("Banque du Nord")).toBe("BN");
    expect(getInitials("KBC")).toBe("K");
    expect(getInitials("东方银行 Oriental")).toBe("东O");
    expect(getInitials("bunq")).toBe("B");
    expect(getInitials("1822direkt – Sparkasse")).toBe("1S");
});

test("a bank keeps its colour", () => {
    expect(getColorIndex("KBC")).toBe(getColorIndex("KBC"));
    expect(getColorIndex("KBC")).toBeWithin(1, 6);
    expect(getColorIndex("")).toBeWithin(1, 6);
});

test("only banks with something to choose or to know ask before they open", async () => {
    await makeMockEnv();
    expect(needsDetails(makeInstitution("Plain"))).toBe(false);
    expect(needsDetails(makeInstitution("Long", { history_days: 730 }))).toBe(false);
    expect(needsDetails(makeInstitution("Short", { history_days: 90 }))).toBe(true);
    expect(needsDetails(makeInstitution("Beta", { beta: true }))).toBe(true);
    expect(needsDetails(makeInstitution("Manual", { unattended: false }))).toBe(true);
    expect(
        needsDetails(makeInstitution("Two", { providers: [makeProvider(), makeProvider()] }))
    ).toBe(true);
});

test("tags name what is special about a bank, and nothing else", async () => {
    await makeMockEnv();
    expect(getInstitutionTags(makeInstitution("Plain"))).toEqual([]);
    expect(
        getInstitutionTags(makeInstitution("Shop", { audience: "business" })).map(({ id }) => id)
    ).toEqual(["audience"]);
});

test("history reads in days or in months", async () => {
    await makeMockEnv();
    expect(formatHistory(45)).toBe("45 days");
    expect(formatHistory(90)).toBe("3 months");
    expect(formatHistory(730)).toBe("24 months");
});
