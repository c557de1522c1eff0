"""Taguette, from PyPI, imports the codebooks that we write for it: every path and description."""

import argparse
import json
from collections import Counter

from benchmarks.external.ground import Checked, environment, run, samples
from coder.exports import export_tags
from coder.formats.refi.labels import theme_words
from coder.store.project import open_project

_PACKAGES = ("taguette==1.5.2",)

_DRIVER = """
import json, sys
from taguette import database, import_codebook, validate
with open(sys.argv[1], "rb") as file:
    tags = import_codebook.list_tags(file)
for tag in tags:
    validate.tag_path(tag["path"])
    validate.description(tag["description"])
db = database.connect("sqlite:///" + sys.argv[2])()
project = database.Project(name="p", description="")
db.add(project)
db.flush()
for tag in tags:
    db.add(database.Tag(project_id=project.id, path=tag["path"], description=tag["description"]))
db.commit()
print(json.dumps([[tag.path, tag.description] for tag in db.query(database.Tag).order_by(database.Tag.id)]))
"""


def check(_: argparse.Namespace) -> Checked:
    python = environment("taguette", _PACKAGES)
    done = Checked("taguette")
    with samples() as (folder, made):
        for sample in made:
            path = folder / f"{sample.name}.csv"
            with open_project(sample.path) as opened:
                notes = export_tags(opened, path).notices
            driver = folder / "driver.py"
            driver.write_text(_DRIVER, encoding="utf-8")
            database = folder / f"{sample.name}.sqlite3"
            printed = run([str(python), str(driver), str(path), str(database)], f"Taguette can't read {path.name}")
            tags = [tuple(tag) for tag in json.loads(printed)]
            # It takes white space around descriptions away; a path is as long as the theme's, name for name.
            words = [theme_words(theme).strip() for theme in sample.survey.themes]
            done.equal(f"{sample.name}: descriptions", Counter((d,) for _, d in tags), Counter((w,) for w in words))
            renamed = " ".join(notes)
            for (tag, _), theme in zip(tags, sample.survey.themes, strict=True):
                if tag != ".".join(theme.path) and f"{tag[:30]}" not in renamed:
                    done.found.append(f"{sample.name}: {theme.path!r} became {tag!r}, which was not said")
                if tag.count(".") != len(theme.path) - 1:
                    done.found.append(f"{sample.name}: {tag!r} is not as deep as {theme.path!r}")
            done.held.append(f"{sample.name}: {len(tags)} paths, each as deep as its theme")
    return done
