"""What goes wrong outside: the network, the files, the end of the server."""

import os
import signal
import socketserver
import threading
import time

import pytest
from playwright.sync_api import expect

from nnlab.datasets.remote import FILES
from tests.conftest import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


class DeadEnd(socketserver.ThreadingTCPServer):
    """A proxy that hangs up on whoever asks: every download ends at once, with a network or without one."""

    daemon_threads = True
    asked = 0

    def __init__(self):
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def finish_request(self, request, client_address):
        self.asked += 1

    @property
    def environment(self):
        address = f"http://127.0.0.1:{self.server_address[1]}"
        ways = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
        return {**dict.fromkeys(ways, address), **dict.fromkeys(("ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"))}


@pytest.fixture
def dead_end():
    with DeadEnd() as proxy:
        yield proxy
        proxy.shutdown()


@pytest.fixture
def offline(serve, app, tmp_path, dead_end):
    environment = {**dead_end.environment, "NNLAB_DATA_DIR": None, "NNLAB_CACHE_DIR": str(tmp_path / "cache")}
    with serve(app, environment) as server:
        yield server


def choose_digits(visitor):
    visitor.page.get_by_role("combobox", name="Data set").click()
    visitor.page.get_by_role("option", name="Digits").click()


def test_without_a_network_the_page_says_so_names_digits_and_digits_train(offline, arrive, dead_end):
    visitor = arrive(offline.address)
    visitor.open("/images")
    sentence = visitor.page.get_by_test_id("stAlert").filter(has_text="cannot be reached")
    expect(sentence.first).to_be_visible()
    expect(visitor.page.get_by_text("works without a network: choose it as the data set.")).to_contain_text("Digits")
    expect(visitor.button("Train")).to_have_count(0)
    # It fails so fast that the page may show nothing else in between.
    known, deadline = dead_end.asked, time.monotonic() + PATIENCE / 1000
    visitor.button("Retry").click()
    while dead_end.asked == known:
        assert time.monotonic() < deadline, "nothing is tried again"
        visitor.page.wait_for_timeout(50)
    expect(sentence.first).to_be_visible()
    expect(visitor.button("Retry")).to_be_enabled()

    choose_digits(visitor)
    visitor.page.get_by_role("spinbutton", name="Epochs").fill("2")
    visitor.page.keyboard.press("Tab")
    visitor.button("Train").click()
    expect(visitor.status).to_contain_text("Finished")
    expect(visitor.status).to_contain_text("Epoch 2 / 2")
    expect(visitor.errors).to_have_count(0)


def test_a_corrupt_file_is_named_with_what_to_do(serve, app, arrive, tmp_path):
    for name in FILES:
        file = tmp_path / "data" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"not what it was")
    with serve(app, {"NNLAB_DATA_DIR": str(tmp_path / "data")}) as server:
        visitor = arrive(server.address)
        visitor.open("/images")
        alert = visitor.page.get_by_test_id("stAlert").filter(has_text="its checksum differs")

        expect(alert.first).to_contain_text(str(tmp_path / "data"))
        expect(alert.first).to_contain_text("Put a good copy there")
        expect(visitor.button("Retry")).to_be_enabled()


ENDS = {
    "Ctrl-C in the terminal": lambda server: os.killpg(server.process.pid, signal.SIGINT),
    "SIGTERM": lambda server: server.process.terminate(),
    "SIGKILL": lambda server: server.process.kill(),
}


@pytest.mark.alone
@pytest.mark.parametrize("end", ["Ctrl-C in the terminal", "SIGKILL"])
def test_when_the_app_ends_in_the_middle_of_a_run_nothing_of_it_is_left(serve, app, arrive, digits, end):
    with serve(app) as server:
        visitor = arrive(server.address)
        visitor.train(digits())
        visitor.wait_for_epochs(2)
        # While a spare imports TensorFlow, nothing can interrupt it.
        server.one_at_work()
        assert len(server.family) >= 3  # the app, the server that forks, a worker
        ENDS[end](server)

        assert server.left_after(5) == []


@pytest.mark.alone
@pytest.mark.parametrize("end", ["SIGTERM", "SIGKILL"])
def test_when_the_app_ends_while_its_first_worker_starts_nothing_of_it_is_left(serve, app, arrive, end):
    with serve(app) as server:
        visitor = arrive(server.address)
        visitor.open("/")
        patience = time.monotonic() + 30
        while len(server.family) < 2:  # the server that forks has then begun to import TensorFlow
            assert time.monotonic() < patience
            time.sleep(0.01)
        ENDS[end](server)

        assert server.left_after(5) == []
