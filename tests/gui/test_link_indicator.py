"""How the link is shown: words, shape and colour of every state."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from ifcbgui.instrument import LinkState, LinkStatus
from ifcbgui.ui import theme
from ifcbgui.ui.widgets.link_indicator import LinkIndicator

S = 1_000_000_000
NOW = 100 * S


def waiting(state: LinkState) -> LinkStatus:
    return LinkStatus(state, attempt=12, retry_at_ns=NOW + 25 * S, error="No answer.", hint="Look.")


@pytest.fixture
def indicator(qtbot, qapp) -> LinkIndicator:
    theme.apply_theme(qapp, "light")
    widget = LinkIndicator()
    qtbot.addWidget(widget)
    return widget


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (LinkStatus(), "Off"),
        (LinkStatus(LinkState.CONNECTING, attempt=1), "Connecting"),
        (waiting(LinkState.CONNECTING), "Connecting · try 12, next in 25 s"),
        (LinkStatus(LinkState.SIGNING_ON), "Signing on"),
        (LinkStatus(LinkState.ONLINE), "Online · heard 3 s ago"),
        (LinkStatus(LinkState.STALE), "Stale · heard 3 s ago"),
        (waiting(LinkState.RECONNECTING), "Reconnecting · try 12, next in 25 s"),
        (
            LinkStatus(LinkState.RECONNECTING, attempt=2, error="No answer."),
            "Reconnecting · try 2",
        ),
        (
            LinkStatus(LinkState.RECONNECTING, attempt=1, retry_at_ns=NOW, error="No answer."),
            "Reconnecting · try 1",
        ),
        (LinkStatus(LinkState.FAILED, error="No."), "Failed"),
    ],
)
def test_every_state_has_its_words(
    indicator: LinkIndicator, status: LinkStatus, words: str
) -> None:
    indicator.show_link(status, NOW - 3 * S, NOW)
    assert indicator.words == words
    assert indicator.accessibleName() == f"Link: {words}"
    assert "Last sign of life 3 s ago." in indicator.toolTip()
    assert (status.error or "") in indicator.toolTip()
    assert (status.hint or "") in indicator.toolTip()


def test_what_was_missed_is_said_once_there_is_any(indicator: LinkIndicator) -> None:
    indicator.show_link(LinkStatus(LinkState.ONLINE), NOW, NOW, 0, "Encrypted; JSON.")
    assert "missed" not in indicator.words
    assert "Encrypted; JSON." in indicator.toolTip()
    indicator.show_link(LinkStatus(LinkState.ONLINE), NOW, NOW, 1234)
    assert indicator.words == "Online · 1,234 missed · heard 0 s ago"
    assert "1,234 of the host's message numbers never came." in indicator.toolTip()


def picture(indicator: LinkIndicator) -> QImage:
    return indicator.grab().toImage()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_no_two_states_have_the_same_shape(
    indicator: LinkIndicator, qapp: QApplication, name: theme.ThemeChoice
) -> None:
    theme.apply_theme(qapp, name)
    indicator.resize(indicator.sizeHint())
    shapes = {}
    for state in LinkState:
        indicator.show_link(LinkStatus(state), None, NOW)
        side = indicator.height()
        grey = picture(indicator).copy(0, 0, side, side)
        shapes[state] = grey.convertToFormat(QImage.Format.Format_Mono)
    alike = {LinkState.CONNECTING, LinkState.SIGNING_ON}  # both: wait, it comes about
    for one, other in combinations(LinkState, 2):
        assert {one, other} == alike or shapes[one] != shapes[other], (one, other)


def test_its_room_does_not_depend_on_what_it_says(indicator: LinkIndicator) -> None:
    before = indicator.sizeHint(), indicator.minimumSizeHint()
    indicator.show_link(waiting(LinkState.RECONNECTING), NOW, NOW, 9999)
    assert (indicator.sizeHint(), indicator.minimumSizeHint()) == before
