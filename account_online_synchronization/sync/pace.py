"""How long one run books (pure)."""

MOST_ADDED = 30.0  # seconds


def booking_deadline(deadline: float, began: float, now: float) -> float:
    """When a run leaves the rest to the next one, which has to read everything anew.

    A long history takes longer to read than a run should last. If it then booked one batch only,
    most of the work would be reading, again and again: it books for as long as it has read.

    :param deadline: of the run, in seconds of the same clock as the others.
    :param began: when reading began; now: when booking begins.
    """
    return max(deadline, now + min(int(now - began), MOST_ADDED))
