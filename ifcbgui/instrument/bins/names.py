"""What the name of a bin says: which instrument took it, and when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

_NEW = re.compile(r"D(\d{8}T\d{6})_IFCB(\d{3,})")
_OLD = re.compile(r"IFCB(\d+)_(\d{4}_\d{3}_\d{6})")


@dataclass(frozen=True, slots=True)
class BinName:
    """The name of a bin, as in ``D20260314T150512_IFCB207`` or ``IFCB5_2012_028_081515``.

    Attributes:
        text: The name itself.
        time: When the sample began, UTC.
        instrument: Number of the instrument.
        old: True for a name of the first instruments, whose files differ.
    """

    text: str
    time: datetime
    instrument: int
    old: bool

    @classmethod
    def parse(cls, text: str) -> BinName | None:
        """Read a name without its ending; None where it is no bin's."""
        try:
            if match := _NEW.fullmatch(text):
                time = datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
                return cls(text, time, int(match[2]), old=False)
            if match := _OLD.fullmatch(text):
                time = datetime.strptime(match[2], "%Y_%j_%H%M%S").replace(tzinfo=UTC)
                return cls(text, time, int(match[1]), old=True)
        except ValueError:  # the 31st of February
            pass
        return None
