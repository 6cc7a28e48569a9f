from __future__ import annotations

import base64
import json
from datetime import datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.parser import (
    MAX_IMAGE_VALUES,
    MAX_NAMES,
    MAX_UNKNOWN_FIELDS,
    parse_message,
)

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAAG0lEQVR4nGPcwgABTAzYGCUwRk8JAwMDI27FAHjBAusj"
    "HEy/AAAAAElFTkSuQmCC"
)
PNG_BYTES = base64.b64decode(PNG)
DAQ = "daq:ADCTime:4295.101:PeakA:0.016:InhibitTime:0.420"
DAQ_VALUES = {"ADCTime": 4295.101, "PeakA": 0.016, "InhibitTime": 0.420}


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("valuechanged:pausestate:0", ("valuechanged", "pausestate", False)),
        ("valuechanged:acquisition:started", ("valuechanged", "acquisition", "started")),
        ("syringetrack:3.14159", ("syringetrack", 3.14159)),
        ("movevalvestarted:ccw:exhaust", ("movevalvestarted", "ccw", "exhaust")),
        ("triggerchanged:3:processed:1:3:2", ("triggerchanged", 3, "processed", 1, 3, 2)),
        ("triggerchanged:3:saved:3:0", ("triggerchanged", 3, "saved", 3, 0)),
        ("triggerchanged:9:skipped:1:2:3:4", ("triggerchanged", 9, "skipped", 1, 2, 3, 4)),
        ("valuechanged:movefocus:-50", ("valuechanged", "movefocus", -50)),
        (
            "valuechanged:getenvironment:41.862210773193512:24.109923001557112",
            ("valuechanged", "getenvironment", 41.862210773193512, 24.109923001557112),
        ),
        (
            "reportevent:Data folder set to:\n/data/ifcbdata/pier/beads\n",
            ("reportevent", "Data folder set to:\n/data/ifcbdata/pier/beads\n"),
        ),
        (
            "valuechanged:samplegpsposition:age: 2 lat: 41.52460 lon: -70.67105",
            ("valuechanged", "samplegpsposition", "age: 2 lat: 41.52460 lon: -70.67105"),
        ),
        ("file:list:a.adc:a.hdr", ("file", "list", ["a.adc", "a.hdr"])),
        ("file:chunk:a.hdr:0:humidity: 41\n", ("file", "chunk", "a.hdr", 0, "humidity: 41\n")),
        ("file:end:a.hdr", ("file", "end", "a.hdr")),
        ("triggerrois:0", ("triggerrois", [])),
        (
            "triggerrois:2:0:0:AAAA:5:5:BBBB",
            ("triggerrois", [(0, 0, b"\0\0\0"), (5, 5, b"\x04\x10A")]),
        ),
        (
            f"triggercontent:{DAQ}:rois:2:0:0:AAAA:5:5:BBBB",
            ("triggercontent", DAQ_VALUES, [(0, 0, b"\0\0\0"), (5, 5, b"\x04\x10A")]),
        ),
        (f"triggercontent:{DAQ}:rois:0", ("triggercontent", DAQ_VALUES, [])),
        ("triggercontent:daq:rois:0", ("triggercontent", {}, [])),
        (f"triggerimage:{PNG}", ("triggerimage", PNG_BYTES)),
        (
            "graphchanged:0.0131:0.08:0.07:1.2:948:412:517:0.45:0.6:0.13:0.13:2026-03-14|03-09",
            (
                "graphchanged",
                0.0131,
                0.08,
                0.07,
                1.2,
                948,
                412,
                517,
                0.45,
                0.6,
                0.13,
                0.13,
                datetime(2026, 3, 14, 3, 9),
            ),
        ),
        (
            "valuechanged:interactive:liststeps:1:a::b",
            ("valuechanged", "interactive", "liststeps", "1", "a", "", "b"),
        ),
    ],
)
def test_fields_are_converted(text, fields):
    message = parse_message(text)
    assert message.fields == fields
    assert message.problem is None
    assert message.known
    assert message.text == text


