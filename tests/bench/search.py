"""Search among all institutions of the world: in the database, over HTTP and in-process."""
import statistics
from contextlib import contextmanager

from tools.console import Problem, start, step, stop
from tools.places import STATE

from .banks import free_port, wait_for
from .figures import Chart, Figure, Part
from .stage import BOOKS, PROXY

INSTITUTIONS = 30_000
SIZES = (3_000, 10_000, INSTITUTIONS)
QUERIES = 400  # in each repetition
WAYS = {
    'in_database': ("in the database", 15), 'over_http': ("over HTTP", 60),
    'in_process': ("in-process", 60),
}  # and milliseconds that 95 % must stay below


def measure(ground):
    """:return: {'sizes': {institutions: {way: [[seconds of each query] of each repetition]}}}."""
    found = {'sizes': {}, 'filling': {}}
    for size in sorted({ground.size(size) for size in SIZES}):
        last = size == ground.size(INSTITUTIONS)
        with ground.stage('search', f'{BOOKS},{PROXY}') as stage:
            with step(f"Reading {size} institutions"):
                [filled] = stage.run('search.fill', count=size)
            if filled['institutions'] != size:
                raise Problem(f"{filled['institutions']} of {size} institutions are offered")
            ground.server.query("VACUUM ANALYZE", stage.database)
            found['filling'][str(size)] = filled['seconds']
            found['sizes'][str(size)] = _search(
                stage, size, ground.size(QUERIES, least=50), ground.repetitions if last else 1)
    return found


def _search(stage, size, queries, repetitions):
    times = {way: [] for way in WAYS}
    [code] = stage.run('search.issue_code')
    with _server(stage) as url:
        options = {'over_http': {'url': url, 'code': code}}
        for _number in range(repetitions):
            for way, (title, _most) in WAYS.items():
                with step(f"{queries} searches among {size} institutions, {title}"):
                    times[way] += stage.run(
                        f'search.{way}', count=size, queries=queries, **options.get(way, {}))
    return times


@contextmanager
def _server(stage):
    """The address of an ordinary server on the stage."""
    port = free_port()
    with stage.log.open('a') as log:
        process = start(
            stage.command(f'--http-port={port}', '--http-interface=127.0.0.1', '--log-level=warn'),
            stdout=log, stderr=log, cwd=STATE, env=stage.ground.server.environment,
        )
    try:
        wait_for(port)
        yield f'http://127.0.0.1:{port}'
    finally:
        stop(process)


def figures(found):
    largest = max(found['sizes'], key=int)
    for way, (title, most) in WAYS.items():
        repetitions = found['sizes'][largest][way]
        yield Figure(
            f"95 % of searches among {largest} institutions, {title}",
            [1000 * _high(times) for times in repetitions], "ms", at_most=most)
        yield Figure(
            "  half of them", [1000 * statistics.median(times) for times in repetitions], "ms")


def charts(found):
    yield Chart(
        "Search, 95 % of the queries", "institutions", "milliseconds",
        {
            title: [
                (int(size), 1000 * statistics.median(map(_high, times[way])))
                for size, times in found['sizes'].items()
            ]
            for way, (title, _most) in WAYS.items()
        },
    )


def _high(times):
    """What 95 % stay below."""
    return statistics.quantiles(times, n=20)[-1]


SEARCH = Part('search', "Search", measure, figures, charts)
