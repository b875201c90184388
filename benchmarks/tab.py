"""A tab that speaks Streamlit's protocol without a browser: it keeps what is on the page and says what a browser would.

Thirty Chromium pages on two cores would measure Chromium. A tab takes a hundredth of that, and
what it asks of the server is the same, message for message: the states of all widgets with each
rerun, the timers of fragments, the query string as the script last set it, the hash of messages
that it has. What it leaves out costs the server nothing: it draws nothing and fetches no assets.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks.widget_states import DEFAULTS, set_number

MOST_BYTES = 64_000_000
TRIGGER_ID = "$$STREAMLIT_INTERNAL_KEY_{id}__events"
OPEN_SECONDS = 60.0


@dataclass(slots=True)
class Shown:
    """An element on the page.

    Parameters
    ----------
    kind : str
        Its name in the protocol, such as ``"number_input"``.
    element : message
        Its own message.
    fragment : str
        The fragment that it stands in; empty for the page.
    run : int
        The number of the script's run that drew it last.
    """

    kind: str
    element: Any
    fragment: str
    run: int


@dataclass(slots=True)
class Tab:
    """A page of the app, open in a browser.

    Parameters
    ----------
    address : str
        The server's, without a slash at the end.
    page : str
        The page's path without a slash; empty for the home page.
    query : str
        The query string.
    on_component : callable, optional
        Called with the name of a component, its message and when it came, whenever it is given new data.

    Attributes
    ----------
    errors : list of str
        Exceptions and broken connections that the visitor got to see.
    shown : dict
        Elements by their path.
    received : int
        Bytes that came.
    """

    address: str
    page: str
    query: str = ""
    on_component: Callable[[str, Any, float], None] | None = None
    errors: list[str] = field(default_factory=list)
    shown: dict[tuple[int, ...], Shown] = field(default_factory=dict)
    received: int = 0
    runs_finished: int = 0
    session: str = ""
    _states: dict[str, WidgetState] = field(default_factory=dict)
    _timers: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _hash: str = ""
    _run: int = 0
    _fragments: tuple[str, ...] = ()
    _socket: Any = None
    _reader: asyncio.Task[None] | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    # Coming and going ----------------------------------------------------------------------

    async def open(self) -> None:
        """Connect, and ask for the page; with the session of before, if there was one."""
        self._socket = await websockets.connect(
            f"{self.address.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=[websockets.Subprotocol(name) for name in ("streamlit", "none", self.session) if name],
            max_size=MOST_BYTES,
            compression=None,
            open_timeout=OPEN_SECONDS,
        )
        self._reader = asyncio.create_task(self._read())
        await self.rerun()

    async def close(self) -> None:
        """Close the connection, as a closed tab does; it can be opened again, as after a lost network."""
        self._stop_timers()
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
        if self._socket is not None:
            await self._socket.close()

    async def until(self, holds: Callable[[], Any], what: str, seconds: float = 60.0) -> Any:
        """Wait until something holds of the page, looked at after each message.

        Raises
        ------
        TimeoutError
            It does not come about.
        """
        end = time.monotonic() + seconds
        while not (found := holds()):
            self._news.clear()
            try:
                async with asyncio.timeout(max(0.01, end - time.monotonic())):
                    await self._news.wait()
            except TimeoutError as error:
                raise TimeoutError(f"no “{what}” within {seconds:g} s; {self._last_words()}") from error
        return found

    # What a visitor does -------------------------------------------------------------------

    def all(self, kind: str) -> list[Shown]:
        """Return what is on the page of a kind."""
        return [shown for shown in self.shown.values() if shown.kind == kind]

    def widget(self, kind: str, key: str) -> Shown | None:
        """Return the widget whose key in the app ends so."""
        return next((shown for shown in self.all(kind) if shown.element.id.endswith(key)), None)

    def button(self, label: str) -> Shown | None:
        """Return the button of this name, if it can be pressed."""
        found = (shown for shown in self.all("button") if shown.element.label == label and not shown.element.disabled)
        return next(found, None)

    async def press(self, shown: Shown) -> None:
        """Press a button."""
        await self._act(shown, WidgetState(id=shown.element.id, trigger_value=True), once=True)

    async def choose(self, shown: Shown, option: str) -> None:
        """Choose an option of a select box."""
        await self._act(shown, WidgetState(id=shown.element.id, string_value=option))

    async def type(self, shown: Shown, number: float) -> None:
        """Type a number into an input."""
        state = WidgetState(id=shown.element.id)
        set_number(state, shown.element, number)
        await self._act(shown, state)

    async def trigger(self, shown: Shown, event: str, value: Any) -> None:
        """Have a component send an event."""
        text = json.dumps([{"event": event, "value": value}], separators=(",", ":"))
        state = WidgetState(id=TRIGGER_ID.format(id=shown.element.id), json_trigger_value=text)
        await self._act(shown, state, once=True)

    async def rerun(self, fragment: str = "", extra: Iterable[WidgetState] = (), *, timer: bool = False) -> None:
        """Ask for a run of the page, or of one of its fragments."""
        state = ClientState(query_string=self.query, page_script_hash=self._hash, fragment_id=fragment)
        if not self._hash:
            state.page_name = self.page
        state.is_auto_rerun = timer
        state.widget_states.widgets.extend([*self._states.values(), *extra])
        context = state.context_info
        context.timezone, context.locale, context.color_scheme = "UTC", "en-US", "light"
        context.url = f"{self.address}/{self.page}"
        with contextlib.suppress(websockets.ConnectionClosed):
            # The reader tells of a closed connection.
            await self._socket.send(BackMsg(rerun_script=state).SerializeToString())

    async def _act(self, shown: Shown, state: WidgetState, *, once: bool = False) -> None:
        if not once:
            self._states[state.id] = state
        await self.rerun(shown.fragment, [state] if once else [])

    # What comes from the server ------------------------------------------------------------

    async def _read(self) -> None:
        try:
            async for payload in self._socket:
                self.received += len(payload)
                message = ForwardMsg()
                message.ParseFromString(payload)
                self._take(message)
                self._news.set()
        except websockets.ConnectionClosedError as error:
            self.errors.append(f"connection lost: {error}")
        finally:
            self._stop_timers()

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._begin(message)
        elif kind == "delta":
            self._draw(message)
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "navigation":
            self._hash = message.navigation.page_script_hash
        elif kind == "auto_rerun":
            self._time(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self._cancel(fragment)
        elif kind == "script_finished":
            self._finish(message.script_finished)
        elif kind == "ref_hash":
            self.errors.append("a message was left out that only a browser's cache would have")

    def _begin(self, message: ForwardMsg) -> None:
        self._run += 1
        session = message.new_session
        self.session = session.initialize.session_id or self.session
        self._fragments = ()
        if not message.metadata.run.fragment_ids:
            self._stop_timers()

    def _draw(self, message: ForwardMsg) -> None:
        delta, path = message.delta, tuple(message.metadata.delta_path)
        if delta.fragment_id and delta.fragment_id not in self._fragments:
            self._fragments = (*self._fragments, delta.fragment_id)
        if delta.WhichOneof("type") != "new_element":
            return
        kind = delta.new_element.WhichOneof("type")
        element = getattr(delta.new_element, kind)
        self.shown[path] = Shown(kind, element, delta.fragment_id, self._run)
        self._know(kind, delta.new_element, element)
        if kind == "exception":
            self.errors.append(f"{element.type}: {element.message}")
        if kind == "bidi_component" and self.on_component is not None:
            self.on_component(element.component_name, element, time.monotonic())

    def _know(self, kind: str, holder: Element, element: Any) -> None:
        read = DEFAULTS.get(kind)
        if read is not None and (element.id not in self._states or element.set_value):
            state = read(element)
            if state is not None:
                self._states[element.id] = state

    def _finish(self, status: int) -> None:
        whole = status == ForwardMsg.FINISHED_SUCCESSFULLY
        part = status == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
        if whole or part:
            for path, shown in list(self.shown.items()):
                if shown.run != self._run and (whole or shown.fragment in self._fragments):
                    del self.shown[path]
        if whole:
            self.runs_finished += 1
            ids = {shown.element.id for shown in self.shown.values() if shown.kind in DEFAULTS}
            self._states = {name: state for name, state in self._states.items() if name in ids}

    # Fragments with a timer ----------------------------------------------------------------

    def _time(self, fragment: str, interval: float) -> None:
        self._cancel(fragment)
        self._timers[fragment] = asyncio.create_task(self._strike(fragment, interval))

    async def _strike(self, fragment: str, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            await self.rerun(fragment, timer=True)

    def _cancel(self, fragment: str) -> None:
        timer = self._timers.pop(fragment, None)
        if timer is not None:
            timer.cancel()

    def _stop_timers(self) -> None:
        for fragment in list(self._timers):
            self._cancel(fragment)

    def _last_words(self) -> str:
        words = [shown.element.body for shown in (*self.all("alert"), *self.all("markdown"))]
        return f"the page says {words[-6:]}, errors {self.errors[-3:]}"
