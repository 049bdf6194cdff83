"""What was measured, as a table, as JSON and as a picture."""
import json
import statistics

import pygal
from pygal.style import CleanStyle


def rates(measurements):
    return [one['lines'] / one['seconds'] for one in measurements]


def table(contestants, repetitions):
    """Lines of text: transactions a second, and how many times as fast as the others ours is.

    :param repetitions: {way: [measurement of each repetition]}
    """
    ours = rates(repetitions['bulk'])
    rows = [f"{'':40}{'transactions/s':>24}{'this project is':>36}"]
    for contestant in contestants:
        theirs = rates(repetitions[contestant.way])
        row = f"{contestant.title:40}{_spread(theirs, '.0f'):>24}"
        if contestant.way != 'bulk':
            ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
            row += f"{_spread(ratios, '.1f') + ' times as fast':>36}"
        rows.append(row)
    return rows


def ratio(repetitions, way):
    """The median of how many times as fast as `way` ours was, over the repetitions."""
    pairs = zip(rates(repetitions['bulk']), rates(repetitions[way]), strict=True)
    return statistics.median(mine / other for mine, other in pairs)


def _spread(values, form):
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:{form}} ({low:{form}}-{high:{form}})"


def write_json(path, repetitions, growth):
    path.write_text(json.dumps({
        'repetitions': repetitions,
        'growth': growth,
        'ratios': {way: round(ratio(repetitions, way), 1) for way in ('plain', 'oca')},
    }, indent=2) + "\n")


def draw(path, contestants, growth):
    """How the time grows with the number of transactions, both logarithmic."""
    chart = pygal.XY(
        title="Time to book bank transactions", x_title="transactions", y_title="seconds",
        logarithmic=True, xrange=(200, 40_000), style=CleanStyle, js=[],
        disable_xml_declaration=True, legend_at_bottom=True,
        legend_at_bottom_columns=1, width=800, height=500, truncate_legend=-1,
        value_formatter=lambda value: f"{value:,.3g}",
    )
    for contestant in contestants:
        chart.add(contestant.title, [
            (one['lines'], round(one['seconds'], 3)) for one in growth[contestant.way]
        ])
    path.write_text(chart.render(is_unicode=True) + "\n")
