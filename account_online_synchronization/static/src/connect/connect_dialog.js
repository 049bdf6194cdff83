import { Component, onMounted, onWillUnmount, useExternalListener, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { CopyButton } from "@web/core/copy_button/copy_button";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

export const POLL_DELAY = 2000;
export const CHANNEL = "account_online_synchronization";
// Questions in a row without an answer, before the user is told.
const PATIENCE = 3;

/**
 * Stays in Odoo while the user is at the bank, and goes on by itself afterwards.
 *
 * The result page tells the opener; asking the server every two seconds makes it work even where a
 * bank's page or a blocker cuts that message off.
 *
 * A bank may also cut the tie between the windows, and a cut window looks like a closed one. So
 * "closed" only changes what is offered; how it stands is known to the server alone.
 */
export class ConnectDialog extends Component {
    static template = "account_online_synchronization.ConnectDialog";
    static components = { CopyButton, Dialog };
    static props = {
        close: Function,
        name: String,
        connectWindow: Object,
        // Resolves to {link_id, connect_url}; without an address the bank wants nobody.
        start: Function,
        onConnected: Function,
        onCancelled: { type: Function, optional: true },
        onChooseAnother: { type: Function, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        // step: starting, waiting, blocked, away, cancelled, expired, failed
        this.state = useState({
            step: "starting",
            connectUrl: null,
            error: null,
            unanswered: 0,
            unansweredText: "",
        });
        this.linkId = null;
        this.isOver = false;
        this.isAsking = false;
        this.askAgain = false;
        // Escape and the cross in the corner turn back, too.
        this.env.dialogData.dismiss = () => this.turnBack();
        useExternalListener(window, "message", this.onMessage);
        useExternalListener(window, "focus", this.onFocus);
        onMounted(() => {
            this.channel = new browser.BroadcastChannel(CHANNEL);
            this.channel.onmessage = () => this.askNow();
            this.start();
        });
        onWillUnmount(() => {
            this.isOver = true;
            this.channel.close();
            browser.clearTimeout(this.timer);
        });
    }

    get title() {
        return _t("Connect to %(bank)s", { bank: this.props.name });
    }

    get copyLabel() {
        return _t("Copy the reference");
    }

    get isUnanswered() {
        return this.state.unanswered >= PATIENCE;
    }

    get isEnded() {
        return ["cancelled", "expired", "failed"].includes(this.state.step);
    }

    // === STEPS === //

    async start() {
        Object.assign(this.state, { step: "starting", error: null, unanswered: 0 });
        let begun;
        try {
            begun = await this.props.start();
        } catch (error) {
            this.fail({ message: error.data?.message || error.message });
            return;
        }
        this.linkId = begun.link_id;
        if (this.isOver) {
            await this.turnBack();
        } else if (begun.connect_url) {
            this.state.connectUrl = begun.connect_url;
            this.openAgain();
            this.poll();
        } else {
            this.succeed();
        }
    }

    /** Shows the bank in the window; opens it if the browser lets us, which it does from a click. */
    openAgain() {
        if (this.props.connectWindow.isOpen || this.props.connectWindow.open()) {
            this.showBank();
        } else {
            this.state.step = "blocked";
        }
    }

    showBank() {
        this.props.connectWindow.navigate(this.state.connectUrl);
        this.state.step = "waiting";
    }

    continueInThisTab() {
        this.props.connectWindow.close();
        browser.location.assign(this.state.connectUrl);
    }

    async retry() {
        // The window first, or the browser would not take it for an answer to the click.
        this.props.connectWindow.open();
        await this.forget();
        await this.start();
    }

    async chooseAnother() {
        await this.cancel();
        this.props.onChooseAnother();
    }

    fail(error) {
        this.end("failed", error);
    }

    end(step, error = null) {
        this.props.connectWindow.close();
        Object.assign(this.state, { step, error });
    }

    succeed() {
        this.isOver = true;
        this.props.connectWindow.close();
        this.props.close();
        this.props.onConnected(this.linkId);
    }

    // === RESULT === //

    onMessage(ev) {
        if (this.props.connectWindow.recognises(ev)) {
            this.askNow();
        }
    }

    /** A page that was in the background may have slept over its questions. */
    onFocus() {
        this.askNow();
    }

    poll() {
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(() => this.ask(), POLL_DELAY);
    }

    askNow() {
        if (this.isAsking) {
            this.askAgain = true;
        } else if (this.linkId && !this.isOver && !this.isEnded) {
            this.ask();
        }
    }

    /** Asks the server how it stands, one question at a time: two answers would go on twice. */
    async ask() {
        browser.clearTimeout(this.timer);
        const wasOpen = this.props.connectWindow.isOpen;
        this.isAsking = true;
        const result = await this.getStatus();
        this.isAsking = false;
        if (this.isOver) {
            return;
        }
        this.take(result, wasOpen);
        if (this.isOver || this.isEnded) {
            return;
        }
        if (this.askAgain) {
            this.askAgain = false;
            await this.ask();
        } else {
            this.poll();
        }
    }

    async getStatus() {
        try {
            return await this.orm.silent.call("account.online.link", "get_connection_status", [
                [this.linkId],
            ]);
        } catch (error) {
            return { status: "unknown", message: error.data?.message };
        }
    }

    take({ status, message, reference }, wasOpen) {
        const isUnknown = status === "unknown";
        this.state.unanswered = isUnknown ? this.state.unanswered + 1 : 0;
        this.state.unansweredText = (isUnknown && message) || "";
        if (status === "connected") {
            this.succeed();
        } else if (status === "error") {
            this.fail({ message, reference });
        } else if (["cancelled", "expired"].includes(status)) {
            this.end(status);
        } else if (this.state.step === "waiting" && !wasOpen) {
            this.state.step = "away";
        }
    }

    async cancel() {
        this.props.close();
        await this.turnBack();
    }

    /** Leaves the bank's page; what was begun there is forgotten. */
    async turnBack() {
        this.isOver = true;
        this.props.connectWindow.close();
        await this.forget();
    }

    async forget() {
        const { linkId } = this;
        this.linkId = null;
        if (linkId && this.props.onCancelled) {
            await this.props.onCancelled(linkId);
        }
    }
}
