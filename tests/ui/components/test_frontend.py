"""Our JavaScript: its own tests under node, and the same thinning as in Python."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from playwright._impl._driver import compute_driver_executable

from nnlab.figures import thinning

HERE = Path(__file__).parent
STORE = Path(thinning.__file__).parents[1] / "ui" / "components" / "frontend" / "store.js"


def run_node(*arguments, text=None):
    # Playwright brings its own node: one thing less to install.
    node, _ = compute_driver_executable()
    return subprocess.run(
        [node, *arguments], input=text, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )


@pytest.mark.parametrize("file", sorted(HERE.rglob("*.test.mjs")), ids=lambda file: file.name)
def test_a_module_passes_its_own_tests(file):
    finished = run_node("--test", str(file))

    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "fail 0" in finished.stdout


@pytest.mark.parametrize("limit", [4, 5, 100, 2000])
def test_the_browser_draws_the_same_points_as_the_finished_figure(limit):
    generator = np.random.default_rng(3)
    values = generator.normal(size=7001).round(1)
    values[generator.random(7001) < 0.1] = np.nan
    values[2000:3000] = np.nan
    listed = [None if np.isnan(value) else value for value in values]
    program = (
        f'import {{ keptIndices }} from "{STORE.as_uri()}"; import {{ readFileSync }} from "node:fs";'
        f"console.log(JSON.stringify(keptIndices(JSON.parse(readFileSync(0, 'utf8')), {limit})));"
    )
    finished = run_node("--input-type=module", "--eval", program, text=json.dumps(listed))
    epochs, _ = thinning.thin(np.arange(7001), values, limit)

    assert finished.stderr == ""
    assert json.loads(finished.stdout) == epochs.tolist()
