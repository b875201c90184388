"""The Containerfile builds the same app: what it copies is enough, what it starts is what the README starts."""

import importlib.util
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SPEC = importlib.util.spec_from_file_location("container", ROOT / "scripts" / "container.py")
container = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(container)
STEPS = container.steps((ROOT / "Containerfile").read_text("utf-8"))


def test_it_installs_the_pinned_requirements_and_starts_the_app():
    words = {name: words for name, words in STEPS if name in ("RUN", "CMD")}

    assert words["RUN"][-2:] == ["--requirement", "requirements.txt"]
    assert words["CMD"][:5] == ["python", "-m", "streamlit", "run", "app.py"]


def test_its_python_is_one_that_the_project_supports():
    image = dict(STEPS)["FROM"][0]

    assert image.rpartition(":")[2].split("-")[0] in ("3.11", "3.12", "3.13")


def test_what_it_copies_is_enough_for_the_app(tmp_path):
    container.assemble(STEPS, tmp_path)
    # From that folder, not from the checkout that is installed here.
    program = (
        "import app, nnlab, pathlib, sys; print(pathlib.Path(nnlab.__file__).parents[1]); print('keras' in sys.modules)"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )

    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.splitlines()[-2:] == [str(tmp_path), "False"]
    assert (tmp_path / ".streamlit" / "config.toml").is_file()
