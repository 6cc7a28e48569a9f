"""From messages about triggers to rows, in whatever order and with whatever in them."""

from __future__ import annotations

import base64
import math
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.imaging.tables import FRAME, ROI, TRIGGER, Table
from ifcbgui.instrument.imaging.triggers import TriggerFollower
from ifcbgui.instrument.messages import Message
from ifcbgui.instrument.parser import parse_message

S = 1_000_000_000
UTC_NS = 1_795_364_700 * S


def png(width: int, height: int) -> str:
    head = struct.pack(">8s4s4sII", b"\x89PNG\r\n\x1a\n", b"\0\0\0\r", b"IHDR", width, height)
    return base64.b64encode(head).decode()


def graph(number: int, x: int = 852, y: int = 270) -> str:
    return (
        f"graphchanged:0.013:0.014:0.071:0.072:{x}:{y}:{number}:0.45:0.60:0.13:0.13:"
        "2026-03-14|03-09"
    )


def processed(number: int, rois: int = 1) -> str:
    return f"triggerchanged:{number}:processed:{rois}:{number}:{number}"


def saved(number: int) -> str:
    return f"triggerchanged:{number}:saved:{number}:0"


def cut_out(*places: tuple[int, int], size: tuple[int, int] = (64, 48)) -> str:
    images = "".join(f":{top}:{left}:{png(*size)}" for left, top in places)
    return f"{len(places)}{images}"


def shown(*places: tuple[int, int]) -> str:
    return f"triggerrois:{cut_out(*places)}"


def content(*places: tuple[int, int], peak_b: float | str = 1.2) -> str:
    daq = f"PeakA:0.5:PeakB:{peak_b}:IntegratedA:0.01:IntegratedB:0.02:RunTime:3.0"
    return f"triggercontent:daq:{daq}:rois:{cut_out(*places)}"


FRAME_TEXT = f"triggerimage:{png(1360, 1024)}"
A, B = (800, 400), (820, 90)


class Follow:
    """A follower and its tables; messages have the ids 1, 2, 3, ... and come 10 ms apart."""

    def __init__(self, *texts: str) -> None:
        self.triggers, self.rois, self.frames = (
            Table(dtype, 1000) for dtype in (TRIGGER, ROI, FRAME)
        )
        self.follower = TriggerFollower(self.triggers, self.rois, self.frames)
        self.taken = 0
        self.told = self.take(*texts)

    def take(self, *texts: str, after_s: float = 0.0) -> list[int]:
        return [self.take_message(parse_message(text), after_s) for text in texts]

    def take_message(self, message: Message, after_s: float = 0.0) -> int:
        self.taken += 1
        at_ns = UTC_NS + self.taken * 10_000_000 + round(after_s * S)
        return self.follower.take(self.taken, Entry(message, Direction.IN, at_ns, at_ns))

    def column(self, name: str, table: str = "triggers") -> list[Any]:
        values: list[Any] = getattr(self, table).rows[name].tolist()
        return values


