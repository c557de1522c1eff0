"""Every benchmark, one after the other: `python -m benchmarks.run` (each also runs alone)."""

import subprocess
import sys

BENCHMARKS = ("start", "scale", "prevalence", "report", "suggester", "tui")


def main() -> int:
    return max(subprocess.call([sys.executable, "-m", f"benchmarks.{name}"]) for name in BENCHMARKS)


if __name__ == "__main__":
    sys.exit(main())
