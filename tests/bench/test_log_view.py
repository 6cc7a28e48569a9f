"""What the message log costs the thread that paints: new rows, scrolling, filters, memory."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import islice

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ifcbgui.instrument.entry import Entry
from ifcbgui.ui.models.log_store import CHUNK_ROWS, LogStore
from ifcbgui.ui.panels.log_panel import LogPanel
from tests.helpers.log_traffic import entry

BATCH = 67  # 2,000 messages/s, shown 30 times a second
FILTERS = (
    "triggerchanged",
    '"saved" -99 dir:in',
    "kind:fluids",
    "time>=-10m",
    r"/saved:\d+7/",
    "syringe_volume>4.5",
    "",
)


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


def append_costs(panel: LogPanel, rows: Iterator[tuple[int, Entry]], batches: int) -> list[float]:
    """Return what each of some batches costs."""
    ready = [list(islice(rows, BATCH)) for _ in range(batches)]
    return [cost_ms(lambda batch=batch: panel.add_rows(batch)) for batch in ready]


def filter_costs(panel: LogPanel, qtbot: QtBot, text: str) -> tuple[float, float, float]:
    """Return ms until a filter shows something, until all, and the longest hold-up meanwhile."""
    model, table = panel.model, panel.table
    applied: list[float] = []
    shown: list[float] = []
    model.filter_applied.connect(lambda: applied.append(time.thread_time()))
    model.modelReset.connect(lambda: shown.append(time.thread_time()))
    longest, start = 0.0, time.thread_time()
    panel.filter_bar.set_text(text)
    longest = time.thread_time() - start
    while not applied:
        before = time.thread_time()
        QApplication.processEvents()
        longest = max(longest, time.thread_time() - before)
    table.viewport().repaint()
    return (shown[0] - start) * 1000, (applied[0] - start) * 1000, longest * 1000


@pytest.mark.timeout(600)
@pytest.mark.parametrize("rows", [1_000_000, 5_000_000])
def test_the_log_keeps_up(panel: LogPanel, qtbot: QtBot, rows: int) -> None:
    source = traffic()
    early = statistics.median(append_costs(panel, source, 200))
    while len(panel.model.store) < rows - 200 * BATCH:
        panel.add_rows(list(islice(source, 4096)))
    late = append_costs(panel, source, 200)

    bar = panel.table.verticalScrollBar()
    places = [bar.maximum() * step // 50 for step in range(50)]
    scrolls = [cost_ms(lambda place=place: bar.setValue(place)) for place in places]
    jumps = []
    for _ in range(10):
        panel.table.scrollToTop()
        QApplication.processEvents()
        jumps.append(cost_ms(panel.follow))

    print(f"\nat {len(panel.model.store):,} rows, in ms (targets 16):")
    print(f"  append {BATCH} and paint  {statistics.median(late):5.1f}, worst {max(late):.1f}")
    print(f"  scroll anywhere      {statistics.median(scrolls):5.1f}, worst {max(scrolls):.1f}")
    print(f"  jump to the end      {statistics.median(jumps):5.1f}, worst {max(jumps):.1f}")
    print("  filter: shows something (target 150 at 1,000,000), is complete, longest hold-up")
    for text in FILTERS:
        first, all_, longest = filter_costs(panel, qtbot, text)
        print(
            f"    {text!r:24} {first:6.0f} {all_:6.0f} {longest:6.1f}  {panel.model.rowCount():,}"
        )
    # The targets are for people to look at: how fast this machine is decides nothing. That the
    # cost does not grow with the log does.
    assert statistics.median(late) < 2 * early


def test_a_row_takes_little_memory() -> None:
    items = list(islice(traffic(), 10 * CHUNK_ROWS))
    store = LogStore()
    tracemalloc.start()
    try:
        store.append(items)
        row_bytes = tracemalloc.get_traced_memory()[0] / len(items)
    finally:
        tracemalloc.stop()
    print(f"\na row of ordinary traffic: {row_bytes:.0f} bytes (target 150)")
    assert row_bytes <= 150


@pytest.mark.timeout(600)
def test_the_window_takes_little_memory() -> None:
    command = [sys.executable, "-m", "tests.bench.log_window", "1000000"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    start, most = map(int, said.stdout.split())
    print(f"\nwindow and recorder: {start} MB empty, at most {most} MB with 1,000,000 messages")
    print("(target 400 MB)")
    assert most < 400
