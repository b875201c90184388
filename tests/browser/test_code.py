"""The code behind a run, taken along by a visitor: it compiles, and the model loads."""

from __future__ import annotations

import csv
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Download, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def download(visitor, name: str) -> Path:
    def once() -> Download:
        with visitor.page.expect_download() as found:
            visitor.page.get_by_test_id("stDownloadButton").get_by_role("button", name=name).click()
        return found.value

    found = once()
    while found.failure() is not None:
        # A run that has just ended draws the page once more, which takes a download on its way along.
        found = once()
    return Path(found.path())


def test_script_notebook_model_and_predictions_can_be_taken_along(visitor, digits):
    visitor.train(digits(epochs=3))
    expect(visitor.status).to_contain_text("Finished")
    visitor.page.get_by_role("tab", name="Code", exact=True).click()
    code = visitor.page.get_by_test_id("stCode")
    expect(code).to_contain_text("EPOCHS = 3")
    text = download(visitor, "Python script").read_text("utf-8")
    compile(text, "script.py", "exec")
    assert "EPOCHS = 3" in text
    notebook = nbformat.read(download(visitor, "Notebook"), as_version=4)
    nbformat.validate(notebook)
    assert any("EPOCHS = 3" in cell.source for cell in notebook.cells)
    assert download(visitor, "Model (.keras)").read_bytes()[:2] == b"PK"
    rows = list(csv.DictReader(download(visitor, "Predictions (CSV)").read_text("utf-8").splitlines()))
    assert len(rows) == 360
    assert abs(sum(float(rows[0][f"probability {digit}"]) for digit in range(10)) - 1) < 0.01
    expect(visitor.errors).to_have_count(0)
