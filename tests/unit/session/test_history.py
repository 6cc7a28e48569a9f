"""What was seen and said, as numbers over time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ifcbgui.instrument.catalogue import MESSAGE_FORMS
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.imaging.band import Band
from ifcbgui.instrument.messages import Message
from ifcbgui.instrument.parser import parse_message
from ifcbgui.instrument.reducer import reduce_state
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.session import history as histories
from ifcbgui.session.history import History
from ifcbgui.session.landmarks import MarkKind
from ifcbgui.session.records import EventKind, SessionEvent

S = 1_000_000_000
UTC_NS = 1_795_364_700 * S


def entry(second: float, text: str, direction: Direction = Direction.IN) -> Entry:
    at_ns = UTC_NS + round(second * S)
    return Entry(parse_message(text), direction, at_ns, at_ns)


def event(second: float, kind: str, text: str = "So it was.") -> SessionEvent:
    at_ns = UTC_NS + round(second * S)
    return SessionEvent(kind, at_ns, at_ns, text)


def heard(*said: tuple[float, str] | SessionEvent) -> History:
    history = History()
    take(history, *said)
    return history


def take(history: History, *said: tuple[float, str] | SessionEvent) -> None:
    for number, what in enumerate(said, 1):
        if isinstance(what, SessionEvent):
            history.take_event(what)
        else:
            history.take(number, entry(*what))


def rows(history: History, name: str) -> list[tuple[float, float | None]]:
    """Return times in seconds, and values with None for a gap."""
    series = history.find(name)
    assert series is not None, name
    return [
        ((time_ns - UTC_NS) / S, None if math.isnan(value) else value)
        for time_ns, value in series.rows.tolist()
    ]


def triggers(start_s: float, count: int, rois: int = 1, first: int = 1) -> list[tuple[float, str]]:
    """Return triggers a second apart."""
    return [
        (start_s + number, f"triggerchanged:{first + number}:processed:{rois}:1:1")
        for number in range(count)
    ]


class TestSeries:
    def test_take_label_unit_and_manner_from_the_catalogue(self) -> None:
        history = heard(
            (1, "valuechanged:getenvironment:41.9:24.1"),
            (2, "valuechanged:setpmtb:0.65"),
            (3, "valuechanged:fpsrate:3.4"),
            (4, "valuechanged:switchlaser:1"),
            (5, "syringetrack:3.27"),
        )
        described = {
            series.name: (series.label, series.unit, series.held, series.gap_s)
            for series in history.series()
        }
        assert described == {
            "humidity": ("Humidity", "%RH", False, 4500),
            "temperature": ("Temperature", "°C", False, 4500),
            "setpmtb": ("PMT B voltage", "V", True, None),
            "fpsrate": ("Trigger rate", "1/s", False, 18.75),
            "switchlaser": ("Laser", "", True, None),
            "syringe_volume": ("Syringe", "mL", False, None),
        }
        assert rows(history, "humidity") == [(1, 41.9)]
        assert rows(history, "switchlaser") == [(4, 1)]

    def test_are_of_every_number_that_the_state_keeps(self) -> None:
        kept = {
            spec.state
            for form in MESSAGE_FORMS.values()
            for spec in form.fields
            if spec.state and spec.type in ("int", "float", "bool")
        }
        derived = {"trigger_rate", "rois_per_trigger", "zero_roi_share"}
        assert set(History()._series) == kept | derived
        labels = [series.label for series in History()._series.values()]
        assert len(set(labels)) == len(labels)

    def test_come_in_the_same_order_whatever_was_said_first(self) -> None:
        said = [(1.0, "syringetrack:3.2"), (2.0, "valuechanged:setpmta:0.5")]
        names = [series.name for series in heard(*said).series()]
        assert names == [series.name for series in heard(*said[::-1]).series()]

    def test_nothing_is_made_up_of_what_was_not_said(self) -> None:
        history = heard(
            (1, "valuechanged:setpmtb:high"),
            (2, "syringetrack:NaN"),
            (3, "valuechanged:hostversion:3.0"),
            (4, "never heard of"),
        )
        history.take(5, entry(5, "syringetrack:1.0", Direction.OUT))
        assert list(history.series()) == []
        assert history.find("setpmtb") is history.find("nonsense") is None

    def test_a_rate_that_was_long_not_told_leaves_a_gap(self) -> None:
        history = heard(*((s, "valuechanged:fpsrate:3.0") for s in (5.0, 10.0, 100.0)))
        assert rows(history, "fpsrate") == [(5, 3), (10, 3), (28.75, None), (100, 3)]

    def test_one_that_was_measured_here(self) -> None:
        history = heard((1, "syringetrack:3.2"))
        history.measure("focus", "Focus", "1/px", UTC_NS + 2 * S, 0.4)
        history.measure("focus", "Focus", "1/px", UTC_NS + 3 * S, 0.5)
        assert rows(history, "focus") == [(2, 0.4), (3, 0.5)]
        assert [series.name for series in history.series()] == ["syringe_volume", "focus"]
        history.take_event(event(4, EventKind.LOST))
        assert rows(history, "focus")[-1] == (4, None)

    def test_what_held_before_the_first_message(self) -> None:
        state = InstrumentState()
        for said in (
            entry(1, "valuechanged:setpmtb:0.65"),
            entry(2, "valuechanged:getenvironment:41.9:24.1"),
            entry(3, "valuechanged:hostversion:3.0"),
        ):
            state = reduce_state(state, said)
        history = History()
        history.begin(state)
        take(history, (9, "valuechanged:setpmtb:0.65"))
        assert rows(history, "setpmtb") == [(1, 0.65), (9, 0.65)]
        assert rows(history, "temperature") == [(2, 24.1)]


class TestCounted:
    def test_triggers_a_second_in_whole_bins(self) -> None:
        history = heard(*triggers(5, 30), (41, "syringetrack:1.0"))
        assert rows(history, "trigger_rate") == [(20, 1), (30, 1), (40, 0.5)]

    def test_what_tells_of_one_trigger_is_counted_once(self) -> None:
        said = [
            (second + late, text)
            for second in range(1, 21)
            for late, text in (
                (0.0, f"graphchanged:1:2:3:4:800:90:{second}:0.4:0.6:0.1:0.1:2026-03-14|03-09"),
                (0.1, f"triggerchanged:{second}:saved:{second}:0"),
                (0.2, f"triggerchanged:{second}:processed:1:{second}:{second}"),
            )
        ]
        assert rows(heard(*said), "trigger_rate") == [(20, 1)]

    @pytest.mark.parametrize(
        "stop",
        [
            (33.0, "valuechanged:switchtriggering:0"),
            (33.0, "valuechanged:switchviewtriggers:0"),
            event(33, EventKind.GAP),
            event(33, EventKind.LOST),
        ],
    )
    def test_no_bin_that_was_not_whole(self, stop: tuple[float, str] | SessionEvent) -> None:
        more = triggers(55, 20, first=100)
        history = heard(*triggers(5, 28), stop, (40, "syringetrack:1.0"), *more)
        assert rows(history, "trigger_rate") == [(20, 1), (30, 1), (33, None), (70, 1)]

    def test_a_switch_that_goes_on_stops_nothing(self) -> None:
        said = (15.0, "valuechanged:switchviewtriggers:1")
        assert rows(heard(*triggers(5, 10), said, *triggers(16, 5, first=11)), "trigger_rate") == [
            (20, 0.9)
        ]

    def test_share_of_triggers_without_regions(self) -> None:
        history = heard(*triggers(0, 20, 1), *triggers(20, 5, 0, first=21))
        share, mean = rows(history, "zero_roi_share"), rows(history, "rois_per_trigger")
        assert share[0] == (11, 0)  # the twelfth
        assert share[-1] == (24, 0.2)
        assert mean[-1] == (24, 0.8)
        assert len(share) == len(mean) == 14

    def test_after_a_lost_link_shares_begin_anew(self) -> None:
        history = heard(*triggers(0, 20), event(21, EventKind.LOST), *triggers(30, 11, 0, first=50))
        assert rows(history, "zero_roi_share")[-1] == (21, None)
        take(history, *triggers(41, 1, 0, first=61))
        assert rows(history, "zero_roi_share")[-1] == (41, 1)

    def test_regions_come_to_their_tables(self) -> None:
        history = heard(*triggers(0, 1), (1, "triggerrois:1:90:800:"), (2, "triggerimage:"))
        assert history.rois.rows[["message_id", "trigger", "left"]].tolist() == [(2, 1, 800)]
        assert history.frames.rows["message_id"].tolist() == [3]
        assert history.triggers.rows["rois"].tolist() == [1]


class TestLinkAndMarks:
    def test_what_comes_each_hour_or_so_leaves_no_gap(self) -> None:
        said = "valuechanged:getenvironment:38.0:23.0"
        history = heard(*((at, said) for at in (0, 3601, 7205, 7205 + 5000)))
        assert rows(history, "humidity")[:3] == [(0, 38), (3601, 38), (7205, 38)]
        assert len(rows(history, "humidity")) == 5

    def test_a_lost_link_breaks_off_what_is_measured_and_no_setting(self) -> None:
        history = heard(
            (1, "syringetrack:3.0"),
            (2, "valuechanged:setpmtb:0.65"),
            event(3, EventKind.LOST, "The cable was pulled."),
            event(9, EventKind.CONNECTED),
            (10, "syringetrack:2.0"),
        )
        assert rows(history, "syringe_volume") == [(1, 3), (3, None), (10, 2)]
        assert rows(history, "setpmtb") == [(2, 0.65)]
        lost, connected = history.marks
        assert (lost.kind, lost.time_ns, lost.message_id) == (MarkKind.LOST, UTC_NS + 3 * S, 2)
        assert (lost.text, connected.kind) == ("The cable was pulled.", MarkKind.CONNECTED)

    def test_a_lost_link_is_lost_until_there_is_another(self) -> None:
        history = heard((1, "syringetrack:3.0"), event(3, EventKind.LOST))
        history.end(UTC_NS + 5 * S)
        assert history.lost_ns == UTC_NS + 3 * S
        other = History()
        other.adopt(history)
        assert other.lost_ns == UTC_NS + 3 * S
        other.take_event(event(9, EventKind.CONNECTED))
        assert other.lost_ns is None

    def test_the_end_of_a_connection_is_marked_and_leaves_a_gap(self) -> None:
        history = heard((1, "syringetrack:3.0"), (2, "valuechanged:setpmtb:0.65"))
        history.end(UTC_NS + 5 * S)
        assert rows(history, "syringe_volume") == [(1, 3), (5, None)]
        assert rows(history, "setpmtb") == [(2, 0.65)]
        [mark] = history.marks
        assert (mark.kind, mark.time_ns) == (MarkKind.DISCONNECTED, UTC_NS + 5 * S)
        history.clear()
        assert history.lost_ns is None

    def test_a_connection_that_said_nothing_has_no_end(self) -> None:
        history = History()
        history.end(UTC_NS)
        assert not history.marks
        assert history.lost_ns is None

    def test_other_events_leave_marks_or_nothing(self) -> None:
        kinds = [EventKind.GAP, EventKind.REMARK, EventKind.PROBLEM, EventKind.NOTE, "later"]
        history = heard(*(event(1, kind) for kind in kinds), event(2, EventKind.COMMAND))
        assert [mark.kind for mark in history.marks] == ["gap", "note", "problem"]

    def test_runs_and_pauses_leave_marks_at_their_own_times(self) -> None:
        history, state = History(), InstrumentState()
        for number, said in enumerate(
            (
                entry(1, "valuechanged:pausestate:0"),
                entry(2, "routine:runsample", Direction.OUT),
                entry(3, "valuechanged:interactive:started"),
                entry(4, "valuechanged:pausestate:1"),
                entry(5, "valuechanged:pausestate:0"),
                entry(6, "reportevent:Finished - Run sample.\n"),
            ),
            1,
        ):
            history.take(number, said)
            state = reduce_state(state, said)
            history.take_state(state)
            history.take_state(state)
        marks = [(m.kind, (m.time_ns - UTC_NS) // S, m.message_id) for m in history.marks]
        assert marks == [("started", 3, 3), ("paused", 4, 4), ("resumed", 5, 5), ("ended", 6, 6)]

    def test_a_run_under_way_has_its_mark_where_it_began(self) -> None:
        state = reduce_state(InstrumentState(), entry(3, "valuechanged:interactive:started"))
        history = heard(event(8, EventKind.CONNECTED))
        history.take_state(state)
        assert [mark.kind for mark in history.marks] == ["started", "connected"]

    def test_of_too_many_marks_the_oldest_go(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(histories, "MOST_MARKS", 8)
        history = heard(*(event(second, EventKind.PROBLEM) for second in range(50)))
        seconds = [(mark.time_ns - UTC_NS) // S for mark in history.marks]
        assert seconds == list(range(50 - len(seconds), 50))
        assert 6 <= len(seconds) <= 8


class TestClocks:
    def test_set_back_by_a_little_times_stand_still(self) -> None:
        history = heard(
            (50, "syringetrack:3.0"), (10, "syringetrack:2.9"), (51, "syringetrack:2.8")
        )
        assert rows(history, "syringe_volume") == [(50, 3.0), (50, 2.9), (51, 2.8)]

    def test_set_back_by_much_all_begins_anew_but_settings(self) -> None:
        history = heard(
            (3600, "valuechanged:setpmtb:0.65"),
            (3601, "syringetrack:3.0"),
            *triggers(3602, 2),
        )
        running = reduce_state(InstrumentState(), entry(9, "valuechanged:interactive:started"))
        history.take_state(running)
        take(history, (5, "syringetrack:2.9"), (6, "syringetrack:2.8"))
        history.take_state(running)
        assert rows(history, "syringe_volume") == [(5, 2.9), (6, 2.8)]
        volume = history.find("syringe_volume")
        assert volume is not None
        assert volume.first == 3.0
        assert rows(history, "setpmtb") == [(5, 0.65)]
        assert len(history.triggers) == 0
        [mark] = history.marks
        assert mark.text == "This computer's clock was set back by 3598 s: plots begin anew."


class TestBand:
    def test_is_learned_and_forgotten(self) -> None:
        history, rng = History(), np.random.default_rng(1)
        for number in range(1, 121):
            left, top = int(rng.normal(852, 10)), int(rng.normal(512, 190))
            history.take(number, entry(number, f"triggerrois:1:{top}:{left}:"))
        band = history.band
        assert band is not None
        assert band.centre == pytest.approx(852, abs=4)
        assert history.band is band
        history.clear()
        assert history.band is None

    def test_is_learned_from_graphs_where_no_images_come(self) -> None:
        history, rng = History(), np.random.default_rng(1)
        places = [(int(rng.normal(1050, 10)), int(rng.normal(512, 190))) for _ in range(60)]
        for number, (left, top) in enumerate(places, 1):
            graph = f"graphchanged:1:2:3:4:{left}:{top}:{number}:0.4:0.6:0.1:0.1:2026-03-14|03-09"
            history.take(number, entry(number, graph))
            history.take(number, entry(number, graph.replace(f"{left}:{top}", "0:0")))
        assert history.band is not None
        assert history.band.centre == pytest.approx(1050, abs=5)
        for number, (_, top) in enumerate(places, 200):
            history.take(number, entry(number, f"triggerrois:1:{top}:{number % 7 + 800}:"))
        assert history.band.centre == pytest.approx(803, abs=4)

    def test_that_somebody_knows_stays(self) -> None:
        known = Band(700.0, 800.0, 750.0, 20.0, 0)
        history = heard(*((n, f"triggerrois:1:{n * 7 % 500}:852:") for n in range(1, 100)))
        assert history.band is not None
        history.know_band(known)
        history.clear()
        assert history.band == known
        history.know_band(None)
        assert history.band is None

    def test_is_learned_anew_from_what_comes_then(self) -> None:
        history = heard(*((n, f"triggerrois:1:{n * 7 % 500}:852:") for n in range(1, 100)))
        history.know_band(None)
        assert history.band is None
        take(history, *((n, f"triggerrois:1:{n * 7 % 500}:600:") for n in range(100, 200)))
        assert history.band is not None
        assert history.band.centre == pytest.approx(600)


def test_clearing_forgets_everything() -> None:
    history = heard(
        (0, "triggerrois:1:90:800:"), (1, "triggerimage:"), *triggers(2, 30),
        (33, "valuechanged:setpmtb:0.6"), event(34, EventKind.PROBLEM),
    )  # fmt: skip
    revision = history.revision
    epochs = [table.epoch for table in history._tables]
    history.clear()
    assert [len(table) for table in history._tables] == [0, 0, 0]
    assert all(table.epoch > epoch for table, epoch in zip(history._tables, epochs, strict=True))
    assert list(history.series()) == history.marks == []
    assert history.revision > revision
    take(history, (4, "triggerrois:1:90:800:"), *triggers(5, 11))
    assert history.find("zero_roi_share") is None
    assert history.rois.rows["trigger"].tolist() == [0]


def test_each_change_can_be_noticed() -> None:
    history, seen = History(), set[int]()
    for what in ((1, "syringetrack:3.0"), event(2, EventKind.PROBLEM), event(3, EventKind.LOST)):
        take(history, what)
        seen.add(history.revision)
    history.measure("focus", "Focus", "", 1, 1.0)
    seen.add(history.revision)
    history.adopt(History())
    seen.add(history.revision)
    assert len(seen) == 5


VALUES = st.one_of(
    st.integers(), st.just(10**400), st.floats(), st.text(max_size=3), st.booleans(), st.none()
)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    form = draw(st.sampled_from(list(MESSAGE_FORMS.values())))
    fields = draw(st.lists(VALUES, min_size=1, max_size=form.pattern.count(":") + 1))
    at_ns = draw(st.integers(-(2**62), 2**62))
    return Entry(Message("", tuple(fields), form), Direction.IN, at_ns, at_ns)


@settings(max_examples=150, deadline=None)
@given(st.lists(entries(), max_size=30))
def test_whatever_comes_nothing_raises(sequence: list[Entry]) -> None:
    history = History()
    for number, hostile in enumerate(sequence, 1):
        history.take(number, hostile)
    for series in history.series():
        assert np.all(np.diff(series.times) >= 0)
        assert np.all(np.isfinite(series.values) | np.isnan(series.values))


@given(st.sampled_from(sorted(MESSAGE_FORMS)), st.text(max_size=30))
def test_whatever_text_comes_nothing_raises(key: str, rest: str) -> None:
    heard((1, f"{key}:{rest}"), (2, f"{key}{rest}"))
