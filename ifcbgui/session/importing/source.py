"""What a session can be made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from ifcbgui.session.columns import StoredRow
from ifcbgui.session.records import Extras, SessionEvent


class Source(Protocol):
    """Messages and what belongs to them."""

    @property
    def meta(self) -> Mapping[str, str | int]:
        """What the new session says of itself; ``serial`` and ``start_time_ns`` among it."""

    def rows(self) -> Iterator[StoredRow]:
        """Yield the messages with ascending ids; what cannot be read is left out."""

    def events(self) -> Sequence[SessionEvent]:
        """Return the events."""

    def extras(self) -> Extras:
        """Return snapshots and bookmarks."""

    @property
    def problem(self) -> str | None:
        """None, or what could not be read so far."""

    @property
    def remark(self) -> str | None:
        """None, or what is to be known of the messages although none is missing."""
