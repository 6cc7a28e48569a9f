"""What the places of the last ROIs look like to somebody who knows the field guide."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from ifcbgui.instrument.imaging.band import Band, Pixels, spread_of

MOST_RECENT: Final = 50

_RECENT_NS: Final = 300 * 10**9
_FEWEST: Final = 5
_FEWEST_SPREAD: Final = 10
# Of 50 particles in the core of a good flow, two or three lie within 8 pixels of one another.
_REACH_PX: Final = 8
_FEWEST_IN_PILE: Final = 8
_SHARE_IN_PILE: Final = 0.2
# A band seen in published bins is 40 pixels wide (788 to 828, 1036 to 1076).
_WIDE_PX: Final = 60.0
_TIMES_WIDER: Final = 4.0
_ASIDE_PX: Final = 100.0


class Pattern(StrEnum):
    """How ROIs lie in the frame."""

    PILE = "pile"
    SPREAD = "spread"
    ASIDE = "aside"


# Field guide 8: the same spot for a dirty flow cell, spread wide for air and bad flow. Aside for
# a laser off the core is inferred.
_LOOKS_LIKE: Final = {
    Pattern.PILE: "Clog?",
    Pattern.SPREAD: "Air or bad flow?",
    Pattern.ASIDE: "Misaligned?",
}


@dataclass(frozen=True, slots=True)
class Pile:
    """ROIs at one spot.

    Attributes:
        count: How many.
        of: Of how many that were looked at.
        left: Left edge of their middle one in the frame, pixels.
        top: Upper edge likewise.
    """

    count: int
    of: int
    left: int
    top: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What the last ROIs look like.

    Attributes:
        pattern: The pattern of a fault, or None.
        pile: The pile, where that is the pattern.
        text: What it may be, if anything, and one sentence with the figures.
    """

    pattern: Pattern | None
    pile: Pile | None
    text: str


def count_recent(times_ns: npt.NDArray[np.int64]) -> int:
    """Return how many of the newest ROIs tell how things are: 50, of 5 minutes at most."""
    newest = times_ns[-MOST_RECENT:]
    return int(np.count_nonzero(newest > newest[-1] - _RECENT_NS)) if len(newest) else 0


def find_pile(left: Pixels, top: Pixels) -> Pile | None:
    """Return the spot where many of these ROIs lie, or None.

    Args:
        left: Left edges in the frame, pixels; a few dozen.
        top: Upper edges.
    """
    if len(left) < _FEWEST_IN_PILE:
        return None
    across = np.abs(np.subtract.outer(left, left, dtype=float)) <= _REACH_PX
    near = across & (np.abs(np.subtract.outer(top, top, dtype=float)) <= _REACH_PX)
    middle = int(near.sum(axis=0).argmax())
    members = near[middle]
    count = int(members.sum())
    if count < max(_FEWEST_IN_PILE, _SHARE_IN_PILE * len(left)):
        return None
    x, y = round(float(np.median(left[members]))), round(float(np.median(top[members])))
    return Pile(count, len(left), x, y)


def look_at(left: Pixels, top: Pixels, band: Band | None) -> Finding:
    """Tell what the last ROIs look like.

    Args:
        left: Their left edges in the frame, pixels; those of `count_recent`, oldest first.
        top: Their upper edges.
        band: Where the instrument's ROIs usually lie, or None where nobody knows yet.
    """
    count = len(left)
    if not count:
        return Finding(None, None, "No ROI yet.")
    last = f"the last {count}" if count > 1 else "the last one"
    if pile := find_pile(left, top):
        where = f"{pile.count} of {last} at x {pile.left}, y {pile.top}"
        return _finding(Pattern.PILE, where, pile)
    usual = band.spread * _TIMES_WIDER if band else 0.0
    if count >= _FEWEST_SPREAD and spread_of(left) > max(_WIDE_PX, usual):
        return _finding(Pattern.SPREAD, f"{last} spread over x {left.min()} to {left.max()}")
    middle = round(float(np.median(left)))
    if band is None:
        return Finding(None, None, _sentence(f"{last} at x {middle}; their band is not known yet"))
    if count >= _FEWEST and not band.left - _ASIDE_PX <= middle <= band.right + _ASIDE_PX:
        side = "left" if middle < band.centre else "right"
        away = round(abs(middle - band.centre))
        return _finding(Pattern.ASIDE, f"{last} at x {middle}, {away} px {side} of the band")
    usually = f"their band is {round(band.left)} to {round(band.right)}"
    return Finding(None, None, _sentence(f"{last} at x {middle}; {usually}"))


def _finding(pattern: Pattern, what: str, pile: Pile | None = None) -> Finding:
    return Finding(pattern, pile, f"{_LOOKS_LIKE[pattern]} {_sentence(what)}")


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
