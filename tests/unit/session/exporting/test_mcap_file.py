"""An exported MCAP file, read back with the official package as a stranger would."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcap.reader import make_reader

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.session import EntryFilter, SessionReader, SessionRow, TimeRange, export
from ifcbgui.session.exporting.mcap_schemas import ENVELOPE
from ifcbgui.session.records import SessionEvent
from ifcbgui.session.store import SessionStore
from tests.bench.test_parser_speed import PNG, example
from tests.helpers.recorded import MakeSession, message, stored
from tests.helpers.texts import wire_texts

TYPES = {"string": str, "integer": int, "number": float, "boolean": bool}


class Read(NamedTuple):
    topic: str
    schema: dict[str, Any]
    content: dict[str, Any]
    time_ns: int
    sequence: int


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "log.mcap"


def exported(path: Path, out: Path, **choice: Any) -> list[Read]:
    with SessionReader(path) as reader:
        export(reader, out, "mcap", **choice)
    found = []
    with out.open("rb") as file:
        reader_ = make_reader(file, validate_crcs=True)
        for schema, channel, read in reader_.iter_messages(log_time_order=False):
            assert schema is not None
            assert (channel.message_encoding, schema.encoding) == ("json", "jsonschema")
            assert read.publish_time == read.log_time
            said = json.loads(schema.data)
            assert said["title"] == schema.name
            found.append(
                Read(channel.topic, said, json.loads(read.data), read.log_time, read.sequence)
            )
        summary = reader_.get_summary()
        assert summary is not None
        assert summary.statistics is not None
        assert summary.statistics.message_count == len(found)
    return found


def check(value: Any, schema: dict[str, Any], where: str) -> None:
    """Check a value as Foxglove would: by the few kinds of schema that it reads."""
    if schema["type"] == "object":
        for name, member in value.items():
            check(member, schema["properties"][name], f"{where}.{name}")
    elif schema["type"] == "array":
        for item in value:
            check(item, schema["items"], where)
    else:
        assert isinstance(value, TYPES[schema["type"]]), where
        assert schema.get("contentEncoding") in (None, "base64")


def test_fields_stand_on_the_topic_of_their_form_by_name(
    make_session: MakeSession, out: Path
) -> None:
    row = message(7, "valuechanged:getenvironment:41.5:23.25", seqno=4107)
    [read] = exported(make_session([row]), out)

    assert read.topic == "/valuechanged/getenvironment"
    assert read.schema["properties"]["humidity"] == {
        "type": "number",
        "description": "relative humidity [%RH]",
    }
    assert read.content == {
        "id": 7,
        "sender": "host",
        "source": "2",
        "seqno": 4107,
        "text": row.text,
        "humidity": 41.5,
        "temperature": 23.25,
    }
    assert (read.time_ns, read.sequence) == (row.time_ns, 4107)


def test_every_form_fits_its_schema(make_session: MakeSession, out: Path) -> None:
    texts = [example(form) for form in MESSAGE_FORMS.values()]
    rows = [message(number, text) for number, text in enumerate(texts, start=1)]
    for read in exported(make_session(rows), out):
        check(read.content, read.schema, read.topic)
        if not read.topic.endswith("/image"):
            form = MESSAGE_FORMS[read.topic[1:].replace("/", ":")]
            assert set(read.content) >= {spec.name for spec in form.fields}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    texts=st.lists(
        st.tuples(st.sampled_from(sorted(MESSAGE_FORMS)), wire_texts()).map(":".join)
        | wire_texts(),
        max_size=6,
    )
)
def test_whatever_comes_fits_and_keeps_its_text(
    make_session: MakeSession, out: Path, texts: list[str]
) -> None:
    rows = [message(number, text, seqno=-1) for number, text in enumerate(texts, start=1)]
    found = exported(make_session(rows), out)
    for read in found:
        check(read.content, read.schema, read.topic)
    said = {read.content["id"]: read.content["text"] for read in found}
    assert [said[number] for number in range(1, len(texts) + 1)] == texts


def test_no_field_is_called_as_what_stands_beside_the_fields() -> None:
    names = {spec.name for form in MESSAGE_FORMS.values() for spec in form.fields}
    assert names.isdisjoint(ENVELOPE)


def test_images_are_as_foxglove_has_them(make_session: MakeSession, out: Path) -> None:
    rows = [
        message(1, f"triggerrois:2:412:948:{PNG}:688:936:{PNG}"),
        message(2, f"triggerimage:{PNG}"),
    ]
    told, first, second, _, frame = exported(make_session(rows), out)

    assert told.topic == "/triggerrois"
    assert "text" not in told.content
    assert told.content["rois"] == [
        {"top": 412, "left": 948, "bytes": len(b64decode(PNG))},
        {"top": 688, "left": 936, "bytes": len(b64decode(PNG))},
    ]
    assert {first.topic, second.topic} == {"/triggerrois/image"}
    assert frame.topic == "/triggerimage/image"
    for read, frame_id in ((first, "roi"), (second, "roi"), (frame, "camera")):
        assert read.schema["title"] == "foxglove.CompressedImage"
        assert set(read.content) == {"timestamp", "frame_id", "data", "format"}
        assert b64decode(read.content["data"]) == b64decode(PNG)
        assert (read.content["frame_id"], read.content["format"]) == (frame_id, "png")
    second_ns, ns = divmod(rows[0].time_ns, 10**9)
    assert first.content["timestamp"] == {"sec": second_ns, "nsec": ns}
    assert first.time_ns == rows[0].time_ns


def test_images_that_cannot_be_read_stay_text(make_session: MakeSession, out: Path) -> None:
    texts = [f"triggerrois:2:412:948:{PNG}:688", "triggerimage:AAAA"]
    short, foreign = exported(make_session(list(map(message, (1, 2), texts))), out)

    assert [short.content["text"], foreign.content["text"]] == texts
    assert "rois" not in short.content
    assert "should hold 2 images" in short.content["problem"]


def test_what_we_sent_and_what_nobody_knows(make_session: MakeSession, out: Path) -> None:
    rows = [
        message(1, "routine:runsample", direction="out", sender=None, source=None, seqno=None),
        message(2, "half a pair \ud800"),
    ]
    sent, unknown = exported(make_session(rows), out)

    assert (sent.topic, sent.content) == ("/command", {"id": 1, "text": "routine:runsample"})
    assert (unknown.topic, unknown.content["text"]) == ("/unknown", "half a pair \ud800")


@pytest.fixture
def eventful(tmp_path: Path) -> Path:
    meta = {"serial": "111-111-111", "server": "ws://x/y", "start_time_ns": 10**9}
    meta["host_version"] = "3.0.0.0"
    rows = [SessionRow(n, n * 10**9, "in", None, None, n, "client:reset") for n in (1, 2, 3)]
    events = [
        SessionEvent("connected", 10**9 - 1, 0, "Connected."),
        SessionEvent("lost", 2 * 10**9 + 5, 0, "Lost."),
        SessionEvent("of a later program", 9 * 10**9, 0, "?"),
    ]
    store = SessionStore.create(tmp_path, meta, list(map(stored, rows)), events)
    store.close(closed_ns=1)
    return store.path


def test_events_are_a_log_among_the_messages(eventful: Path, out: Path) -> None:
    found = exported(eventful, out, entry_filter=EntryFilter.parse("id=2"))

    assert [read.topic for read in found] == [
        "/session/events",
        "/client/reset",
        "/session/events",
        "/session/events",
    ]
    assert found[0].schema["title"] == "foxglove.Log"
    assert found[2].content == {
        "timestamp": {"sec": 2, "nsec": 5},
        "level": 3,
        "message": "Lost.",
        "name": "lost",
        "file": "",
        "line": 0,
    }
    assert [read.content.get("level") for read in found] == [2, None, 3, 2]


def test_only_events_of_the_time_are_there(eventful: Path, out: Path) -> None:
    found = exported(eventful, out, time_range=TimeRange.parse("-1s", "-0s"))
    assert [read.content.get("name", read.topic) for read in found] == ["/client/reset", "lost"]


def test_the_session_says_where_it_comes_from(eventful: Path, out: Path) -> None:
    exported(eventful, out)
    with out.open("rb") as file:
        [metadata] = make_reader(file).iter_metadata()

    assert metadata.name == "session"
    assert metadata.metadata["serial"] == "111-111-111"
    assert metadata.metadata["server"] == "ws://x/y"
    assert metadata.metadata["host_version"] == "3.0.0.0"
    assert metadata.metadata["start"] == "1970-01-01T00:00:01.000000Z"
