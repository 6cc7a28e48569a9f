"""Regular expressions that cannot keep a reader waiting.

``re`` tries every way in which an expression could fit, and some expressions fit in more ways than
there is time for: ``(a+)+b`` doubles them with every ``a``. Nothing can interrupt it, so the ways
are counted beforehand, from above, and an expression with too many is refused; and only the
beginning of a text is looked at. The worst expression let through then takes half a second for a
text made to be its worst, and microseconds for what instruments say.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from math import prod
from typing import Final

from ifcbgui.session.filters.errors import FilterError

TEXT_LIMIT: Final = 500
"""Characters of a text in which an expression is looked for."""

_LONGEST: Final = 200
_MOST_WAYS: Final = (TEXT_LIMIT + 1) ** 2
_PART: Final = re.compile(
    r"""(?P<open> \( (?:\?(?:
            <?[=!] | [:>] | P<\w+> | P=\w+ | \#[^)]* | \(\w+\) | (?P<flags>[\w-])
        ))? )
    | (?P<close> \) )
    | (?P<bar> \| )
    | (?P<atom> \\. | \[\^?\]?(?:[^\]\\]|\\.)*\] | . )""",
    re.VERBOSE | re.DOTALL,
)
_REPEAT: Final = re.compile(
    r"(?:(?P<sign>[*+?])|\{(?=[\d,])(?P<low>\d*)(?P<comma>,?)(?P<high>\d*)\})(?P<kind>[?+]?)"
)
_SAMPLE: Final = "".join(map(chr, range(256)))  # beyond, only a refusal could be missed
_ANYTHING: Final = frozenset(_SAMPLE)


def read_pattern(source: str, position: int, *, ignore_case: bool) -> re.Pattern[str]:
    """Return a regular expression in which ``^`` and ``$`` stand for the ends of a line.

    Args:
        source: The expression.
        position: Where it stands in the filter's text.
        ignore_case: Whether the case is no matter.

    Raises:
        FilterError: If it cannot be read, or could take too long.
    """
    if len(source) > _LONGEST:
        reason = f"The regular expression is longer than {_LONGEST} characters. Use a shorter one."
        raise FilterError(reason, position)
    flags = re.MULTILINE | (re.IGNORECASE if ignore_case else 0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a later Python may read otherwise
            pattern = re.compile(source, flags)
    except re.error as error:
        reason = f"The regular expression cannot be read: {error.msg}."
        raise FilterError(reason, position + (error.pos or 0)) from None
    except (OverflowError, RecursionError) as error:
        reason = f"The regular expression cannot be read: {error}."
        raise FilterError(reason, position) from None
    if _Counter(source, position, flags).count() > _MOST_WAYS:
        raise FilterError(
            "The regular expression could take too long, since it repeats what can itself be "
            'repeated, or repeats too often. Use fewer of * and +, or several with "and" between.',
            position,
        )
    return pattern


@dataclass(frozen=True, slots=True)
class _Piece:
    """Part of a sequence: in how many ways it fits once, and how often it may be repeated.

    Attributes:
        ways: At least 1.
        low: Least number of repetitions.
        high: Greatest number of repetitions, at most `TEXT_LIMIT`.
        atom: The expression of the one character that it is; "" of a group.
        gives_back: False if what it has taken is never given back (``*+``).
    """

    ways: int
    low: int = 1
    high: int = 1
    atom: str = ""
    gives_back: bool = True

    def count(self) -> int:
        """Return in how many ways it fits, at most one more than matters."""
        if not self.gives_back:
            return self.ways
        if self.ways == 1:
            return max(self.high - self.low, 0) + 1
        total = 0
        for times in range(self.low, self.high + 1):
            total += self.ways**times
            if total > _MOST_WAYS:
                return _MOST_WAYS + 1
        return total


class _Counter:
    """Counts, from above, the ways in which a valid expression can fit from one place on."""

    def __init__(self, source: str, position: int, flags: int) -> None:
        self._source = source
        self._position = position
        self._flags = flags
        self._at = 0

    def count(self) -> int:
        """Return the number of ways."""
        return self._branches(at_top=True)

    def _branches(self, *, at_top: bool) -> int:
        """Count up to the end of a group, or of the expression."""
        total, pieces = 0, list[_Piece]()
        while (found := _PART.match(self._source, self._at)) and not found["close"]:
            self._at = found.end()
            if found["bar"]:
                total, pieces = total + self._sequence(pieces, at_top=at_top), []
            else:
                pieces.append(self._piece(found))
        return min(total + self._sequence(pieces, at_top=at_top), _MOST_WAYS + 1)

    def _piece(self, found: re.Match[str]) -> _Piece:
        if found["flags"]:
            reason = "Leave out (?flags): only /.../i is known, which ignores the case."
            raise FilterError(reason, self._position + found.start())
        ways = 1
        if found["open"]:
            ways = self._branches(at_top=False)
            self._at += 1
        low, high, gives_back = self._repetition()
        return _Piece(ways, low, high, found["atom"] or "", gives_back)

    def _repetition(self) -> tuple[int, int, bool]:
        """Return least and greatest number of what comes next, and if it gives back."""
        found = _REPEAT.match(self._source, self._at)
        if found is None:
            return 1, 1, True
        self._at = found.end()
        low, high = {"*": (0, TEXT_LIMIT), "+": (1, TEXT_LIMIT), "?": (0, 1)}.get(
            found["sign"], (int(found["low"] or 0), int(found["high"] or TEXT_LIMIT))
        )
        if found["low"] and not found["comma"]:
            high = low
        return min(low, TEXT_LIMIT), min(high, TEXT_LIMIT), found["kind"] != "+"

    def _sequence(self, pieces: list[_Piece], *, at_top: bool) -> int:
        r"""Multiply the ways of pieces in a row, without those that the next one leaves no choice.

        ``\d+`` before a dot ends where the dot is, and the last piece of all need not go on.
        """
        if not pieces:
            return 1
        last = pieces[-1]
        free = [piece for piece, after in pairwise(pieces) if not self._ends_clearly(piece, after)]
        least = max(last.low, 1)
        free.append(replace(last, low=least, high=least) if at_top else last)
        return prod(piece.count() for piece in free)

    def _ends_clearly(self, piece: _Piece, after: _Piece) -> bool:
        if not (piece.atom and after.atom and after.low):
            return False
        return not _characters(piece.atom, self._flags) & _characters(after.atom, self._flags)


@lru_cache(maxsize=256)
def _characters(atom: str, flags: int) -> frozenset[str]:
    """Return what a part of one character can be; anything, of a part that is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = frozenset(re.findall(atom, _SAMPLE, flags))
    except re.error:
        return _ANYTHING  # what refers back to a group
    return _ANYTHING if "" in found else found
