"""What is on its way to the disk, bounded, shared between threads."""

from __future__ import annotations

import sys
import threading
from collections import ChainMap, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple, TypeVar

from ifcbgui.instrument.entry import Entry
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.session.columns import StoredRow, stored_row
from ifcbgui.session.records import BookmarkChange, SessionEvent, SessionRow

IMAGE_KIND = "image"

_Item = TypeVar("_Item")

# While the disk fails the newest do: together with the messages any of them tells the state.
_MAX_SNAPSHOTS = 20


class TakenState(NamedTuple):
    """A state on its way to become a `Snapshot`, which costs more than the caller has time for.

    Attributes:
        message: Id of the newest message that the state has seen; 0 before the first.
        time_ns: UTC, nanoseconds since 1970.
        monotonic_ns: ``time.monotonic_ns()`` of the same moment.
        reason: Why it was taken.
        state: The state.
    """

    message: int
    time_ns: int
    monotonic_ns: int
    reason: str
    state: InstrumentState


@dataclass(slots=True)
class Batch:
    """What one transaction writes.

    Attributes:
        rows: Rows by id, in order.
        events: Events in order.
        states: States for snapshots, in order.
        bookmarks: Changes of bookmarks, in order.
        meta: What the session says of itself from now on.
        images: By form of image message how many were kept, and how many were not.
        begins_file: True where a new file is to begin.
        bytes: Memory that the rows' texts take.
        last_id: Newest id given when it was taken.
        lost: How many rows were given up meanwhile.
        lost_from: Id of the first of these.
        lost_to: Id of the last of these.
    """

    rows: dict[int, StoredRow] = field(default_factory=dict)
    events: list[SessionEvent] = field(default_factory=list)
    states: deque[TakenState] = field(default_factory=lambda: deque(maxlen=_MAX_SNAPSHOTS))
    bookmarks: list[BookmarkChange] = field(default_factory=list)
    meta: dict[str, str | int] = field(default_factory=dict)
    images: dict[str, tuple[int, int]] = field(default_factory=dict)
    begins_file: bool = False
    bytes: int = 0
    last_id: int = 0
    lost: int = 0
    lost_from: int = 0
    lost_to: int = 0

    def give_up(self, first: int, last: int, count: int) -> None:
        """Count rows among the ids ``first`` to ``last`` as lost."""
        self.lost_from = self.lost_from or first
        self.lost_to = last
        self.lost += count

    def count_image(self, form: str, kept: int, left_out: int) -> None:
        """Count image messages of a form."""
        before = self.images.get(form, (0, 0))
        self.images[form] = (before[0] + kept, before[1] + left_out)

    def absorb(self, later: Batch) -> None:
        """Append a later batch."""
        self.rows.update(later.rows)
        self.events += later.events
        self.states += later.states
        self.bookmarks += later.bookmarks
        self.meta.update(later.meta)
        self.begins_file |= later.begins_file
        self.bytes += later.bytes
        self.last_id = later.last_id
        for form, (kept, left_out) in later.images.items():
            self.count_image(form, kept, left_out)
        if later.lost:
            self.give_up(later.lost_from, later.lost_to, later.lost)

    def __bool__(self) -> bool:
        return bool(
            self.rows
            or self.events
            or self.states
            or self.bookmarks
            or self.meta
            or self.images
            or self.lost
        )


