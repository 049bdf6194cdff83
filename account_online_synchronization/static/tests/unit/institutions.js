/** Institutions as the proxy describes them. */

export function makeProvider(values = {}) {
    return {
        code: "sandbox",
        name: "Sandbox",
        description: "A bank to try things out",
        beta: false,
        history_days: null,
        unattended: true,
        default: true,
        ...values,
    };
}

export function makeInstitution(name, values = {}) {
    return {
        id: name,
        name,
        bic: ["SANDBEBB"],
        countries: ["BE"],
        logo_url: null,
        website: null,
        beta: false,
        audience: "both",
        account_types: ["checking"],
        history_days: null,
        unattended: true,
        providers: [makeProvider()],
        ...values,
    };
}
