"""Every test, in two runs side by side: most of them wait for sockets, pages and processes, not for a processor.

``python -m tests.halves [pytest's options]``. The runs share nothing: each has its own data, ports, browser and
services. What the second prints comes after the first. Exit code: that of the first run that failed.
"""

import subprocess
import sys
import tempfile

# With real pages, and with processes that are killed; about as long as all the others.
FIRST = ("tests/browser", "tests/faults", "tests/processes")


def main() -> int:
    command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
    with tempfile.TemporaryFile() as printed:
        second = subprocess.Popen(
            [*command, "tests", *(f"--ignore={path}" for path in FIRST)], stdout=printed, stderr=subprocess.STDOUT
        )
        try:
            first = subprocess.run([*command, *FIRST], check=False)
            second.wait()
        finally:
            second.terminate()  # if this was interrupted
            second.wait()
        printed.seek(0)
        sys.stdout.flush()
        sys.stdout.buffer.write(printed.read())
        sys.stdout.flush()
    return first.returncode or second.returncode


if __name__ == "__main__":
    sys.exit(main())
