"""What all checks stand on: projects with the truth about their codings, and programs in folders of their own."""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from coder.domain.coding import Span
from coder.domain.exchange import CodedResponse, CodedSurvey
from coder.formats.refi.write import legal
from coder.store.project import open_project
from coder.store.whole import read_whole
from tests.hostile import hostile_project
from tests.projects import small_project

SHARED = Path("..") / "shared"


class SkippedError(Exception):
    """A check that can't be made here; the message says why."""


@dataclass
class Checked:
    """What a check found: a line for each thing that was compared, and for each that differs."""

    name: str
    held: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)

    def equal(self, what: str, found: "Counter[tuple[str, ...]]", truth: "Counter[tuple[str, ...]]") -> None:
        """Compare the whole of two multisets; what differs is listed, a few of each."""
        missing, surplus = truth - found, found - truth
        if not missing and not surplus:
            self.held.append(f"{what}: {truth.total()} equal")
            return
        self.found.append(f"{what}: {missing.total()} of {truth.total()} missing, {surplus.total()} that are not ours")
        self.found += [f"    missing {key!r}" for key in list(missing)[:4]]
        self.found += [f"    surplus {key!r}" for key in list(surplus)[:4]]


@dataclass(frozen=True)
class Sample:
    """A project and the survey that it holds."""

    name: str
    path: Path
    survey: CodedSurvey


@contextmanager
def samples() -> Iterator[tuple[Path, list[Sample]]]:
    """A folder that goes away again, and the projects in it: the sample survey and the hostile one."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = {}
        for kind, make in (("sample", small_project), ("hostile", hostile_project)):
            (folder / kind).mkdir()
            made[kind] = make(folder / kind / f"{kind}.coder")
        yield folder, [Sample(kind, path, survey_of(path)) for kind, path in made.items()]


def survey_of(path: Path) -> CodedSurvey:
    with open_project(path) as opened, opened.read() as connection:
        return read_whole(connection, path.stem)


def coded_texts(survey: CodedSurvey, place: Callable[[CodedResponse], tuple[str, ...]]) -> "Counter[tuple[str, ...]]":
    """Every coded text as (theme's path, coder, where it stands, the words), as XML can hold them."""
    found: Counter[tuple[str, ...]] = Counter()
    for response in survey.responses:
        for given in response.themes:
            path = " > ".join(map(legal, survey.themes[given.theme].path))
            for span in given.spans or (Span(0, len(response.text)),):
                words = legal(span.of(response.text))
                found[path, legal(given.coder), *map(legal, place(response)), words] += 1
    return found


def reviews(survey: CodedSurvey) -> "Counter[tuple[str, ...]]":
    """Who read which response, and before which themes that was, by the number of its revision."""
    return Counter(
        (legal(r.participant), str(r.question), str(r.part), legal(who), str(revision))
        for r in survey.responses
        for who, revision in r.reviewed
    )


# --- other programs ---------------------------------------------------------------------------------------------


def cache() -> Path:
    """Where programs are kept between runs, outside of the repository."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(home) / "coder-external-checks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def environment(name: str, packages: Sequence[str]) -> Path:
    """The Python of an environment with these packages, made when it is first wanted. Raises SkippedError."""
    folder = cache() / name
    python, made = folder / "bin" / "python", folder / "made"
    if not made.exists() or made.read_text() != "\n".join(packages):
        run([sys.executable, "-m", "venv", "--clear", str(folder)], f"no environment for {name}")
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
        run(install, f"{', '.join(packages)} can't be installed")
        made.write_text("\n".join(packages))
    return python


def run(command: Sequence[str], otherwise: str, **env: str) -> str:
    """What a command prints. Raises SkippedError with `otherwise` and its last words where it fails or is missing."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=900, env={**os.environ, **env}
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SkippedError(f"{otherwise}: {error}") from error
    if done.returncode:
        raise SkippedError(f"{otherwise}: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout
