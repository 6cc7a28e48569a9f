"""The upright band of the frame in which an instrument's regions of interest lie.

The laser makes a narrow band of what passes: left edges from 788 to 828 and from 1036 to 1076 in
bins of two instruments, at 852 in a capture of a third, about 740 to 980 in the vendor's example,
at all heights of the frame. So each instrument has its own, which is learned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

MOST_TO_LEARN: Final = 200
"""A band learned from so many regions is settled."""

_FEWEST: Final = 50
_STEP: Final = 50  # by so many one looks further along
_MOST_AT_ONCE: Final = 4_000  # so that no look takes longer than some 10 ms
# Twice the vendor's example would be no band any more; a clog has no height (inferred).
_WIDEST_PX: Final = 60.0
_LOWEST_PX: Final = 25.0
# Places come in steps of 4 pixels (seen in bins), so nothing is known more exactly.
_FINEST_PX: Final = 4.0
_IQR_OF_NORMAL: Final = 1.349
_REACH: Final = 2.5

Pixels = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Band:
    """Where regions of interest usually lie, in pixels of the frame.

    Attributes:
        left: Left border: 99 of 100 left edges are between the two.
        right: Right border.
        centre: Median of the left edges.
        spread: Robust standard deviation of them: what 25 and 75 % of them say of it.
        count: How many it was learned from; 0 where somebody knew it.
    """

    left: float
    right: float
    centre: float
    spread: float
    count: int

    @classmethod
    def known(cls, one: float, other: float) -> Band:
        """Return the band between two borders that somebody knows."""
        left, right = sorted((one, other))
        spread = max((right - left) / (2 * _REACH), _FINEST_PX)
        return cls(left, right, (left + right) / 2, spread, 0)

    @property
    def is_known(self) -> bool:
        """True when it was known before any of the regions was seen."""
        return self.count == 0

    @property
    def settled(self) -> bool:
        """True when nothing more is learned."""
        return self.is_known or self.count >= MOST_TO_LEARN


class BandLearner:
    """Learns a band from the first 200 regions that form one; from the 50th on it is a guess.

    Args:
        start: Number of the first region to learn from.

    Attributes:
        band: The band, or None as long as there are too few regions, or they lie all over the
            frame or at one spot. Give it one that is known, and nothing is learned.
    """

    def __init__(self, start: int = 0) -> None:
        self.band: Band | None = None
        self._seen = start
        self._places: Pixels = np.empty((2, 0))

    def look(self, left: Pixels, top: Pixels, first: int = 0) -> Band | None:
        """Look at regions that were not there before, 4,000 of them at most.

        Args:
            left: Left edges of all there are, pixels, oldest first; negative for none.
            top: Upper edges.
            first: Number of the first of them: how many others have gone.

        Returns:
            The band, or None.
        """
        if self.band is not None and self.band.settled:
            return self.band
        start = max(self._seen - first, 0)
        part = slice(start, min(start + _MOST_AT_ONCE, len(left)))
        self._seen = max(self._seen, first + part.stop)
        if start < part.stop:
            self._learn(np.stack((left[part], top[part])))
        return self.band

    def _learn(self, fresh: Pixels) -> None:
        places = np.concatenate((self._places, fresh[:, fresh[0] >= 0]), axis=1)
        band = _band_of(places)
        while band is None and self.band is None and places.shape[1] >= MOST_TO_LEARN:
            places = places[:, _STEP:]
            band = _band_of(places)
        self.band = band or self.band
        self._places = places[:, :MOST_TO_LEARN]


def spread_of(places: Pixels) -> float:
    """Return the robust standard deviation of places, at least the 4 pixels they come in."""
    lower, upper = np.percentile(places, (25, 75))
    return max(float(upper - lower) / _IQR_OF_NORMAL, _FINEST_PX)


def _band_of(places: Pixels) -> Band | None:
    left, top = places[:, :MOST_TO_LEARN]
    if len(left) < _FEWEST:
        return None
    spread = spread_of(left)
    if spread > _WIDEST_PX or spread_of(top) < _LOWEST_PX:
        return None
    centre, reach = float(np.median(left)), _REACH * spread
    return Band(centre - reach, centre + reach, centre, spread, len(left))
