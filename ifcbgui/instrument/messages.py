"""One text message of the instrument, and the form the catalogue knows it by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

IMAGE_GROUP = "image"
"""The group of all messages, and only those, that have images among their fields."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One variable field of a message form.

    Attributes:
        name: Short name of the field, e.g. ``humidity``.
        type: ``text``, ``int``, ``float``, ``bool``, ``json``, ``base64`` (bytes), ``stamp``
            (naive datetime), ``rois`` (list of (top, left, PNG bytes)), ``daq`` (floats by
            name), ``names`` (list of text) or ``items`` (all remaining fields as text).
        unit: Unit of the value as written beside it (``mL``, ``V``), or "".
        meaning: What the value says, in one phrase.
        minimum: Smallest plausible value, in ``unit``, or None.
        maximum: Largest plausible value, in ``unit``, or None.
        state: Name under which ``InstrumentState`` keeps the value, or None.
        position: Index of the field in ``Message.fields``.
        label: What an operator calls the value, or "" where that is the form's label.
    """

    name: str
    type: str
    unit: str = ""
    meaning: str = ""
    minimum: float | None = None
    maximum: float | None = None
    state: str | None = None
    position: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True)
class MessageForm:
    """One form of message that the catalogue knows.

    Attributes:
        key: Unique name: the constant fields joined by ``:``, e.g.
            ``valuechanged:pausestate`` or ``triggerchanged:processed``.
        group: ``client``, ``acquisition``, ``interactive``, ``fluids``, ``trigger``,
            ``image``, ``graph``, ``report``, ``switch``, ``setting``, ``environment``,
            ``gps``, ``file`` or ``hardware``.
        label: What an operator calls it, e.g. ``Sheath pump 1``.
        meaning: One sentence.
        fields: The variable fields in wire order.
        source: Where the form is known from; starts with ``seen in`` or ``inferred``.
        pattern: The fields in order, variable ones as ``<name>``, e.g.
            ``triggerchanged:<number>:saved:<saved>:<skipped>``.
        sets: What the message itself says of the state: (name, value) pairs.
        stream_switch: The view switch thought to feed the message, or None. While it is
            off, the last value may be old.
        stale_after_s: Seconds after which the last value no longer says much, or None.
    """

    key: str
    group: str
    label: str
    meaning: str
    fields: tuple[FieldSpec, ...]
    source: str
    pattern: str = ""
    sets: tuple[tuple[str, Any], ...] = ()
    stream_switch: str | None = None
    stale_after_s: float | None = None


class Message(msgspec.Struct, frozen=True, gc=False):
    """A message text with what could be understood of it.

    A struct and not a dataclass: it is made for every message, and this halves what that costs.
    It never holds a reference to itself, so the garbage collector need not look.

    Attributes:
        text: The wire text exactly as received.
        fields: All fields in wire order, constants as text, values converted to
            Python types. A field that could not be converted stays raw text.
        form: The catalogue's form, or None for a message it does not have.
        problem: None, or one sentence: why a field could not be converted.
    """

    text: str
    fields: tuple[Any, ...]
    form: MessageForm | None = None
    problem: str | None = None

    @property
    def known(self) -> bool:
        """True when the catalogue has this message."""
        return self.form is not None

    @property
    def group(self) -> str:
        """The form's group, or ``unknown``."""
        return self.form.group if self.form else "unknown"

    @property
    def key(self) -> str:
        """The form's key, or the first two fields of an unknown message."""
        if self.form:
            return self.form.key
        return ":".join(self.text[:80].split(":", 2)[:2])
