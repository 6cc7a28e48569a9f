"""The rows and events that are on their way to the disk, bounded, shared between threads."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from ifcbgui.instrument.entry import Entry
from ifcbgui.session.columns import StoredRow
from ifcbgui.session.store import SessionEvent, SessionRow


@dataclass(slots=True)
class Batch:
    """What one transaction writes.

    Attributes:
        rows: Rows by id, in order.
        events: Events in order.
        bytes: Memory that the rows' texts take.
        lost: How many rows were given up meanwhile.
        lost_from: Id of the first of these.
        lost_to: Id of the last of these.
    """

    rows: dict[int, StoredRow] = field(default_factory=dict)
    events: list[SessionEvent] = field(default_factory=list)
    bytes: int = 0
    lost: int = 0
    lost_from: int = 0
    lost_to: int = 0

    def give_up(self, first: int, last: int, count: int) -> None:
        """Count rows among the ids ``first`` to ``last`` as lost."""
        self.lost_from = self.lost_from or first
        self.lost_to = last
        self.lost += count

    def absorb(self, later: Batch) -> None:
        """Append a later batch."""
        self.rows.update(later.rows)
        self.events += later.events
        self.bytes += later.bytes
        if later.lost:
            self.give_up(later.lost_from, later.lost_to, later.lost)

    def __bool__(self) -> bool:
        return bool(self.rows or self.events or self.lost)


class WaitingRows:
    """Takes rows in from any thread at once, and gives them to the writer in batches.

    A batch stays here until it is `done`, so a failed write loses nothing and a row can be read
    at every moment from here or from the file. What finds no room is given up and counted.
    """

    def __init__(self, max_rows: int, max_bytes: int) -> None:
        self._max_rows = max_rows
        self._max_bytes = max_bytes
        self._changed = threading.Condition(threading.Lock())
        self._fresh = Batch()
        self._taken = Batch()
        self._last_id = 0
        self._settled_id = 0
        self._lost = 0

    def add(self, entry: Entry) -> int:
        """Take an entry in; return its row id."""
        text = entry.message.text
        size = sys.getsizeof(text)
        with self._changed:
            self._last_id = row_id = self._last_id + 1
            fresh, taken = self._fresh, self._taken
            if (
                len(fresh.rows) + len(taken.rows) < self._max_rows
                and fresh.bytes + taken.bytes + size <= self._max_bytes
            ):
                fresh.rows[row_id] = (
                    row_id,
                    entry.time_ns,
                    entry.monotonic_ns,
                    entry.kind,
                    entry.direction,
                    entry.sender,
                    entry.source,
                    entry.seqno,
                    text,
                )
                fresh.bytes += size
            else:
                fresh.give_up(row_id, row_id, 1)
                self._lost += 1
        return row_id

    def add_event(self, event: SessionEvent) -> None:
        """Take an event in."""
        with self._changed:
            if len(self._fresh.events) + len(self._taken.events) < self._max_rows:
                self._fresh.events.append(event)
            else:
                self._lost += 1

    def take(self) -> Batch:
        """Return all that waits, what was taken and not done included."""
        with self._changed:
            self._taken.absorb(self._fresh)
            self._fresh = Batch()
            return self._taken

    def done(self) -> None:
        """Forget what was taken: it is in the file."""
        with self._changed:
            self._settled_id = max(self._settled_id, self._taken.lost_to, *self._taken.rows)
            self._taken = Batch()
            self._changed.notify_all()

    def shut(self) -> None:
        """Give up whatever comes from now on; what waits can still be read."""
        with self._changed:
            self._max_rows = 0

    def wait_until_settled(self, timeout_s: float) -> bool:
        """Wait until all that was added up to now is done; return False if that takes longer."""
        with self._changed:
            target = self._last_id
            return self._changed.wait_for(lambda: self._settled_id >= target, timeout_s)

    def texts(self, ids: Iterable[int]) -> dict[int, str]:
        """Return the texts of those of some rows that still wait."""
        with self._changed:
            fresh, taken = self._fresh.rows, self._taken.rows
            found = [(row_id, fresh.get(row_id) or taken.get(row_id)) for row_id in ids]
        return {row_id: row[-1] for row_id, row in found if row}

    def snapshot(self) -> tuple[list[SessionRow], int]:
        """Return the rows that wait, and the newest id given so far."""
        with self._changed:
            rows = [*self._taken.rows.values(), *self._fresh.rows.values()]
            return [SessionRow(row[0], row[1], *row[4:]) for row in rows], self._last_id

    @property
    def pending(self) -> int:
        """Rows that wait."""
        with self._changed:
            return len(self._fresh.rows) + len(self._taken.rows)

    @property
    def lost(self) -> int:
        """Rows and events given up so far."""
        return self._lost
