"""The set-up files say the same thing: what is installed, configured and promised in the README."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DIRECT = [Requirement(line) for line in PROJECT["dependencies"]]
FOR_TESTS = [Requirement(line) for line in PROJECT["optional-dependencies"]["test"]]
README = (ROOT / "README.md").read_text("utf-8")
NEEDS_A_SHELL = pytest.mark.skipif(sys.platform == "win32", reason="make and its scripts need a POSIX shell")

ENVIRONMENTS = [
    {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": system,
        "platform_machine": machine,
    }
    for python in ("3.11", "3.12", "3.13")
    for system, machine in (("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("win32", "AMD64"))
]


def lines_of(name):
    return [line for line in (ROOT / name).read_text("utf-8").splitlines() if not line.strip().startswith("#")]


def pins_of(name):
    return [Requirement(line) for line in lines_of(name) if line != "-e ."]


def applies(requirement, environment):
    return requirement.marker is None or requirement.marker.evaluate(environment)


def version_of(pin):
    (specifier,) = pin.specifier
    assert specifier.operator == "==", pin
    return specifier.version


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda facts: "-".join(list(facts.values())[1:]))
@pytest.mark.parametrize(
    ("name", "wanted"),
    [("requirements.txt", DIRECT), ("requirements-test.txt", DIRECT + FOR_TESTS)],
    ids=["app", "tests"],
)
def test_each_dependency_is_pinned_to_one_version_that_fits(name, wanted, environment):
    pins = [pin for pin in pins_of(name) if applies(pin, environment)]
    versions = {pin.name: version_of(pin) for pin in pins}

    assert len(versions) == len(pins)
    needed = {requirement.name: requirement for requirement in wanted if applies(requirement, environment)}
    assert needed.keys() <= versions.keys()
    unfit = {key: versions[key] for key, requirement in needed.items() if versions[key] not in requirement.specifier}
    assert unfit == {}, "run `make requirements`"


def test_the_tests_run_on_the_versions_of_the_app():
    assert set(lines_of("requirements.txt")) <= set(lines_of("requirements-test.txt"))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_requirements_install_the_project_itself_last_and_name_no_place(name):
    lines = lines_of(name)

    assert lines[-1] == "-e ."
    assert [line for line in lines[:-1] if not re.fullmatch(r"[a-z0-9.-]+==[\w.]+( ; .+)?", line)] == []
    assert not re.search(r"[/\\]|--|http", (ROOT / name).read_text("utf-8"))


def test_make_has_the_targets_it_explains():
    text = (ROOT / "Makefile").read_text("utf-8")
    rules = set(re.findall(r"^([a-z-]+):", text, re.MULTILINE))
    explained = set(re.findall(r'"make ([a-z-]+) ', text))

    assert rules == {"help", "run", "class", "test", "test-fast", "lint", "messages", "requirements"}
    assert explained == rules - {"help"}
    assert set(re.findall(r"`?make ([a-z-]+)`?", README)) <= rules


FAKE_PYTHON = """\
#!/bin/sh
echo "$1 $2" >> "$LOG"
case "$1 $2" in
    "-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    "-m pip") exit "$PIP_EXIT" ;;
