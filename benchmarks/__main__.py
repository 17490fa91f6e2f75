"""``python -m benchmarks [name ...]``: runs the benchmarks (all by default), prints their tables.

Exit codes: 0, every promise was kept; 1, one was missed; 2, no such benchmark, or not on Linux. ``--tiny`` runs each
for a moment, to see that it works: its figures mean nothing, and no promise is judged.
"""

import argparse
import sys
import time
from collections.abc import Callable

from benchmarks import (
    bracket,
    churn,
    cluster,
    crowd,
    failover,
    feel,
    flood,
    fold,
    idle,
    lag,
    matches,
    page,
    replays,
    swiss,
)
from benchmarks.table import Report

BENCHMARKS: dict[str, Callable[[bool], Report]] = {
    "matches": matches.run,
    "crowd": crowd.run,
    "churn": churn.run,
    "idle": idle.run,
    "cluster": cluster.run,
    "failover": failover.run,
    "page": page.run,
    "replays": replays.run,
    "lag": lag.run,
    "feel": feel.run,
    "flood": flood.run,
    "fold": fold.run,
    "swiss": swiss.run,
    "bracket": bracket.run,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Rallypoint on this machine.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(BENCHMARKS)} (all by default)")
    parser.add_argument("--tiny", action="store_true", help="only see that they run")
    asked = parser.parse_args()
    if unknown := [name for name in asked.names if name not in BENCHMARKS]:
        print(f"expected a benchmark of {', '.join(BENCHMARKS)}, came {', '.join(unknown)}", file=sys.stderr)
        return 2
    if sys.platform != "linux":
        print("the benchmarks read /proc and pin processes to cores: they need Linux", file=sys.stderr)
        return 2
    start, missed = time.monotonic(), 0
    for name in asked.names or BENCHMARKS:
        report = BENCHMARKS[name](asked.tiny)
        print(f"\n{report}\n", flush=True)
        missed += sum(not promise.kept for promise in report.promises)
    print(f"{time.monotonic() - start:.0f} s; {f'{missed} promises missed' if missed else 'every promise kept'}")
    return 1 if missed and not asked.tiny else 0


if __name__ == "__main__":
    sys.exit(main())
