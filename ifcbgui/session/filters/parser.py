"""Reads the text of a filter into its terms.

The grammar, in which a term may also stand right behind a phrase, an expression or a ``)``::

    any    = all { "or" all }
    all    = one { [ "and" ] one }
    one    = "not" one | [ "-" ] plain
    plain  = "(" any ")" | "phrase" | /expression/ | name:value | name>value | word
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from typing import Final

from ifcbgui.instrument.entry import Direction
from ifcbgui.session.filters.errors import FilterError
from ifcbgui.session.filters.fields import (
    field_names,
    filter_kinds,
    natures,
    test_for,
    unit_spellings,
    units,
    without_unit,
)
from ifcbgui.session.filters.patterns import read_pattern
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
)
from ifcbgui.session.filters.times import read_time

_DEEPEST: Final = 30
_SPACE: Final = re.compile(r"\s*")
_PHRASE: Final = re.compile(r'"((?:[^"]|"")*+)"')
# No space at either end, so that two paths behind one another are no expression.
_EXPRESSION: Final = re.compile(r"/(?=\S)((?:[^/\\]|\\.)+)(?<=\S)/(i?)(?=[\s)]|$)", re.DOTALL)
_KEYWORD: Final = re.compile(r"(and|or|not)(?=[\s()]|$)", re.IGNORECASE)
_NAMED: Final = re.compile(r"([^\W\d]\w*)(?::([<>]=?|!?=)?|\s*([<>]=?|!?=))")
_APART: Final = re.compile(r"\s+([^\s()]+)(?=[\s)]|$)")
_QUOTE_IT: Final = "To search for it as text, put it into quotes."


def parse(text: str) -> Term:
    """Return the terms of a filter; of a blank one, one that lets everything through.

    Raises:
        FilterError: If it cannot be understood.
    """
    return _Parser(text).read()


class _Parser:
    """Goes through the text once.

    Attributes:
        _at: Where it is.
        _depth: How many parentheses and negations it is in.
        _asked: What asked for the term that has to come now, and where it stands.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._asked: tuple[str, int] | None = None

    def read(self) -> Term:
        if not self._text.strip():
            return AllOf(())
        term = self._any()
        if self._sees(")"):
            raise FilterError(f"There is no ( before this ). {_QUOTE_IT}", self._at)
        return term

    # --- what holds terms together ---

    def _any(self) -> Term:
        terms = [self._all()]
        while self._takes_keyword("or"):
            terms.append(self._all())
        return terms[0] if len(terms) == 1 else AnyOf(tuple(terms))

    def _all(self) -> Term:
        terms = [self._one()]
        while self._takes_keyword("and") or not self._sees_end():
            terms.append(self._one())
        return terms[0] if len(terms) == 1 else AllOf(tuple(terms))

    def _one(self) -> Term:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FilterError(f"This is nested more than {_DEEPEST} deep.", self._at)
        term = self._negated() or self._plain()
        self._depth -= 1
        return term

    def _negated(self) -> Term | None:
        if self._takes_keyword("not"):
            return Not(self._one())
        if self._sees_end() or self._keyword():
            raise self._nothing()
        if not self._sees("-"):
            return None
        self._at += 1
        if self._text[self._at : self._at + 1].strip() in ("", ")"):
            raise FilterError(f"There is nothing behind the minus sign. {_QUOTE_IT}", self._at - 1)
        return Not(self._plain())

    def _group(self) -> Term:
        start = self._at
        self._ask("(")
        term = self._any()
        if not self._sees(")"):
            raise FilterError(f"The closing ) is missing. {_QUOTE_IT}", start)
        self._at += 1
        return term

    def _sees(self, character: str) -> bool:
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._text.startswith(character, self._at)

    def _sees_end(self) -> bool:
        """Return True where no further term of a list follows."""
        if self._sees(")") or self._at == len(self._text):
            return True
        found = self._keyword()
        return bool(found and found[1].lower() == "or")

    def _keyword(self) -> re.Match[str] | None:
        return _KEYWORD.match(self._text, self._at)

    def _takes_keyword(self, keyword: str) -> bool:
        self._sees("")
        found = self._keyword()
        if not found or found[1].lower() != keyword:
            return False
        self._ask(found[1])
        return True

    def _ask(self, what: str) -> None:
        self._asked = (what, self._at)
        self._at += len(what)

    def _nothing(self) -> FilterError:
        if self._asked:
            what, position = self._asked
            return FilterError(f"There is nothing behind {what!r}. {_QUOTE_IT}", position)
        if found := self._keyword():
            return FilterError(f"There is nothing before {found[1]!r}. {_QUOTE_IT}", self._at)
        return FilterError(f"There is no ( before this ). {_QUOTE_IT}", self._at)

    # --- one term ---

    def _plain(self) -> Term:
        if self._sees("("):
            return self._group()
        if self._sees('"'):
            return Contains(self._phrase().casefold())
        if found := _EXPRESSION.match(self._text, self._at):
            self._at = found.end()
            return Matches(read_pattern(found[1], found.start(1), ignore_case=bool(found[2])))
        return self._named() or Contains(self._word().casefold())

    def _phrase(self) -> str:
        found = _PHRASE.match(self._text, self._at)
        if not found:
            raise FilterError('The closing " is missing.', self._at)
        self._at = found.end()
        return found[1].replace('""', '"')

    def _word(self) -> str:
        """Take all up to a space or a ``)`` that closes nothing inside."""
        start, opened = self._at, list[int]()
        for character in self._text[start:]:
            if character.isspace() or (character == ")" and not opened):
                break
            if character == "(":
                opened.append(self._at)
            elif character == ")":
                opened.pop()
            self._at += 1
        if opened:
            raise FilterError(f"The closing ) is missing. {_QUOTE_IT}", opened[0])
        return self._text[start : self._at]

    def _named(self) -> Term | None:
        """Return a test of something by its name, or None where there is plain text."""
        start = self._at
        found = _NAMED.match(self._text, start)
        if not found:
            return None
        name, operator = found[1].lower(), found[2] or found[3] or ":"
        if name not in _names():
            if not found[3]:
                return None
            raise _no_such_name(name, start)
        self._at = found.end()
        if operator != ":":
            self._sees("")
        position = self._at
        value = self._phrase() if self._text.startswith('"', position) else self._word()
        term = _term(name, operator, value.casefold(), position)
        if term is None:
            self._at = start
        elif operator != ":":
            self._skip_unit(name)
        return term

    def _skip_unit(self, name: str) -> None:
        """Go on behind a unit that stands apart, as in ``humidity > 55 %``."""
        found = _APART.match(self._text, self._at)
        if found and found[1].casefold() in unit_spellings(name):
            self._at = found.end()


