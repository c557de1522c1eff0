"""The tables. Every row that an action may bring or take away says which event brought it (`event`)."""

from sqlalchemy import (
    REAL,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.schema import SchemaItem

metadata = MetaData()


def _table(name: str, *items: SchemaItem) -> Table:
    # AUTOINCREMENT: an id is never given twice, so what the log says of a row stays true after it is gone.
    autoincrement = any(isinstance(c, Column) and c.name == "id" for c in items)
    return Table(name, metadata, *items, sqlite_strict=True, sqlite_autoincrement=autoincrement)


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _event() -> Column[int]:
    return Column("event", Integer, nullable=False)


project = _table("project", Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

coder = _table(
    "coder",
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False, server_default="person"),
)

event = _table(
    "event",
    Column("seq", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("coder_id", Integer, ForeignKey("coder.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("facts", Text, nullable=False),  # JSON: what it was about, for people
    Column("before", Text),  # JSON: the rows that it changed, as they were and as they became
    Column("after", Text),
    Column("bulk", Integer, nullable=False, server_default="0"),  # 1: it also brought every row that bears its number
    Column("undoes", Integer),  # the event that this undo or redo takes back
    Index("event_by_coder", "coder_id", "seq"),
    Index(
        "event_by_undone",
        "undoes",
        sqlite_where=text("undoes IS NOT NULL"),
    ),
)

undone_row = _table(
    "undone_row",
    _id(),
    Column("event", Integer, ForeignKey("event.seq"), nullable=False, index=True),
    Column("table_name", Text, nullable=False),
    Column("row", Text, nullable=False),
    Column("participant_id", Integer, index=True),  # whose row it is, so that a person can be forgotten
)

import_batch = _table(
    "import_batch",
    _id(),
    Column("source", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("plan", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("at", Text, nullable=False),
    _event(),
)

participant = _table("participant", _id(), Column("external_id", Text, nullable=False, unique=True), _event())

attribute = _table(
    "attribute",
    _id(),
    Column("key", Text, nullable=False, unique=True),
    Column("label", Text, nullable=False),
    Column("kind", Text, nullable=False, server_default="nominal"),
    _event(),
)

participant_attribute = _table(
    "participant_attribute",
    Column("participant_id", Integer, ForeignKey("participant.id"), nullable=False),
    Column("attribute_id", Integer, ForeignKey("attribute.id"), nullable=False),
    Column("value", Text, nullable=False),
    _event(),
    PrimaryKeyConstraint("participant_id", "attribute_id"),
    Index("attribute_value", "attribute_id", "value", "participant_id"),
)

question = _table(
    "question",
    _id(),
    Column("key", Text, nullable=False),
    Column("wave", Text, nullable=False, server_default=""),
    Column("prompt", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("position", Integer, nullable=False),
    _event(),
    UniqueConstraint("key", "wave"),
)

answer = _table(
    "answer",
    Column("participant_id", Integer, ForeignKey("participant.id"), nullable=False),
    Column("question_id", Integer, ForeignKey("question.id"), nullable=False),
    Column("option", Text, nullable=False, server_default=""),
    Column("value", Text, nullable=False),
    _event(),
    PrimaryKeyConstraint("participant_id", "question_id", "option"),
    Index("answer_by_question", "question_id", "value"),
)

response = _table(
    "response",
    _id(),
    Column("participant_id", Integer, ForeignKey("participant.id"), nullable=False),
    Column("question_id", Integer, ForeignKey("question.id"), nullable=False),
    Column("part", Integer, nullable=False, server_default="1"),
    Column("text", Text, nullable=False),
    Column("length", Integer, nullable=False),  # code points; SQL's length() stops at NUL
    Column("status", Text, nullable=False),
    Column("superseded_by", Integer, ForeignKey("response.id")),
    _event(),
    # What codings and reviews refer to, and how a participant's responses are found.
    UniqueConstraint("participant_id", "question_id", "id"),
    # One current response in each place; read by question, it says who was asked.
    Index(
        "response_place",
        "question_id",
        "participant_id",
        "part",
        unique=True,
        sqlite_where=text("superseded_by IS NULL"),
    ),
    # The few that are blank or placeholders: what is asked without these is answered.
    Index(
        "response_unanswered",
        "question_id",
        "superseded_by",
        "participant_id",
        sqlite_where=text("status <> 'answered'"),
    ),
    Index(
        "response_superseded",
        "question_id",
        sqlite_where=text("superseded_by IS NOT NULL"),
    ),
    # What SQLite looks for when a new text takes an old one's place; without it, in all responses.
    Index(
        "response_by_newer",
        "superseded_by",
        sqlite_where=text("superseded_by IS NOT NULL"),
    ),
)

theme = _table(
    "theme",
    _id(),
    Column("parent_id", Integer, ForeignKey("theme.id")),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False),  # the name as names are compared
    Column("definition", Text, nullable=False, server_default=""),
    Column("include", Text, nullable=False, server_default=""),
    Column("exclude", Text, nullable=False, server_default=""),
    Column("example", Text, nullable=False, server_default=""),
    Column("keywords", Text, nullable=False, server_default="[]"),
    Column("colour", Text, nullable=False, server_default=""),
    Column("key", Text, nullable=False, server_default=""),
    Column("position", Integer, nullable=False),
    Column("archived", Integer, nullable=False, server_default="0"),  # at which codebook revision; 0: in use
    Column("born", Integer, nullable=False),  # codebook revision
    _event(),
    Index("theme_name", text("coalesce(parent_id, 0)"), "folded", unique=True),
)

theme_question = _table(
    "theme_question",
    Column("theme_id", Integer, ForeignKey("theme.id"), nullable=False),
    Column("question_key", Text, nullable=False),  # a theme serves all waves of a question
    _event(),
    Column("since", Integer, nullable=False, server_default="0"),  # codebook revision; 0: as long as it is there
    PrimaryKeyConstraint("theme_id", "question_key"),
)

_IN_RESPONSE = (
    ["participant_id", "question_id", "response_id"],
    ["response.participant_id", "response.question_id", "response.id"],
)

highlight = _table(
    "highlight",
    _id(),
    Column("response_id", Integer, ForeignKey("response.id"), nullable=False),
    Column("coder_id", Integer, ForeignKey("coder.id"), nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    _event(),
    CheckConstraint('0 <= start AND start < "end"', name="highlight_is_a_span"),
    UniqueConstraint("response_id", "coder_id", "start", "end"),
)

coding = _table(
    "coding",
    _id(),
    Column("response_id", Integer, nullable=False),
    Column("participant_id", Integer, nullable=False),
    Column("question_id", Integer, nullable=False),
    Column("theme_id", Integer, ForeignKey("theme.id"), nullable=False),
    Column("coder_id", Integer, ForeignKey("coder.id"), nullable=False),
    Column("origin", Text, nullable=False),
    _event(),
    ForeignKeyConstraint(*_IN_RESPONSE),
    UniqueConstraint("response_id", "theme_id", "coder_id"),
    # The tally is a scan of one of these two.
    Index("coding_by_theme", "theme_id", "participant_id", "coder_id"),
    Index("coding_by_question", "question_id", "theme_id", "coder_id", "participant_id", "response_id"),
)

coding_highlight = _table(
    "coding_highlight",
    Column("coding_id", Integer, ForeignKey("coding.id"), nullable=False),
    Column("highlight_id", Integer, ForeignKey("highlight.id"), nullable=False),
    _event(),
    PrimaryKeyConstraint("coding_id", "highlight_id"),
    Index("coding_highlight_by_highlight", "highlight_id"),
)

review = _table(
    "review",
    Column("response_id", Integer, nullable=False),
    Column("coder_id", Integer, ForeignKey("coder.id"), nullable=False),
    Column("participant_id", Integer, nullable=False),
    Column("question_id", Integer, nullable=False),
    Column("revision", Integer, nullable=False),  # of the codebook, when it was read
    _event(),
    ForeignKeyConstraint(*_IN_RESPONSE),
    PrimaryKeyConstraint("response_id", "coder_id"),
    Index("review_by_question", "question_id", "revision", "coder_id", "participant_id", "response_id"),
)

rejection = _table(
    "rejection",
    Column("response_id", Integer, ForeignKey("response.id"), nullable=False),
    Column("theme_id", Integer, ForeignKey("theme.id"), nullable=False),
    Column("coder_id", Integer, ForeignKey("coder.id"), nullable=False),
    _event(),
    PrimaryKeyConstraint("response_id", "theme_id", "coder_id"),
)

memo = _table(
    "memo",
    _id(),
    Column("subject", Text, nullable=False),  # project, participant, response, theme or coding
    Column("subject_id", Integer, nullable=False),
    Column("coder_id", Integer, ForeignKey("coder.id"), nullable=False),
    Column("text", Text, nullable=False),
    _event(),
    Index("memo_by_subject", "subject", "subject_id"),
)


def _stretch(name: str) -> Table:
    """Stretches of responses, in code points; the whole response is one from 0 to its length."""
    return _table(
        name,
        Column("response_id", Integer, ForeignKey("response.id"), nullable=False),
        Column("start", Integer, nullable=False),
        Column("end", Integer, nullable=False),
        _event(),
        CheckConstraint('0 <= start AND start < "end"', name=f"{name}_is_a_span"),
        PrimaryKeyConstraint("response_id", "start", "end"),
    )


star = _stretch("star")  # quotes that an analyst picked
mask = _stretch("mask")  # words that no output may show

# Texts that stay although the newest file that speaks of their participants does not have them.
absence = _table(
    "absence",
    Column("response_id", Integer, ForeignKey("response.id"), primary_key=True),
    _event(),
)

model = _table(
    "model",
    _id(),
    Column("at", Text, nullable=False),
    Column("trained_on", Integer, nullable=False),  # the last event that it knew
    Column("recipe", Text, nullable=False),  # JSON
    Column("arrays", LargeBinary),  # .npz; never a pickle
)

suggestion = _table(
    "suggestion",
    Column("response_id", Integer, ForeignKey("response.id"), nullable=False),
    Column("theme_id", Integer, ForeignKey("theme.id"), nullable=False),
    Column("model_id", Integer, ForeignKey("model.id"), nullable=False),
    Column("score", REAL, nullable=False),
    Column("suggested", Integer, nullable=False),
    Column("evidence", Text, nullable=False, server_default="[]"),  # JSON: [start, end, share]
    Column("ground", Text, nullable=False, server_default="coding"),  # what it was learnt from: coding or codebook
    # Open, accepted or rejected is not kept here: the coder's coding or rejection says it, whatever model comes next.
    PrimaryKeyConstraint("response_id", "theme_id"),
    Index("suggestion_by_score", "score"),
)

# What the model makes of each response that nobody reviewed: the queues are sorted by it.
outlook = _table(
    "outlook",
    Column("response_id", Integer, ForeignKey("response.id"), primary_key=True),
    Column("model_id", Integer, ForeignKey("model.id"), nullable=False),
    Column("useful", REAL, nullable=False),  # how much the model would learn from its review
    Column("certain", REAL, nullable=False),  # the probability that its suggestions are right
)

# A sentence model's vectors of texts: the digest is of the text, so they outlive every model of themes.
embedding = _table(
    "embedding",
    Column("digest", LargeBinary, nullable=False),
    Column("encoder", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),  # float32, little-endian
    PrimaryKeyConstraint("encoder", "digest"),
)

forgotten = _table("forgotten", Column("digest", Text, primary_key=True), _event())

TOKENIZER = "unicode61 remove_diacritics 2"
SEARCH_INDEX = f"""
CREATE VIRTUAL TABLE response_search USING fts5(
  text, content='response', content_rowid='id', tokenize='{TOKENIZER}')
"""
