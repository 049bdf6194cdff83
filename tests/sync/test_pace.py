from sync.pace import MOST_ADDED, booking_deadline


def test_a_short_fetch_changes_nothing():
    assert booking_deadline(60.0, began=0.0, now=5.0) == 60.0
    assert booking_deadline(0.0, began=0.0, now=0.4) == 0.4


def test_who_has_read_beyond_the_deadline_books_as_long_as_it_read():
    assert booking_deadline(20.0, began=0.0, now=25.0) == 50.0


def test_no_run_is_lengthened_without_end():
    assert booking_deadline(60.0, began=0.0, now=500.0) == 500.0 + MOST_ADDED