class TestWhereTheReferenceParserIsWrong:
    @pytest.mark.parametrize("value", ["0", "false", "False", "FALSE"])
    def test_off_is_false(self, value):
        message = parse_message(f"valuechanged:switchtriggering:{value}")
        assert message.fields[2] is False
        assert message.problem is None

    @pytest.mark.parametrize("value", ["1", "true", "True", "TRUE"])
    def test_on_is_true(self, value):
        assert parse_message(f"valuechanged:switchtriggering:{value}").fields[2] is True

    @pytest.mark.parametrize("value", ["", "2", "on", "-1", "0.0"])
    def test_another_boolean_stays_raw(self, value):
        message = parse_message(f"valuechanged:switchtriggering:{value}")
        assert message.fields == ("valuechanged", "switchtriggering", value)
        assert "'on' should be 0 or 1" in message.problem

    @pytest.mark.parametrize("value", ["6", "6.0", "6.00", "6."])
    def test_whole_number_may_come_as_float(self, value):
        message = parse_message(f"valuechanged:setcameragain:{value}")
        assert message.fields[2] == 6
        assert type(message.fields[2]) is int
        assert message.problem is None

    @pytest.mark.parametrize("value", ["6.5", "", "six", "1_0", "9" * 5000, "²"])
    def test_another_whole_number_stays_raw(self, value):
        message = parse_message(f"valuechanged:setcameragain:{value}")
        assert message.fields[2] == value
        assert "whole number" in message.problem

    @pytest.mark.parametrize(
        ("start", "rest"),
        [
            ("valuechanged:setfilecomment", "a:b"),
            ("valuechanged:setdatafolder", "C:\\x"),
            ("valuechanged:acquisition:status", "running: 9 [N]"),
            ("valuechanged:hostversion", "3:0"),
            ("valuechanged:setfilecomment", ""),
        ],
    )
    def test_last_text_keeps_its_colons(self, start, rest):
        message = parse_message(f"{start}:{rest}")
        assert message.fields == (*start.split(":"), rest)
        assert message.problem is None

    @pytest.mark.parametrize(
        "routine",
        [[], [{}], {"a": 1}, [{"Type": "Sequence", "Steps": [{"StepType": "Initialize"}]}], [1, 2]],
    )
    def test_routine_is_one_field(self, routine):
        message = parse_message(f"valuechanged:interactive:load:{json.dumps(routine)}")
        assert message.fields == ("valuechanged", "interactive", "load", routine)
        assert message.problem is None

    @pytest.mark.parametrize("text", ["", "[{", "[" * 100_000, "NaN", '"\ud800"', "[] []"])
    def test_bad_json_stays_raw(self, text):
        message = parse_message(f"valuechanged:interactive:load:{text}")
        assert message.fields == ("valuechanged", "interactive", "load", text)
        assert "should be JSON" in message.problem

    def test_file_name_may_hold_colons(self):
        message = parse_message("file:start:a:b.roi:3:octet/stream")
        assert message.fields == ("file", "start", "a:b.roi", 3, "octet/stream")
        message = parse_message("file:chunk:a:b.roi:3:x:y\nz")
        assert message.fields == ("file", "chunk", "a:b.roi", 3, "x:y\nz")
        assert parse_message("file:end:a:b.roi").fields == ("file", "end", "a:b.roi")

    @pytest.mark.parametrize("text", ["file:chunk:x", "file:chunk", "file:start:x", "file:start"])
    def test_cut_off_file_message_is_a_problem(self, text):
        message = parse_message(text)
        assert message.known
        assert "should have 5 fields" in message.problem

    @pytest.mark.parametrize("text", ["file:list", "file:list:"])
    def test_empty_list_has_one_shape(self, text):
        message = parse_message(text)
        assert message.fields == ("file", "list", [])
        assert message.problem is None

    def test_of_a_list_without_end_the_first_names_are_read(self):
        text = "file:list" + ":a" * MAX_NAMES
        assert parse_message(text).problem is None
        message = parse_message(f"{text}:b:c")
        assert message.known
        assert message.fields == ("file", "list", ["a"] * MAX_NAMES)
        assert "too long" in message.problem

    @pytest.mark.parametrize("start", ["triggerrois:", "triggercontent:daq:rois:"])
    def test_more_images_than_a_frame_can_hold_stay_raw(self, start):
        text = f"{start}{MAX_IMAGE_VALUES}{':0:0:AAAA' * MAX_IMAGE_VALUES}"
        message = parse_message(text)
        assert message.fields[0] + ":" + message.fields[1] == text
        assert "'rois'" in message.problem

    @pytest.mark.parametrize(
        "value", ["3,45", "NaN", "nan", "inf", "-Infinity", "1e999", "1_0", ""]
    )
    def test_what_is_no_number_stays_raw(self, value):
        message = parse_message(f"syringetrack:{value}")
        assert message.fields == ("syringetrack", value)
        assert "'volume' should be a number" in message.problem

    @pytest.mark.parametrize("value", ["%%%", "AAA", "AAAA=", "AAAA AAAA", "AA:AA", "ä"])
    def test_bad_base64_stays_raw(self, value):
        message = parse_message(f"triggerimage:{value}")
        assert message.fields[1:] == tuple(value.split(":", 1))
        assert message.problem

    @pytest.mark.parametrize(
        "rest",
        [
            "1:0:0:AAAA:",
            "3:1:2:AAAA",
            "",
            "x",
            "-1",
            "0:1",
            "1:a:0:AAAA",
            "1:0:0:%%%",
            "999999999999:1:2:AAAA",
        ],
    )
    def test_bad_images_stay_raw(self, rest):
        message = parse_message(f"triggerrois:{rest}")
        assert message.fields == ("triggerrois", rest)
        assert "'rois'" in message.problem

    @pytest.mark.parametrize(
        "rest",
        [
            "",
            "daq",
            f"{DAQ}",
            f"{DAQ}:rois",
            f"{DAQ}:rois:2:0:0:AAAA",
            f"{DAQ}:x:rois:0",
            f"{DAQ}:rois:1:0:0:AAAA:5",
            "x:rois:0",
        ],
    )
    def test_bad_content_stays_raw(self, rest):
        message = parse_message(f"triggercontent:{rest}")
        assert message.fields == ("triggercontent", rest)
        assert "'rois'" in message.problem

    def test_bad_signal_stays_raw_beside_the_good_ones(self):
        message = parse_message("triggercontent:daq:PeakA:0.5:PeakB:NaN:rois:0")
        assert message.fields == ("triggercontent", {"PeakA": 0.5, "PeakB": "NaN"}, [])
        assert "'PeakB' should be a number" in message.problem

    @pytest.mark.parametrize("text", ["", "valuechanged:switchnewthing:1", "hello", "file", ":"])
    def test_unknown_message_is_kept(self, text):
        message = parse_message(text)
        assert not message.known
        assert message.form is None
        assert message.problem is None
        assert message.fields == tuple(text.split(":"))


