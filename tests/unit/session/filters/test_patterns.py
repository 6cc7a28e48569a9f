from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ifcbgui.session.filters.errors import FilterError
from ifcbgui.session.filters.patterns import TEXT_LIMIT, read_pattern


@pytest.mark.parametrize(
    "source",
    [
        "saved",
        ".*trigger.*saved.*",
        r"\d+\.\d+:\d+\.\d+:\d+",
        "[^:]*:[^:]*:[^:]*:[^:]*:x",
        r"^(on|off|auto)?:\s*\d{1,3}$",
        "(ab)+c",
        r"(?P<digit>\d)\1",
        "(?=.*a)(?=.*b)",
        "(?<!a)b(?:c)(?#why)(?>d)",
        "a|b|c|.*x",
        r"x{3}y{2,}z{,4}[]}{]{}",
        "a*+a*+a*+b",
        r"\(a+\)+",
        "[(a+)+]+b",
    ],
)
def test_takes_what_cannot_take_long(source: str) -> None:
    assert read_pattern(source, 0, ignore_case=False).pattern == source


@pytest.mark.parametrize(
    "source",
    [
        "(a+)+b",
        "(a*)*b",
        "(?:a|aa)+$",
        "(.*)*x",
        "((a?){30})b",
        "a?" * 30 + "a" * 30,
        ".*.*.*x",
        r"\w+\d+\w*x",
        "(.*.*.*x)",
        "a*.*a*!",
        "(a|b){2,}c",
        "(?=(a+)+b)",
    ],
)
def test_refuses_what_could_take_long(source: str) -> None:
    with pytest.raises(FilterError, match="too long") as failure:
        read_pattern(source, 7, ignore_case=False)
    assert failure.value.position == 7


def test_refuses_what_is_too_long_itself() -> None:
    with pytest.raises(FilterError, match="longer than"):
        read_pattern("a" * 201, 0, ignore_case=False)


def test_points_at_flags_which_would_change_how_it_is_read() -> None:
    with pytest.raises(FilterError, match="flags") as failure:
        read_pattern("(?x)a *", 7, ignore_case=False)
    assert failure.value.position == 7


@pytest.mark.parametrize("source", ["a{99999999999999999999}", "(", "[[a", "(?P<a>b)(?P<a>b)"])
def test_says_that_it_cannot_be_read(source: str) -> None:
    with pytest.raises(FilterError, match="cannot be read"):
        read_pattern(source, 0, ignore_case=False)


def test_ignores_the_case_if_told_so() -> None:
    assert read_pattern("A", 0, ignore_case=True).search("a")
    assert not read_pattern("A", 0, ignore_case=False).search("a")


@settings(deadline=None)  # the assertion below is it
@given(st.text("ab.*+?{2,}()|[^\\d:", max_size=20))
def test_whatever_is_taken_is_quick_even_where_nothing_fits(source: str) -> None:
    try:
        pattern = read_pattern(f"{source}!", 0, ignore_case=False)
    except FilterError:
        return
    for text in ("a" * TEXT_LIMIT, "ab" * (TEXT_LIMIT // 2), "1:" * (TEXT_LIMIT // 2)):
        start = time.thread_time()
        pattern.search(text, 0, TEXT_LIMIT)
        assert time.thread_time() - start < 15, re.escape(pattern.pattern)
