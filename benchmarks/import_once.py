"""One import of a survey file, with the time of its two steps as JSON: a process of its own, for its peak memory."""

import json
import sys
from pathlib import Path

from benchmarks.measure import seconds
from coder import imports
from coder.store import search
from coder.store.project import Project


def main() -> None:
    survey, path = map(Path, sys.argv[1:])
    times: dict[str, float] = {}
    build = search.update_index

    def timed(project: Project) -> int:
        done = []
        times["index"] = seconds(lambda: done.append(build(project)))
        return done[0]

    search.update_index = timed
    whole = seconds(lambda: imports.import_survey(survey, path, imports.SurveyRequest(), coder_name="Ana"))
    times["import"] = whole - times["index"]
    print(json.dumps(times))


if __name__ == "__main__":
    main()
