"""Regular expressions that cannot keep a reader waiting.

``re`` tries every way in which an expression could fit, and some expressions fit in more ways than
there is time for: ``(a+)+b`` doubles them with every ``a``. Nothing can interrupt it, so the steps
are counted beforehand, from above, and an expression with too many is refused; and only the
beginning of a text is looked at. The worst expression let through then takes a second or two for a
text made to be its worst, and microseconds for what instruments say.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest
from typing import Final

from ifcbgui.session.filters.errors import FilterError

TEXT_LIMIT: Final = 500
"""Characters of a text in which an expression is looked for."""

_LONGEST: Final = 200
_MOST_STEPS: Final = 4 * TEXT_LIMIT**2  # from one place on: two * in a row, and what is between
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
    if _Counter(source, position, flags).steps() > _MOST_STEPS:
        raise FilterError(
            "The regular expression could take too long, since it repeats what can itself be "
            'repeated, or repeats too often. Use fewer of * and +, or several with "and" between.',
            position,
        )
    return pattern


@dataclass(frozen=True, slots=True)
class _Piece:
    """Part of a sequence: what it costs once, and how often it may be repeated.

    Attributes:
        ways: In how many ways it fits; at least 1.
        steps: How many it takes to try them all.
        low: Least number of repetitions.
        high: Greatest number of repetitions, at most `TEXT_LIMIT`.
        atom: The expression of the one character that it is; "" of a group.
        gives_back: False if what it has taken is never given back (``*+``).
    """

    ways: int
    steps: int
    low: int = 1
    high: int = 1
    atom: str = ""
    gives_back: bool = True

    def all_ways(self) -> int:
        """Return in how many ways it fits with its repetitions."""
        if not self.gives_back:
            return self.ways
        if self.ways == 1:
            return max(self.high - self.low, 0) + 1
        return _capped(self.ways**times for times in range(self.low, self.high + 1))

    def all_steps(self) -> int:
        """Return how many steps it takes to try them all; most often a lone character is none."""
        if self.atom and self.low == self.high == 1:
            return 0
        return _capped(self.steps * self.ways**times for times in range(self.high))


def _capped(numbers: Iterable[int]) -> int:
    """Return a sum, or something above `_MOST_STEPS` if it is."""
    total = 0
    for number in numbers:
        total += number
        if total > _MOST_STEPS:
            break
    return total


class _Counter:
    """Counts, from above, the steps to try a valid expression from one place on."""

    def __init__(self, source: str, position: int, flags: int) -> None:
        self._source = source
        self._position = position
        self._flags = flags
        self._at = 0

    def steps(self) -> int:
        """Return the number of steps."""
        return self._branches(at_top=True)[1]

    def _branches(self, *, at_top: bool) -> tuple[int, int]:
        """Return ways and steps up to the end of a group, or of the expression."""
        branches: list[list[_Piece]] = [[]]
        while (found := _PART.match(self._source, self._at)) and not found["close"]:
            self._at = found.end()
            if found["bar"]:
                branches.append([])
            else:
                branches[-1].append(self._piece(found))
        costs = [self._sequence(pieces, at_top=at_top) for pieces in branches]
        return _capped(ways for ways, _ in costs), _capped(steps for _, steps in costs)

    def _piece(self, found: re.Match[str]) -> _Piece:
        if found["flags"]:
            reason = "Leave out (?flags): only /.../i is known, which ignores the case."
            raise FilterError(reason, self._position + found.start())
        ways, steps = 1, 1
        if found["open"]:
            ways, steps = self._branches(at_top=False)
            self._at += 1
        low, high, gives_back = self._repetition()
        return _Piece(ways, steps, low, high, found["atom"] or "", gives_back)

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

    def _sequence(self, pieces: list[_Piece], *, at_top: bool) -> tuple[int, int]:
        r"""Return ways and steps of pieces in a row.

        ``\d+`` before a dot ends where the dot is, in one way, and the last piece of all need not
        go on when it fits.
        """
        ways = steps = 1
        for piece, after in zip_longest(pieces, pieces[1:]):
            if not after and at_top:
                least = max(piece.low, 1)
                piece = replace(piece, low=least, high=least)
            steps += ways * piece.all_steps()
            if not (after and self._ends_clearly(piece, after)):
                ways = min(ways * piece.all_ways(), _MOST_STEPS + 1)
        return ways, min(steps, _MOST_STEPS + 1)

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
