"""What a host says it has: its list of files, checked, bounded and gathered to bins."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final

from ifcbgui.instrument.bins import BinName
from ifcbgui.instrument.files.names import UnsafeNameError, safe_name

MOST_KEPT: Final = 60_000
"""Names that are kept: the newest, as their names sort."""
# The images come last: by then they can be held against the lines that tell of them.
_BIN_ENDINGS: Final = (".hdr", ".adc", ".roi")


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be fetched together: the files of a bin, or a file by itself.

    Attributes:
        name: The bin's name, or that of the file.
        files: The host's names, in the order in which to fetch them.
        bin: What the bin's name says, None for another file.
        text: What it is found by, case-folded: name, day and time, endings.
    """

    name: str
    files: tuple[str, ...]
    bin: BinName | None = None
    text: str = ""

    @property
    def taken(self) -> str:
        """When the sample of a bin began, UTC, or ""."""
        return f"{self.bin.time:%Y-%m-%d %H:%M}" if self.bin else ""

    @property
    def endings(self) -> str:
        """The endings of a bin's files, or ""."""
        return " ".join(name.rpartition(".")[2] for name in self.files) if self.bin else ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A host's list.

    Attributes:
        offers: What can be fetched, the newest first.
        told: How many names the list had.
        unsafe: How many of those that were read can be no file's name here.
        left_out: How many good or unread names are not among the offers.
    """

    offers: tuple[Offer, ...] = ()
    told: int = 0
    unsafe: int = 0
    left_out: int = 0


def read_listing(names: Collection[str], unread: int = 0) -> Listing:
    """Read a host's list, whatever stands in it.

    Args:
        names: Its names, as many as the parser reads.
        unread: How many more it has.
    """
    good: dict[str, None] = {}  # in the host's order: sorting holds up all threads
    unsafe = 0
    for name in names:
        try:
            good[safe_name(name)] = None
        except UnsafeNameError:
            unsafe += 1
    kept = heapq.nlargest(MOST_KEPT, good)
    left_out = len(good) - len(kept) + unread
    return Listing(_offers(kept), len(names) + unread, unsafe, left_out)


def _offers(names: Iterable[str]) -> tuple[Offer, ...]:
    """Gather the files of each bin; names of other files stand by themselves."""
    bins: dict[str, list[str]] = {}
    singles = []
    for name in names:
        stem, dot, ending = name.rpartition(".")
        if dot + ending.lower() in _BIN_ENDINGS and BinName.parse(stem):
            bins.setdefault(stem, []).append(name)
        else:
            singles.append(Offer(name, (name,), text=name.casefold()))
    return (*(_bin(stem, files) for stem, files in bins.items()), *singles)


def _bin(stem: str, files: list[str]) -> Offer:
    offer = Offer(stem, tuple(sorted(files, key=_place)), BinName.parse(stem))
    return replace(offer, text=f"{stem} {offer.taken} {offer.endings}".casefold())


def _place(name: str) -> int:
    return _BIN_ENDINGS.index(name[-4:].lower())
