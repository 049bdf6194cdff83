import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";

import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useAutofocus } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";

import { getDefaultProvider, InstitutionDetails, needsDetails } from "./institution_details";
import { InstitutionOption } from "./institution_option";
import { useInstitutionSearch } from "./use_institution_search";

const PAGE_STEP = 6;
const SCROLL_MARGIN = 200;

/** Find a bank and start the connection to it. */
export class InstitutionSearchDialog extends Component {
    static template = "account_online_synchronization.InstitutionSearchDialog";
    static components = { Dialog, InstitutionDetails, InstitutionOption };
    static props = {
        close: Function,
        countries: { type: Array, element: Object },
        countryCode: { type: String, optional: true },
        query: { type: String, optional: true },
        institution: { type: Object, optional: true },
        // Called synchronously from the click, so that the browser lets a pop-up open.
        onConnect: Function,
        onAddByHand: Function,
    };

    setup() {
        this.state = useState({
            query: this.props.query || "",
            country: this.props.countryCode || "",
            audience: "",
            activeIndex: 0,
            institution: null,
            provider: null,
        });
        this.countryNames = Object.fromEntries(
            this.props.countries.map(({ code, name }) => [code, name])
        );
        const { state, search, searchSoon, loadMore } = useInstitutionSearch(this.state);
        Object.assign(this, { results: state, search, searchSoon, loadMore });
        this.inputRef = useAutofocus({ refName: "input" });
        this.listRef = useRef("list");
        if (this.props.institution) {
            this.showDetails(this.props.institution);
        }
        onWillStart(() => {
            // Not awaited: the dialog shows at once, the results follow.
            this.search();
        });
        useEffect(
            () => {
                const option = this.listRef.el?.querySelector("[aria-selected='true']");
                option?.scrollIntoView({ block: "nearest" });
            },
            () => [this.state.activeIndex]
        );
    }

    // === WHAT IS SHOWN === //

    get title() {
        return this.state.institution ? _t("Connect your bank") : _t("Which bank do you use?");
    }

    get statusText() {
        if (this.results.loading) {
            return _t("Searching…");
        }
        if (this.results.failure) {
            return "";
        }
        const { total } = this.results;
        return total === 1
            ? _t("1 bank found")
            : _t("%(count)s banks found", { count: formatInteger(total) });
    }

    get listLabel() {
        return _t("Banks");
    }

    get countryName() {
        return this.countryNames[this.state.country];
    }

    get audiences() {
        return [
            { value: "", label: _t("All") },
            { value: "business", label: _t("Business") },
            { value: "personal", label: _t("Personal") },
        ];
    }

    get activeOptionId() {
        return this.results.institutions.length ? this.optionId(this.state.activeIndex) : undefined;
    }

    optionId(index) {
        return `o_institution_option_${index}`;
    }

    // === FILTERS === //

    onInput(ev) {
        this.state.query = ev.target.value;
        this.state.activeIndex = 0;
        this.results.loading = true;
        this.searchSoon();
    }

    setFilter(name, value) {
        this.state[name] = value;
        this.state.activeIndex = 0;
        this.search();
        this.inputRef.el?.focus();
    }

    onScroll(ev) {
        const { scrollTop, clientHeight, scrollHeight } = ev.target;
        if (scrollTop + clientHeight > scrollHeight - SCROLL_MARGIN) {
            this.loadMore();
        }
    }

    // === KEYBOARD === //

    onKeydown(ev) {
        const last = this.results.institutions.length - 1;
        const moves = {
            ArrowDown: this.state.activeIndex + 1,
            ArrowUp: this.state.activeIndex - 1,
            PageDown: this.state.activeIndex + PAGE_STEP,
            PageUp: this.state.activeIndex - PAGE_STEP,
        };
        if (ev.key in moves) {
            ev.preventDefault();
            this.state.activeIndex = Math.max(0, Math.min(last, moves[ev.key]));
            if (this.state.activeIndex === last) {
                this.loadMore();
            }
        } else if (ev.key === "Enter" && !ev.isComposing) {
            ev.preventDefault();
            // While the next results are on their way, the list shows those of another question.
            if (!this.results.loading && this.results.institutions.length) {
                this.choose(this.results.institutions[this.state.activeIndex]);
            }
        } else if (ev.key === "Escape" && this.state.query) {
            ev.stopPropagation();
            this.setFilter("query", "");
        }
    }

    // === CHOICE === //

    choose(institution) {
        if (needsDetails(institution)) {
            this.showDetails(institution);
        } else {
            this.connect(institution, getDefaultProvider(institution));
        }
    }

    showDetails(institution) {
        this.state.institution = institution;
        this.state.provider = getDefaultProvider(institution);
    }

    back() {
        this.state.institution = null;
    }

    connect(institution, provider) {
        this.props.onConnect({ institution, provider });
        this.props.close();
    }

    addByHand() {
        this.props.onAddByHand();
        this.props.close();
    }
}
