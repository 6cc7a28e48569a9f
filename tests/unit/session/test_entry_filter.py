from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.session import EntryFilter, FilterError
from ifcbgui.session.entry_filter import filter_kinds

TEXT = 'reportevent:Sample done, "bin" saved at C:\\data'


@pytest.mark.parametrize(
    "filter_text",
    [
        "",
        "   ",
        "sample",
        "SAMPLE done",
        "done sample",
        '"sample done"',
        '"""BIN"" saved"',
        "C:\\data",
        "reportevent:sample",
        "kind:report",
        "kind:trigger,report",
        "KIND:Report",
        "dir:in",
        "-dir:out",
        "-kind:trigger",
        "-nonsense",
        '-"done sample"',
        '-"kind:report"',
        'kind:report dir:in sample -"nothing of it"',
        '"sample"done',
        '""',
    ],
)
def test_lets_through(filter_text: str) -> None:
    assert EntryFilter.parse(filter_text).matches("report", "in", TEXT)


@pytest.mark.parametrize(
    "filter_text",
    [
        "nonsense",
        "sample nonsense",
        '"done sample"',
        "kind:trigger",
        "kind:trigger,image",
        "kind:command",
        "dir:out",
        "-dir:in",
        "-sample",
        "-kind:report",
        "kind:report -sample",
        '"kind:report"',
    ],
)
def test_holds_back(filter_text: str) -> None:
    assert not EntryFilter.parse(filter_text).matches("report", "in", TEXT)


def test_what_we_sent_is_a_command() -> None:
    assert EntryFilter.parse("kind:command").matches("unknown", "out", "refresh")
    assert not EntryFilter.parse("kind:unknown").matches("unknown", "out", "refresh")
    assert EntryFilter.parse("kind:unknown").matches("unknown", "in", "refresh")


def test_case_is_no_matter_beyond_ascii_either() -> None:
    assert EntryFilter.parse("STRASSE ÄRGER").matches("report", "in", "straße ärger")


@pytest.mark.parametrize(
    ("filter_text", "reason", "position"),
    [
        ("-", "minus", 0),
        ("sample  - done", "minus", 8),
        ('sample "done', "closing", 7),
        ('-"done', "closing", 1),
        ("a kind:nonsense", "nonsense", 7),
        ("kind:", "missing", 5),
        ("kind:trigger,,image", "missing", 5),
        ("-dir:up", "dir:in or dir:out", 5),
    ],
)
def test_says_what_is_wrong_and_where(filter_text: str, reason: str, position: int) -> None:
    with pytest.raises(FilterError, match=reason) as failure:
        EntryFilter.parse(filter_text)

    assert failure.value.position == position


def test_every_group_of_the_catalogue_is_a_kind() -> None:
    assert {"trigger", "environment", "unknown", "command"} <= set(filter_kinds())


@given(st.text(st.sampled_from('a-":,kindr \n')))
def test_any_text_is_a_filter_or_an_error_within_it(text: str) -> None:
    error: FilterError | None = None
    try:
        EntryFilter.parse(text)
    except FilterError as raised:
        error = raised
    assert error is None or 0 <= error.position <= len(text)


@given(st.text())
def test_any_text_is_found_by_quoting_it(text: str) -> None:
    quoted = '"{}"'.format(text.replace('"', '""'))

    assert EntryFilter.parse(quoted).matches("unknown", "in", f"before {text} behind")
    assert not EntryFilter.parse(f"-{quoted}").matches("unknown", "in", f"before {text} behind")
