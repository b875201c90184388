"""Nothing outside is asked, by the server either."""

from __future__ import annotations

from streamlit import net_util


def ask_nobody_outside() -> None:
    """Keep Streamlit from asking a host on the internet for this machine's address.

    Streamlit 1.67 does so whenever a page is opened under a name that it does not know, before it looks
    into ``server.corsAllowedOrigins`` (``server_util.is_url_from_allowed_origins``): up to two seconds for
    each visitor in a room without a network, and the wrong thing to do in one that has it.
    """
    net_util.get_external_ip = _unknown


def _unknown() -> None:
    return None
