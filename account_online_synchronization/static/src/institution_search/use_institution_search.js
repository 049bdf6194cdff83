import { useState } from "@odoo/owl";

import { ConnectionLostError } from "@web/core/network/rpc";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";

export const SEARCH_DELAY = 150;
export const PAGE_SIZE = 30;

/** What to tell the user when a call for institutions failed. */
export function describeFailure(error) {
    if (error instanceof ConnectionLostError) {
        return { offline: true };
    }
    return { message: error.data?.message || error.message };
}

/**
 * Institutions that match what the user types: asks after a short pause, drops answers that come too
 * late, and keeps the previous results on the screen until the next ones arrive.
 *
 * @param {{query: string, country: string, audience: string}} filters read at each search
 */
export function useInstitutionSearch(filters) {
    const orm = useService("orm");
    const keepLast = new KeepLast();
    const state = useState({
        institutions: [],
        total: 0,
        loading: true,
        loadingMore: false,
        failure: null,
    });

    function fetchPage(offset) {
        return orm.silent.call("account.online.link", "search_institutions", [], {
            query: filters.query.trim(),
            country: filters.country || false,
            audience: filters.audience || false,
            limit: PAGE_SIZE,
            offset,
        });
    }

    async function search() {
        state.loading = true;
        try {
            const page = await keepLast.add(fetchPage(0));
            Object.assign(state, { ...page, failure: null });
        } catch (error) {
            Object.assign(state, { institutions: [], total: 0, failure: describeFailure(error) });
        }
        state.loading = false;
        state.loadingMore = false;
    }

    async function loadMore() {
        if (state.loading || state.loadingMore || state.institutions.length >= state.total) {
            return;
        }
        state.loadingMore = true;
        try {
            const page = await keepLast.add(fetchPage(state.institutions.length));
            state.institutions.push(...page.institutions);
            state.total = page.total;
        } catch (error) {
            state.failure = describeFailure(error);
        }
        state.loadingMore = false;
    }

    const searchSoon = useDebounced(search, SEARCH_DELAY);
    return { state, search, searchSoon, loadMore };
}
