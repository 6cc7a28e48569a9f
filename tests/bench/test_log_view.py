"""What the message log costs the thread that paints: new rows, filters, the jump to the end."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ifcbgui.instrument.entry import Entry
from ifcbgui.ui.panels.log_panel import LogPanel
from tests.helpers.log_traffic import entry

BATCH = 67  # 2,000 messages/s, shown 30 times a second
ROWS = 100_000


def traffic() -> Iterator[tuple[int, Entry]]:
    """Yield rows as a busy instrument makes them, without end."""
    row_id = trigger = 0
    while True:
        trigger += 1
        for text in (
            f"graphchanged:0.0131442:0.0871265:0.0709113:1.{trigger:06d}:948:412:{trigger}"
            ":0.45:0.6:0.13:0.13:2026-03-14|03-09",
            f"triggerchanged:{trigger}:saved:{trigger}:0",
            f"triggerchanged:{trigger}:processed:2:{trigger}:{2 * trigger}",
            f"syringetrack:{trigger % 500 / 100:.2f}",
            f"valuechanged:fpsrate:{trigger % 50 / 10}",
        ):
            row_id += 1
            yield row_id, entry(text)


@pytest.fixture
def panel(qtbot: QtBot) -> LogPanel:
    panel = LogPanel({}.get)
    qtbot.addWidget(panel)
    panel.resize(1600, 700)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def cost_ms(work: Callable[[], object]) -> float:
    """Return what a piece of work and the painting after it cost, in ms of this thread.

    Time of the thread and not of the clock, since other programs share the machine.
    """
    start = time.thread_time()
    work()
    QApplication.processEvents()
    return (time.thread_time() - start) * 1000


def test_the_log_keeps_up(panel: LogPanel, qtbot: QtBot) -> None:
    rows = traffic()
    batches = [[next(rows) for _ in range(BATCH)] for _ in range(ROWS // BATCH)]
    costs = [cost_ms(lambda batch=batch: panel.add_rows(batch)) for batch in batches]
    early, appended = statistics.median(costs[50:250]), statistics.median(costs[-200:])

    jumps = []
    for _ in range(10):
        panel.table.scrollToTop()
        QApplication.processEvents()
        jumps.append(cost_ms(panel.follow))

    filters = {}
    for text in ("triggerchanged", '"saved" -99 dir:in', "kind:fluids", ""):
        applied: list[bool] = []
        panel.model.filter_applied.connect(lambda: applied.append(True))  # noqa: B023
        start = time.thread_time()
        panel.filter_bar.set_text(text)
        qtbot.waitUntil(lambda: bool(applied))  # noqa: B023
        filters[text] = (time.thread_time() - start) * 1000

    print(f"\nbatch of {BATCH} rows at {ROWS:,}, painted: {appended:.1f} ms (target 6)")
    print(f"the same, against a log of 10,000 rows: {appended / early:.2f} times (limit 2)")
    print(f"jump to the end: {max(jumps):.1f} ms (target 16)")
    for text, cost in filters.items():
        print(f"filter {text!r} over {ROWS:,} rows: {cost:.0f} ms (target 150)")
    # The targets are for people to look at: how fast this machine is decides nothing. That the
    # cost does not grow with the log does.
    assert appended < 2 * early