class TestTrigger:
    def test_is_one_row_whatever_is_said_of_it(self) -> None:
        follow = Follow(graph(3), saved(3), processed(3, 2), FRAME_TEXT, shown(A, B), content(A, B))
        [row] = follow.triggers.rows
        assert (row["message_id"], row["number"], row["rois"]) == (1, 3, 2)
        assert (row["left"], row["top"]) == (852, 270)
        assert row["time_ns"] == UTC_NS + 10_000_000
        signals = [row[f"f{n}"] for n in (1, 2, 3, 4)]
        signals += [row[name] for name in ("peak_a", "peak_b", "integrated_a", "integrated_b")]
        expected = [0.013, 0.014, 0.071, 0.072, 0.5, 1.2, 0.01, 0.02]
        assert signals == pytest.approx(expected)
        assert follow.told == [-1, -1, 2, -1, -1, -1]

    @pytest.mark.parametrize(
        "texts",
        [
            (processed(3), graph(3), saved(3)),
            (saved(3), processed(3), graph(3)),
            (content(A), graph(3), processed(3), saved(3)),
        ],
    )
    def test_order_does_not_matter(self, texts: tuple[str, ...]) -> None:
        follow = Follow(graph(2), processed(2), *texts)
        assert follow.column("number")[0] == 2
        assert follow.column("number")[-1] == 3
        assert follow.column("rois") == [1, 1]
        assert follow.column("left") == [852, 852]

    def test_what_nobody_said_is_not_made_up(self) -> None:
        [row] = Follow(saved(7)).triggers.rows
        assert (row["rois"], row["left"], row["top"]) == (-1, -1, -1)
        names = [name for name in TRIGGER.names or () if TRIGGER[name] == np.dtype("f4")]
        assert len(names) == 8
        assert all(math.isnan(row[name]) for name in names)

    def test_at_nought_there_was_no_region(self) -> None:
        follow = Follow(graph(1, 0, 0), graph(2, 0, 7), graph(3, -4, 7))
        assert follow.column("left") == [-1, 0, -1]
        assert follow.column("top") == [-1, 7, -1]

    def test_regions_shown_count_where_nobody_counted_them(self) -> None:
        follow = Follow(graph(1), shown(A, B), graph(2), content(), processed(2, 3))
        assert follow.column("rois") == [2, 3]
        assert follow.told == [-1, 2, -1, 0, -1]  # each trigger tells it once

    def test_a_late_word_amends_its_own_row(self) -> None:
        follow = Follow(graph(1), graph(2), saved(1), processed(1, 4), processed(2, 5))
        assert follow.column("number") == [1, 2]
        assert follow.column("rois") == [4, 5]


class TestBin:
    def test_a_number_that_goes_back_begins_another(self) -> None:
        follow = Follow(*(f(n) for n in (1, 2, 3) for f in (graph, processed)), graph(1))
        follow.take(processed(1, 0), graph(2), processed(2, 0))
        assert follow.column("number") == [1, 2, 3, 1, 2]
        assert follow.column("rois") == [1, 1, 1, 0, 0]

    def test_has_nothing_to_do_with_the_one_before(self) -> None:
        follow = Follow(graph(1), graph(2), graph(3), graph(1), saved(2), processed(3, 4))
        assert follow.column("number") == [1, 2, 3, 1, 2, 3]
        assert follow.column("rois") == [-1] * 5 + [4]

    def test_so_does_the_same_number_once_more(self) -> None:
        """A sample that was given up after its first trigger is followed by such a one."""
        follow = Follow(graph(1), saved(1), processed(1), graph(1), saved(1), processed(1, 0))
        assert follow.column("rois") == [1, 0]

    def test_so_does_a_number_of_long_ago(self) -> None:
        follow = Follow(saved(1), saved(2), saved(3))
        follow.take(processed(1, 9), after_s=600)
        assert follow.column("number") == [1, 2, 3, 1]
        assert follow.column("rois") == [-1, -1, -1, 9]

    def test_so_does_a_number_too_many_triggers_ago(self) -> None:
        follow = Follow(*map(graph, range(1, 21)), processed(5), processed(4))
        assert follow.column("number")[20:] == [4]
        assert follow.column("rois")[4] == 1

    def test_a_number_may_leap(self) -> None:
        follow = Follow(graph(5), graph(900), processed(5, 2), processed(900))
        assert follow.column("number") == [5, 900]
        assert follow.column("rois") == [2, 1]

    def test_clearing_forgets_the_newest_number(self) -> None:
        follow = Follow(graph(5))
        follow.follower.clear()
        follow.take(shown(A))
        assert follow.column("trigger", "rois") == [0]


