"""Watches the numbers an instrument gives its messages, and tells which of them never came.

What the numbers count is not public; that each ``messageRelayed`` carries one is seen in
WHOIGit/pyifcbclient, that it is an integer in WHOIGit/PhytO-ARM. Inferred: it goes up by one from
message to message, for each sender and source on its own or for all of them together. A number
counts as missing only if it is missing either way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ifcbgui.instrument.entry import Entry, JsonScalar

# A longer jump is a host that numbers anew: no link loses so much and stays up.
_LONGEST_GAP = 1_000_000
# A number may be overtaken by another one on the host; so long it is waited for.
_PATIENCE_NS = 1_000_000_000
_NAMED_SPANS = 5
_MOST_SENDERS = 256


@dataclass(frozen=True, slots=True)
class MissingNumbers:
    """Numbers that never came.

    Attributes:
        spans: First and last number of each run of them, in the order they were missed.
    """

    spans: tuple[tuple[int, int], ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(last - first + 1 for first, last in self.spans)

    def __str__(self) -> str:
        named = [_span_text(*span) for span in self.spans[:_NAMED_SPANS]]
        if len(self.spans) > _NAMED_SPANS:
            named.append("others")
        numbers = ", ".join(named[:-1]) + " and " + named[-1] if named[1:] else named[0]
        if self.count == 1:
            return f"A message of the instrument never came: number {numbers}."
        return f"{self.count:,} messages of the instrument never came: numbers {numbers}."


def _span_text(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


class Numbering:
    """The numbers of one connection after the other.

    A number that repeats or goes back is a duplicate, a late one or a host that numbers anew;
    none of them is a loss. A late one counts as come if it does within a second.

    Attributes:
        missing: How many numbers have not come.
    """

    def __init__(self) -> None:
        self.missing = 0
        self._forget()

    def _forget(self) -> None:
        # The last two runs of numbers of each sender, by their newest number; the one that
        # went on last is first. Two, for what came late or twice begins no new run.
        self._runs: dict[tuple[JsonScalar, JsonScalar], tuple[int, int]] = {}
        self._open: list[tuple[int, int]] = []
        self._open_since_ns = 0

    def take(self, entries: Sequence[Entry]) -> MissingNumbers | None:
        """Take messages from the host that have come together; there is at least one.

        Returns:
            What is missing for certain by now, if anything.
        """
        for entry in entries[self._in_order(entries) :]:
            if entry.seqno is not None:
                self._follow((entry.sender, entry.source), entry.seqno, entry.monotonic_ns)
        if self._open and entries[-1].monotonic_ns - self._open_since_ns > _PATIENCE_NS:
            return self._settle()
        return None

    def begin_anew(self) -> MissingNumbers | None:
        """Forget the numbers of a connection that has ended; return what it still owed."""
        missing = self._settle() if self._open else None
        self._forget()
        return missing

    def _in_order(self, entries: Sequence[Entry]) -> int:
        """Follow one sender as long as all is as nearly always; return how far that is."""
        sender, source = entries[0].sender, entries[0].source
        run = self._runs.get((sender, source))
        if run is None or self._open:
            return 0
        number = run[0]
        for entry in entries:
            if entry.seqno != number + 1 or entry.sender != sender or entry.source != source:
                break
            number += 1
        self._runs[sender, source] = (number, run[1])
        return number - run[0]

    def _follow(self, key: tuple[JsonScalar, JsonScalar], number: int, now_ns: int) -> None:
        late = bool(self._open) and self._came_late(number)
        current, other = self._runs.get(key, (number, number))
        if number == current + 1:
            self._runs[key] = (number, other)
        elif number > current:
            before = max(run for runs in self._runs.values() for run in runs if run < number)
            self._runs[key] = (number, number)
            if not late:
                self._miss(before + 1, number - 1, now_ns)
        elif number < current:
            self._runs[key] = (number, current)
        elif key not in self._runs:
            self._begin(key, number)

    def _begin(self, key: tuple[JsonScalar, JsonScalar], number: int) -> None:
        if len(self._runs) >= _MOST_SENDERS:
            self._runs.clear()
        self._runs[key] = (number, number)

    def _miss(self, first: int, last: int, now_ns: int) -> None:
        if first <= last < first + _LONGEST_GAP:
            if not self._open:
                self._open_since_ns = now_ns
            self._open.append((first, last))

    def _came_late(self, number: int) -> bool:
        for index, (first, last) in enumerate(self._open):
            if first <= number <= last:
                rest = [(first, number - 1), (number + 1, last)]
                self._open[index : index + 1] = [span for span in rest if span[0] <= span[1]]
                return True
        return False

    def _settle(self) -> MissingNumbers:
        missing = MissingNumbers(tuple(self._open))
        self._open = []
        self.missing += missing.count
        return missing
