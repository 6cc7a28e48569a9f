"""One text message of the instrument, and the form the catalogue knows it by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One variable field of a message form.

    Attributes:
        name: Short name of the field, e.g. ``humidity``.
        type: ``text``, ``int``, ``float``, ``bool``, ``json`` or ``base64``.
        unit: Unit of the value as written beside it (``mL``, ``V``), or "".
        meaning: What the value says, in one phrase.
    """

    name: str
    type: str
    unit: str = ""
    meaning: str = ""


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
    """

    key: str
    group: str
    label: str
    meaning: str
    fields: tuple[FieldSpec, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message text with what could be understood of it.

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
