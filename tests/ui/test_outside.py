"""The server asks no host on the internet, under whatever name a page is opened."""

import requests
from streamlit import net_util
from streamlit.web.server import server_util

from nnlab.ui.outside import ask_nobody_outside


def test_a_name_that_streamlit_does_not_know_is_refused_without_asking_anybody(monkeypatch):
    asked = []
    monkeypatch.setattr(requests, "get", lambda *arguments, **options: asked.append(arguments))
    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)
    ask_nobody_outside()

    assert not server_util.is_url_from_allowed_origins("http://somewhere.example:8501")
    assert asked == []
