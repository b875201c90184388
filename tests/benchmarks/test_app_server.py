import urllib.request

import psutil
import pytest

from benchmarks.app_server import AppServer
from benchmarks.report import CannotMeasureError


@pytest.mark.slow
def test_a_server_answers_until_it_is_left_and_then_is_gone():
    with AppServer() as server:
        process = server.process
        with urllib.request.urlopen(f"{server.address}/_stcore/health", timeout=60) as answer:
            assert answer.status == 200
        assert server.seconds_to_answer > 0

    assert not psutil.pid_exists(process.pid)
    with pytest.raises(CannotMeasureError, match="not running"):
        _ = server.process
