"""A helper process that trains on a project without end, as the real one does after every review."""

import sys
from pathlib import Path
from threading import Thread

from coder.store.project import open_project
from coder.suggesting import Learner


def main() -> None:
    with open_project(Path(sys.argv[1])) as project:
        learner = Learner(project)
        Thread(target=lambda: _learn_without_end(learner), daemon=True).start()
        sys.stdin.read()


def _learn_without_end(learner: Learner) -> None:
    while True:
        learner.learn()


if __name__ == "__main__":
    main()
