"""Counts messages by kind: how many, how often, which was the last."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.messages import MessageForm
from ifcbgui.session.filters.patterns import read_pattern
from ifcbgui.session.filters.terms import AllOf, Contains, Goes, Matches, Term

HISTORY_S: Final = 60
"""Seconds that a kind's history goes back."""
RATE_S: Final = 10
"""Seconds that a kind's rate is taken over."""
MOST_KINDS: Final = 500

_NS: Final = 1_000_000_000
_SETTLING_S: Final = 20
_NEW_FOR_S: Final = 120


class Kind:
    """What is known of one kind of message. Only its tally changes it.

    Attributes:
        key: The key of the message; "" for those that are counted together.
        direction: Which way it goes.
        form: The catalogue's form of it, or None: unknown, or a command of ours.
        count: How many there were.
        last: The newest one.
        first_ns: Monotonic time of the first one.
    """

    __slots__ = ("_history", "_second", "count", "direction", "first_ns", "form", "key", "last")

    def __init__(self, key: str, first: Entry) -> None:
        self.key = key
        self.direction = first.direction
        self.form: MessageForm | None = first.message.form if key else None
        self.count = 0
        self.last = first
        self.first_ns = first.monotonic_ns
        self._second = first.monotonic_ns // _NS
        self._history = [0] * HISTORY_S

    @property
    def known(self) -> bool:
        """False for what the catalogue of the instrument's messages does not have."""
        return self.form is not None or self.direction is Direction.OUT or not self.key

    def history(self, now_ns: int) -> list[int]:
        """Return the counts of each of the last seconds, oldest first, the present one last."""
        self._go_to(now_ns // _NS)
        start = (self._second + 1) % HISTORY_S
        return self._history[start:] + self._history[:start]

    def rate(self, now_ns: int, since_ns: int = 0) -> float:
        """Return messages a second over the last whole seconds.

        Args:
            now_ns: Monotonic time.
            since_ns: Monotonic time before which nobody counted.
        """
        seconds = max(1, min(RATE_S, now_ns // _NS - since_ns // _NS))
        return sum(self.history(now_ns)[-seconds - 1 : -1]) / seconds

    def take(self, entry: Entry, second: int) -> None:
        """Count one message."""
        if second > self._second:
            self._go_to(second)
        self.count += 1
        self.last = entry
        self._history[second % HISTORY_S] += 1

    def _go_to(self, second: int) -> None:
        """Begin the seconds that have passed without a message."""
        for passed in range(max(self._second, second - HISTORY_S) + 1, second + 1):
            self._history[passed % HISTORY_S] = 0
        self._second = max(self._second, second)


class Tally:
    """Counts the messages of one connection.

    Unknown keys are whatever the host makes of them. So that they cannot fill the memory, there
    is a limit, and all kinds beyond it are counted together as one.

    Args:
        most_kinds: How many kinds are told apart.
    """

    def __init__(self, most_kinds: int = MOST_KINDS) -> None:
        self._most_kinds = most_kinds
        self.clear()

    def clear(self) -> None:
        """Forget everything, for another connection."""
        self._in: dict[str, Kind] = {}
        self._out: dict[str, Kind] = {}
        self._other: Kind | None = None
        self.start_ns: int | None = None

    def __iter__(self) -> Iterator[Kind]:
        """Yield the kinds in order of their first message; those counted together come last."""
        yield from self._in.values()
        yield from self._out.values()
        if self._other is not None:
            yield self._other

    def __len__(self) -> int:
        return len(self._in) + len(self._out) + (self._other is not None)

    def count(self) -> int:
        """Return the number of all messages."""
        return sum(kind.count for kind in self)

    def add(self, entries: Iterable[Entry]) -> None:
        """Count messages, by the time at which each came."""
        incoming, outgoing, way_out = self._in, self._out, Direction.OUT
        for entry in entries:
            message = entry.message
            form = message.form
            key = message.key if form is None else form.key
            kinds = outgoing if entry.direction is way_out else incoming
            kind = kinds.get(key)
            if kind is None:
                kind = self._begin(kinds, key, entry)
            kind.take(entry, entry.monotonic_ns // _NS)

    def is_new(self, kind: Kind, now_ns: int) -> bool:
        """Return True for a kind that came up lately, some time after the first messages."""
        start_ns = self.start_ns or 0
        late = kind.first_ns - start_ns > _SETTLING_S * _NS
        return late and now_ns - kind.first_ns < _NEW_FOR_S * _NS

    def rate(self, kind: Kind, now_ns: int) -> float:
        """Return how many messages of a kind came a second lately."""
        return kind.rate(now_ns, self.start_ns or 0)

    def _begin(self, kinds: dict[str, Kind], key: str, entry: Entry) -> Kind:
        if self.start_ns is None:
            self.start_ns = entry.monotonic_ns
        if len(self._in) + len(self._out) < self._most_kinds:
            kind = kinds[key] = Kind(key, entry)
            return kind
        if self._other is None:
            self._other = Kind("", entry)
        return self._other


def term_for(kind: Kind) -> Term | None:
    """Return what only messages of a kind satisfy, or None for those counted together.

    Of an unknown key any message that has it as text will do: nothing else is known of it.
    """
    if kind.form is not None:
        parts = kind.form.pattern.split(":")
        while parts[-1].startswith("<"):
            del parts[-1]
        fields = ("[^:]*" if part.startswith("<") else re.escape(part) for part in parts)
        return Matches(read_pattern(f"^{':'.join(fields)}(:|$)", 0, ignore_case=False))
    if not kind.key:
        return None
    text = Contains(kind.key.casefold())
    return AllOf((Goes(kind.direction), text)) if kind.direction is Direction.OUT else text
