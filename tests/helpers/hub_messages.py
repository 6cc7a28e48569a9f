"""Any hub messages, for tests of what encodes them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ifcbgui.signalr import (
    Ack,
    CancelInvocation,
    Close,
    Completion,
    HubMessage,
    Invocation,
    Ping,
    Sequence,
    StreamInvocation,
    StreamItem,
)

_IDS = st.text(max_size=5)

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def hub_messages(values: st.SearchStrategy[Any]) -> st.SearchStrategy[HubMessage]:
    """Return messages of every type that carry ``values``."""
    arguments = st.lists(values, max_size=3).map(tuple)
    streams = st.none() | st.lists(_IDS, min_size=1, max_size=2).map(tuple)
    return st.one_of(
        st.builds(Invocation, st.text(), arguments, st.none() | _IDS, streams),
        st.builds(StreamItem, _IDS, values),
        st.builds(Completion, _IDS, values),
        st.builds(Completion, _IDS),
        st.builds(Completion, _IDS, error=st.text()),
        st.builds(StreamInvocation, st.text(), arguments, _IDS, streams),
        st.builds(CancelInvocation, _IDS),
        st.just(Ping()),
        st.builds(Close, st.none() | st.text(), st.none() | st.booleans()),
        st.builds(Ack, st.integers(0, 2**40)),
        st.builds(Sequence, st.integers(0, 2**40)),
    )
