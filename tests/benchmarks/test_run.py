"""The benchmarks run. What they measure is no test's business."""

import subprocess
import sys
from pathlib import Path

import pytest

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
    assert "expected a benchmark of matches, crowd, churn, idle, cluster, failover, swiss, came nonesuch" in done.stderr
