/* What the proxy's pages do by themselves. Every page also works without this file. */
"use strict";

const CHANNEL = "account_online_synchronization";
const CLOSE_AFTER = 600; // milliseconds, so that the result can be seen

/** Run `action` after the seconds that the element asks for. */
function later(element, action) {
    setTimeout(action, Number(element.dataset.seconds || 0) * 1000);
}

/** Go on to the link's address, without this page in the browser's history. */
function follow(link) {
    later(link, () => location.replace(link.href));
}

/** Send the form by itself. */
function submit(form) {
    later(form, () => form.requestSubmit());
}

/** Tell the window that opened this one how it ended, and get out of the way. */
function report(element) {
    const { linkId, result, reference, origin, backUrl, popup } = element.dataset;
    const told = result === "expired" ? "error" : result;
    const message = { type: CHANNEL, link_id: linkId, result: told, reference };
    if (origin === location.origin && "BroadcastChannel" in window) {
        // Banks may cut the tie to the opener; this reaches it all the same.
        new BroadcastChannel(CHANNEL).postMessage(message);
    }
    if (window.opener && origin) {
        window.opener.postMessage(message, origin);
    }
    if (window.opener || popup === "1") {
        setTimeout(
            () => {
                window.close();
                element.querySelector(".close-hint").hidden = false;
            },
            result === "error" ? 60 * 1000 : CLOSE_AFTER
        );
    } else if (backUrl && result !== "error" && result !== "expired") {
        later(element, () => location.replace(backUrl));
    }
}

/** A second click finds the buttons asleep; the back button wakes them. */
function guardAgainstDoubleClicks() {
    const buttons = document.querySelectorAll("button");
    addEventListener("submit", () =>
        setTimeout(() => buttons.forEach((button) => (button.disabled = true)))
    );
    addEventListener("pageshow", () => buttons.forEach((button) => (button.disabled = false)));
}

const BEHAVIOURS = { follow, submit, report };
document.querySelectorAll("[data-behaviour]").forEach((element) => {
    BEHAVIOURS[element.dataset.behaviour](element);
});
guardAgainstDoubleClicks();
