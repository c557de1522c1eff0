"""The coding screen's helper process: trains and finds key terms aside, so that the screen never waits.

Reads one JSON request a line on stdin and answers one JSON line each on stdout, with the request's id:
`{"id": 1, "do": "key_terms", "response": 12}` gives `{"id": 1, "spans": [[0, 7]]}`;
`{"id": 2, "do": "learn", "first": [12, 13]}` gives `{"id": 2, "message": "..."}` when a new model has been learnt and
its suggestions for these responses are in the project: those for all others follow while nothing is asked;
`{"id": 3, "do": "suggest", "responses": [14]}` gives `{"id": 3, "suggested": 2}` when those of the same model are;
`{"id": 3, "do": "progress"}` gives `{"id": 3, "read": 200, "of": 4000}` while those for all others are made, of 0 then;
`{"id": 4, "do": "nearest", "response": 12, "theme": 3}` gives `{"id": 4, "nearest": [[7, 0.61]]}`;
`{"id": 5, "do": "lacking", "theme": 3, "question": null}` gives `{"id": 5, "lacking": [[7, 0.61, [[0, 4]]]], "why":
""}`: negative cases with their words, or why there can be none, by a model of all that is coded now;
`{"id": 5, "do": "gather", "coder": 1, "question": 2}` gives `{"id": 5, "groups": [["mentor", [7, 9]]]}`, highlights;
`{"id": 5, "do": "consistency", "question": 1, "coder": 2}` gives what `consistency.check` finds as `as_json` does;
what can't be done gives `{"id": 2, "error": "...", "hint": "..."}`. It ends when stdin does.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from coder.analysis.key_terms import KeyTermFinder
from coder.consistency import as_json, check
from coder.errors import CoderError
from coder.gathering import gather_by_lemma
from coder.store.project import Project, open_project
from coder.suggesting import Learner, SuggestionRun

# Larger projects are read anew only when so much more has been reviewed; what is on the screen always is.
_MOST_REREAD = 20_000
_GROWN = 1.1


class Worker:
    """Answers requests about one project, and between them suggests themes for the rest of it."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._terms: KeyTermFinder | None = None
        self._learner = Learner(project)
        self._run: SuggestionRun | None = None
        self._left: Iterator[int] | None = None
        self._reread_at = 0
        self._read, self._of = 0, 0  # responses that the newest model has read of those that it is to read

    @property
    def busy(self) -> bool:
        """Whether there is something left to do when nothing is asked."""
        return self._left is not None

    def work(self) -> None:
        """Do a small piece of what is left to do; another program in the way ends it, until the next training."""
        with suppress(CoderError):
            if self._left is not None and (read := next(self._left, None)) is not None:
                self._read += read
                return
        self._left = None

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to one request, an error that can be explained included."""
        found: dict[str, Any]
        try:
            match request["do"]:
                case "key_terms":
                    found = {"spans": self._key_terms(int(request["response"]))}
                case "learn":
                    found = self._learn(request["first"])
                case "suggest":
                    found = {"suggested": self._current().suggest(request["responses"])}
                case "progress":
                    found = {"read": self._read, "of": self._of if self.busy else 0}
                case "nearest":
                    found = {"nearest": self._current().nearest(int(request["response"]), int(request["theme"]))}
                case "lacking":
                    found = self._lacking(int(request["theme"]), request["question"])
                case "gather":
                    groups = gather_by_lemma(self._project, int(request["coder"]), int(request["question"]))
                    found = {"groups": [[g.word, [h.id for h in g.highlights]] for g in groups]}
                case "consistency":
                    found = as_json(check(self._project, int(request["question"]), int(request["coder"])))
                case unknown:
                    found = {"error": f"There is no request {unknown!r}.", "hint": ""}
        except CoderError as error:
            found = {"error": error.message, "hint": error.hint}
        return {"id": request["id"], **found}

    def _key_terms(self, response_id: int) -> list[list[int]]:
        if self._terms is None:
            self._terms = KeyTermFinder(self._project)
        return [[span.start, span.end] for span in self._terms.find(response_id)]

    def _learn(self, first: list[int]) -> dict[str, Any]:
        self._left = None
        self._run = SuggestionRun(self._project, self._learner)
        self._run.suggest(first)
        trained_on = self._run.trained_on
        self._read, self._of = 0, self._run.unreviewed()
        if self._of <= _MOST_REREAD or trained_on >= _GROWN * self._reread_at:
            self._left, self._reread_at = self._run.suggest_rest(), trained_on
        return {"message": f"Learnt from {trained_on} reviewed responses.", "notice": self._run.notice}

    def _lacking(self, theme_id: int, question_id: int | None) -> dict[str, Any]:
        if self._run is not None and self._run.event != self._project.last_event():
            self._learn([])
        run = self._current()
        found = run.lacking(theme_id, question_id)
        cases = [[i, chance, [[span.start, span.end] for span in spans]] for i, chance, spans in found]
        return {"lacking": cases, "why": run.why_silent(theme_id)}

    def _current(self) -> SuggestionRun:
        if self._run is None:
            self._learn([])
        assert self._run is not None
        return self._run


def _listen(requests: "SimpleQueue[str | None]") -> None:
    for line in sys.stdin:
        requests.put(line)
    requests.put(None)


def main() -> None:
    """Serve the project named on the command line until stdin ends."""
    requests: SimpleQueue[str | None] = SimpleQueue()
    Thread(target=_listen, args=(requests,), daemon=True).start()
    with open_project(Path(sys.argv[1])) as project:
        worker = Worker(project)
        while True:
            try:
                line = requests.get(block=not worker.busy)
            except Empty:
                worker.work()
                continue
            if line is None:
                return
            print(json.dumps(worker.answer(json.loads(line))), flush=True)  # noqa: T201 - the protocol


if __name__ == "__main__":
    main()
