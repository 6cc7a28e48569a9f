from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.entry import Direction
from ifcbgui.instrument.messages import IMAGE_GROUP
from ifcbgui.session import SessionRow, entry_json, entry_text
from ifcbgui.session.lines import json_lines
from tests.helpers.recorded import entry, message
from tests.helpers.texts import wire_texts

TIME_NS = 1_795_363_500_123_456_789
PNG = "iVBORw0KGgo="  # 8 bytes

texts = wire_texts() | wire_texts("\\nr\nu0\r\0\x85\u2028\ud800\udfff:a")
scalars = st.none() | st.booleans() | st.integers() | st.floats() | wire_texts()


def unescape(text: str) -> str:
    """Undo what the docstring of the module says."""
    known = {"\\\\": "\\", "\\n": "\n", "\\r": "\r"}
    return re.sub(
        r"\\u([0-9a-f]{4})|\\[\\nr]",
        lambda found: chr(int(found[1], 16)) if found[1] else known[found[0]],
        text,
    )


def decoded(line: bytes) -> dict[str, Any]:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    value = json.loads(line.decode("utf-8"), parse_constant=refuse)
    assert isinstance(value, dict)
    return value


def test_a_line_of_text() -> None:
    row = message(7, 'reportevent:two\nlines, a "quote" and C:\\new', time_ns=TIME_NS)
    sent = entry("refresh", direction=Direction.OUT, time_ns=TIME_NS)

    assert entry_text(row) == (
        r'2026-11-22T16:05:00.123456Z in  reportevent:two\nlines, a "quote" and C:\\new'
    )
    assert entry_text(sent) == "2026-11-22T16:05:00.123456Z out refresh"


@given(texts)
def test_a_text_is_had_back_exactly_from_its_line(text: str) -> None:
    line = entry_text(message(1, text))
    line.encode()

    assert len(line.splitlines()) == 1
    assert unescape(line[len("2026-11-22T16:05:00.123456Z in  ") :]) == text


def test_an_object_of_json() -> None:
    row = SessionRow(7, TIME_NS, "in", "host", 2, 5, "valuechanged:pausestate:0")

    assert entry_json(row) == (
        b'{"id":7,"time_ns":1795363500123456789,"direction":"in","sender":"host","source":2,'
        b'"seqno":5,"text":"valuechanged:pausestate:0","time":"2026-11-22T16:05:00.123456Z",'
        b'"known":true,"fields":["valuechanged","pausestate",false],"problem":null}'
    )


def test_watching_and_exporting_give_the_same_object() -> None:
    live = entry("triggerchanged:5:processed", time_ns=TIME_NS, sender="host", source=2, seqno=9)
    row = SessionRow(3, TIME_NS, "in", "host", 2, 9, "triggerchanged:5:processed")

    assert entry_json(live, 3) == entry_json(row)
    assert decoded(entry_json(live))["id"] is None


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (f"triggerimage:{PNG}", ["triggerimage", {"bytes": 8}]),
        (
            f"triggerrois:2:1:2:{PNG}:3:4:{PNG}",
            ["triggerrois", [[1, 2, {"bytes": 8}], [3, 4, {"bytes": 8}]]],
        ),
        ("file:list:a:b", ["file", "list", ["a", "b"]]),
        ("nobody:knows:this", ["nobody", "knows", "this"]),
    ],
)
def test_fields_as_json(text: str, fields: list[Any]) -> None:
    assert decoded(entry_json(message(1, text)))["fields"] == fields


def test_a_time_among_the_fields_is_iso() -> None:
    text = "graphchanged:0.1:0.2:0.3:0.4:1:2:3:0.5:0.6:0.7:0.8:2026-03-14|03-09"

    assert decoded(entry_json(message(1, text)))["fields"][-1] == "2026-03-14T03:09:00"


def test_a_problem_is_told() -> None:
    line = decoded(entry_json(message(1, "valuechanged:pausestate:maybe")))

    assert line["problem"]
    assert line["fields"] == ["valuechanged", "pausestate", "maybe"]


@given(text=texts, sender=scalars, source=scalars, seqno=st.none() | st.integers())
@example(text="\ud800", sender=float("nan"), source=float("-inf"), seqno=2**70)
def test_every_message_is_an_object_with_its_exact_text(
    text: str, sender: Any, source: Any, seqno: int | None
) -> None:
    row = message(1, text, sender=sender, source=source, seqno=seqno)
    line = entry_json(row)
    members = decoded(line)

    assert b"\n" not in line
    assert list(members)[:7] == list(SessionRow._fields)
    assert members["text"] == text
    assert members["seqno"] == seqno
    for name, value in (("sender", sender), ("source", source)):
        finite = not isinstance(value, float) or abs(value) < float("inf")
        assert members[name] == (value if finite else None)
    assert json_lines([message(0), row]) == entry_json(message(0)) + b"\n" + line + b"\n"


@pytest.mark.parametrize("depth", [100, 300, *range(900, 1010, 3), 5000])
def test_deep_nesting_is_no_exception(depth: int) -> None:
    text = "valuechanged:interactive:load:" + "[" * depth + "]" * depth
    line = entry_json(message(1, text))

    assert text.encode() in line
    assert line.endswith(b"}")


def test_nesting_that_could_be_read_but_not_written_is_no_exception() -> None:
    texts = ("valuechanged:interactive:load:" + "[" * n + "]" * n for n in range(1000, 0, -1))
    live = next(live for live in map(entry, texts) if live.message.problem is None)

    def deeper(frames: int) -> bytes:
        return deeper(frames - 1) if frames else entry_json(live)

    assert live.message.text.encode() in deeper(50)


def test_only_messages_with_images_have_fields_of_bytes() -> None:
    for form in MESSAGE_FORMS.values():
        has_bytes = {"base64", "rois"} & {spec.type for spec in form.fields}
        assert bool(has_bytes) == (form.group == IMAGE_GROUP), form.key
