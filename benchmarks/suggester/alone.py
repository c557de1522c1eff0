"""Parts of the benchmark that need a process of their own: `score N` for its memory, `digest` for its bytes."""

import hashlib
import sys
import tempfile
from itertools import islice
from pathlib import Path

from benchmarks.suggester import speed


def main() -> None:
    what, *rest = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        split, model = speed.bulk_model(Path(folder))
    if what == "score":
        print(sum(1 for _ in model.suggest(islice(speed.made_up(0), int(rest[0])))))
    else:
        every = [*model.suggest(split.test), *model.scores(split.test)]
        print(hashlib.sha256(repr(every).encode()).hexdigest())


if __name__ == "__main__":
    main()