@cache
def _names() -> frozenset[str]:
    return frozenset(("kind", "dir", "time", *field_names()))


def _no_such_name(name: str, position: int) -> FilterError:
    nearest = get_close_matches(name, _names(), 1)
    meant = f"; did you mean {nearest[0]}?" if nearest else "."
    return FilterError(f"There is no field named {name}{meant} {_QUOTE_IT}", position)


def _term(name: str, operator: str, value: str, position: int) -> Term | None:
    """Return a test by name, or None if it is none but plain text, such as ``c:/data``."""
    if name == "kind":
        kinds = frozenset(_kind(kind, position) for kind in value.split(","))
        return _is(OfKind(kinds), name, operator, position)
    if name == "dir":
        if value not in tuple(Direction):
            raise FilterError("A direction is dir:in or dir:out.", position)
        return _is(Goes(value), name, operator, position)
    if not value:
        reason = f"A value is missing behind {name}{operator}. {_QUOTE_IT}"
        raise FilterError(reason, position)
    if name == "time":
        return read_time(operator, value, position)
    return _compare(name, operator, value, position)


def _kind(kind: str, position: int) -> str:
    if kind not in filter_kinds():
        what = f"There is no kind {kind!r}" if kind else "A kind is missing"
        raise FilterError(f"{what}; there are {', '.join(filter_kinds())}.", position)
    return kind


def _is(term: Term, name: str, operator: str, position: int) -> Term:
    if operator not in (":", "=", "!="):
        raise FilterError(f"A {name} has no order: write {name}:... or -{name}:...", position)
    return Not(term) if operator == "!=" else term


def _compare(name: str, operator: str, value: str, position: int) -> Term | None:
    bare = without_unit(name, value)
    if any(test_for(nature, operator, bare) for nature in natures(name)):
        return Compare(name, operator, bare)
    if operator == ":":
        return None
    if "number" in natures(name):
        unit = "".join(f" in {unit}" for unit in units(name)[:1])
        reason = f"{name} is a number{unit}, and {value!r} is not."
    elif "switch" in natures(name):
        reason = f"{name} is on or off: write {name}:on or {name}:off."
    else:
        reason = f"{name} is text, which has no order: write {name}:word or {name}=word."
    raise FilterError(reason, position)
