"""The full-text index over responses: filled after an import, rebuilt where rows were taken away."""

from sqlalchemy import func, select, text
from sqlalchemy.engine import Connection

from coder.store import schema
from coder.store.project import Project, change_setting, setting


def update_index(project: Project) -> int:
    """Index what is not indexed yet; returns how many responses were added (all of them after a rebuild)."""
    with project.write() as connection:
        last = int(connection.scalar(select(func.max(schema.response.c.id))) or 0)
        state = setting(connection, "search", "0")
        if state == "stale":
            connection.exec_driver_sql("INSERT INTO response_search(response_search) VALUES('rebuild')")
            done = 0
        else:
            done = int(state)
            connection.execute(
                text("INSERT INTO response_search(rowid, text) SELECT id, text FROM response WHERE id > :done"),
                {"done": done},
            )
        change_setting(connection, "search", str(last))
        return last - done


def is_current(connection: Connection) -> bool:
    """Whether every response is in the index."""
    last = connection.scalar(select(func.max(schema.response.c.id))) or 0
    return setting(connection, "search", "0") == str(last)


def search(connection: Connection, words: str) -> list[int]:
    """The ids of the responses that have all these words; the last one may be a beginning. No syntax is special."""
    terms = ['"' + word.replace('"', '""') + '"' for word in words.split()]
    if not terms:
        return []
    query = text("SELECT rowid FROM response_search WHERE response_search MATCH :query ORDER BY rowid")
    return list(connection.scalars(query, {"query": " ".join(terms) + "*"}))
