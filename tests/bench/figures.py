"""What a part of the bench found out: figures beside what is wanted, and curves."""
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    :param values: one for each repetition.
    :param form: how a value is written, e.g. ``'.1f'``.
    :param unit: what comes behind it.
    :param at_least, at_most: what the project promises; None where it promises nothing.
    """

    title: str
    values: list[float]
    unit: str = ''
    form: str = '.1f'
    at_least: float | None = None
    at_most: float | None = None

    @property
    def median(self):
        return statistics.median(self.values)

    @property
    def kept(self):
        """Whether the promise is kept; None without one."""
        if self.at_least is not None:
            return self.median >= self.at_least
        if self.at_most is not None:
            return self.median <= self.at_most
        return None

    @property
    def found(self):
        text = f'{self.median:{self.form}}'
        if len(self.values) > 1:
            text += f' ({min(self.values):{self.form}}-{max(self.values):{self.form}})'
        return f'{text} {self.unit}'.strip()

    @property
    def wanted(self):
        if self.at_least is not None:
            return f'at least {self.at_least:g}'
        return '' if self.at_most is None else f'at most {self.at_most:g}'


@dataclass(frozen=True)
class Chart:
    """Curves: how a cost grows with a size.

    :param curves: by their name, pairs (size, cost).
    :param logarithmic: both axes.
    """

    title: str
    size: str
    cost: str
    curves: dict[str, list[tuple[float, float]]]
    logarithmic: bool = True


@dataclass(frozen=True)
class Part:
    """Something that is measured by itself.

    :param measure: called with `stage.Ground`, returns what goes into the JSON file.
    :param figures, charts: read that.
    """

    name: str
    title: str
    measure: Callable
    figures: Callable
    charts: Callable = field(default=lambda _found: [])


def ratios(ours, theirs):
    """Of each repetition."""
    return [our / their for our, their in zip(ours, theirs, strict=True)]
