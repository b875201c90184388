"""The house keeps its shape: who may import what, and how long a thing may be."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
APP = ROOT / "main.py"
SERVER = ROOT / "app.py"
PAGES = sorted((ROOT / "app_pages").glob("**/*.py"))
MODULES = sorted((ROOT / "nnlab").glob("**/*.py"))
PRODUCT = [*MODULES, *PAGES, APP, SERVER, *sorted((ROOT / "scripts").glob("*.py"))]

LONGEST = {"page": 120, "module": 300, "function": 40}
ALLOWED_IN_PAGES = {"__future__", "collections", "dataclasses", "functools", "nnlab", "streamlit", "typing"}
# Pages read controls and show views; what is trained and drawn comes from below.
CLOSED_TO_PAGES = ("nnlab.models", "nnlab.preload", "nnlab.replicas", "nnlab.training")
HEAVY = ("keras", "streamlit", "tensorflow")


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def tree_of(path):
    return ast.parse(path.read_text("utf-8"), str(path))


def imports_of(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)


def functions_of(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length_of(function):
    length = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is None:
        return length
    docstring = function.body[0]
    return length - (docstring.end_lineno - docstring.lineno + 1)


def lines_of(path):
    return len(path.read_text("utf-8").splitlines())


def too_long(paths, limit):
    return {name_of(path): lines for path in paths if (lines := lines_of(path)) >= LONGEST[limit]}


def test_a_page_is_short():
    assert PAGES
    assert too_long([*PAGES, APP], "page") == {}


def test_a_module_does_one_thing():
    assert too_long(PRODUCT, "module") == {}


def test_a_function_does_one_thing():
    lengths = {
        f"{name_of(path)}: {function.name}": length_of(function)
        for path in PRODUCT
        for function in functions_of(tree_of(path))
    }

    assert {name: length for name, length in lengths.items() if length >= LONGEST["function"]} == {}


def test_a_docstring_does_not_count_as_length():
    source = 'def short() -> None:\n    """First.\n\n    Last.\n    """\n    return None\n'

    assert length_of(ast.parse(source).body[0]) == 2


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_only_connects_what_lies_below(page):
    imported = set(imports_of(tree_of(page)))

    assert {name for name in imported if name.partition(".")[0] not in ALLOWED_IN_PAGES} == set()
    assert {name for name in imported if name.startswith(CLOSED_TO_PAGES)} == set()


def is_guard(node):
    return isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"


def test_the_app_does_nothing_when_a_worker_imports_it():
    # A process started by spawn or forkserver runs the app's script again, as __mp_main__.
    does_nothing = (ast.FunctionDef, ast.AsyncFunctionDef)
    body = tree_of(APP).body
    active = [node for node in body if not isinstance(node, does_nothing) and not is_guard(node)]

    assert [ast.unparse(node) for node in active if not is_docstring(node) and not is_future(node)] == []
    assert any(is_guard(node) for node in body)


def is_docstring(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def is_future(node):
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def module_name(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


IMPORTABLE = [module_name(path) for path in MODULES if path.stem != "__main__"]
WORKER_SIDE = [name for name in IMPORTABLE if name.startswith(CLOSED_TO_PAGES)]
BELOW_THE_UI = [name for name in IMPORTABLE if name not in WORKER_SIDE and not name.startswith("nnlab.ui")]
# Each module is charged with what its own import adds, so the first one that drags a library in is named.
IMPORT_EACH = """
import importlib, json, sys
heavy, names, added = set(sys.argv[1].split()), sys.argv[2:], {}
for name in names:
    before = heavy & sys.modules.keys()
    importlib.import_module(name)
    added[name] = sorted((heavy & sys.modules.keys()) - before)
print(json.dumps(added))
"""


def heavy_imports(names):
    command = [sys.executable, "-c", IMPORT_EACH, " ".join(HEAVY), *names]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return json.loads(output.splitlines()[-1])


@pytest.fixture(scope="session")
def app_side():
    return heavy_imports(BELOW_THE_UI)


@pytest.fixture(scope="session")
def worker_side():
    return heavy_imports(WORKER_SIDE)


@pytest.mark.parametrize("module", BELOW_THE_UI)
def test_below_the_ui_no_module_of_the_app_loads_streamlit_or_tensorflow(module, app_side):
    assert app_side[module] == []


@pytest.mark.slow
@pytest.mark.parametrize("module", WORKER_SIDE)
def test_no_module_of_a_worker_loads_streamlit(module, worker_side):
    assert "streamlit" not in worker_side[module]
