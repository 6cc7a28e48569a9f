"""Terms as the text that stands for them."""

from __future__ import annotations

import re
from typing import Final

from ifcbgui.session.filters.parser import parse
from ifcbgui.session.filters.terms import (
    AllOf,
    AnyOf,
    Compare,
    Contains,
    Goes,
    Matches,
    Not,
    OfKind,
    Term,
    TimeCompare,
)
from ifcbgui.session.filters.times import time_text

_BARE: Final = re.compile(r"(?!(?:and|or|not)$)\w+")
_BARE_VALUE: Final = re.compile(r"[\w.+-]+")


def to_text(term: Term) -> str:
    """Return a filter that parses to equal terms.

    Args:
        term: Terms as `ifcbgui.session.filters.parser` makes them.
    """
    match term:
        case AnyOf():
            return " or ".join(map(_part, term.terms))
        case AllOf():
            return " ".join(map(_part, term.terms))
        case _:
            return _one(term)


def narrow(text: str, term: Term) -> str:
    """Return a filter that lets only those messages through which satisfy a further term.

    Args:
        text: The filter so far, which stays as it was typed.
        term: The term to add, if it is not there yet.

    Raises:
        FilterError: If the filter so far cannot be understood.
    """
    before = parse(text)
    terms = before.terms if isinstance(before, AllOf) else (before,)
    if term in terms:
        return text
    if not terms:
        return to_text(term)
    wrapped = f"({text.strip()})" if isinstance(before, AnyOf) else text.strip()
    return f"{wrapped} {_part(term)}"


def _part(term: Term) -> str:
    return f"({to_text(term)})" if isinstance(term, AllOf | AnyOf) else _one(term)


def _one(term: Term) -> str:
    match term:
        case Not():
            return f"-({_one(term.term)})" if isinstance(term.term, Not) else f"-{_part(term.term)}"
        case Contains():
            return term.folded if _BARE.fullmatch(term.folded) else _quoted(term.folded)
        case Matches():
            return f"/{term.pattern.pattern}/{'i' if term.pattern.flags & re.IGNORECASE else ''}"
        case OfKind():
            return f"kind:{','.join(sorted(term.kinds))}"
        case Goes():
            return f"dir:{term.direction}"
        case Compare():
            value = term.value if _BARE_VALUE.fullmatch(term.value) else _quoted(term.value)
            return f"{term.name}{term.operator}{value}"
        case TimeCompare():
            return time_text(term)
    raise TypeError(f"{term!r} has no text")


def _quoted(text: str) -> str:
    return '"{}"'.format(text.replace('"', '""'))
