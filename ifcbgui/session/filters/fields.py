"""What a filter can ask a message for: its kind, its fields, and how a field is compared.

The fields are those of the catalogue, each under its own name (``volume``) and under the name by
which the instrument's state keeps it (``syringe_volume``).
"""

from __future__ import annotations

import operator as operators
import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any, Final

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.messages import FieldSpec, Message
from ifcbgui.session.filters.rows import COMMAND_KIND

UNKNOWN_KIND: Final = "unknown"
LINK_KIND: Final = "link"
"""What the log calls that which befell the connection; no message is of it."""

ROW_FIELDS: Final[Mapping[str, str]] = {
    "id": "number",
    "seqno": "number",
    "sender": "text",
    "source": "text",
}
"""What can be compared beside the fields of a message: name and what it is."""

_IS: Final[Mapping[str, str]] = {
    "int": "number",
    "float": "number",
    "bool": "switch",
    "text": "text",
    "json": "text",
    "stamp": "text",
    "names": "text",
    "items": "text",
}  # images and tables of signals cannot be compared
_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,18}|\d{0,18}(\.\d+|\.?\d*e[+-]?\d{1,2}))", re.ASCII)
_ON_OFF: Final = {"on": True, "1": True, "true": True, "off": False, "0": False, "false": False}
COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    ":": operators.eq,
    "=": operators.eq,
    "!=": operators.ne,
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}

Test = Callable[[Any], bool]


@cache
def filter_kinds() -> tuple[str, ...]:
    """Return the kinds that ``kind:`` knows, in order of the alphabet."""
    groups = {form.group for form in MESSAGE_FORMS.values()}
    return tuple(sorted(groups | {COMMAND_KIND, LINK_KIND, UNKNOWN_KIND}))


def forms_with(name: str) -> frozenset[str]:
    """Return the keys of the message forms that have a field of this name, or an empty set."""
    return frozenset(_fields().get(name, ()))


def field_names() -> tuple[str, ...]:
    """Return every name that can be compared but ``time``, in order of the alphabet."""
    return tuple(sorted({*_fields(), *ROW_FIELDS}))


def natures(name: str) -> frozenset[str]:
    """Return what the fields of a name are: ``number``, ``switch`` (on or off) or ``text``."""
    if name in ROW_FIELDS:
        return frozenset((ROW_FIELDS[name],))
    return frozenset(_IS[spec.type] for specs in _fields().get(name, {}).values() for spec in specs)


def units(name: str) -> tuple[str, ...]:
    """Return the units in which the fields of a name are given."""
    specs = [spec for specs in _fields().get(name, {}).values() for spec in specs]
    return tuple(sorted({spec.unit for spec in specs if spec.unit}))


@cache
def unit_spellings(name: str) -> frozenset[str]:
    """Return how people write the units of a name, case-folded: ``%rh`` and ``%``."""
    folded = {unit.casefold() for unit in units(name)}
    short = {unit.replace("°", "").replace("%rh", "%") for unit in folded}
    return frozenset(folded | short)


def without_unit(name: str, value: str) -> str:
    """Return a value without the unit behind it, if that is one in which the field is given."""
    for unit in unit_spellings(name):
        number = value.removesuffix(unit)
        if number != value and read_number(number) is not None:
            return number
    return value


@lru_cache(maxsize=256)
def test_for(nature: str, operator: str, value: str) -> Test | None:
    """Return how a value of some nature is compared, or None if it cannot be.

    Args:
        nature: One of `natures`.
        operator: ``:``, ``=``, ``!=``, ``<``, ``<=``, ``>`` or ``>=``.
        value: What to compare with, case-folded and without its unit.
    """
    compare = COMPARE[operator]
    if nature == "number":
        number = read_number(value)
        return None if number is None else lambda found: compare(found, number)
    if operator in ("<", "<=", ">", ">="):
        return None
    if nature == "switch":
        on = _ON_OFF.get(value)
        return None if on is None else lambda found: compare(found, on)
    if operator == ":":
        return lambda found: value in found.casefold()
    return lambda found: compare(found.casefold(), value)


def says(message: Message, name: str, operator: str, value: str) -> bool:
    """Return True if a message has a field of this name that compares so."""
    if message.form is None:
        return False
    for spec in _fields()[name].get(message.form.key, ()):
        nature = _IS[spec.type]
        test, found = test_for(nature, operator, value), _value(message, spec, nature)
        if test and found is not None and test(found):
            return True
    return False


def read_number(text: str) -> int | float | None:
    """Return the number that a text is, or None."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    return float(text) if found[1] else int(text)


def _value(message: Message, spec: FieldSpec, nature: str) -> Any:
    """Return the value of a field, or None where it is missing or could not be converted."""
    if spec.position >= len(message.fields):
        return None
    value = message.fields[spec.position]
    if nature == "text":
        # What is no text was made from the end of the message.
        is_text = isinstance(value, str) and spec.type != "items"
        return value if is_text else message.text.split(":", spec.position)[spec.position]
    return None if isinstance(value, str) else value


@cache
def _fields() -> Mapping[str, Mapping[str, tuple[FieldSpec, ...]]]:
    """Return the fields that can be compared: by name, then by key of the form."""
    found: dict[str, dict[str, tuple[FieldSpec, ...]]] = {}
    for form in MESSAGE_FORMS.values():
        for spec in form.fields:
            for name in {spec.name, spec.state or spec.name} if spec.type in _IS else ():
                forms = found.setdefault(name, {})
                forms[form.key] = (*forms.get(form.key, ()), spec)
    return found
