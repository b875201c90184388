"""plotly.js is the one of the installed package, put in place whole or not at all."""

import threading
from pathlib import Path

import pytest

from nnlab.ui.components import plotly_js
from nnlab.ui.components.plotly_js import SOURCE, ComponentError

ensure = plotly_js.ensure_plotly_js.__wrapped__  # without the memory of an earlier success


@pytest.fixture
def source(tmp_path):
    file = tmp_path / "package" / "plotly.min.js"
    file.parent.mkdir()
    file.write_text("/* plotly.js v2 */" + "x" * 5000)
    return file


def test_the_file_of_the_installed_package_is_served():
    assert plotly_js.ensure_plotly_js().read_bytes() == SOURCE.read_bytes()
    assert plotly_js.ensure_plotly_js().is_relative_to(Path(plotly_js.__file__).parent / "frontend")


def test_a_missing_file_is_copied_and_nothing_else_is_left(source, tmp_path):
    target = ensure(tmp_path / "new" / "vendor", source)

    assert target.read_bytes() == source.read_bytes()
    assert [file.name for file in target.parent.iterdir()] == ["plotly.min.js"]


def test_a_file_of_the_same_version_is_left_alone(source, tmp_path):
    target = ensure(tmp_path / "vendor", source)
    before = target.stat().st_mtime_ns

    ensure(tmp_path / "vendor", source)
    assert target.stat().st_mtime_ns == before


@pytest.mark.parametrize("stale", ["/* plotly.js v1 */" + "x" * 5000, "/* plotly.js v2 */ cut off", ""])
def test_another_version_or_a_cut_off_file_is_replaced(source, tmp_path, stale):
    target = tmp_path / "vendor" / "plotly.min.js"
    target.parent.mkdir()
    target.write_text(stale)

    assert ensure(target.parent, source).read_bytes() == source.read_bytes()


def test_a_folder_that_cannot_be_written_is_explained(source, tmp_path):
    blocked = tmp_path / "vendor"
    blocked.write_text("a file stands where the folder should be")

    with pytest.raises(ComponentError, match="cannot be written there.*Make the folder writable"):
        ensure(blocked, source)


def test_a_copy_that_fails_leaves_the_old_file_and_no_part(source, tmp_path, monkeypatch):
    target = tmp_path / "vendor" / "plotly.min.js"
    target.parent.mkdir()
    target.write_text("old")

    def full_disk(source, part):
        Path(part).write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(plotly_js.shutil, "copyfile", full_disk)
    with pytest.raises(ComponentError, match="No space left on device"):
        ensure(target.parent, source)

    assert target.read_text() == "old"
    assert [file.name for file in target.parent.iterdir()] == ["plotly.min.js"]


def test_many_starts_at_once_never_show_half_a_file(source, tmp_path):
    folder, start = tmp_path / "vendor", threading.Barrier(8)
    seen = []

    def begin():
        start.wait()
        seen.append(ensure(folder, source).read_bytes())

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == [source.read_bytes()] * 8
