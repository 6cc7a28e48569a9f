from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ifcbgui.session import EntryFilter, FilterError, filter_kinds
from ifcbgui.session.filters import FilterRow

TEXT = 'reportevent:Sample done, "bin" saved at C:\\data (1)'
NOW_NS = 1_795_374_000 * 10**9  # 2026-11-22T19:00:00Z


def passes(filter_text: str, text: str, direction: str = "in", **known: object) -> bool:
    row = FilterRow(direction, text, now_ns=NOW_NS, **known)
    return EntryFilter.parse(filter_text).matches_row(row)


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
        "kind=report",
        "kind!=trigger",
        "dir:in",
        "-dir:out",
        "-kind:trigger",
        "-nonsense",
        '-"done sample"',
        '-"kind:report"',
        'kind:report dir:in sample -"nothing of it"',
        '"sample"done',
        '""',
        "sample and done",
        "nonsense or done",
        "NONSENSE OR DONE",
        "not nonsense",
        "not not sample",
        "-(nonsense or rubbish)",
        "not(nonsense)",
        "(nonsense or sample) done",
        "nonsense rubbish or sample",
        '-"and"',
        "-and",
        "/Sample d.ne/",
        "/SAMPLE/i",
        "-/SAMPLE/",
        "/^reportevent:/",
        "/[(]1[)]$/",
        "(1)",
        "((1))",
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
        "(sample or done) nonsense",
        "nonsense (sample or done)",
        "-(nonsense or sample)",
        "not sample or nonsense",
        '"sample or done"',
        "/SAMPLE/",
        "/data",
    ],
)
def test_holds_back(filter_text: str) -> None:
    assert not EntryFilter.parse(filter_text).matches("report", "in", TEXT)


def test_what_we_sent_is_a_command() -> None:
    assert EntryFilter.parse("kind:command").matches("unknown", "out", "refresh")
    assert not EntryFilter.parse("kind:unknown").matches("unknown", "out", "refresh")
    assert EntryFilter.parse("kind:unknown").matches("unknown", "in", "refresh")


def test_finds_the_kind_out_where_it_is_not_told() -> None:
    assert passes("kind:report", TEXT)
    assert passes("kind:unknown", "no such message")
    assert not passes("kind:report", TEXT, "out")


def test_case_is_no_matter_beyond_ascii_either() -> None:
    assert EntryFilter.parse("STRASSE ÄRGER").matches("report", "in", "straße ärger")


def test_a_label_counts_as_text_but_is_in_nobodys_way() -> None:
    text = "valuechanged:getenvironment:41.0:21.5"
    assert passes("environment humidity", text, label="Temperature and humidity")
    assert passes("/humidity$/", text, label="Temperature and humidity")
    assert passes("/21.5$/ humidity=41", text, label="Temperature and humidity")
    assert not passes("humidity", text)


@pytest.mark.parametrize(
    ("filter_text", "text"),
    [
        ("humidity>41", "valuechanged:getenvironment:41.2:21.5"),
        ("HUMIDITY > 41 %", "valuechanged:getenvironment:41.2:21.5"),
        ("humidity>=41.2%RH", "valuechanged:getenvironment:41.2:21.5"),
        ("humidity:41.2", "valuechanged:getenvironment:41.2:21.5"),
        ("humidity:>41", "valuechanged:getenvironment:41.2:21.5"),
        ("temperature<21.6C", "valuechanged:getenvironment:41.2:21.5"),
        ("temperature<-1", "valuechanged:getenvironment:41.2:-2.5"),
        ("humidity!=40 (temperature<0 or temperature>20)", "valuechanged:getenvironment:41.2:21.5"),
        ("volume = 2.50 mL", "syringetrack:2.5"),
        ("syringe_volume=2.50", "syringetrack:2.5"),
        ("triggers_saved>=7 number=12", "triggerchanged:12:saved:7:1"),
        ("saved:7", "triggerchanged:12:saved:7:1"),
        ("saved:7:1", "triggerchanged:12:saved:7:1"),
        ("pausestate:on", "valuechanged:pausestate:1"),
        ("paused=TRUE", "valuechanged:pausestate:true"),
        ("pausestate:0", "valuechanged:pausestate:false"),
        ("pausestate!=off", "valuechanged:pausestate:1"),
        ("valuechanged:pausestate", "valuechanged:pausestate:1"),
        ("pausestate:1", "valuechanged:pausestate:1"),
        ('report:"SAMPLE done"', TEXT),
        ("report:done,", TEXT),
        ('report="a (b)"', "reportevent:A (b)"),
        ("report!=a", TEXT),
        ("setdatafolder:C:\\data", "valuechanged:setdatafolder:C:\\Data\\x"),
        ("stamp:2026-03-14", "graphchanged:" + ":".join("1" * 7) + ":0:0:0:0:2026-03-14|03-09"),
        ("routine:prime", 'valuechanged:interactive:load:[{"Name": "Prime"}]'),
        ("names:b.png", "file:list:a.png:b.png"),
        ("items:stepb", "valuechanged:interactive:liststeps:stepA:stepB"),
    ],
)
def test_asks_for_fields_by_either_name(filter_text: str, text: str) -> None:
    assert passes(filter_text, text)


