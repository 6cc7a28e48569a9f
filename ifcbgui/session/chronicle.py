"""Keeps in a session when the connection came, when it went, and how it ended."""

from __future__ import annotations

from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.session.recorder import Recorder
from ifcbgui.session.store import EventKind

_ENDED = (LinkState.OFF, LinkState.FAILED)


class Chronicle:
    """Makes events of a client's link.

    ``connected`` stands for every sign-on; ``lost`` for every loss of a connection that stood,
    with the reason; ``note`` for the end: asked for, for good, or before there ever was a
    connection. Attempts in between, and a link that falls silent for a while, are no events.

    Args:
        recorder: Takes the events.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._under_way = False
        self._online = False
        self._was_online = False
        self._error: str | None = None

    def link_changed(self, status: LinkStatus) -> None:
        """Take the new status; for the client's `add_link_listener`, before it connects."""
        self._error = status.error or self._error
        if status.online and not self._online:
            self._was_online = True
            self._error = None
            self._recorder.event(EventKind.CONNECTED, "Signed on.")
        elif self._online and not status.online and status.state is not LinkState.OFF:
            self._recorder.event(EventKind.LOST, status.error or "The connection was lost.")
        if status.state in _ENDED and self._under_way:
            self._recorder.event(EventKind.NOTE, self._ending(status.state))
            self._was_online = False
            self._error = None
        self._online = status.online
        self._under_way = status.state not in _ENDED

    def _ending(self, state: LinkState) -> str:
        reason = self._error or "no reason is known"
        if state is LinkState.FAILED:
            what = (
                "The connection ended for good" if self._was_online else "No connection came about"
            )
            return f"{what}: {reason}"
        if self._was_online:
            return "Disconnected."
        attempt = f" The last attempt: {self._error}" if self._error else ""
        return f"Disconnected before a connection came about.{attempt}"
