"""The files of an instrument: listed, chosen, fetched, and never asked for behind a closed door."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ifcbgui.instrument.files import Files, JobState, JobView
from ifcbgui.instrument.files.listing import read_listing
from ifcbgui.session.player import Player
from ifcbgui.settings import Settings, profile_for
from ifcbgui.ui.bridge import Bridge
from ifcbgui.ui.models.files_model import JobColumn
from ifcbgui.ui.panels.files_panel import MOST_SHOWN, FilesPanel
from ifcbgui.ui.shell.connector import Connector
from ifcbgui.ui.shell.files_desk import FilesDesk
from ifcbgui.ui.theme import LIGHT, apply_theme
from ifcbgui.ui.widgets.notice import NoticeArea
from tests.gui.conftest import Until
from tests.helpers.file_bench import plain_name
from tests.helpers.file_hub import FileHub
from tests.helpers.flooding_hub import SERIAL

BIN = "D20260314T150512_IFCB207"
OLDER = "D20260313T150512_IFCB207"
FILES = {
    f"{BIN}.hdr": b"humidity: 41.86\n",
    f"{BIN}.adc": b"",
    f"{BIN}.roi": bytes(range(256)),
    f"{OLDER}.hdr": b"humidity: 40\n",
    "settings.zip": b"zip",
}
NAMES = [*FILES, "../../etc/passwd"]


def click(button: QPushButton) -> None:
    assert button.isEnabled(), button.toolTip()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def shown_names(panel: FilesPanel) -> list[str]:
    return [row.offer.name for row in panel.offers.rows]


def states(panel: FilesPanel) -> dict[str, str]:
    return {row.job.name: str(row.job.state) for row in panel.jobs.rows}


# --- the panel alone ----------------------------------------------------------------------------


@pytest.fixture
def panel(qtbot: QtBot) -> FilesPanel:
    panel = FilesPanel()
    qtbot.addWidget(panel)
    panel.resize(1000, 330)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def test_it_says_plainly_that_the_words_are_inferred(panel: FilesPanel) -> None:
    labels = [label.text() for label in panel.findChildren(QWidget) if hasattr(label, "text")]
    assert any("inferred" in str(text) for text in labels)


def test_what_cannot_be_asked_for_says_why(panel: FilesPanel) -> None:
    panel.set_blocked("Observing only. Take control first.")
    for button in (panel.ask, panel.fetch, panel.retry):
        assert not button.isEnabled()
        assert "Observing only" in button.toolTip()
    panel.set_blocked("")
    assert panel.ask.isEnabled()
    assert "Choose" in panel.fetch.toolTip()


def test_bins_are_rows_and_are_fetched_whole(panel: FilesPanel) -> None:
    wanted: list[list[str]] = []
    panel.fetch_requested.connect(wanted.append)
    panel.set_blocked("")
    panel.show_files(Files(read_listing(NAMES)))
    assert shown_names(panel) == [BIN, OLDER, "settings.zip"]
    assert "1 name no file here can have" in panel.summary.full_text
    panel.offers_table.selectAll()
    click(panel.fetch)
    assert wanted == [[f"{BIN}.hdr", f"{BIN}.adc", f"{BIN}.roi", f"{OLDER}.hdr", "settings.zip"]]


def test_words_find_bins(panel: FilesPanel, qtbot: QtBot) -> None:
    panel.show_files(Files(read_listing(NAMES)))
    qtbot.keyClicks(panel.search, "2026-03-14 roi")
    assert shown_names(panel) == [BIN]
    qtbot.keyClicks(panel.search, "xx")
    assert "xx" in panel.offers_table.empty_text


def test_of_a_long_list_the_newest_are_shown_and_words_find_the_others(
    panel: FilesPanel, qtbot: QtBot
) -> None:
    panel.show_files(Files(read_listing([f"{number:05}.zip" for number in range(20_000)])))
    assert panel.offers.rowCount() == MOST_SHOWN
    assert shown_names(panel)[0] == "19999.zip"
    assert "words find the others" in panel.summary.full_text
    panel.search.setText("00042")
    assert shown_names(panel) == ["00042.zip"]
    assert "words find the others" not in panel.summary.full_text


def job(number: int, state: JobState, **more: object) -> JobView:
    return JobView(number, f"{number}.roi", state, **more)  # type: ignore[arg-type]


def show_jobs(panel: FilesPanel, jobs: Iterable[JobView]) -> None:
    panel.set_blocked("")
    panel.show_files(Files(jobs=tuple(jobs)))


def test_what_is_under_way_stands_first_and_a_failure_says_why(panel: FilesPanel) -> None:
    show_jobs(
        panel,
        [
            job(1, JobState.DONE, path=Path("/x/1.roi"), count=1, chunks=1),
            job(2, JobState.FAILED, words="The disk is full."),
            job(
                3,
                JobState.RECEIVING,
                count=4,
                chunks=1,
                size=1000,
                expected=4000,
                speed=2000.0,
                remaining_s=75,
            ),
        ],
    )
    cells = [panel.jobs.index(0, column).data() for column in JobColumn]
    assert cells == ["3.roi", "25 %", "receiving", "1.0 of ~4.0 kB", "2.0 kB/s", "1:15"]
    assert panel.words.text() == "2.roi: The disk is full."


def test_cancel_and_retry_are_of_what_is_chosen(panel: FilesPanel) -> None:
    cancelled: list[list[int]] = []
    retried: list[list[int]] = []
    panel.cancel_requested.connect(cancelled.append)
    panel.retry_requested.connect(retried.append)
    show_jobs(panel, [job(1, JobState.WAITING), job(2, JobState.FAILED), job(3, JobState.DONE)])
    assert not panel.cancel.isEnabled()
    panel.jobs_table.selectRow(2)
    assert not panel.cancel.isEnabled(), "what is done is not undone"
    panel.jobs_table.selectRow(1)
    assert not panel.cancel.isEnabled()
    panel.jobs_table.selectAll()
    click(panel.cancel)
    click(panel.retry)
    assert cancelled == [[1]], "what has failed is cancelled already"
    assert retried == [[2]]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"count": 4}, ""),
        ({"count": 4, "size": 999_000, "expected": 1_998_000}, "1.0 of ~2.0 MB"),
        ({"count": 4, "size": 14_700_000, "expected": 52_000_000}, "14.7 of ~52.0 MB"),
    ],
)
def test_the_size_says_how_much_of_what_has_come(
    panel: FilesPanel, values: dict[str, int], text: str
) -> None:
    show_jobs(panel, [job(1, JobState.RECEIVING, **values)])
    cells = [panel.jobs.index(0, column).data() for column in (JobColumn.SIZE, JobColumn.SPEED)]
    assert cells == [text, ""]  # nor is there a speed where nothing comes


def test_why_a_file_did_not_come_is_seen_whatever_is_chosen(panel: FilesPanel) -> None:
    jobs = (job(1, JobState.FAILED, words="The disk is full."), job(2, JobState.WAITING))
    panel.set_blocked("")
    panel.show_files(Files(jobs=jobs, finishing="1.roi"))
    for choose in (panel.jobs_table.selectAll, lambda: panel.jobs_table.selectRow(0)):
        choose()
        assert "The disk is full." in panel.words.text()
    panel.jobs_table.clearSelection()
    assert "The disk is full." in panel.words.text()
    assert "still sends 1.roi" in panel.words.text()


def test_what_was_there_already_is_not_called_done(panel: FilesPanel) -> None:
    show_jobs(panel, [job(1, JobState.DONE, was_there=True)])
    assert panel.jobs.index(0, JobColumn.STATE).data() == "already here"


def test_a_fetched_file_of_a_bin_can_be_opened(panel: FilesPanel) -> None:
    opened: list[Path] = []
    panel.bin_wanted.connect(opened.append)
    path = Path("/x/1.roi")
    show_jobs(
        panel,
        [job(1, JobState.DONE, path=path), job(2, JobState.DONE, path=Path("/x/2.zip"))],
    )
    panel.jobs_table.selectRow(1)
    assert not panel.open.isEnabled()
    panel.jobs_table.selectRow(0)
    click(panel.open)
    assert opened == [path]


def test_the_choice_survives_news(panel: FilesPanel) -> None:
    show_jobs(panel, [job(1, JobState.WAITING), job(2, JobState.WAITING)])
    panel.jobs_table.selectRow(1)
    show_jobs(panel, [job(1, JobState.DONE), job(2, JobState.RECEIVING)])
    assert [it.id for it in panel._chosen_jobs()] == [2]


def test_out_of_sight_it_shows_nothing_until_it_is_seen(panel: FilesPanel) -> None:
    panel.hide()
    show_jobs(panel, [job(1, JobState.WAITING)])
    assert panel.jobs.rowCount() == 0
    panel.show()
    assert panel.jobs.rowCount() == 1


@pytest.mark.parametrize("width", [1900, 1000, 640, 420])
def test_it_fits_into_a_dock(panel: FilesPanel, width: int) -> None:
    show_jobs(panel, [job(1, JobState.FAILED, words="Something that takes many words. " * 9)])
    panel.resize(width, 330)
    assert panel.width() == width
    for button in panel.findChildren(QPushButton):
        corner = button.mapTo(panel, QPoint(button.width(), button.height()))
        assert corner.x() <= width
        assert corner.y() <= panel.height()


def test_a_bar_shows_how_much_has_come(panel: FilesPanel, qapp: QApplication) -> None:
    apply_theme(qapp, "light")
    show_jobs(panel, [job(1, JobState.RECEIVING, count=2, chunks=1)])
    table = panel.jobs_table
    image: QImage = table.viewport().grab().toImage()
    cell = table.visualRect(panel.jobs.index(0, JobColumn.PROGRESS))
    row = [image.pixelColor(x, cell.center().y()) for x in range(cell.left(), cell.right())]
    filled, empty = row.count(LIGHT.accent), row.count(LIGHT.border)
    assert filled > 5
    assert abs(filled - empty) < 8


# --- on an instrument ---------------------------------------------------------------------------


@dataclass
class Fetching:
    """A panel on a hub that has files."""

    panel: FilesPanel
    desk: FilesDesk
    connector: Connector
    bridge: Bridge
    settings: Settings
    notices: NoticeArea
    hub: FileHub
    folder: Path

    def connect(self, *, observe: bool = False, unverified: bool = True) -> None:
        self.connector.start(profile_for(self.hub.url, SERIAL), observe=observe)
        self.connector.set_allow_unverified(unverified)

    def on_disk(self) -> dict[str, bytes]:
        found = {}
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            with suppress(FileNotFoundError):  # it has just got another name
                found[plain_name(path)] = path.read_bytes()
        return found

    def choose(self, name: str) -> None:
        row = self.panel.offers.row_of((name, not name.startswith("D")))
        assert row is not None
        self.panel.offers_table.selectRow(row)

    async def fetch(self, name: str, until: Until) -> None:
        await until(self.panel.ask.isEnabled)
        click(self.panel.ask)
        await until(self.panel.offers.rowCount)
        self.choose(name)
        click(self.panel.fetch)


@pytest_asyncio.fixture
async def fetching(tmp_path: Path, qapp: QApplication) -> AsyncIterator[Fetching]:
    window = QWidget()
    bridge = Bridge()
    connector = Connector(bridge, tmp_path / "sessions", parent=bridge)
    settings, notices = Settings(files_dir=str(tmp_path / "files")), NoticeArea(window)
    panel = FilesPanel(window)
    column = QVBoxLayout(window)
    column.addWidget(notices)
    column.addWidget(panel)
    desk = FilesDesk(connector, bridge, settings, notices, panel, window)
    window.resize(1000, 400)
    window.show()
    async with FileHub(dict.fromkeys(NAMES, b"") | FILES) as hub:
        yield Fetching(panel, desk, connector, bridge, settings, notices, hub, tmp_path / "files")
        await connector.stop()
    await desk.shut()
    window.hide()
    window.deleteLater()
    bridge.deleteLater()
    await asyncio.sleep(0.05)


async def test_a_bin_is_listed_and_fetched(fetching: Fetching, until: Until) -> None:
    assert "Not connected" in fetching.panel.ask.toolTip()
    fetching.connect()
    await fetching.fetch(BIN, until)
    await until(lambda: list(states(fetching.panel).values()) == ["done"] * 3)
    wanted = {name: data for name, data in FILES.items() if name.startswith(BIN)}
    assert fetching.on_disk() == wanted
    assert [text for text in fetching.hub.asked if text.startswith("file:")] == [
        "file:list",
        *(f"file:get:{name}" for name in wanted),
    ]


async def test_behind_a_closed_gate_nothing_leaves(fetching: Fetching, until: Until) -> None:
    fetching.connect(unverified=False)
    await until(lambda: "Allow unverified" in fetching.panel.ask.toolTip())
    assert not fetching.panel.ask.isEnabled()
    fetching.panel.list_requested.emit()  # whatever asks
    fetching.panel.fetch_requested.emit([f"{BIN}.hdr"])
    await until(lambda: states(fetching.panel) == {f"{BIN}.hdr": "failed"})
    await until(lambda: "Allow unverified" in fetching.panel.words.text())
    assert not any(text.startswith("file:") for text in fetching.hub.asked)
    fetching.connector.set_allow_unverified(True)
    assert fetching.panel.ask.isEnabled()


async def test_who_only_observes_asks_for_nothing(fetching: Fetching, until: Until) -> None:
    fetching.connect(observe=True)
    await until(lambda: "Observing only" in fetching.panel.ask.toolTip())
    fetching.panel.fetch_requested.emit([f"{BIN}.hdr"])
    await until(lambda: states(fetching.panel) == {f"{BIN}.hdr": "failed"})
    assert not any(text.startswith("file:") for text in fetching.hub.asked)
    assert fetching.on_disk() == {}


async def test_files_nobody_asked_for_are_not_written(fetching: Fetching, until: Until) -> None:
    fetching.connect()
    await until(fetching.panel.ask.isEnabled)
    fetching.hub.say("file:start:evil.roi:1:octet/stream", "file:chunk:evil.roi:0:AAAA")
    fetching.hub.say("file:end:evil.roi", "reportevent:said")
    await fetching.fetch("settings.zip", until)
    await until(lambda: states(fetching.panel) == {"settings.zip": "done"})
    assert fetching.on_disk() == {"settings.zip": b"zip"}
    assert fetching.panel.files.unsolicited >= 3


async def test_a_fetch_goes_on_after_the_link_was_lost(fetching: Fetching, until: Until) -> None:
    fetching.connect()
    fetching.hub.most = 20
    await fetching.fetch(BIN, until)
    await until(lambda: len(fetching.on_disk().get(f"{BIN}.roi.part", b"")) == 95)
    fetching.hub.most = None
    await fetching.hub.restart()
    await until(lambda: list(states(fetching.panel).values()) == ["done"] * 3)
    assert fetching.on_disk()[f"{BIN}.roi"] == FILES[f"{BIN}.roi"]
    assert fetching.hub.asked.count(f"file:get:{BIN}.roi") == 2


async def test_after_a_disconnect_it_waits_to_be_asked(fetching: Fetching, until: Until) -> None:
    fetching.connect()
    await until(fetching.panel.ask.isEnabled)
    fetching.hub.silent = True
    fetching.panel.fetch_requested.emit(["settings.zip"])
    await until(lambda: "file:get:settings.zip" in fetching.hub.asked)
    await fetching.connector.stop()
    await until(lambda: states(fetching.panel) == {"settings.zip": "failed"})
    assert "Not connected" in fetching.panel.retry.toolTip()
    fetching.hub.silent = False
    fetching.connect()
    fetching.panel.jobs_table.selectRow(0)
    await until(fetching.panel.retry.isEnabled)
    click(fetching.panel.retry)
    await until(lambda: states(fetching.panel) == {"settings.zip": "done"})


async def test_cancelling_leaves_nothing(fetching: Fetching, until: Until) -> None:
    fetching.connect()
    fetching.hub.most = 5
    await until(fetching.panel.ask.isEnabled)
    fetching.panel.fetch_requested.emit([f"{BIN}.roi"])
    await until(lambda: f"{BIN}.roi.part" in fetching.on_disk())
    await until(lambda: states(fetching.panel) == {f"{BIN}.roi": "receiving"})
    fetching.panel.jobs_table.selectRow(0)
    click(fetching.panel.cancel)
    await until(lambda: states(fetching.panel) == {f"{BIN}.roi": "cancelled"})
    assert fetching.on_disk() == {}


async def test_a_replay_fetches_nothing(fetching: Fetching, until: Until, tmp_path: Path) -> None:
    fetching.connect()
    await fetching.fetch("settings.zip", until)
    await until(lambda: states(fetching.panel) == {"settings.zip": "done"})
    await fetching.connector.stop()
    (fetching.folder / "settings.zip").unlink()
    recorder = fetching.connector.recorder
    assert recorder is not None
    assert recorder.status.path is not None
    player = await Player.open(recorder.status.path)
    asked = list(fetching.hub.asked)
    fetching.bridge.attach_replay(player)
    try:
        player.play()
        fetching.desk.refresh()
        assert not fetching.panel.ask.isEnabled()
        assert "replay" in fetching.panel.ask.toolTip()
        before = fetching.panel.files.unsolicited
        await until(lambda: player.position.message_id == player.last_id)
        await asyncio.sleep(0.1)
    finally:
        fetching.bridge.detach()
        await player.close()
    assert fetching.on_disk() == {}
    assert fetching.panel.files.unsolicited == before
    assert fetching.hub.asked == asked


@pytest.mark.parametrize("seen", [False, True])
async def test_what_fails_is_told_with_the_reason(
    fetching: Fetching, until: Until, seen: bool
) -> None:
    fetching.connect()
    await until(fetching.panel.ask.isEnabled)
    fetching.panel.setVisible(seen)
    fetching.hub.files = {"x.zip": b""}
    fetching.hub.silent = True
    fetching.panel.fetch_requested.emit(["x.zip"])
    await until(lambda: "file:get:x.zip" in fetching.hub.asked)
    fetching.hub.say("file:start:x.zip:-1:octet/stream")
    await until(lambda: fetching.notices.notice("files"))
    notice = fetching.notices.notice("files")
    assert notice is not None
    assert notice.text.startswith("x.zip could not be fetched: The instrument announced -1 chunks")


async def test_another_folder_is_chosen_while_stop_stays_in_reach(
    fetching: Fetching, until: Until, tmp_path: Path
) -> None:
    click(fetching.panel.change)
    (chooser,) = fetching.panel.window().findChildren(QFileDialog)
    assert not chooser.isModal()
    chooser.fileSelected.emit(str(tmp_path / "elsewhere"))
    assert fetching.settings.files_dir == str(tmp_path / "elsewhere")
    assert fetching.panel.folder_label.full_text == str(tmp_path / "elsewhere")
    chooser.reject()
    await until(lambda: not fetching.panel.window().findChildren(QFileDialog))
