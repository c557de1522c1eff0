"""Runs in an environment with PyQt6: QualCoder's own importer takes a .qdpx into a project; prints what is in it.

python in_qualcoder.py QUALCODER_FOLDER FILE.qdpx PROJECT_FOLDER

What stands in for its window and for the dialogs that ask is small: the tables are made by the statements in
QualCoder's own source, and `refi.py` runs as it is.
"""

import ast
import builtins
import json
import os
import sqlite3
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any


def main(source: Path, file: Path, folder: Path) -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.path.insert(0, str(source / "src"))
    builtins._ = str  # type: ignore[attr-defined]  # its translations, which are not loaded
    said: list[str] = []
    printed, sys.stdout = sys.stdout, sys.stderr  # it prints while it works
    from PyQt6 import QtWidgets
    from qualcoder import refi

    application = QtWidgets.QApplication([])
    refi.Message = lambda _app, title, text, *_: SimpleNamespace(exec=lambda: said.append(f"{title}: {text}"))
    QtWidgets.QFileDialog.getOpenFileName = lambda *_, **__: (str(file), True)
    for name in ("documents", "images", "audio", "video"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(folder / "data.qda")
    for statement in table_statements(source / "src" / "qualcoder" / "__main__.py"):
        connection.execute(statement)
    connection.execute("insert into project (memo) values ('')")  # what it says of a new project
    app = SimpleNamespace(
        conn=connection,
        project_path=str(folder),
        project_name=folder.name,
        settings={"codername": "default", "directory": str(folder), "ai_enable": "False"},
        ai_models=[],
        project_events=None,
        write_config_ini=lambda *_: None,
    )
    refi.RefiImport(app, SimpleNamespace(append=said.append), "qdpx")
    connection.commit()
    sys.stdout = printed
    print(json.dumps(contents(connection) | {"said": said}))
    del application


def table_statements(program: Path) -> list[str]:
    """The statements by which QualCoder makes a project's tables."""
    for node in ast.walk(ast.parse(program.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            texts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
            if any(text.startswith("CREATE TABLE project ") for text in texts):
                return [text for text in texts if text.startswith("CREATE TABLE ")]
    raise SystemExit(f"{program} makes no tables")


def contents(connection: sqlite3.Connection) -> dict[str, Any]:
    columns = {row[1] for row in connection.execute("pragma table_info(code_name)")}
    above = "supercid" if "supercid" in columns else "null"
    queries = {
        "codes": f"select cid, name, memo, catid, {above} from code_name",
        "categories": "select catid, name, memo, supercatid from code_cat",
        "sources": "select id, name, memo, fulltext from source",
        "codings": "select cid, fid, owner, seltext, pos0, pos1 from code_text",
        "annotations": "select fid, owner, pos0, pos1 from annotation",
        "cases": "select caseid, name, memo from cases",
        "case_text": "select caseid, fid, pos0, pos1 from case_text",
        "attribute_types": "select name, memo, caseOrFile from attribute_type",
        "attributes": "select name, attr_type, id, value from attribute",
    }
    return {name: [list(row) for row in connection.execute(query)] for name, query in queries.items()}


if __name__ == "__main__":
    main(*(Path(argument).resolve() for argument in sys.argv[1:]))
