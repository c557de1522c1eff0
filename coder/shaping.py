"""What a coder does to the themes of a project: create, edit, order, merge, split, archive. Every act is one event."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coder.domain.codebook import Codebook, Theme
from coder.domain.corpus import Question, QuestionKind
from coder.domain.log import BETWEEN_NAMES, Kind
from coder.domain.memo import Place, Subject
from coder.domain.people import People
from coder.domain.wording import counted
from coder.errors import RefusedError
from coder.store import codebook as store_codebook
from coder.store import coding as store_coding
from coder.store import corpus, counts, events, memos, regrouping
from coder.store.codebook import Archived
from coder.store.project import Project
from coder.store.regrouping import QuoteKey

_EDITABLE = ("name", "definition", "include", "exclude", "example", "keywords", "colour", "key", "questions")
_SHAPE = (*store_codebook.OF_CODEBOOK, "question")
"""The tables that the codebook and the questions are read from."""


@dataclass(frozen=True, slots=True)
class Done:
    """What an act did, in words; not `changed` where there was nothing to do, and then no event was written."""

    message: str
    changed: bool = True
    response_id: int | None = None
    theme_id: int | None = None


class Shaping:
    """One coder in one project and its codebook, which is read again whenever it may have changed."""

    def __init__(self, project: Project, coder_name: str) -> None:
        self.project = project
        self.coder_name = coder_name
        with project.write() as connection:
            self.coder_id = events.coder_id(connection, coder_name)
        self._seen = -1
        self._codebook = Codebook()
        self._questions: tuple[Question, ...] = ()
        self._refresh()

    def changed(self) -> bool:
        """Whether anything has been written, here or by another program, since this was last asked."""
        return self.project.last_event() != self._seen and self._refresh()

    def _refresh(self) -> bool:
        """Read again what the events since the last look have touched."""
        with self.project.read() as connection:
            if self._seen < 0:
                self._seen, changes = events.last_seq(connection), None
            else:
                self._seen, changes = events.changes_since(connection, self._seen)
            if changes is None or any(table in _SHAPE for table, _, _ in changes):
                self._codebook = store_codebook.read_codebook(connection)
                self._questions = tuple(corpus.read_questions(connection, QuestionKind.OPEN))
        return True

    @property
    def codebook(self) -> Codebook:
        """The themes, in the order in which they are shown."""
        return self._codebook

    @property
    def questions(self) -> tuple[Question, ...]:
        """The open questions, in the order of the survey."""
        return self._questions

    def _theme(self, theme_id: int) -> Theme:
        """The theme as it is now: another program may have changed or removed it."""
        self.changed()
        theme = self._codebook.by_id.get(theme_id)
        if theme is None:
            raise RefusedError("This theme is gone; another coder has removed it.")
        return theme

    def create_theme(
        self, name: str, *, parent_id: int | None = None, question_key: str = "", definition: str = ""
    ) -> Done:
        """A new theme, for one question or (without a key) for all."""
        self.changed()
        name = self._codebook.check_name(name, parent_id)
        with events.acting(self.project, self.coder_id, Kind.CREATE_THEME, theme=name) as recorder:
            store_codebook.require(recorder.connection, parent_id)
            questions = [question_key] if question_key else []
            theme_id = store_codebook.add_theme(
                recorder, name, parent_id=parent_id, questions=questions, fields={"definition": definition}
            )
        self._refresh()
        return Done(f"Created ‘{name}’.", True, None, theme_id)

    def edit_theme(self, theme_id: int, **fields: Any) -> Done:
        """Give a theme another name, definition, include, exclude, example, keywords, colour, key or questions."""
        unknown = set(fields) - set(_EDITABLE)
        if unknown:
            raise RefusedError(f"A theme has no {', '.join(sorted(unknown))}.")
        theme = self._theme(theme_id)
        if "name" in fields:
            fields["name"] = self._codebook.check_name(fields["name"], theme.parent_id, but=theme_id)
        with events.acting(self.project, self.coder_id, Kind.EDIT_THEME, theme=theme.name) as recorder:
            changed = store_codebook.change_theme(recorder, theme_id, fields)
            recorder.facts["fields"] = ", ".join(changed)
        self._refresh()
        message = f"Changed {', '.join(changed)} of ‘{theme.name}’." if changed else "Nothing to change."
        return Done(message, bool(changed), None, theme_id)

    def move_theme(self, theme_id: int, parent_id: int | None) -> Done:
        """Put a theme, with all below it, under another or at the top."""
        theme = self._theme(theme_id).name
        place = "the top" if parent_id is None else f"‘{self._theme(parent_id).name}’"
        self._codebook.check_move(theme_id, parent_id)
        with events.acting(self.project, self.coder_id, Kind.MOVE_THEME, theme=theme, place=place) as recorder:
            store_codebook.change_theme(recorder, theme_id, {"parent_id": parent_id})
        self._refresh()
        return Done(f"Moved ‘{theme}’ to {place}.", recorder.changed, None, theme_id)

    def shift_theme(self, theme_id: int, by: int, question_key: str = "") -> Done:
        """Move a theme up (-1) or down (1) among its siblings, past the next that serves the question (none: any).

        Order says nothing about meaning: reviews stay as good as they were.
        """
        theme = self._theme(theme_id)
        book = self._codebook.for_question(question_key) if question_key else self._codebook
        siblings = [t.id for t in self._codebook.children[theme.parent_id]]
        shown = [t.id for t in book.children.get(theme.parent_id, ())]
        at = shown.index(theme_id) + by if theme_id in shown else -1
        if not 0 <= at < len(shown):
            return Done(f"‘{theme.name}’ is the {'first' if by < 0 else 'last'} here.", False, None, theme_id)
        siblings.remove(theme_id)
        siblings.insert(siblings.index(shown[at]) + (by > 0), theme_id)
        way = "up" if by < 0 else "down"
        with events.acting(self.project, self.coder_id, Kind.ORDER_THEMES, theme=theme.name, way=way) as recorder:
            store_codebook.put_in_order(recorder, siblings)
        self._refresh()
        return Done(f"Moved ‘{theme.name}’ {way}.", True, None, theme_id)

    # --- merging and splitting -----------------------------------------------------------------------

    def merge_preview(self, source_id: int, target_id: int) -> str:
        """What merging one theme into another would do, in words."""
        source, target = self._mergeable(source_id, target_id)
        with events.rehearsing(self.project, self.coder_id) as recorder:
            mine, its = (self._people(recorder, t) for t in (source_id, target_id))
            moved = self._merge(recorder, source_id, target_id)
            joined = self._people(recorder, target_id, *self._below(source_id))
        children = len(self._codebook.children.get(source_id, ()))
        below = f" Its {children} sub-themes move below ‘{target}’." if children else ""
        return (
            f"‘{source}’ has {_participants(mine)}, ‘{target}’ {_participants(its)}, {len(mine & its)} of them both. "
            f"Merged, ‘{target}’ has {_participants(joined)}: {moved} codings move.{below} "
            f"‘{source}’ goes; undo brings it back."
        )

    def merge_themes(self, source_id: int, target_id: int) -> Done:
        """Give all that one theme has to another, and take the first away: codings, evidence and sub-themes."""
        source, target = self._mergeable(source_id, target_id)
        facts = {"theme": source, "target": target}
        with events.acting(self.project, self.coder_id, Kind.MERGE_THEMES, **facts) as recorder:
            recorder.facts["codings"] = self._merge(recorder, source_id, target_id)
        self._refresh()
        return Done(f"Merged ‘{source}’ into ‘{target}’.", True, None, target_id)

    def _merge(self, recorder: events.Recorder, source_id: int, target_id: int) -> int:
        store_codebook.require(recorder.connection, source_id, target_id)
        moved = regrouping.move_codings(recorder, source_id, target_id)
        memos.move_memos(recorder, Place(Subject.THEME, source_id), Place(Subject.THEME, target_id))
        both = [self._codebook.by_id[t] for t in (source_id, target_id)]
        questions = frozenset.union(*(t.questions for t in both)) if all(t.questions for t in both) else frozenset()
        store_codebook.change_theme(recorder, target_id, {"questions": questions})
        # Whoever was read when the older of the two was there has been read for what they mean together.
        store_codebook.change_theme(recorder, target_id, {"born": min(t.born for t in both)})
        since = {key: min(t.born_for(key) for t in both if key in t.questions) for key in questions}
        store_codebook.serve_since(recorder, target_id, since)
        store_codebook.drop_theme(recorder, source_id, heir_id=target_id)
        return moved

    def _mergeable(self, source_id: int, target_id: int) -> tuple[str, str]:
        source, target = self._theme(source_id), self._theme(target_id)
        book = self._codebook
        if source_id == target_id:
            raise RefusedError("A theme can't be merged into itself.")
        if target_id in book.below(source_id):
            raise RefusedError("A theme can't be merged into one below it.", hint="Move that one up first.")
        rest = Codebook([t for t in book.themes if t.id != source_id])
        for child in book.children.get(source_id, ()):
            rest.check_name(child.name, target_id, but=child.id)
        return source.name, target.name

    def split_preview(self, quotes: Sequence[QuoteKey], target: int | str, beside: int) -> str:
        """What giving these quotes to another theme would do to the participants of both, moved and copied, in words.

        `target` is a theme, or the name of a new one `beside` another.
        """
        name, sources = self._splittable(quotes, target, beside)
        lines = []
        for copy in (False, True):
            with events.rehearsing(self.project, self.coder_id) as recorder:
                old = [*sources, *([target] if isinstance(target, int) else [])]
                before = {t: len(self._people(recorder, t)) for t in old}
                target_id, given = self._split(recorder, quotes, target, beside, copy=copy)
                after = {t: len(self._people(recorder, t)) for t in (*sources, target_id)}
                both = len(self._people(recorder, *sources, target_id))
            steps = [(self._codebook.by_id[t].name, before[t], after[t]) for t in sources]
            steps.append((name, before.get(target_id, 0), after[target_id]))
            changes = ", ".join(f"‘{n}’ {a} → {b}" if a != b else f"‘{n}’ stays at {a}" for n, a, b in steps)
            lines.append(f"{'Copied' if copy else 'Moved'}: {changes} participants; together {both}.")
        born = ""
        if isinstance(target, str):
            of = BETWEEN_NAMES.join(self._codebook.by_id[t].name for t in sources)
            born = f"\n\nWho was read for ‘{of}’ counts as read for ‘{name}’, which is a part of it."
        return f"{counted(given, 'quote')} for ‘{name}’.\n\n" + "\n".join(lines) + born

    def split_theme(self, quotes: Sequence[QuoteKey], target: int | str, beside: int, *, copy: bool = False) -> Done:
        """Give some quotes of one or more themes to another, or to a new one `beside` a theme; a `copy` leaves them."""
        name, sources = self._splittable(quotes, target, beside)
        of = BETWEEN_NAMES.join(self._codebook.by_id[t].name for t in sources)
        with events.acting(self.project, self.coder_id, Kind.SPLIT_THEME, theme=of, target=name) as recorder:
            target_id, given = self._split(recorder, quotes, target, beside, copy=copy)
            recorder.facts |= {"quotes": given, "how": "copied" if copy else "moved"}
        self._refresh()
        return Done(f"{'Copied' if copy else 'Moved'} {counted(given, 'quote')} to ‘{name}’.", True, None, target_id)

    def _split(
        self, recorder: events.Recorder, quotes: Sequence[QuoteKey], target: int | str, beside: int, *, copy: bool
    ) -> tuple[int, int]:
        """The theme that has the quotes now, and how many it was given."""
        connection = recorder.connection
        sources = regrouping.themes_of(connection, quotes)
        asked = regrouping.questions_of(connection, quotes)
        book = store_codebook.read_codebook(connection)
        if isinstance(target, int):
            store_codebook.require(connection, target)
            if serves := book.by_id[target].questions:
                store_codebook.change_theme(recorder, target, {"questions": serves | asked})
            target_id = target
        else:
            served = [book.by_id[t].questions for t in sources]
            keys = frozenset.union(asked, *served) if served and all(served) else frozenset[str]()
            target_id = store_codebook.add_theme(
                recorder, target, parent_id=book.by_id[beside].parent_id, questions=keys
            )
            # It is a part of what its sources meant: whoever was read for all of these has been read for it. As old
            # as now, all who were read before and have it not would be unknown, though their coder looked for it.
            store_codebook.change_theme(recorder, target_id, {"born": max(book.by_id[t].born for t in sources)})
        given = regrouping.give_quotes(recorder, quotes, target_id, copy=copy)
        if not given:
            raise RefusedError("These quotes are gone, or have this theme already.", hint="Tick others.")
        return target_id, given

    def _splittable(self, quotes: Sequence[QuoteKey], target: int | str, beside: int) -> tuple[str, list[int]]:
        """The name of the theme that is to have the quotes, and the themes that have them now."""
        place = self._theme(beside)
        name = (
            self._theme(target).name if isinstance(target, int) else self._codebook.check_name(target, place.parent_id)
        )
        with self.project.read() as connection:
            sources = [t for t in regrouping.themes_of(connection, quotes) if t != target]
        if not sources:
            raise RefusedError("These quotes are gone, or have this theme already.", hint="Tick others.")
        return name, sources

    def _people(self, recorder: events.Recorder, *theme_ids: int) -> People:
        """The participants of these themes and all below them, within an action."""
        below = {t for theme_id in theme_ids for t in (theme_id, *self._below(theme_id))}
        return counts.people_of(recorder.connection, below)

    def _below(self, theme_id: int) -> tuple[int, ...]:
        return self._codebook.below(theme_id)[1:] if theme_id in self._codebook.by_id else ()

    # --- taking away ---------------------------------------------------------------------------------

    def archived(self) -> list[Archived]:
        """The themes that can be brought back."""
        with self.project.read() as connection:
            return store_codebook.read_archive(connection)

    def archive_theme(self, theme_id: int) -> Done:
        """Take a theme and all below it out of use: they are in no codebook, count or suggestion; codings stay."""
        name = self._theme(theme_id).name
        going = self._codebook.below(theme_id)
        with events.acting(self.project, self.coder_id, Kind.ARCHIVE_THEME, theme=name, themes=len(going)) as recorder:
            store_codebook.require(recorder.connection, *going)
            recorder.facts["codings"] = count = store_coding.count_codings(recorder.connection, going)
            store_codebook.archive(recorder, going)
        self._refresh()
        along = f" and {len(going) - 1} sub-themes" if len(going) > 1 else ""
        return Done(f"Archived ‘{name}’{along}; {count} codings wait for it.", True, None, theme_id)

    def bring_back_theme(self, theme_id: int) -> Done:
        """Take an archived theme into use again, with those below it that were archived with it."""
        found = next((a for a in self.archived() if a.theme_id == theme_id), None)
        if found is None:
            raise RefusedError("This theme is not in the archive any more.")
        name = found.path[-1]
        with events.acting(self.project, self.coder_id, Kind.BRING_BACK_THEME, theme=name) as recorder:
            store_codebook.bring_back(recorder, (theme_id, *found.below))
            if not store_codebook.read_codebook(recorder.connection).is_sound():
                raise RefusedError(f"The theme above ‘{name}’ is archived.", hint="Bring that one back first.")
        self._refresh()
        return Done(f"Brought ‘{name}’ back.", True, None, theme_id)

    def delete_preview(self, theme_id: int) -> str:
        """What deleting a theme would take away, in words."""
        with self.project.read() as connection:
            codings, people = (
                store_coding.count_codings(connection, [theme_id]),
                counts.people_of(connection, [theme_id]),
            )
        name = self._theme(theme_id).name
        return f"‘{name}’ goes with its {codings} codings of {_participants(people)}; undo brings all back."

    def delete_theme(self, theme_id: int) -> Done:
        """Take a theme away with its codings; one that has sub-themes is kept until these are gone."""
        theme = self._theme(theme_id).name
        if self._codebook.children.get(theme_id):
            raise RefusedError(f"‘{theme}’ has sub-themes.", hint="Move, merge or delete these first.")
        with events.acting(self.project, self.coder_id, Kind.DELETE_THEME, theme=theme) as recorder:
            removed = recorder.facts["codings"] = store_coding.remove_codings_of(recorder, [theme_id])
            store_codebook.drop_theme(recorder, theme_id)
        self._refresh()
        return Done(f"Deleted ‘{theme}’ and its {removed} codings.", True, None, theme_id)


def _participants(people: People) -> str:
    return counted(len(people), "participant")