class WaitingRows:
    """Takes rows in from any thread at once, and gives them to the writer in batches.

    A batch stays here until it is `done`, so a failed write loses nothing and a row can be read
    at every moment from here or from the file. What finds no room is given up and counted.

    Args:
        max_rows: Rows that may wait, and as many events and bookmarks.
        max_bytes: Bytes of memory for the rows' texts.
        image_every: Of each form of image message only every so many is taken.

    Attributes:
        state_wanted: True when a state should be given soon.
    """

    def __init__(self, max_rows: int, max_bytes: int, image_every: int = 1) -> None:
        self._max_rows = max_rows
        self._max_bytes = max_bytes
        self._image_every = image_every
        self._changed = threading.Condition(threading.Lock())
        # More than one where a new file is to begin between them; the last takes what comes.
        self._fresh = deque([Batch()])
        self._taken = Batch()
        self._rows = 0
        self._bytes = 0
        self._last_id = 0
        self._settled_id = 0
        self._lost = 0
        self._images: dict[str, int] = {}
        self._thinned = 0
        self._new_file_wanted = False
        self.state_wanted = False

    def add(self, entry: Entry) -> int:
        """Take an entry in; return its row id, which one that is thinned out has as well."""
        text = entry.message.text
        kind = entry.kind
        size = sys.getsizeof(text)
        with self._changed:
            self._last_id = row_id = self._last_id + 1
            fresh = self._fresh[-1]
            if kind == IMAGE_KIND and self._image_every > 1 and not self._chosen(entry, fresh):
                return row_id
            if self._rows < self._max_rows and self._bytes + size <= self._max_bytes:
                fresh.rows[row_id] = stored_row(row_id, entry)
                fresh.bytes += size
                self._rows += 1
                self._bytes += size
            else:
                fresh.give_up(row_id, row_id, 1)
                self._lost += 1
        return row_id

    def _chosen(self, entry: Entry, fresh: Batch) -> bool:
        """Tell whether an image message is one of those to keep, and count it."""
        form = entry.message.key
        number = self._images.get(form, 0)
        self._images[form] = number + 1
        chosen = number % self._image_every == 0
        fresh.count_image(form, chosen, not chosen)
        self._thinned += not chosen
        return chosen

    def add_event(self, event: SessionEvent) -> None:
        """Take an event in."""
        with self._changed:
            self._add(self._fresh[-1].events, event, len(self._taken.events))

    def add_bookmark(self, change: BookmarkChange) -> None:
        """Take a change of the bookmarks in."""
        with self._changed:
            self._add(self._fresh[-1].bookmarks, change, len(self._taken.bookmarks))

    def _add(self, fresh: list[_Item], item: _Item, taken: int) -> None:
        if len(fresh) + taken < self._max_rows:
            fresh.append(item)
        else:
            self._lost += 1

    def add_meta(self, key: str, value: str) -> None:
        """Take in what the session says of itself from now on."""
        with self._changed:
            self._fresh[-1].meta[key] = value

    def add_state(
        self, time_ns: int, monotonic_ns: int, reason: str, state: InstrumentState
    ) -> None:
        """Take in a state that has seen all rows so far; a file that is wanted begins with it."""
        with self._changed:
            if self._new_file_wanted:
                self._fresh[-1].last_id = self._last_id
                self._fresh.append(Batch(begins_file=True))
            self._new_file_wanted = self.state_wanted = False
            taken = TakenState(self._last_id, time_ns, monotonic_ns, reason, state)
            self._fresh[-1].states.append(taken)

    def want_state(self, *, new_file: bool) -> None:
        """Ask for a state; where a new file is about to begin with one, it needs no other."""
        with self._changed:
            if not any(batch.begins_file for batch in self._fresh):
                self._new_file_wanted, self.state_wanted = new_file, True

    def take(self) -> Batch:
        """Return all that waits up to the next new file, what was taken and not done included."""
        with self._changed:
            self._fresh[-1].last_id = self._last_id
            while self._fresh and not (self._fresh[0].begins_file and self._taken):
                self._taken.absorb(self._fresh.popleft())
            if not self._fresh:
                self._fresh.append(Batch())
            return self._taken

    def done(self) -> bool:
        """Forget what was taken: it is in the file. Return True if a new file is to begin now."""
        with self._changed:
            self._settled_id = max(self._settled_id, self._taken.last_id)
            self._rows -= len(self._taken.rows)
            self._bytes -= self._taken.bytes
            self._taken = Batch()
            self._changed.notify_all()
            return self._fresh[0].begins_file

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
            rows = ChainMap(*(batch.rows for batch in self._batches()))
            found = [(row_id, rows.get(row_id)) for row_id in ids]
        return {row_id: row[-1] for row_id, row in found if row}

    def snapshot(self) -> tuple[list[SessionRow], int]:
        """Return the rows that wait, and the newest id given so far."""
        with self._changed:
            rows = chain.from_iterable(batch.rows.values() for batch in self._batches())
            return [SessionRow(row[0], row[1], *row[4:]) for row in rows], self._last_id

    def _batches(self) -> list[Batch]:
        return [self._taken, *self._fresh]

    @property
    def pending(self) -> int:
        """Rows that wait."""
        return self._rows

    @property
    def last_id(self) -> int:
        """The newest id given so far."""
        return self._last_id

    @property
    def lost(self) -> int:
        """Rows, events and bookmarks given up so far."""
        return self._lost

    @property
    def thinned(self) -> int:
        """Images left out so far."""
        return self._thinned
