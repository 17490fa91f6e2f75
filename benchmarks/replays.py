"""How fast stored matches are played again and verified, on one core, and how small a match is."""

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import msgspec

from benchmarks import servers
from benchmarks.table import Promise, Report

MATCHES, DIFFERENT = 1_000, 40
LEAST_A_SECOND = 100
MOST_BYTES = 7_000
SUMMARY = re.compile(
    r"^([\d,]+) match(?:es)? of ([\d,]+) rallies \(([\d,]+) a second\): everything is as it was played"
)


def run(tiny: bool = False) -> Report:
    count, different = (4, 2) if tiny else (MATCHES, DIFFERENT)
    with tempfile.TemporaryDirectory(prefix="rallypoint-bench-") as directory:
        settings = servers.environment(Path(directory))
        print(f"  {different} matches are played and stored", file=sys.stderr, flush=True)
        filled = _python(settings, "-m", "benchmarks.stored", str(count), str(different))
        sizes: list[dict[str, int]] = msgspec.json.decode(filled)
        os.sched_setaffinity(0, {servers.cores()[0]})  # and with it all that this process starts
        before_s = _children_s()
        _python(settings, "manage.py", "verify_replays", "--match", "1")
        begun_s, start = _children_s(), time.monotonic()
        said = _python(settings, "manage.py", "verify_replays")
        whole_s, core_s = time.monotonic() - start, _children_s() - begun_s
    found = SUMMARY.search(said)
    if found is None or int(found[1].replace(",", "")) != count:
        raise RuntimeError(f"expected {count} matches as they were played, came {said}")
    start_s = begun_s - before_s  # of the command, and one match
    a_second = (count - 1) / max(core_s - start_s, 1e-3)
    largest = max(size["document packed"] for size in sizes)
    rows: list[Sequence[str]] = [
        [name, *(f"{choose(size[key] for size in sizes):,.0f}" for choose in (min, median, max))]
        for name, key in (
            ("rallies", "rallies"),
            ("commands", "commands"),
            ("seconds", "seconds"),
            ("rows, bytes of JSON", "rows"),
            ("rows, gzip", "rows packed"),
            ("document, bytes of JSON", "document"),
            ("document, gzip", "document packed"),
        )
    ]
    report = Report(
        f"{count:,} stored matches to 11 ({different} different ones of two simulated people), verified on one core",
        ["a match", "least", "median", "most"],
        rows,
        [
            f"{found[2]} rallies: {core_s - start_s:.1f} s of a core with all reading, and {start_s:.1f} s to start; "
            f"by the clock {whole_s:.1f} s, which is more when the machine has other work."
        ],
    )
    report.promises = [
        Promise("verified", a_second, " matches a second of a core", least=LEAST_A_SECOND),
        Promise("the largest document after gzip", float(largest), " bytes", most=MOST_BYTES),
    ]
    return report


def _children_s() -> float:
    """Processor time of the processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _python(settings: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=servers.ROOT, env=settings, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: expected exit code 0, came {done.returncode}: {done.stderr}")
    return done.stdout
