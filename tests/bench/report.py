"""What was measured, as a table and as JSON."""
import datetime
import json
import os
import platform

WIDTHS = (74, 36, 14)
WORDS = {True: "kept", False: "MISSED", None: ""}


def described(found, ground):
    """The results of a part with what one must know to compare them."""
    return {
        'measured': datetime.datetime.now(datetime.timezone.utc).isoformat(timespec='seconds'),
        'machine': {
            'cores': os.cpu_count(), 'architecture': platform.machine(),
            'python': platform.python_version(), 'odoo': ground.odoo.version,
        },
        'divisor': ground.divisor,
        **found,
    }


def read(path):
    """Results of parts that are not measured anew."""
    return json.loads(path.read_text()) if path.exists() else {}


def write(path, found):
    path.write_text(json.dumps(found, indent=1) + "\n")


def table(parts, found):
    """Lines of text: each figure with its spread, beside what is promised."""
    lines = []
    for part in parts:
        lines += [_row(part.title.upper(), "median (lowest-highest)", "promised", "")]
        lines += [
            _row(figure.title, figure.found, figure.wanted, WORDS[figure.kept])
            for figure in part.figures(found[part.name])
        ]
        lines.append("")
    return lines


def _row(title, found, wanted, word):
    first, second, third = WIDTHS
    return f"{title:{first}}{found:>{second}}{wanted:>{third}}  {word}".rstrip()
