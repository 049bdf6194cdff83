"""Run the truthful bank for as long as there is time: ``python -m tests.matching.soak 600``.

Seeds instead of shrinking: some ten times as many examples a minute as under pytest. A failure
names the test, its parameters and the seed with which it can be repeated.
"""

import itertools
import random
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / 'account_online_synchronization'))

from tests.matching import test_truthful_bank as bank

RUNS = [
    (test.hypothesis.inner_test, dict(arguments))
    for test, arguments in (
        *((bank.test_complete_windows_make_the_books_equal_the_bank,
           {'ids': ids, 'balances': balances})
          for ids in ('strong', 'positional', 'absent') for balances in (True, False)),
        *((bank.test_nothing_is_doubled_and_nothing_is_lost_from_sight,
           {'ids': ids, 'balances': balances})
          for ids in bank.GRADES for balances in (True, False)),
        *((bank.test_ids_that_are_new_at_every_fetch_double_nothing, {'balances': balances})
          for balances in (True, False)),
        *((bank.test_a_change_of_provider_doubles_nothing_and_hides_nothing, {'ids': ids})
          for ids in bank.GRADES),
        *((bank.test_every_difference_to_a_bank_that_corrects_itself_is_asked_about,
           {'ids': ids}) for ids in bank.GRADES),
        *((bank.test_a_cursor_with_other_ids_doubles_nothing_and_hides_nothing, {'ids': ids})
          for ids in bank.GRADES),
        *((bank.test_what_users_delete_and_enter_by_hand_is_neither_brought_back_nor_doubled,
           {'ids': ids}) for ids in bank.GRADES),
        (bank.test_a_cursor_with_strong_ids_brings_everything_once, {}),
    )
]


def soak(seconds, first_seed=0, only=''):
    """Run all tests with one seed after the other; returns (examples, failures)."""
    end, examples, failures = time.monotonic() + seconds, 0, []
    for seed in itertools.count(first_seed):
        for test, arguments in RUNS:
            if only not in test.__name__:
                continue
            if time.monotonic() > end or len(failures) >= 10:
                return examples, failures
            examples += 1
            try:
                test(chance=random.Random(seed), **arguments)
            except AssertionError:
                failures.append((test.__name__, arguments, seed, traceback.format_exc()))
    raise AssertionError("seeds never end")


def main():
    """Print what was run and what was found."""
    examples, failures = soak(
        float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0, *sys.argv[3:4])
    for name, arguments, seed, trace in failures:
        print(f"\n{name} {arguments} seed {seed}\n{trace}")
    print(f"{examples} examples, {len(failures)} failures")
    return bool(failures)


if __name__ == '__main__':
    sys.exit(main())
