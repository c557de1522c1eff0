"""Runs in an environment with pyrefiqda or qualitative-coding: what it reads of a .qdpx, as JSON.

python in_reader.py pyrefiqda|qc FILE.qdpx FOLDER
"""

import json
import os
import sys
from pathlib import Path
from typing import Any


def by_pyrefiqda(file: Path, folder: Path) -> list[Any]:
    """(code, coder, the document's description, start, coded text) by the library's own models."""
    from pyrefiqda import RefiProject

    project = RefiProject.load(file, extract_dir=str(folder))
    users = {user.guid: user.name for user in project.users.user}
    names: dict[str, str] = {}

    def walk(codes: Any) -> None:
        for code in codes:
            names[code.guid] = code.name
            walk(code.code)

    walk(project.code_book.codes.code)
    found = []
    for source in project.sources.text_source:
        path = RefiProject.resolve_source_path(source.plain_text_path, folder)
        text = path.read_text(encoding="utf-8")
        for selection in source.plain_text_selection:
            for coding in selection.coding:
                words = text[selection.start_position : selection.end_position]
                code = names[coding.code_ref.target_guid]
                user = users[coding.creating_user]
                found.append([code, user, source.description, selection.start_position, words])
    return found


def by_qc(file: Path, folder: Path) -> list[Any]:
    """(code, coder, document) by the corpus that it makes; its positions are lines, and all of them the first."""
    os.environ["PYTHONBREAKPOINT"] = "0"  # its release stops in one
    folder.mkdir(parents=True)
    os.chdir(folder)
    printed, sys.stdout = sys.stdout, sys.stderr
    from qualitative_coding.corpus import QCCorpus
    from qualitative_coding.refi_qda.reader import REFIQDAReader

    REFIQDAReader(str(file)).unpack_project(folder)
    corpus = QCCorpus(folder / "settings.yaml")
    found = []
    with corpus.session():
        for coder in corpus.get_all_coders():
            found += [[line[0], coder.name, line[-1]] for line in corpus.get_coded_lines(coders=[coder.name])]
    sys.stdout = printed
    return found


if __name__ == "__main__":
    reader = {"pyrefiqda": by_pyrefiqda, "qc": by_qc}[sys.argv[1]]
    print(json.dumps(reader(Path(sys.argv[2]).resolve(), Path(sys.argv[3]).resolve())))
