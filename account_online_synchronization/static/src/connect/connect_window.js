import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";

const WIDTH = 520;
const HEIGHT = 760;
const MESSAGE_TYPE = "account_online_synchronization";

/** A centred window of the size of a phone held upright, within the screen. */
function getFeatures() {
    const width = Math.min(WIDTH, browser.screen?.availWidth || WIDTH);
    const height = Math.min(HEIGHT, browser.screen?.availHeight || HEIGHT);
    const left = Math.round(window.screenX + (window.outerWidth - width) / 2);
    const top = Math.round(window.screenY + (window.outerHeight - height) / 2);
    return `popup,width=${width},height=${height},left=${left},top=${top}`;
}

/**
 * The window in which the user is at the bank.
 *
 * It has to be opened synchronously from a click, or the browser blocks it; its address may follow.
 */
export class ConnectWindow {
    constructor() {
        this.window = null;
        this.origin = null;
    }

    /** @returns {boolean} whether the browser let the window open */
    open() {
        this.window = browser.open("", "_blank", getFeatures());
        if (this.isOpen) {
            this.showWaiting();
        }
        return this.isOpen;
    }

    get isOpen() {
        return Boolean(this.window) && !this.window.closed;
    }

    // The window is empty until the proxy has answered.
    showWaiting() {
        const { document } = this.window;
        document.title = _t("Contacting your bank…");
        const text = document.createElement("p");
        text.textContent = _t("Contacting your bank…");
        text.style = "font-family: sans-serif; text-align: center; margin-top: 40vh; color: #666";
        document.body.replaceChildren(text);
    }

    navigate(url) {
        this.origin = new URL(url, window.location.origin).origin;
        this.window.location = url;
    }

    focus() {
        this.window?.focus();
    }

    close() {
        this.window?.close();
    }

    /** Whether a message event is the result page of this very window speaking. */
    recognises(ev) {
        return (
            ev.source === this.window && ev.origin === this.origin && ev.data?.type === MESSAGE_TYPE
        );
    }
}
