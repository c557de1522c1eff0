"""The coding screen's helper process: trains and finds key terms aside, so that the screen never waits.

Reads one JSON request a line on stdin and answers one JSON line each on stdout, with the request's id:
`{"id": 1, "do": "key_terms", "response": 12}` gives `{"id": 1, "spans": [[0, 7]]}`;
`{"id": 2, "do": "suggest"}` gives `{"id": 2, "message": "...", "suggested": 40}` when the suggestions are in the
project; what can't be done gives `{"id": 2, "error": "...", "hint": "..."}`. It ends when stdin does.
"""

import json
import sys
from pathlib import Path
from typing import Any

from coder.analysis import KeyTermFinder, SuggestionRun
from coder.errors import CoderError
from coder.store.project import Project, open_project


class Worker:
    """Answers requests about one project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._terms: KeyTermFinder | None = None

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to one request, an error that can be explained included."""
        try:
            match request["do"]:
                case "key_terms":
                    return {"id": request["id"], "spans": self._key_terms(int(request["response"]))}
                case "suggest":
                    return {"id": request["id"], **self._suggest()}
                case unknown:
                    return {"id": request["id"], "error": f"There is no request {unknown!r}.", "hint": ""}
        except CoderError as error:
            return {"id": request["id"], "error": error.message, "hint": error.hint}

    def _key_terms(self, response_id: int) -> list[list[int]]:
        if self._terms is None:
            self._terms = KeyTermFinder(self._project)
        return [[span.start, span.end] for span in self._terms.find(response_id)]

    def _suggest(self) -> dict[str, Any]:
        run = SuggestionRun(self._project).run()
        message = f"Learnt from {run.trained_on} responses: {run.suggested} suggestions for {run.responses} others."
        return {"message": message, "suggested": run.suggested}


def main() -> None:
    """Serve the project named on the command line until stdin ends."""
    with open_project(Path(sys.argv[1])) as project:
        worker = Worker(project)
        for line in sys.stdin:
            print(json.dumps(worker.answer(json.loads(line))), flush=True)  # noqa: T201 - the protocol


if __name__ == "__main__":
    main()
