from __future__ import annotations

from datetime import datetime
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.instrument import parse_message
from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.reducer import reduce_state
from ifcbgui.instrument.routines import BUILTIN_ROUTINES
from ifcbgui.instrument.state import InstrumentState, Reading, RoutineRun, RunPhase
from ifcbgui.session.snapshots import SnapshotError, state_from_json, state_to_json

_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=()))  # halves of surrogate pairs too
    | st.binary()
    | st.datetimes()
    | st.sampled_from(list(BUILTIN_ROUTINES.values()))
)
_values = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
_readings = st.builds(Reading, _values, st.integers(), st.integers())
_runs = st.recursive(
    st.none(),
    lambda before: st.builds(
        RoutineRun,
        name=st.none() | st.text(max_size=5),
        phase=st.sampled_from(RunPhase),
        evidence=st.text(max_size=5),
        started=_readings,
        changed=_readings,
        step=st.text(max_size=5),
        step_index=st.none() | st.integers(0, 9),
        routine=st.none() | st.sampled_from(list(BUILTIN_ROUTINES.values())),
        queued=st.booleans(),
        marked=st.booleans(),
        stop_asked=st.none() | _readings,
        before=before,
    ),
    max_leaves=2,
)
_states = st.builds(
    InstrumentState,
    st.dictionaries(st.text(max_size=8), _readings, max_size=4).map(MappingProxyType),
    _runs,
)


@given(_states)
def test_a_state_comes_back_as_it_was(state):
    assert state_from_json(state_to_json(state)) == state


def test_what_an_instrument_says_comes_back_as_it_was():
    state = InstrumentState()
    texts = [
        "movevalvestarted:CW:2",
        "valuechanged:pausestate:1",
        "reportevent:Grab file: D20261122T190000_IFCB207.",
        "valuechanged:interactive:load:" + BUILTIN_ROUTINES["runsample"].to_json(),
        "valuechanged:interactive:started",
        "valuechanged:environment:44.5:21.25",
    ]
    for number, text in enumerate(texts):
        entry = Entry(parse_message(text), Direction.IN, 1_000 + number, 2_000 + number)
        state = reduce_state(state, entry)
    again = state_from_json(state_to_json(state))
    assert again == state
    assert again.value("valve_moving") == ("CW", "2")
    assert type(again.value("pausestate")) is bool
    assert again.run == state.run
    assert again.run is not None


def test_a_time_keeps_its_type():
    state = InstrumentState(MappingProxyType({"at": Reading(datetime(2026, 3, 14, 3, 9), 1, 2)}))
    assert state_from_json(state_to_json(state)).value("at") == datetime(2026, 3, 14, 3, 9)


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"values":{"a":1},"run":null}', b"\xff"])
def test_another_text_is_refused(text):
    with pytest.raises(SnapshotError):
        state_from_json(text)


def test_members_of_a_newer_program_are_left_aside():
    newer = b'{"form":9,"values":{"humidity":[44.5,1,2]},"run":null,"more":{"x":1}}'
    assert state_from_json(newer).value("humidity") == 44.5
