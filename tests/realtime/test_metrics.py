"""What is measured: counted right, read and not kept, and put together by name."""

from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from realtime import metrics, process
from realtime.metrics import Count, Delays, Reading


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> CollectorRegistry:
    """Nothing of what this test makes is there afterwards."""
    found = CollectorRegistry()
    monkeypatch.setattr(metrics, "registry", found)
    return found


def values() -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """All samples as a Prometheus would read them; each is of this process."""
    found = {}
    for family in text_string_to_metric_families(metrics.text()):
        for sample in family.samples:
            labels = dict(sample.labels)
            assert labels.pop("process") == process.name
            found[sample.name, tuple(labels.items())] = sample.value
    return found


def test_delays_are_counted_in_buckets_that_add_up() -> None:
    delays = Delays("wait_seconds", "Of somebody.", (0.1, 1.0))
    for seconds in (0.05, 0.1, 0.5, 7):
        delays.observe(seconds)
    assert delays.count == 4
    assert values() == {
        ("rallypoint_wait_seconds_bucket", (("le", "0.1"),)): 2,  # a bound is in its bucket
        ("rallypoint_wait_seconds_bucket", (("le", "1.0"),)): 3,
        ("rallypoint_wait_seconds_bucket", (("le", "+Inf"),)): 4,
        ("rallypoint_wait_seconds_count", ()): 4,
        ("rallypoint_wait_seconds_sum", ()): pytest.approx(7.65),
    }


def test_a_count_rises() -> None:
    count = Count("things", "Things.")
    count.add()
    count.add(3)
    assert values() == {("rallypoint_things_total", ()): 4}


def test_a_reading_is_what_is_there_when_it_is_read() -> None:
    there: dict[str, float] = {}
    Reading("guests", "By room.", lambda: there, label="room")
    Reading("cups", "All.", lambda: len(there))
    assert values() == {("rallypoint_cups", ()): 0}
    there["hall"] = 2
    assert values() == {("rallypoint_guests", (("room", "hall"),)): 2, ("rallypoint_cups", ()): 1}


def test_sockets_are_known_by_consumer_and_forgotten_once() -> None:
    class Talk:
        pass

    one, two = Talk(), Talk()
    metrics.opened(one)
    metrics.opened(one)
    metrics.opened(two)
    assert metrics.sockets()["Talk"] == 2
    metrics.closed(one)
    metrics.closed(one)
    metrics.closed(two)
    assert metrics.sockets()["Talk"] == 0


def test_what_is_of_one_name_stands_together() -> None:
    def text(name: str) -> str:
        return "".join(f'# HELP {m} Of it.\n# TYPE {m} gauge\n{m}{{process="{name}"}} 1.0\n' for m in ("a", "b"))

    assert metrics.merged([text("one"), text("two") + "# HELP c New.\n# TYPE c gauge\n", ""]) == (
        "# HELP a Of it.\n# TYPE a gauge\n"
        'a{process="one"} 1.0\na{process="two"} 1.0\n'
        "# HELP b Of it.\n# TYPE b gauge\n"
        'b{process="one"} 1.0\nb{process="two"} 1.0\n'
        "# HELP c New.\n# TYPE c gauge\n"
    )


def test_all_that_the_house_measures_can_be_read(registry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    text = metrics.text()
    assert metrics.merged([text]) == text
    names = {family.name for family in text_string_to_metric_families(text)}
    assert {
        "rallypoint_rooms",
        "rallypoint_tasks",
        "rallypoint_input_to_broadcast_seconds",
        "rallypoint_event_lateness_seconds",
        "rallypoint_queue_wait_seconds",
        "rallypoint_resyncs",
        "rallypoint_refusals",
        "rallypoint_adoptions",
        "rallypoint_errors",
        "rallypoint_layer_sent",
        "rallypoint_database_seconds",
        "process_resident_memory_bytes",
    } <= names
