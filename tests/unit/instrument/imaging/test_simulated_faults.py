"""What the places of ROIs say, against the faults that the virtual instrument can have."""

from __future__ import annotations

import pytest

from ifcbgui.instrument.imaging.places import Finding, Pattern, count_recent, look_at
from ifcbgui.session.history import History
from tests.helpers.virtual_history import run_history

# Without pictures, which nobody looks at here: the places come with graphchanged as well.
BLIND = ("daq:switchviewimages:0", "routine:runsample")
FAULT_S = 200.0  # the first trigger comes after a minute


def finding(history: History) -> Finding:
    triggers = history.triggers.rows
    rows = triggers[triggers["left"] >= 0]
    rows = rows[-count_recent(rows["time_ns"]) :]
    return look_at(rows["left"], rows["top"], history.band)


def test_a_good_flow_is_found_good() -> None:
    history = run_history("", FAULT_S, *BLIND).history
    assert history.band is not None
    assert history.band.centre == pytest.approx(852, abs=6)
    assert history.band.spread < 20
    assert finding(history).pattern is None


@pytest.mark.parametrize(
    ("fault", "pattern"),
    [
        ("clog", Pattern.PILE),
        ("bubbles", Pattern.SPREAD),
        ("misaligned", Pattern.ASIDE),
    ],
)
def test_each_fault_is_told_by_its_own_pattern(fault: str, pattern: Pattern) -> None:
    history = run_history(f"{fault}@{FAULT_S:.0f}", FAULT_S + 420, *BLIND).history
    assert history.band is not None
    assert history.band.centre == pytest.approx(852, abs=6)  # as it was before
    assert finding(history).pattern is pattern