class TestRegions:
    def test_have_place_size_and_trigger(self) -> None:
        follow = Follow(graph(8), shown(A, B))
        assert [row.tolist()[:8] for row in follow.rois.rows] == [
            (2, 0, UTC_NS + 20_000_000, 8, 800, 400, 64, 48),
            (2, 1, UTC_NS + 20_000_000, 8, 820, 90, 64, 48),
        ]

    def test_one_that_is_no_picture_is_a_row_all_the_same(self) -> None:
        follow = Follow("triggerrois:2:400:800:AAAA:90:820:")
        assert follow.column("width", "rois") == follow.column("height", "rois") == [0, 0]
        assert follow.column("left", "rois") == [800, 820]

    @pytest.mark.parametrize("texts", [(shown(A, B), content(A, B)), (content(A, B), shown(A, B))])
    def test_that_come_twice_are_there_once(self, texts: tuple[str, str]) -> None:
        follow = Follow(graph(1), *texts)
        assert follow.column("message_id", "rois") == [2, 2]
        assert follow.column("peak_b", "rois") == pytest.approx([1.2, 1.2])
        assert follow.column("peak_b") == pytest.approx([1.2])

    def test_at_other_places_are_others(self) -> None:
        follow = Follow(graph(1), shown(A), content(B))
        assert follow.column("left", "rois") == [800, 820]
        assert math.isnan(follow.column("peak_b", "rois")[0])

    def test_of_the_next_trigger_are_others_at_the_same_place(self) -> None:
        """As a clog shows them."""
        follow = Follow(graph(1), shown(A), content(A), graph(2), shown(A), content(A))
        assert follow.column("trigger", "rois") == [1, 2]
        assert not any(map(math.isnan, follow.column("peak_a", "rois")))

    @pytest.mark.parametrize("texts", [(shown(A), content(A)), (content(A), shown(A))])
    def test_of_triggers_that_nobody_numbers(self, texts: tuple[str, str]) -> None:
        follow = Follow(graph(1), *texts * 3)
        assert follow.column("trigger", "rois") == [1, 0, 0]
        assert follow.column("number") == [1, 0, 0]
        assert follow.column("rois") == [1, 1, 1]
        assert not any(map(math.isnan, follow.column("peak_a", "rois")))

    def test_of_content_alone(self) -> None:
        follow = Follow(content(A), content(A), content())
        assert follow.column("number") == [0, 0, 0]
        assert follow.column("rois") == [1, 1, 0]
        assert len(follow.rois) == 2

    def test_of_a_stream_of_regions_alone(self) -> None:
        follow = Follow(shown(A), shown(A), shown())
        assert (len(follow.rois), len(follow.triggers)) == (2, 0)

    def test_frames_belong_to_the_number_said_last(self) -> None:
        follow = Follow(FRAME_TEXT, graph(4), FRAME_TEXT, FRAME_TEXT)
        assert follow.column("trigger", "frames") == [0, 4, 0]
        assert follow.column("message_id", "frames") == [1, 3, 4]


class TestProblems:
    def test_a_signal_that_is_none_leaves_the_others(self) -> None:
        follow = Follow(graph(1), content(A, peak_b="much"))
        assert follow.column("peak_a", "rois") == [0.5]
        assert math.isnan(follow.column("peak_b", "rois")[0])

    def test_a_number_beyond_the_column_is_not_said(self) -> None:
        text = graph(1).replace("0.013", "1e39").replace("852", "9" * 15)
        follow = Follow(text, shown((10**12, -(10**12))))
        [trigger], [roi] = follow.triggers.rows, follow.rois.rows
        assert math.isnan(trigger["f1"])
        assert trigger["f2"] == pytest.approx(0.014)
        assert trigger["left"] == roi["left"] == 2**31 - 1
        assert roi["top"] == -(2**31 - 1)

    @pytest.mark.parametrize(
        "text",
        [
            "triggerrois:3:1:2:AAAA",
            "triggercontent:daq:rois",
            "triggerchanged:x:processed:1:2:3",
            "triggerchanged:5:processed",
            "graphchanged:1:2",
            graph(1).replace(":1:0.45", ":one:0.45"),
        ],
    )
    def test_what_cannot_be_read_is_passed_over(self, text: str) -> None:
        follow = Follow(text)
        assert follow.told == [-1]
        assert len(follow.triggers) == len(follow.rois) == 0
        follow.take(graph(2), shown(A))
        assert follow.column("trigger", "rois") == [2]


