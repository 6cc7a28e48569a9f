"""A client that records, as the program has it, with short times for tests of bad lines."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from ifcbgui import AsyncIFCBClient
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.session import Chronicle, Recorder, RecorderLimits, SessionReader, SessionRow
from ifcbgui.signalr import HubOptions, RetryPolicy
from tests.helpers.scripted_hub import until
from tests.helpers.talking_hub import SERIAL

QUICK_LINK = HubOptions(
    open_timeout_s=0.3,
    handshake_timeout_s=0.3,
    keep_alive_s=0.05,
    server_timeout_s=0.3,
    close_timeout_s=0.1,
)
QUICK_RETRY = RetryPolicy((0.0, 0.01, 0.02, 0.05), jitter=0.0, stable_s=0.2)
PATIENCE_S = 30.0


class Arrival(NamedTuple):
    """A message of the host as the client took it: on which connection, and as which row."""

    connection: int
    row_id: int
    seqno: int | None
    text: str


class RecordedClient:
    """A client, its recorder, and what both were told.

    Attributes:
        statuses: Every status of the link, in order.
        arrivals: Every message of the host, in order.
        connections: How often the hub was reached.
    """

    def __init__(self, url: str, folder: Path, **settings: Any) -> None:
        settings.setdefault("options", QUICK_LINK)
        settings.setdefault("retry_policy", QUICK_RETRY)
        settings.setdefault("sign_on_timeout", 0.5)
        self.client = AsyncIFCBClient(url, SERIAL, **settings)
        self.recorder = Recorder(
            folder, instrument=SERIAL, server=url, limits=RecorderLimits(batch_s=0.01)
        )
        self.statuses: list[LinkStatus] = []
        self.arrivals: list[Arrival] = []
        self.connections = 0
        self.client.add_entry_listener(self._keep)
        self.client.add_link_listener(Chronicle(self.recorder).link_changed)
        self.client.add_link_listener(self._link_changed)

    def _keep(self, entry: Entry) -> None:
        row_id = self.recorder.record(entry)
        if entry.direction is Direction.IN:
            self.arrivals.append(Arrival(self.connections, row_id, entry.seqno, entry.message.text))

    def _link_changed(self, status: LinkStatus) -> None:
        self.statuses.append(status)
        if status.state is LinkState.SIGNING_ON:
            self.connections += 1

    async def __aenter__(self) -> RecordedClient:
        self.recorder.start()
        await self.client.connect()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.client.disconnect()
        self.recorder.close()

    # -- waiting -----------------------------------------------------------------------------

    async def until(self, condition: Callable[[], Any], timeout: float = PATIENCE_S) -> None:
        await until(condition, timeout)

    async def hears(self, more: int = 1) -> None:
        """Wait until it is online and more messages have come."""
        wanted = len(self.arrivals) + more
        await self.until(lambda: self.client.link.online and len(self.arrivals) >= wanted)

    async def loses_the_link(self) -> LinkStatus:
        """Wait until a connection that stands is lost; return what is said of it."""
        before = len(self.statuses)
        told: list[LinkStatus] = []

        def lost() -> bool:
            told[:] = [status for status in self.statuses[before:] if status.error]
            return bool(told)

        await self.until(lost)
        return told[0]

    # -- what was kept -----------------------------------------------------------------------

    def rows(self) -> list[SessionRow]:
        """Return the rows of the session file; call it when the client has ended."""
        path = self.recorder.status.path
        assert path is not None
        with SessionReader(path) as reader:
            return list(reader.rows())

    def events(self) -> list[tuple[str, str]]:
        """Return the events of the session file."""
        path = self.recorder.status.path
        assert path is not None
        with SessionReader(path) as reader:
            return [(event.kind, event.text) for event in reader.events()]

    def assert_recorded_once_and_in_order(self, said: list[str]) -> None:
        """Compare the session file with what arrived and with what the host had numbered."""
        kept = [(row.id, row.seqno, row.text) for row in self.rows() if row.direction == "in"]
        assert kept == [arrival[1:] for arrival in self.arrivals]
        for _, seqno, text in kept:
            assert seqno is not None
            assert text == said[seqno - 1]
        for earlier, later in pairwise(self.arrivals):
            step = (later.seqno or 0) - (earlier.seqno or 0)
            assert step >= 1, f"{later} after {earlier}"
            assert step == 1 or later.connection > earlier.connection, (
                f"{later} after {earlier}: what is missing was lost on a connection that stood"
            )
