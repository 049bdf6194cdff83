import { describe, expect, test } from "@odoo/hoot";
import { click, queryFirst } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    makeDialogMockEnv,
    makeServerError,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";

import {
    CHANNEL,
    ConnectDialog,
    POLL_DELAY,
} from "@account_online_synchronization/connect/connect_dialog";
import { ConnectWindow } from "@account_online_synchronization/connect/connect_window";

describe.current.tags("desktop");
defineMailModels();

const CONNECT_URL = "https://banks.example.com/account_online/1/connect/token";

/** A window as the browser would give it, without opening one. */
class FakeConnectWindow extends ConnectWindow {
    constructor({ blocked = false } = {}) {
        super();
        this.blocked = blocked;
        this.open();
    }
    open() {
        this.window = this.blocked
            ? null
            : { closed: false, close: () => expect.step("window closed") };
        return !this.blocked;
    }
    navigate(url) {
        super.navigate(url);
        expect.step("at the bank");
    }
}

let status;

async function openDialog({ connectWindow = new FakeConnectWindow(), ...props } = {}) {
    status = { status: "waiting" };
    onRpc("account.online.link", "get_connection_status", () => status);
    await mountWithCleanup(ConnectDialog, {
        props: {
            name: "Sandbox Bank",
            connectWindow,
            start: async () => ({ link_id: 7, connect_url: CONNECT_URL }),
            close: () => expect.step("dialog closed"),
            onConnected: (linkId) => expect.step(`connected ${linkId}`),
            ...props,
        },
        env: await makeDialogMockEnv(),
    });
    await animationFrame();
    return connectWindow;
}

async function poll() {
    await advanceTime(POLL_DELAY);
    await animationFrame();
}

function say(connectWindow, origin) {
    window.dispatchEvent(
        new MessageEvent("message", {
            origin,
            source: null,
            data: { type: "account_online_synchronization", result: "connected" },
        })
    );
}

test("the dialog waits while the user is at the bank, and goes on by itself", async () => {
    await openDialog();
    expect(".modal-body").toHaveText(/Please continue in the window of your bank/);
    await poll();
    expect.verifySteps(["at the bank"]);
    status = { status: "connected" };
    await poll();
    expect.verifySteps(["window closed", "dialog closed", "connected 7"]);
});

test("the bank's page is believed only when it is the very window that was opened", async () => {
    const connectWindow = await openDialog();
    const message = (origin, source) => ({
        origin,
        source,
        data: { type: "account_online_synchronization" },
    });
    const { window: opened } = connectWindow;
    expect(connectWindow.recognises(message("https://banks.example.com", opened))).toBe(true);
    expect(connectWindow.recognises(message("https://evil.example.com", opened))).toBe(false);
    expect(connectWindow.recognises(message("https://banks.example.com", {}))).toBe(false);
    status = { status: "connected" };
    say(connectWindow, "https://evil.example.com");
    await animationFrame();
    expect.verifySteps(["at the bank"]);
});

test("a blocked window gives a hint, and two ways to go on", async () => {
    const connectWindow = await openDialog({
        connectWindow: new FakeConnectWindow({ blocked: true }),
    });
    expect(".modal-body").toHaveText(/The window of your bank could not open/);
    expect("button:contains(Continue in this tab)").toHaveCount(1);
    connectWindow.blocked = false;
    await click(".modal-footer .btn-primary");
    await animationFrame();
    expect(".modal-body").toHaveText(/Please continue/);
    expect.verifySteps(["at the bank"]);
});

test("a window that was closed too early can be opened again", async () => {
    const connectWindow = await openDialog();
    connectWindow.window.closed = true;
    await poll();
    expect(".modal-body").toHaveText(/Did you close the window of your bank/);
    await click(".modal-footer .btn-primary");
    await animationFrame();
    expect(".modal-body").toHaveText(/Please continue/);
    expect.verifySteps(["at the bank", "at the bank"]);
});

test("a window that the bank's page has cut off is still waited for", async () => {
    const connectWindow = await openDialog();
    connectWindow.window.closed = true; // as it looks from here
    await poll();
    status = { status: "connected" };
    await poll();
    expect.verifySteps(["at the bank", "window closed", "dialog closed", "connected 7"]);
});

test("who turned back at the bank gets a new page, not the old one again", async () => {
    let begun = 0;
    await openDialog({
        start: async () => ({ link_id: ++begun, connect_url: `${CONNECT_URL}/${begun}` }),
        onCancelled: (linkId) => expect.step(`forgotten ${linkId}`),
    });
    status = { status: "cancelled" };
    await poll();
    expect(".modal-body").toHaveText(/Nothing was connected/);
    expect("button:contains(Open the bank)").toHaveCount(0);
    status = { status: "waiting" };
    await click(".modal-footer button:contains(Try again)");
    await animationFrame();
    expect(".modal-body").toHaveText(/Please continue/);
    expect(begun).toBe(2);
    expect.verifySteps(["at the bank", "window closed", "forgotten 1", "at the bank"]);
});

