"""The benchmarks run. What they measure is no test's business."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import BENCHMARKS

ROOT = Path(__file__).resolve().parent.parent.parent


def run(*args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks", *args]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


@pytest.mark.skipif(sys.platform != "linux", reason="the benchmarks need /proc")
@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("matches", ["CPU, us a match-second", "matches with that p99 < 20 ms"]),
        ("crowd", ["spectators"]),
        ("churn", ["without", "with"]),
        ("idle", ["all open"]),
        ("cluster", ["naive, core Redis layer", "two, players apart"]),
        ("failover", ["matches hit"]),
        ("page", ["frames"]),
        ("replays", ["document, gzip", "verified: promised >= 100 matches a second of a core"]),
        ("lag", ["mobile      200", "withholds frontiers", "back-dates by 280 ms"]),
        ("feel", ["Wi-Fi"]),
        ("flood", ["without", "with"]),
        ("fold", ["double_elimination", "swiss"]),
        ("bracket", ["page of a double elimination", "a result to each of"]),
        ("swiss", ["CPU s, slowest", "64"]),
    ],
)
def test_a_benchmark_runs_and_prints_its_table(name: str, rows: list[str]) -> None:
    done = run("--tiny", name)
    assert done.returncode == 0, done.stderr
    assert [row for row in rows if row not in done.stdout] == []


@pytest.mark.skipif(sys.platform != "linux", reason="the benchmarks need /proc")
def test_an_unknown_benchmark_is_refused() -> None:
    done = run("nonesuch")
    assert done.returncode == 2
    assert f"expected a benchmark of {', '.join(BENCHMARKS)}, came nonesuch" in done.stderr
