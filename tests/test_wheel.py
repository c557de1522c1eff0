"""What people install carries the samples and works far from any checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    if built.returncode and "hatchling" in built.stderr:
        pytest.skip("the build tool (hatchling) can't be had here: " + built.stderr.strip().splitlines()[-1])
    assert built.returncode == 0, built.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_the_samples_the_screens_style_and_the_browsers_page(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    files = [*(ROOT / "corpora").iterdir(), *(ROOT / "codebooks").iterdir()]
    samples = {f"coder/sample_data/{f.parent.name}/{f.name}" for f in files}
    assert samples and samples <= names
    assert {"coder/tui/app.tcss", "coder/py.typed"} <= names
    assert {f"coder/report/{name}" for name in ("report.css", "report.html.j2", "document/styles.xml")} <= names
    assert {f"coder/serve/page/{name}" for name in ("index.html", "page.css", "page.js")} <= names
    assert not [n for n in names if n.startswith(("tests/", "benchmarks/"))]


def test_the_demo_runs_from_the_wheel_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site), str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    environment = {**os.environ, "PYTHONPATH": str(site)}
    where = [sys.executable, "-c", "import coder; print(coder.__file__)"]
    found = subprocess.run(where, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert found.stdout.startswith(str(site))
    demo = [sys.executable, "-m", "coder", "demo"]
    ran = subprocess.run(
        demo, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert ran.returncode == 0, ran.stderr
    assert "13 of 21" in ran.stdout
    assert (tmp_path / "coder-demo" / "training_programme.coder").exists()
    assert "Training programme" in (tmp_path / "coder-demo" / "report.html").read_text(encoding="utf-8")
