"""What a coder does to the themes of a project: create, edit, move, merge, delete. Every act is one event."""

from dataclasses import dataclass
from typing import Any

from coder.domain.codebook import Codebook, Theme
from coder.domain.corpus import Question, QuestionKind
from coder.domain.log import Kind
from coder.errors import RefusedError
from coder.store import codebook as store_codebook
from coder.store import coding as store_coding
from coder.store import corpus, counts, events
from coder.store.project import Project

_EDITABLE = ("name", "definition", "include", "exclude", "example", "keywords", "colour", "key", "questions")


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
        with self.project.read() as connection:
            self._seen = int(events.last_seq(connection))
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

    def merge_preview(self, source_id: int, target_id: int) -> str:
        """What merging one theme into another would do, in words."""
        source, target = self._mergeable(source_id, target_id)
        with self.project.read() as connection:
            codings = store_coding.count_codings(connection, [source_id])
            people = counts.people_of(connection, [source_id]), counts.people_of(connection, [target_id])
        both = len(people[0] & people[1])
        children = len(self._codebook.children.get(source_id, ()))
        below = f" Its {children} sub-themes move below ‘{target}’." if children else ""
        return (
            f"{codings} codings of ‘{source}’ become ‘{target}’, which then has {len(people[0] | people[1])} "
            f"participants ({both} have both now).{below} ‘{source}’ goes; undo brings it back."
        )

    def merge_themes(self, source_id: int, target_id: int) -> Done:
        """Give all that one theme has to another, and take the first away: codings, evidence and sub-themes."""
        source, target = self._mergeable(source_id, target_id)
        facts = {"theme": source, "target": target}
        with events.acting(self.project, self.coder_id, Kind.MERGE_THEMES, **facts) as recorder:
            store_codebook.require(recorder.connection, source_id, target_id)
            recorder.facts["codings"] = store_coding.move_codings(recorder, source_id, target_id)
            # Whoever was read when the older of the two was there has been read for what they mean together.
            born = min(self._codebook.by_id[t].born for t in (source_id, target_id))
            store_codebook.change_theme(recorder, target_id, {"born": born})
            questions = self._codebook.by_id[source_id].questions, self._codebook.by_id[target_id].questions
            if all(questions):
                store_codebook.change_theme(recorder, target_id, {"questions": questions[0] | questions[1]})
            elif questions[1]:
                store_codebook.change_theme(recorder, target_id, {"questions": frozenset()})
            children = [t.id for t in self._codebook.children.get(source_id, ())]
            store_codebook.drop_theme(recorder, source_id, children, target_id)
        self._refresh()
        return Done(f"Merged ‘{source}’ into ‘{target}’.", True, None, target_id)

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
