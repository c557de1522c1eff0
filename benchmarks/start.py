"""How soon `coder --help` is there, beside a bare import of its command-line library.

python -m benchmarks.start
"""

import sys

from benchmarks.measure import Row, command_seconds, show


def main() -> int:
    peer = command_seconds([sys.executable, "-c", "import click"])
    rows = []
    for what in ("--help", "--version"):
        own = command_seconds([sys.executable, "-m", "coder", what])
        rows.append(Row(f"coder {what}", own, "python -c 'import click'", peer, "150 ms more", own - peer < 0.150))
    return 0 if show("Start", rows) else 1


if __name__ == "__main__":
    sys.exit(main())