esac
"""


class Installer:
    """scripts/install.sh in a project of its own, with a Python that only takes notes."""

    def __init__(self, folder):
        self.folder, self.log = folder, folder / "log"
        (folder / "scripts").mkdir()
        shutil.copy(ROOT / "scripts" / "install.sh", folder / "scripts")
        self.python = folder / "python"
        self.python.write_text(FAKE_PYTHON)
        self.python.chmod(0o755)

    def run(self, pip_exit=0, python=None):
        self.log.write_text("")
        values = {"PYTHON": str(python or self.python), "LOG": str(self.log), "PIP_EXIT": str(pip_exit)}
        command = [self.folder / "scripts" / "install.sh", "requirements.txt"]
        done = subprocess.run(command, env=os.environ | values, capture_output=True, text=True)
        return done, [line for line in self.log.read_text().splitlines() if line.startswith("-m")]


@pytest.fixture
def installer(tmp_path):
    return Installer(tmp_path)


@NEEDS_A_SHELL
def test_an_installation_makes_the_environment_once(installer):
    first, steps = installer.run()
    again, later_steps = installer.run()

    assert (first.returncode, steps) == (0, ["-m venv", "-m pip"])
    assert (again.returncode, later_steps) == (0, ["-m pip"])


@NEEDS_A_SHELL
def test_an_interrupted_installation_starts_anew(installer):
    broken, _ = installer.run(pip_exit=1)
    half_copied = installer.folder / ".venv" / "half-copied"
    half_copied.touch()
    repaired, steps = installer.run()

    assert broken.returncode != 0
    assert (repaired.returncode, steps) == (0, ["-m venv", "-m pip"])
    assert not half_copied.exists()


@NEEDS_A_SHELL
def test_without_a_fitting_python_one_sentence_says_what_to_install(installer):
    done, _ = installer.run(python=shutil.which("false"))

    assert done.returncode != 0
    assert "Python 3.11, 3.12 or 3.13" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (installer.folder / ".venv").exists()


@pytest.fixture
def chromium(monkeypatch):
    spec = spec_from_file_location("chromium", ROOT / "scripts" / "chromium.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.delenv("NNLAB_CHROMIUM", raising=False)
    return module


def program(path, exit_code):
    path.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    path.chmod(0o755)
    return str(path)


@NEEDS_A_SHELL
def test_a_browser_that_does_not_start_is_passed_over(chromium, monkeypatch, tmp_path):
    stub, browser = program(tmp_path / "stub", 1), program(tmp_path / "browser", 0)
    monkeypatch.setattr(chromium, "candidates", lambda: [stub, str(tmp_path / "missing"), browser])

    assert chromium.main() == browser


@NEEDS_A_SHELL
def test_the_browser_that_is_named_is_taken_or_refused(chromium, monkeypatch, tmp_path):
    monkeypatch.setenv("NNLAB_CHROMIUM", program(tmp_path / "browser", 0))
    assert chromium.main() == str(tmp_path / "browser")

    monkeypatch.setenv("NNLAB_CHROMIUM", program(tmp_path / "stub", 1))
    with pytest.raises(SystemExit, match="does not start"):
        chromium.main()


def test_when_no_browser_can_be_installed_one_sentence_says_so(chromium, monkeypatch):
    tried = []
    monkeypatch.setattr(chromium, "candidates", list)
    monkeypatch.setattr(chromium, "installers", lambda: [[["apt-get"]], [["playwright"]]])
    monkeypatch.setattr(chromium, "succeed", lambda commands: bool(tried.append(commands)))

    with pytest.raises(SystemExit, match="Install Chromium or Google Chrome"):
        chromium.main()
    assert tried == [[["apt-get"]], [["playwright"]]]


def flat(table, prefix=""):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


CONFIGURED = dict(flat(tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))))
SAFE = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "type",
    "client.showErrorLinks": False,
    "client.toolbarMode": "viewer",
    "runner.postScriptGC": False,
    "server.enableCORS": True,
    "server.enableStaticServing": False,
    "server.enableXsrfProtection": True,
    "server.fileWatcherType": "none",
    "server.maxMessageSize": 50,
    "server.maxUploadSize": 5,
}


def test_streamlit_knows_each_option_that_is_set():
    from streamlit import config

    assert set(CONFIGURED) - set(config.get_config_options()) == set()


def test_the_options_are_the_safe_ones():
    assert {name: CONFIGURED.get(name) for name in SAFE} == SAFE


def test_the_look_needs_no_other_host():
    assert {name: value for name, value in CONFIGURED.items() if "://" in str(value)} == {}


def code_files():
    yield from (ROOT / "Makefile", ROOT / ".ci" / "run", ROOT / "app.py", ROOT / "main.py")
    folders = {"nnlab": ["*.py", "*.js"], "app_pages": ["*.py"], "tests": ["*.py"]}
    folders["scripts"] = ["*.py", "*.sh", "*.ps1"]
    for folder, patterns in folders.items():
        for pattern in patterns:
            yield from (ROOT / folder).rglob(pattern)


def test_the_readme_lists_the_environment_variables_of_the_code():
    texts = [path.read_text("utf-8") for path in code_files() if path.is_file() and "node_modules" not in path.parts]
    used = set(re.findall(r"NNLAB_[A-Z]+(?:_[A-Z]+)*", "\n".join(texts)))
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE))

    assert listed == used | {"PORT"}


def test_the_readme_says_why_each_dependency_is_there():
    explained = set(re.findall(r"^- \*\*([\w-]+)\*\*", README, re.MULTILINE))

    assert explained == {requirement.name for requirement in DIRECT + FOR_TESTS}


def test_the_readme_explains_each_folder():
    explained = set(re.findall(r"^\| `([a-z0-9/]+)/` \|", README, re.MULTILINE))
    packages = {path.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("nnlab/*/__init__.py")}

    assert packages <= explained
    assert {name for name in explained if not (ROOT / name).is_dir()} == set()


def test_the_readmes_data_set_works(tmp_path, monkeypatch):
    from nnlab import datasets
    from nnlab.datasets import catalog

    module, entry = re.search(
        r"`nnlab/datasets/stripes.py`.*?```python\n(.*?)```.*?```python\n(.*?)```", README, re.DOTALL
    ).groups()
    (tmp_path / "stripes.py").write_text(module, "utf-8")
    monkeypatch.setattr(datasets, "__path__", [*datasets.__path__, str(tmp_path)])
    added = eval(f"{{{entry}}}", vars(catalog))
    monkeypatch.setitem(catalog.CATALOG, "stripes", added["stripes"])

    dataset = datasets.load("stripes", samples=100, train_share=0.8)

    assert dataset.x_train.shape == (80, 2)
    assert set(dataset.y_train.tolist()) == {0, 1}
    assert len(entry.strip().splitlines()) == 2
