"""What was measured, as a table, as JSON and as a picture."""
import json
import statistics

import pygal
from pygal.style import CleanStyle

CLOCKS = {'seconds': "on the clock", 'cpu_seconds': "in processor time"}


def rates(measurements, clock='seconds'):
    """Transactions a second of each measurement."""
    return [one['lines'] / one[clock] for one in measurements]


def ratios(repetitions, way, clock='seconds'):
    """How many times as fast as `way` this project was, in each repetition."""
    pairs = zip(rates(repetitions['bulk'], clock), rates(repetitions[way], clock), strict=True)
    return [ours / theirs for ours, theirs in pairs]


def table(contestants, repetitions):
    """Lines of text: transactions a second, and how many times as fast as the others ours is.

    On a busy machine the clock tells little; processor time is what the work itself costs.

    :param repetitions: {way: [measurement of each repetition]}
    """
    rows = []
    for clock, name in CLOCKS.items():
        rows.append(f"{name:40}{'transactions/s':>24}{'this project is':>36}")
        for contestant in contestants:
            row = f"{contestant.title:40}"
            row += f"{_spread(rates(repetitions[contestant.way], clock), '.0f'):>24}"
            if contestant.way != 'bulk':
                spread = _spread(ratios(repetitions, contestant.way, clock), '.1f')
                row += f"{spread + ' times as fast':>36}"
            rows.append(row)
        rows.append("")
    return rows


def _spread(values, form):
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:{form}} ({low:{form}}-{high:{form}})"


def write_json(path, repetitions, growth):
    path.write_text(json.dumps({
        'repetitions': repetitions,
        'growth': growth,
        'ratios': {
            way: {
                clock: round(statistics.median(ratios(repetitions, way, clock)), 1)
                for clock in CLOCKS
            }
            for way in ('plain', 'oca')
        },
    }, indent=2) + "\n")


def draw(path, contestants, growth):
    """How the processor time grows with the number of transactions, both logarithmic."""
    chart = pygal.XY(
        title="What it costs to book bank transactions", x_title="transactions",
        y_title="seconds of processor time", logarithmic=True, style=CleanStyle, js=[],
        disable_xml_declaration=True, no_prefix=True, legend_at_bottom=True,
        legend_at_bottom_columns=1, truncate_legend=-1, width=800, height=500,
        x_value_formatter=lambda value: f"{value:,.0f}", value_formatter=lambda value: f"{value:g}",
    )
    chart.x_labels = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000]
    chart.y_labels = [0.5, 1, 2, 5, 10, 20, 50]
    for contestant in contestants:
        chart.add(contestant.title, [
            (one['lines'], round(one['cpu_seconds'], 2)) for one in growth[contestant.way]
        ])
    path.write_text(chart.render(is_unicode=True) + "\n")