@pytest.mark.parametrize(
    ("filter_text", "text"),
    [
        ("humidity>41.2", "valuechanged:getenvironment:41.2:21.5"),
        ("humidity!=41.2", "valuechanged:getenvironment:41.2:21.5"),
        ("humidity>0", "valuechanged:getenvironment:wet:21.5"),
        ("humidity>0", "valuechanged:getenvironment:41.2"),
        ("humidity!=0", "valuechanged:sethumiditythreshold:60"),
        ("humidity!=0", "nothing known"),
        ("pausestate:on", "valuechanged:pausestate:0"),
        ("pausestate!=on", "valuechanged:pausestate:2"),
        ("report=sample", TEXT),
        ("report!=sample", "reportevent:Sample"),
    ],
)
def test_a_message_that_does_not_say_so_satisfies_no_comparison(
    filter_text: str, text: str
) -> None:
    assert not passes(filter_text, text)


def test_what_we_sent_has_no_fields() -> None:
    assert not passes("pausestate:on", "valuechanged:pausestate:1", "out")
    assert passes("valuechanged:pausestate", "valuechanged:pausestate:1", "out")


def test_compares_the_envelope() -> None:
    known = {"id": 100, "seqno": 5, "sender": "Host-A", "source": 7}
    assert passes("id>=100 id<101 seqno=5 sender:host sender=host-a source=7", "x", **known)
    assert not passes("id>100", "x", **known)
    assert not passes("seqno!=5", "x", **known)
    assert not passes("sender!=x", "x")
    assert not passes("seqno!=4", "x")


@pytest.mark.parametrize(
    "filter_text",
    [
        "time>=-10m",
        "time>-301s",
        "time>=-0.1h",
        "time<=-5m",
        "time<-0.001d",
        "time>=-99999999d",
        "time>=18:55",
        "time<18:55:00.1",
        "time>9:30",
        "time>=2026-11-22",
        'time>="2026-11-22 18:55"',
        "time<2026-11-22T18:55:01Z",
        "time<=2026-11-22T20:55+02:00",
    ],
)
def test_compares_the_time(filter_text: str) -> None:
    assert passes(filter_text, "x", time_ns=NOW_NS - 300 * 10**9)
    negated = f"-({filter_text})"
    assert not passes(negated, "x", time_ns=NOW_NS - 300 * 10**9)
    assert not passes(filter_text, "x")  # no time is known


