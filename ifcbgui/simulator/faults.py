"""Faults an operator should meet here first: what they are called, when, and for how long."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

# Name -> what happens, one line each; `ifcbgui simulate --help` prints them.
INSTRUMENT_FAULTS = {
    "bubbles": "air in the sample: round dark images at random places",
    "clog": "dirty flow cell: a flood of the same image at the same place",
    "humidity-leak": "humidity climbs by 0.5 %RH a minute",
    "misaligned": "laser off the core: next to no triggers",
    "no-echo": "commands are lost: no effect, no echo, no report",
    "unknown-messages": "messages no catalogue knows, one every 10 s",
    "valve-stuck": "the valve starts to move and does not arrive",
    "wrong-wording": "reports come in words of another version",
}
LINK_FAULTS = {
    "drop": "every connection is cut once; with a length, new ones are refused so long",
    "silent": "the hub stays connected and says nothing, not even pings",
}
FAULTS = {**INSTRUMENT_FAULTS, **LINK_FAULTS}

_SPEC = re.compile(r"(?P<name>[a-z-]+)(@(?P<at>\d+(\.\d+)?)(:(?P<seconds>\d+(\.\d+)?))?)?")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    Attributes:
        name: A key of `FAULTS`.
        at: Seconds after the start: the instrument's for an instrument fault, real ones
            for a fault of the link.
        seconds: How long it lasts; infinite where nothing was said.
    """

    name: str
    at: float = 0.0
    seconds: float = math.inf


def parse_fault(spec: str) -> Fault:
    """Read a fault as it is written on the command line: ``NAME[@START[:SECONDS]]``.

    Raises:
        ValueError: If it is not written so, or no fault has that name.
    """
    match = _SPEC.fullmatch(spec)
    if not match:
        raise ValueError(
            f"A fault is written NAME, NAME@START or NAME@START:SECONDS, not {spec!r}."
        )
    if match["name"] not in FAULTS:
        raise ValueError(f"No fault is called {match['name']!r}. There are: {', '.join(FAULTS)}.")
    return Fault(match["name"], float(match["at"] or 0), float(match["seconds"] or math.inf))


class FaultPlan:
    """Tells which faults act at a moment."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._faults = tuple(faults)

    def acts(self, name: str, now: float) -> bool:
        """Tell whether a fault acts ``now`` seconds after the start."""
        return any(
            fault.name == name and fault.at <= now < fault.at + fault.seconds
            for fault in self._faults
        )

    def of_the_link(self) -> tuple[Fault, ...]:
        """Return the faults of the link, in order of their start."""
        return tuple(
            sorted((f for f in self._faults if f.name in LINK_FAULTS), key=lambda fault: fault.at)
        )
