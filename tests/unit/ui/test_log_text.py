from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.instrument.entry import Direction
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session.records import SessionRow
from ifcbgui.ui.models.log_text import (
    VALUE_LIMIT,
    clock_text,
    date_text,
    describe,
    describe_text,
    field_texts,
    images_of,
    json_text,
    one_line,
    size_text,
    tsv_line,
)

IMAGE = base64.b64encode(b"\x89PNG image").decode()


@pytest.mark.parametrize(
    ("text", "label", "value"),
    [
        ("valuechanged:switchpump1:0", "Sheath pump 1", "OFF"),
        ("valuechanged:switchpump1:1", "Sheath pump 1", "ON"),
        ("syringetrack:5.00", "Syringe", "5.00 mL"),
        ("valuechanged:setcameragain:6", "Camera gain", "6 steps"),
        ("valuechanged:setcameragain:six", "Camera gain", "six"),
        ("client:reset", "Reset", ""),
        (
            "valuechanged:getenvironment:38.214738689250034:23.5",
            "Environment",
            "humidity 38.2147 %RH · temperature 23.5 °C",
        ),
        ("reportevent:Data folder set to:\n/data\n", "Report", "Data folder set to: ↵ /data"),
        ("triggerrois:0", "Regions of interest", "0 images, 0 B"),
        (f"triggerrois:1:4:9:{IMAGE}", "Regions of interest", "1 image, 10 B"),
        (f"triggerimage:{IMAGE}", "Camera frame", "image, 10 B"),
        ("valuechanged:switchnewthing:1", "valuechanged:switchnewthing", "1"),
        ("hello", "hello", ""),
        ("", "", ""),
    ],
)
def test_a_row_says_what_a_message_is_and_what_its_value_is(
    text: str, label: str, value: str
) -> None:
    words = describe_text(text, Direction.IN)
    assert (words.label, words.value) == (label, value)


def test_a_command_is_called_by_its_title_and_shows_what_was_sent() -> None:
    words = describe_text("routine:runsample", Direction.OUT)
    assert (words.label, words.value) == ("Run sample", "routine:runsample")


def test_a_command_nobody_knows_shows_what_was_sent() -> None:
    words = describe_text("make:coffee", Direction.OUT)
    assert (words.label, words.value) == ("Command", "make:coffee")


def test_a_long_text_is_cut_and_its_size_is_said() -> None:
    text = one_line("a" * 1_200_000)
    assert text == "a" * VALUE_LIMIT + "… 1.2 MB"


def test_control_characters_do_not_reach_the_screen() -> None:
    assert one_line("a\x00b\x1bc\td\x85e") == "a\ufffdb\ufffdc\ufffdd\ufffde"


@given(st.text(max_size=300), st.sampled_from(Direction))
def test_every_text_has_printable_words(text: str, direction: Direction) -> None:
    words = describe(parse_message(text), direction)
    assert "\n" not in words.label + words.value
    assert len(words.value) < VALUE_LIMIT * 3 + 20


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (18_700, "18.7 kB"), (1_234_567, "1.2 MB")],
)
def test_sizes_are_said_as_people_say_them(size: int, text: str) -> None:
    assert size_text(size) == text


def test_times_are_cut_not_rounded() -> None:
    assert clock_text(1_795_363_199_999_999_999, utc=True) == "15:59:59.999"
    assert date_text(1_795_363_199_999_999_999, utc=True) == "2026-11-22 15:59:59.999999 UTC"


def test_local_times_are_in_the_zone_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "AST4")
    time.tzset()
    try:
        assert clock_text(1_795_000_000_000_000_000, utc=False) == "07:06:40.000"
        assert date_text(1_795_000_000_000_000_000, utc=False).endswith("-0400")
    finally:
        monkeypatch.undo()
        time.tzset()


def test_fields_come_with_units_and_meanings() -> None:
    fields = field_texts(parse_message("valuechanged:getenvironment:38.2:23.6"))
    assert [(field.name, field.value, field.unit) for field in fields] == [
        ("humidity", "38.2", "%RH"),
        ("temperature", "23.6", "°C"),
    ]
    assert fields[0].meaning == "relative humidity"


def test_the_signals_of_a_trigger_are_listed_one_by_one() -> None:
    text = "triggercontent:daq:PeakA:0.071:PeakB:1.204:rois:0"
    names = [field.name for field in field_texts(parse_message(text))]
    assert names == ["PeakA", "PeakB", "rois"]


def test_json_is_indented() -> None:
    message = parse_message('valuechanged:interactive:load:[{"Type":"Sequence"}]')
    assert json_text(message) == '[\n  {\n    "Type": "Sequence"\n  }\n]'
    assert json_text(parse_message("client:reset")) is None
    assert json_text(parse_message("valuechanged:interactive:load:[broken")) is None


def test_images_come_with_their_places() -> None:
    assert images_of(parse_message(f"triggerimage:{IMAGE}")) == [("", b"\x89PNG image")]
    assert images_of(parse_message(f"triggerrois:1:4:9:{IMAGE}")) == [
        ("top 4, left 9", b"\x89PNG image")
    ]
    assert images_of(parse_message("triggerimage:%%%")) == []


def test_a_tsv_line_has_one_line_and_six_cells() -> None:
    row = SessionRow(1, 0, "in", "host", "host", 1, "reportevent:a\tb\nc\n")
    cells = tsv_line(row).split("\t")
    assert cells[:4] == ["1970-01-01T00:00:00.000000Z", "in", "report", "Report"]
    assert cells[5] == "reportevent:a\\tb\\nc\\n"
    assert len(cells) == 6
