"""The curves of all parts in one picture."""
import math

import pygal
from pygal.style import Style

COLUMNS = 2
WIDTH, HEIGHT = 560, 400
OURS, OTHERS = '#714B67', ('#017E84', '#D9822B', '#5B6770')
GUIDE = '#E0E0E0'
SVG = 'http://www.w3.org/2000/svg'


def draw(path, parts, found):
    """Write an SVG file with every chart of the parts."""
    charts = [chart for part in parts for chart in part.charts(found[part.name])]
    rows = -(-len(charts) // COLUMNS)
    pieces = [
        _placed(_chart(chart), index % COLUMNS * WIDTH, index // COLUMNS * HEIGHT)
        for index, chart in enumerate(charts)
    ]
    size = f'0 0 {min(COLUMNS, len(charts)) * WIDTH} {rows * HEIGHT}'
    path.write_text("\n".join([f'<svg xmlns="{SVG}" viewBox="{size}">', *pieces, '</svg>', '']))


def _placed(drawn, left, top):
    return drawn.replace(
        '<svg ', f'<svg x="{left}" y="{top}" width="{WIDTH}" height="{HEIGHT}" ', 1)


def _chart(chart):
    costs = [cost for curve in chart.curves.values() for _size, cost in curve]
    drawn = pygal.XY(
        title=chart.title, x_title=chart.size, y_title=chart.cost, js=[], style=_style(chart),
        logarithmic=chart.logarithmic, width=WIDTH, height=HEIGHT, disable_xml_declaration=True,
        legend_at_bottom=True, legend_at_bottom_columns=1, truncate_legend=-1, dots_size=3,
        x_value_formatter=_number, value_formatter=_number,
        margin_right=36,  # for the second half of the last number below
    )
    if chart.logarithmic:
        drawn.y_labels = _round_numbers(min(costs), max(costs))
    else:
        drawn.range = (0, 1.1 * max(costs))
    drawn.x_labels = sorted({size for curve in chart.curves.values() for size, _cost in curve})
    for title, curve in chart.curves.items():
        drawn.add(title, curve)
    return drawn.render(is_unicode=True)


def _style(chart):
    others = iter(OTHERS)
    return Style(
        background='white', plot_background='white', opacity='1', stroke_width=2,
        colors=tuple(OURS if title == "this project" else next(others) for title in chart.curves),
        guide_stroke_color=GUIDE, major_guide_stroke_color=GUIDE, guide_stroke_dasharray='1,0',
        major_guide_stroke_dasharray='1,0', font_family='sans-serif', title_font_size=16,
        legend_font_size=13, label_font_size=11,
    )


def _round_numbers(lowest, highest):
    """1, 2, 5, 10, 20... around the values of a logarithmic axis."""
    powers = range(math.floor(math.log10(lowest)), math.ceil(math.log10(highest)) + 1)
    numbers = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
    first = max(number for number in numbers if number <= lowest)
    last = min((number for number in numbers if number >= highest), default=numbers[-1])
    return [number for number in numbers if first <= number <= last]


def _number(value):
    return f'{value:,.0f}' if value >= 10 else f'{value:.2g}'
