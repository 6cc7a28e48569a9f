from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ifcbgui.session import EntryFilter, FilterError
from ifcbgui.session.filters import narrow, to_text
from ifcbgui.session.filters.patterns import read_pattern
from ifcbgui.session.filters.terms import (
    AllOf,
    AnyOf,
    Compare,
    Contains,
    Goes,
    Not,
    OfKind,
    Term,
    TimeCompare,
)
from ifcbgui.session.filters.terms import Matches as MatchesPattern

SECOND_NS = 10**9
OPERATORS = ["<", "<=", ">", ">="]


def patterns(source: str) -> MatchesPattern:
    return MatchesPattern(read_pattern(source, 0, ignore_case=source.startswith("i")))


FOLDED = st.text(min_size=1).map(str.casefold)
PLAIN: st.SearchStrategy[Term] = st.one_of(
    st.builds(Contains, FOLDED),
    st.builds(
        Contains, st.sampled_from(["or", "not", "a", "/data", "humidity", ">5", "(", 'b"', "-c"])
    ),
    st.sampled_from(["a b", "i x+", r"\/", r"\d.5", "i"]).map(patterns),
    st.builds(OfKind, st.frozensets(st.sampled_from(["gps", "link", "image"]), min_size=1)),
    st.builds(Goes, st.sampled_from(["in", "out"])),
    st.builds(Compare, st.just("humidity"), st.sampled_from(OPERATORS), st.sampled_from(["5.5"])),
    st.builds(Compare, st.just("report"), st.sampled_from([":", "="]), FOLDED),
    st.builds(TimeCompare, st.sampled_from(OPERATORS), st.just("now"), st.integers(-(10**18), 0)),
    st.builds(
        TimeCompare,
        st.sampled_from(OPERATORS),
        st.just("epoch"),
        st.integers(0, 10**15).map(lambda us: us * 1000),
    ),
    st.builds(
        TimeCompare,
        st.sampled_from(OPERATORS),
        st.just("day"),
        st.integers(0, 86_399_999_999).map(lambda us: us * 1000),
    ),
)


def grown(smaller: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    several = st.lists(smaller, min_size=2, max_size=4).map(tuple)
    return st.one_of(several.map(AllOf), several.map(AnyOf), st.builds(Not, smaller))


TERMS: st.SearchStrategy[Term] = st.recursive(PLAIN, grown, max_leaves=10)


@settings(deadline=None)
@given(TERMS)
def test_terms_are_read_back_from_their_text(term: Term) -> None:
    assert EntryFilter.parse(to_text(term)).term == term


@settings(deadline=None)
@given(TERMS, TERMS)
def test_a_narrowed_filter_asks_for_both(before: Term, more: Term) -> None:
    text = narrow(to_text(before), more)
    terms = before.terms if isinstance(before, AllOf) else (before,)
    expected = terms if more in terms else (*terms, more)
    found = EntryFilter.parse(text).term
    assert (found.terms if isinstance(found, AllOf) and len(expected) > 1 else (found,)) == expected


@pytest.mark.parametrize(
    ("before", "more", "after"),
    [
        ("", OfKind(frozenset({"gps"})), "kind:gps"),
        ("", AnyOf((Contains("a"), Contains("b"))), "a or b"),
        ("Sample  done", Not(OfKind(frozenset({"gps"}))), "Sample  done -kind:gps"),
        ("a or b ", Contains("c d"), '(a or b) "c d"'),
        ("a or /data", patterns("i x"), "(a or /data) /i x/i"),
        ("a -kind:gps", Not(OfKind(frozenset({"gps"}))), "a -kind:gps"),
        ("a", Contains("a"), "a"),
    ],
)
def test_what_was_typed_stays_as_it_was(before: str, more: Term, after: str) -> None:
    assert narrow(before, more) == after


def test_what_cannot_be_read_cannot_be_narrowed() -> None:
    with pytest.raises(FilterError):
        narrow("a or", Contains("b"))
