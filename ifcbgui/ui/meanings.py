"""What the catalogue says of each value of the state. No Qt here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.messages import FieldSpec, MessageForm


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a value is.

    Attributes:
        label: What operators call it.
        unit: Its unit, or "".
        text: What it says, one sentence.
        wire: Pattern of the message that carries it.
        stream_switch: The view switch thought to end its stream, or None.
        stale_after_ns: Age beyond which the next one is overdue, or None.
    """

    label: str
    unit: str = ""
    text: str = ""
    wire: str = ""
    stream_switch: str | None = None
    stale_after_ns: int | None = None


def meaning_of(name: str) -> Meaning:
    """Return what the catalogue says of a value of the state."""
    return _meanings().get(name) or Meaning(name)


@cache
def _meanings() -> Mapping[str, Meaning]:
    found: dict[str, Meaning] = {}
    for form in MESSAGE_FORMS.values():
        for field in form.fields:
            if field.state is not None:
                found.setdefault(field.state, _meaning(form, field))
    # Kept from the pair of messages that tells of a move, not from a field of one.
    found["valve_moving"] = found["valve_port"]
    return MappingProxyType(found)


def _meaning(form: MessageForm, field: FieldSpec) -> Meaning:
    alone = len(form.fields) == 1
    return Meaning(
        label=form.label if alone else field.meaning.capitalize(),
        unit=field.unit,
        text=form.meaning if alone else f"{field.meaning.capitalize()}. {form.meaning}",
        wire=form.pattern,
        stream_switch=form.stream_switch,
        stale_after_ns=None if form.stale_after_s is None else int(form.stale_after_s * 1e9),
    )