# --- anything at all ----------------------------------------------------------------------------

NUMBERS = st.one_of(st.integers(-2, 6), st.integers(), st.just(10**400))
VALUES = st.one_of(NUMBERS, st.floats(), st.text(max_size=5), st.booleans(), st.none())
PLACES = st.tuples(NUMBERS, NUMBERS, st.binary(max_size=4))
IMAGES = st.lists(PLACES, max_size=3)
KEYS = sorted(
    key for key, form in MESSAGE_FORMS.items() if form.group in ("trigger", "image", "graph")
)


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """Draw a message of some form, with fields that the parser would give, or worse."""
    form = MESSAGE_FORMS[draw(st.sampled_from(KEYS))]
    count = form.pattern.count(":") + 1
    fields = [draw(VALUES) for _ in range(draw(st.integers(1, count)))]
    if form.key in ("triggerrois", "triggercontent"):
        daq = st.dictionaries(st.sampled_from(["PeakA", "PeakB", "IntegratedB"]), VALUES)
        rest = [draw(daq)] if form.key == "triggercontent" else []
        fields = ["kind", *rest, draw(IMAGES)]
    elif form.group == "trigger" and len(fields) > 1:
        fields[1] = draw(st.integers(-1, 5))
    return Message("", tuple(fields), form)


@settings(max_examples=300, deadline=None)
@given(st.lists(messages(), max_size=40))
def test_nothing_raises_and_nothing_is_lost(sequence: list[Message]) -> None:
    follow = Follow()
    images = 0
    for message in sequence:
        follow.take_message(message)
        shown = message.fields[-1]
        images += len(shown) if isinstance(shown, list) else 0
    frames = sum(message.key == "triggerimage" for message in sequence)
    assert len(follow.frames) == frames
    assert len(follow.triggers) <= len(sequence)
    assert images / 2 <= len(follow.rois) <= images
    check_rows(follow, len(sequence))


texts = st.lists(
    st.one_of(
        st.builds(graph, st.integers(1, 5), st.sampled_from([0, 800])),
        st.builds(processed, st.integers(1, 5), st.integers(0, 3)),
        st.builds(saved, st.integers(1, 5)),
        st.lists(st.sampled_from([A, B]), max_size=2).map(lambda places: shown(*places)),
        st.lists(st.sampled_from([A, B]), max_size=2).map(lambda places: content(*places)),
        st.just(FRAME_TEXT),
    ),
    max_size=40,
)


@settings(max_examples=200, deadline=None)
@given(texts)
def test_rows_fit_together_in_whatever_order_messages_come(sequence: list[str]) -> None:
    follow = Follow(*sequence)
    check_rows(follow, len(sequence))
    graphs = sum(text.startswith("graph") for text in sequence)
    assert np.sum(~np.isnan(follow.triggers.rows["f1"])) == graphs
    numbers = {0, *follow.column("number")}
    assert set(follow.column("trigger", "rois")) <= numbers
    assert set(follow.column("trigger", "frames")) <= numbers


def check_rows(follow: Follow, count: int) -> None:
    for table in (follow.triggers, follow.rois, follow.frames):
        ids = table.rows["message_id"].tolist()
        assert ids == sorted(ids)
        assert set(ids) <= set(range(1, count + 1))
    for message_id in set(follow.column("message_id", "rois")):
        rows = follow.rois.rows[follow.rois.rows["message_id"] == message_id]
        assert rows["index"].tolist() == list(range(len(rows)))