@pytest.mark.parametrize(
    ("filter_text", "reason", "position"),
    [
        ("-", "minus", 0),
        ("sample  - done", "minus", 8),
        ("(sample -)", "minus", 8),
        ('sample "done', "closing", 7),
        ('-"done', "closing", 1),
        ("a kind:nonsense", "nonsense", 7),
        ("kind:", "missing", 5),
        ("kind:trigger,,image", "missing", 5),
        ("-dir:up", "dir:in or dir:out", 5),
        ("kind>trigger", "no order", 5),
        ("a or", "nothing behind 'or'", 2),
        ("a OR or b", "nothing behind 'OR'", 2),
        ("a and  ", "nothing behind 'and'", 2),
        ("a not", "nothing behind 'not'", 2),
        ("(a or) b", "nothing behind 'or'", 3),
        (" or a", "nothing before 'or'", 1),
        ("and", "nothing before 'and'", 0),
        ("a ()", r"nothing behind '\('", 2),
        ("a (b or c", r"closing \) is missing", 2),
        ("a f(b", r"closing \) is missing", 3),
        ("a b)", r"no \( before", 3),
        (") a", r"no \( before", 0),
        ("(" * 40, "nested", 30),
        ("humidty>55", "There is no field named humidty; did you mean humidity?", 0),
        ("a qqqq > 5", r"There is no field named qqqq\. To search", 2),
        ("humidity>high", "humidity is a number in %RH, and 'high' is not", 9),
        ("humidity>5V", "'5v' is not", 9),
        ("humidity:", "missing behind humidity:", 9),
        ("humidity >  ", "missing behind humidity>", 12),
        ("pausestate>0", "on or off", 11),
        ("report>a", "is text, which has no order", 7),
        ("id>first", "id is a number, and", 3),
        ("time:12:30", "compared with <", 5),
        ("time>=10m", "is no time", 6),
        ("time>=25:00", "is no time", 6),
        ("time>=2026-13-01", "is no time", 6),
        ("time>=1026-11-22", "is no time", 6),
        ("a /(b/", r"cannot be read: missing \)", 3),
        ("/ab[c/", "cannot be read: unterminated character set", 3),
    ],
)
def test_says_what_is_wrong_and_where(filter_text: str, reason: str, position: int) -> None:
    with pytest.raises(FilterError, match=reason) as failure:
        EntryFilter.parse(filter_text)

    assert failure.value.position == position


@pytest.mark.parametrize(
    "text",
    [
        "valuechanged:pausestate",
        "C:\\data\\x",
        "d:/data",
        "pausestate:maybe",
        "saved:12:3",
        "http://host:80/a",
        "/data/ifcb",
        "/data",
        "5>4",
        ">",
        "a-b",
        "f(x)",
        "ORacle",
        'say"so',
    ],
)
def test_what_is_no_test_is_text(text: str) -> None:
    assert passes(text, f"before {text} behind")
    assert not passes(text, "reportevent:else")
    assert passes(f"(nonsense or {text})", f"before {text} behind")


def test_two_paths_are_no_regular_expression() -> None:
    assert passes("/data /home", "copied /data/a to /home/b")
    assert passes("/data / b", "copied /data/a to /home/b")
    assert not passes("/data / x/", "data x")


def test_a_filter_may_be_long_but_not_deep() -> None:
    assert passes("(a or -x) " * 100, "a")


def test_says_which_kinds_are_excluded_by_name() -> None:
    assert EntryFilter.parse("a -kind:link,gps").excludes("link")
    assert EntryFilter.parse("-kind:link").excludes("link")
    assert not EntryFilter.parse("kind:gps -link").excludes("link")


def test_every_group_of_the_catalogue_is_a_kind() -> None:
    assert {"trigger", "environment", "unknown", "command"} <= set(filter_kinds())


@settings(deadline=None)
@given(
    st.text(st.sampled_from('a-":,kindr \n()/*+[{}or>=5<!.timeu\\|?')) | st.text(),
)
def test_any_text_is_a_filter_or_an_error_within_it(text: str) -> None:
    error: FilterError | None = None
    try:
        EntryFilter.parse(text)
    except FilterError as raised:
        error = raised
    assert error is None or 0 <= error.position <= len(text)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_found_by_quoting_it(text: str) -> None:
    quoted = '"{}"'.format(text.replace('"', '""'))

    assert EntryFilter.parse(quoted).matches("unknown", "in", f"before {text} behind")
    assert not EntryFilter.parse(f"-{quoted}").matches("unknown", "in", f"before {text} behind")