test("a page of the bank that is too old says so", async () => {
    await openDialog();
    status = { status: "expired" };
    await poll();
    expect(".modal-body").toHaveText(/half an hour/);
    expect("button:contains(Try again)").toHaveCount(1);
    expect.verifySteps(["at the bank", "window closed"]);
});

test("two answers at once go on once", async () => {
    const connectWindow = await openDialog();
    const answers = [new Deferred(), new Deferred()];
    let asked = 0;
    onRpc("account.online.link", "get_connection_status", () => answers[asked++]);
    await poll();
    // The result page speaks while the answer to the poll is still on its way.
    connectWindow.recognises = () => true;
    say(connectWindow, "https://banks.example.com");
    await animationFrame();
    expect(asked).toBe(1);
    answers[0].resolve({ status: "waiting" });
    await animationFrame();
    expect(asked).toBe(2);
    answers[1].resolve({ status: "connected" });
    await animationFrame();
    await poll();
    expect.verifySteps(["at the bank", "window closed", "dialog closed", "connected 7"]);
    expect(asked).toBe(2);
});

test("what was begun after the user turned back is forgotten as well", async () => {
    const begun = new Deferred();
    await openDialog({
        start: () => begun,
        onCancelled: (linkId) => expect.step(`forgotten ${linkId}`),
    });
    await click(".modal-footer button:contains(Cancel)");
    await animationFrame();
    begun.resolve({ link_id: 9, connect_url: CONNECT_URL });
    await animationFrame();
    await poll();
    expect.verifySteps(["dialog closed", "window closed", "window closed", "forgotten 9"]);
});

test("a proxy that stumbles does not end the user's visit to the bank", async () => {
    await openDialog();
    status = { status: "unknown", message: "The bank proxy failed unexpectedly." };
    await poll();
    expect(".modal-body").toHaveText(/Please continue/);
    expect(".alert").toHaveCount(0);
    await poll();
    await poll();
    expect(".alert").toHaveText(/failed unexpectedly.*keeps asking/s);
    status = { status: "connected" };
    await poll();
    expect.verifySteps(["at the bank", "window closed", "dialog closed", "connected 7"]);
});

test("the result page reaches Odoo although the bank cut the windows apart", async () => {
    await openDialog();
    status = { status: "connected" };
    new BroadcastChannel(CHANNEL).postMessage({ type: CHANNEL, result: "connected" });
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["at the bank", "window closed", "dialog closed", "connected 7"]);
});

test("who comes back to Odoo need not wait for the next question", async () => {
    await openDialog();
    status = { status: "connected" };
    window.dispatchEvent(new Event("focus"));
    await animationFrame();
    expect.verifySteps(["at the bank", "window closed", "dialog closed", "connected 7"]);
});

test("a bank that wants nobody any more goes on at once", async () => {
    await openDialog({ start: async () => ({ link_id: 7, connect_url: false }) });
    expect.verifySteps(["window closed", "dialog closed", "connected 7"]);
});

test("a window that was closed because all is done goes on", async () => {
    const connectWindow = await openDialog();
    connectWindow.window.closed = true;
    status = { status: "connected" };
    await poll();
    expect.verifySteps(["at the bank", "window closed", "dialog closed", "connected 7"]);
});

test("a refusal is shown with its reference", async () => {
    await openDialog();
    status = { status: "error", message: "The bank refused.", reference: "R-4711" };
    await poll();
    expect(".modal-body").toHaveText(/The bank refused/);
    expect(queryFirst(".font-monospace")).toHaveText("R-4711");
    expect("button:contains(Try again)").toHaveCount(1);
    expect.verifySteps(["at the bank", "window closed"]);
});

test("a connection that cannot be started leaves no empty window behind", async () => {
    await openDialog({
        start: async () => {
            throw makeServerError({ message: "The subscription has ended." });
        },
    });
    await animationFrame();
    expect(".modal-body").toHaveText(/The subscription has ended/);
    expect.verifySteps(["window closed"]);
});

test("a lost connection is asked again", async () => {
    await openDialog();
    onRpc("account.online.link", "get_connection_status", () => {
        throw makeServerError({ message: "Gone for a moment" });
    });
    await poll();
    expect(".modal-body").toHaveText(/Please continue/);
    onRpc("account.online.link", "get_connection_status", () => ({ status: "connected" }));
    await poll();
    expect.verifySteps(["at the bank", "window closed", "dialog closed", "connected 7"]);
});

test("turning back forgets what was begun", async () => {
    await openDialog({ onCancelled: (linkId) => expect.step(`forgotten ${linkId}`) });
    await click(".modal-footer button:contains(Cancel)");
    await animationFrame();
    expect.verifySteps(["at the bank", "dialog closed", "window closed", "forgotten 7"]);
});
