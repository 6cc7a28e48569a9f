"""Values of the state as what they should be, or nothing. No Qt here."""

from __future__ import annotations

from ifcbgui.instrument.state import InstrumentState


def number(state: InstrumentState, name: str) -> float | None:
    """Return a value that is a number; None for one never said, or one that came garbled."""
    value = state.value(name)
    return value if isinstance(value, float | int) and not isinstance(value, bool) else None