@pytest.mark.parametrize("text", ["client:reset:again", "client:reset:", "syringetrack:1:2"])
def test_too_many_fields_are_a_problem(text):
    message = parse_message(text)
    assert message.known
    assert "more" in message.problem
    assert ":".join(message.fields) == text


def test_too_few_fields_are_a_problem():
    message = parse_message("valuechanged:getenvironment:41.8")
    assert message.fields == ("valuechanged", "getenvironment", "41.8")
    assert message.problem == "This message should have 4 fields, but has 3."


def test_good_fields_are_converted_beside_a_bad_one():
    message = parse_message("valuechanged:getenvironment:41.8:NaN")
    assert message.fields == ("valuechanged", "getenvironment", 41.8, "NaN")
    assert message.problem == "The field 'temperature' should be a number, but is 'NaN'."


def test_bad_stamp_stays_raw():
    start = "graphchanged:0:0:0:0:1:2:3:0:0:0:0:"
    for stamp in ("2026-13-14|03-09", "yesterday", "2026-03-14|03:09"):
        message = parse_message(start + stamp)
        assert message.fields[-1] in (stamp, "09")
        assert message.problem


def test_unknown_text_is_split_into_a_bounded_number_of_fields():
    text = "new" + ":x" * 100_000
    message = parse_message(text)
    assert len(message.fields) == MAX_UNKNOWN_FIELDS
    assert ":".join(message.fields) == text


def test_problem_does_not_repeat_a_long_text():
    assert len(parse_message("triggerimage:" + "%" * 1_000_000).problem) < 200


starts = st.sampled_from([*MESSAGE_FORMS, "triggerchanged:4:saved", "triggercontent:daq"])
pieces = st.sampled_from(["0", "1", "3.5", "-1", "rois", "daq", "AAAA", "", "[]", "{", "\ud800"])
near_messages = st.builds(
    lambda start, rest: ":".join([start, *rest]), starts, st.lists(pieces | st.text(), max_size=9)
)


@settings(max_examples=300, deadline=None)
@given(st.text() | near_messages)
@example("triggerchanged")
@example("valuechanged:interactive")
def test_never_raises_and_keeps_the_text(text):
    message = parse_message(text)
    assert message.text == text
    assert message.fields
    assert isinstance(message.key, str)
    assert message.problem is None or message.known
