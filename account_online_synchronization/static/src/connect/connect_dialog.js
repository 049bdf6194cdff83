import { Component, onMounted, onWillUnmount, useExternalListener, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { CopyButton } from "@web/core/copy_button/copy_button";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

export const POLL_DELAY = 2000;

/**
 * Stays in Odoo while the user is at the bank, and goes on by itself afterwards.
 *
 * The result page tells the opener; asking the server every two seconds makes it work even where a
 * bank's page or a blocker cuts that message off.
 */
export class ConnectDialog extends Component {
    static template = "account_online_synchronization.ConnectDialog";
    static components = { CopyButton, Dialog };
    static props = {
        close: Function,
        name: String,
        connectWindow: Object,
        // Resolves to {link_id, connect_url}.
        start: Function,
        onConnected: Function,
        onCancelled: { type: Function, optional: true },
        onChooseAnother: { type: Function, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        // step: starting, waiting, blocked, closed, checking, failed
        this.state = useState({ step: "starting", connectUrl: null, error: null });
        this.linkId = null;
        // Escape and the cross in the corner turn back, too.
        this.env.dialogData.dismiss = () => this.turnBack();
        useExternalListener(window, "message", this.onMessage);
        onMounted(() => this.start());
        onWillUnmount(() => browser.clearTimeout(this.timer));
    }

    get title() {
        return _t("Connect to %(bank)s", { bank: this.props.name });
    }

    get copyLabel() {
        return _t("Copy the reference");
    }

    // === STEPS === //

    async start() {
        Object.assign(this.state, { step: "starting", error: null });
        try {
            const { link_id, connect_url } = await this.props.start();
            this.linkId = link_id;
            this.state.connectUrl = connect_url;
        } catch (error) {
            this.fail({ message: error.data?.message || error.message });
            return;
        }
        if (this.props.connectWindow.isOpen) {
            this.showBank();
        } else {
            this.state.step = "blocked";
        }
        this.poll();
    }

    /** Opens the window, from a click, when the browser had blocked it or the user closed it. */
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
        if (this.linkId && this.props.onCancelled) {
            await this.props.onCancelled(this.linkId);
        }
        await this.start();
    }

    async chooseAnother() {
        await this.cancel();
        this.props.onChooseAnother();
    }

    fail(error) {
        this.props.connectWindow.close();
        Object.assign(this.state, { step: "failed", error });
    }

    // === RESULT === //

    onMessage(ev) {
        if (this.props.connectWindow.recognises(ev)) {
            this.check();
        }
    }

    poll() {
        this.timer = browser.setTimeout(() => this.check(), POLL_DELAY);
    }

    /** Asks the server how it stands; the server alone decides, whatever a message said. */
    async check() {
        browser.clearTimeout(this.timer);
        const wasOpen = this.props.connectWindow.isOpen;
        let result;
        try {
            result = await this.orm.silent.call("account.online.link", "get_connection_status", [
                [this.linkId],
            ]);
        } catch {
            // A lost connection: the next poll says more.
            this.poll();
            return;
        }
        if (result.status === "connected") {
            this.props.connectWindow.close();
            this.props.close();
            this.props.onConnected(this.linkId);
        } else if (result.status === "error") {
            this.fail(result);
        } else {
            if (result.status === "cancelled" || (this.state.step === "waiting" && !wasOpen)) {
                this.props.connectWindow.close();
                this.state.step = "closed";
            }
            this.poll();
        }
    }

    async cancel() {
        this.props.close();
        await this.turnBack();
    }

    /** Leaves the bank's page; what was begun there is forgotten. */
    async turnBack() {
        this.props.connectWindow.close();
        if (this.linkId && this.props.onCancelled) {
            await this.props.onCancelled(this.linkId);
        }
    }
}
