"""What this process measures, for /metrics.

What a registry knows (rooms, sockets, tasks, matches) is read from it when somebody asks: a number kept by hand drifts.
What happens in the loop thousands of times a second is counted by ``Delays`` and ``Count``, without the locks of
prometheus-client: 0.2 us instead of 2. They belong to the server's loop; other threads use prometheus-client's own.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from realtime import process, rooms

PREFIX = "rallypoint_"
# Seconds. Play is good below 10 ms and spoilt beyond 250 (the referee's limit): fine between, coarse outside.
BOUNDS_S = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
WAIT_BOUNDS_S = (1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0)  # of a person in a queue

disable_created_metrics()  # type: ignore[no-untyped-call]  # a line for each counter that says when it began
registry = CollectorRegistry()
ProcessCollector(registry=registry)
GCCollector(registry=registry)


class Delays:
    """How long something took, in buckets: a histogram."""

    __slots__ = ("_bounds_s", "_counts", "_help", "_name", "_total_s")

    def __init__(self, name: str, help: str, bounds_s: tuple[float, ...] = BOUNDS_S) -> None:
        self._name = PREFIX + name
        self._help = help
        self._bounds_s = bounds_s
        self._counts = [0] * (len(bounds_s) + 1)
        self._total_s = 0.0
        registry.register(self)

    def observe(self, seconds: float) -> None:
        self._counts[bisect_left(self._bounds_s, seconds)] += 1
        self._total_s += seconds

    @property
    def count(self) -> int:
        return sum(self._counts)

    def collect(self) -> Iterator[Metric]:
        bounds = [*map(str, self._bounds_s), "+Inf"]
        buckets = list(zip(bounds, map(float, accumulate(self._counts)), strict=True))
        yield HistogramMetricFamily(self._name, self._help, buckets=buckets, sum_value=self._total_s)


class Count:
    """How often something happened, since the start."""

    __slots__ = ("_help", "_name", "count")

    def __init__(self, name: str, help: str) -> None:
        self._name = PREFIX + name
        self._help = help
        self.count = 0
        registry.register(self)

    def add(self, count: int = 1) -> None:
        self.count += count

    def collect(self) -> Iterator[Metric]:
        yield CounterMetricFamily(self._name, self._help, value=self.count)


class Reading:
    """A number that somebody else keeps, read when it is asked for: one, or one for each value of ``label``."""

    def __init__(
        self, name: str, help: str, read: Callable[[], float | Mapping[str, float]], label: str | None = None
    ) -> None:
        self._name = PREFIX + name
        self._help = help
        self._read = read
        self._label = label
        registry.register(self)

    def collect(self) -> Iterator[Metric]:
        gauge = GaugeMetricFamily(self._name, self._help, labels=[self._label] if self._label else None)
        read = self._read()
        for value, number in read.items() if isinstance(read, Mapping) else [(None, read)]:
            gauge.add_metric([] if value is None else [value], number)
        yield gauge


# -- sockets -----------------------------------------------------------------------------------------------------

_open: dict[str, set[Any]] = {}  # by the name of their consumer


def opened(consumer: Any) -> None:
    """A socket's application begins ..."""
    _open.setdefault(type(consumer).__name__, set()).add(consumer)


def closed(consumer: Any) -> None:
    """... and ends, in whatever way."""
    _open[type(consumer).__name__].discard(consumer)


def sockets() -> dict[str, int]:
    """How many are open, by consumer."""
    return {name: len(consumers) for name, consumers in _open.items()}


Reading("sockets", "Open sockets.", sockets, label="consumer")
Reading("rooms", "Rooms with listeners or a host in this process.", rooms.count)
Reading("tasks", "Tasks that are not finished.", process.tasks)

# -- play --------------------------------------------------------------------------------------------------------

input_delay = Delays("input_to_broadcast_seconds", "From a player's message to its event in the transports.")
lateness = Delays("event_lateness_seconds", "How late a referee's timer came.")
decision_wait = Delays("decision_wait_seconds", "How long a ball rested at a plane for its defender's word.")
verdicts = Count("verdicts", "Arrivals of which the defender's client said what it showed.")
mismatches = Count("verdict_mismatches", "Those that were decided otherwise than that client showed.")
turned = Count(
    "verdicts_turned_by_old_commands", "Arrivals decided as they were only by commands older than the link explains."
)
queue_wait = Delays("queue_wait_seconds", "How long those waited who were matched.", WAIT_BOUNDS_S)
resyncs = Count("resyncs", "A socket asked for what it missed.")

# -- the house ---------------------------------------------------------------------------------------------------

refusals = Counter(PREFIX + "refusals", "Messages refused.", ["code"], registry=registry)
adoptions = Counter(PREFIX + "adoptions", "Things hosted here whose host was gone.", ["kind"], registry=registry)
errors = Counter(PREFIX + "errors", "Errors logged.", ["logger"], registry=registry)
layer_sent = Count("layer_sent", "Messages to other processes given to the channel layer.")
layer_received = Count("layer_received", "Messages taken from the channel layer.")
layer_failures = Count("layer_failures", "Messages that the channel layer did not take or give.")
database_time = Delays("database_seconds", "Use cases in the database, the wait for a thread included.")


class _Labelled:
    """The registry with the process's name on every number: several processes are scraped together."""

    def collect(self) -> Iterator[Metric]:
        for metric in registry.collect():
            labelled = Metric(metric.name, metric.documentation, metric.type, metric.unit)
            labelled.samples = [s._replace(labels={**s.labels, "process": process.name}) for s in metric.samples]
            yield labelled


def text() -> str:
    """All of it, in Prometheus' text format. In the server's loop."""
    return generate_latest(_Labelled()).decode()


def merged(texts: Iterable[str]) -> str:
    """The texts of several processes as one: what is of one name must stand together."""
    heads: dict[str, list[str]] = {}  # by the name of a metric: its HELP and TYPE ...
    numbers: dict[str, list[str]] = {}  # ... and everybody's numbers
    for text in texts:
        name, mine = "", True
        for line in text.splitlines():
            if line.startswith("# HELP "):
                name = line.split(" ", 3)[2]
                mine = name not in heads
                heads.setdefault(name, [])
            if line.startswith("#"):
                if mine:
                    heads[name].append(line)
            elif line:
                numbers.setdefault(name, []).append(line)
    lines = [line for name, head in heads.items() for line in [*head, *numbers.get(name, ())]]
    return "".join(f"{line}\n" for line in lines)
