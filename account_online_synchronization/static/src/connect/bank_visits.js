import { browser } from "@web/core/browser/browser";

import { ConnectDialog } from "./connect_dialog";
import { ConnectWindow } from "./connect_window";

export const RETURN_PATH = "/odoo/bank-connect";

/** Sends the user to the bank, one visit at a time, and goes on afterwards. */
export class BankVisits {
    constructor({ action, dialog, orm }) {
        Object.assign(this, { action, dialog, orm });
        this.current = null;
    }

    /**
     * Connect a new bank; to be called synchronously from a click.
     *
     * @param {Function} onChooseAnother when this bank lets nobody in
     */
    connect({ institution, provider, journalId }, onChooseAnother) {
        this.open({
            name: institution.name,
            mode: "connect",
            start: () =>
                this.call("start_connection", [], {
                    institution_id: institution.id,
                    provider: provider?.code || false,
                    journal_id: journalId || false,
                    return_url: browser.location.origin + RETURN_PATH,
                }),
            // A connection that was begun and not made leaves no trace.
            onCancelled: (linkId) => this.call("discard_connection", [[linkId]]),
            onChooseAnother,
        });
    }

    /** Send the user to the bank for a connection that exists already. */
    resume({ link_id, connect_url, mode, name }) {
        let begun = { link_id, connect_url };
        this.open({
            name,
            mode,
            start: async () => {
                const current = begun;
                begun = null; // its page is used up when it has to start again
                return current || this.call("connect_again", [[link_id], mode]);
            },
        });
    }

    open({ name, mode, ...callbacks }) {
        if (this.current) {
            // A double click, or a second button: the bank is open already.
            this.current.focus();
            return;
        }
        this.current = new ConnectWindow();
        this.current.open();
        this.dialog.add(
            ConnectDialog,
            {
                name,
                connectWindow: this.current,
                ...callbacks,
                onConnected: (linkId) => this.goOn(linkId, mode),
            },
            { onClose: () => (this.current = null) }
        );
    }

    async goOn(linkId, mode) {
        const next = await this.orm.call("account.online.link", "action_after_connection", [
            [linkId],
            mode,
        ]);
        await this.action.doAction(next);
    }

    call(method, ids, values) {
        return this.orm.silent.call("account.online.link", method, ids, values);
    }
}
