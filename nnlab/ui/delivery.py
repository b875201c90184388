"""What a run of the page has drawn is sent to the browser, whatever comes after it."""

from __future__ import annotations

from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

_clear = ForwardMsgQueue.clear


def deliver_what_is_drawn() -> None:
    """Have Streamlit send what waits for the browser before a fragment is drawn anew, instead of dropping parts of it.

    When a fragment's run begins, Streamlit 1.67 takes from the queue what an earlier run drew in that fragment
    (``ForwardMsgQueue.clear``, since its pull request 9381), but not what that run drew in the fragments within
    it, and not the references to cached messages, which name no fragment. The browser is told to draw in a place
    that it has never been given, and the page goes blank: “Bad delta path index”. Two steps of a slider while the
    server is busy are enough. Besides, what a run of the whole page drew in the fragment is gone, but the run is
    reported as finished, and the browser takes the fragment away.

    Left as it is, the queue comes to the browser as if it had been sent just before the fragment's run began. Only
    the places of what waits are forgotten: what the run draws has to come after the message that begins it.

    Examples
    --------
    >>> deliver_what_is_drawn()
    """
    ForwardMsgQueue.clear = _kept_for_fragments  # type: ignore[method-assign]


def _kept_for_fragments(
    self: ForwardMsgQueue, retain_lifecycle_msgs: bool = False, fragment_ids_this_run: list[str] | None = None
) -> None:
    if fragment_ids_this_run is None:
        _clear(self, retain_lifecycle_msgs)
    else:
        self._delta_index_map = {}
