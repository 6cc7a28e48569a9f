"""Between the instrument and the panels that show what it sees."""

from __future__ import annotations

import asyncio
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ifcbgui.instrument import Entry, InstrumentState, LinkStatus
from ifcbgui.instrument.messages import IMAGE_GROUP
from ifcbgui.session import SessionError, SessionEvent
from ifcbgui.session.history import History
from ifcbgui.session.pictures import PictureStore
from ifcbgui.session.player import Player
from ifcbgui.settings import Profile, Settings
from ifcbgui.ui.absences import why_no_frames, why_no_rois
from ifcbgui.ui.bridge import Bridge
from ifcbgui.ui.models.log_text import clock_text
from ifcbgui.ui.models.roi_source import LiveRois
from ifcbgui.ui.panels.camera_panel import CameraPanel
from ifcbgui.ui.panels.check_panel import CheckPanel
from ifcbgui.ui.panels.rois_panel import RoisPanel
from ifcbgui.ui.panels.signals_panel import SignalsPanel
from ifcbgui.ui.panels.trends_panel import TrendsPanel
from ifcbgui.ui.shell.connector import Connector
from ifcbgui.ui.shell.log_desk import LogDesk
from ifcbgui.ui.shell.profile_keeper import ProfileKeeper
from ifcbgui.ui.widgets.notice import Level, NoticeArea
from ifcbgui.ui.widgets.past_mark import PastMark

PATIENCE_MS: Final = 500
"""So long the panels may show another moment of a replay than its own, and not say so."""

Row = tuple[int, Entry | SessionEvent]


class ImagingDesk(QObject):
    """Keeps the history of what is shown, live or replayed, and lets the panels look at it.

    Args:
        bridge: Tells what happens.
        connector: Its tasks read the past of a replay.
        log_desk: Has the messages that pictures are read from again.
        settings: Keep what the plots show, and what is known of each instrument.
        notices: Where it is told what was saved.
        parent: Qt parent.

    Attributes:
        history: What was seen so far.

    Signals:
        message_wanted: A message is to be shown in the log: its number.
        panel_wanted: A panel is to come to the front: its name.
        moment_wanted: A replay is to go to a time: UTC, nanoseconds since 1970.
        profile_kept: There is more to be kept of the instrument that is connected: its `Profile`.
    """

    message_wanted = Signal(int)
    panel_wanted = Signal(str)
    moment_wanted = Signal(object)
    profile_kept = Signal(object)

    def __init__(
        self,
        bridge: Bridge,
        connector: Connector,
        log_desk: LogDesk,
        settings: Settings,
        notices: NoticeArea,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._bridge, self._connector, self._settings = bridge, connector, settings
        self._notices = notices
        self.history = History()
        self._pictures = PictureStore(log_desk.texts_of)
        self._player: Player | None = None
        self._held: list[Row] | None = None
        self._recalling: asyncio.Task[None] | None = None
        self._make_panels()
        self._keeper = ProfileKeeper(
            connector, settings, self.history, self.check, self.trends, notices, self
        )
        seeing = (self.camera, self.rois, self.signals, self.trends)
        self._marks = [PastMark(panel) for panel in seeing]
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._say_what_is_read)
        self._connect()
        self.set_utc(settings.utc_times)

    def _make_panels(self) -> None:
        history, bridge, settings = self.history, self._bridge, self._settings
        self.camera = CameraPanel(
            history,
            self._pictures,
            settings,
            why_empty=lambda: why_no_frames(bridge.state, bridge.attached),
            now_ns=bridge.utc_ns,
        )
        self.rois = RoisPanel(
            LiveRois(history.rois, self._pictures),
            settings,
            why_empty=lambda: why_no_rois(bridge.state, bridge.attached),
        )
        self.signals = SignalsPanel(history, settings)
        self.trends = TrendsPanel(history, settings, bridge.utc_ns)
        self.check = CheckPanel(history, bridge.now_ns)

    def _connect(self) -> None:
        bridge = self._bridge
        bridge.rows_added.connect(self._take)
        bridge.state_changed.connect(self._take_state)
        bridge.link_changed.connect(self.check.set_link)
        bridge.jumped.connect(self._jumped)
        bridge.detached.connect(self._detached)
        self._connector.connected_changed.connect(self._connected_changed)
        self._connector.recording_changed.connect(self.check.set_disk)
        for panel in (self.camera, self.rois, self.signals):
            panel.message_wanted.connect(self.message_wanted)
        for panel in (self.camera, self.signals):
            panel.roi_chosen.connect(self._show_roi)
        self.rois.gallery.chosen.connect(self._mark_roi)
        for keeper in (self.camera, self.rois, self.trends, self.signals):
            keeper.notified.connect(self._notify)
        self.trends.moment_wanted.connect(self.moment_wanted)
        self.check.panel_wanted.connect(self.panel_wanted)
        self._keeper.kept.connect(self.profile_kept)
        bridge.tick.connect(self._keeper.keep_settled_band)

    # What happens ------------------------------------------------------------------------

    @Slot(list)
    def _take(self, rows: list[Row]) -> None:
        for row_id, row in rows:
            if isinstance(row, Entry) and row.kind == IMAGE_GROUP:
                self._pictures.remember(row_id, row.message)
        if self._held is None:
            self.history.take_all(rows)
        else:
            self._held.extend(rows)

    @Slot(object)
    def _take_state(self, state: InstrumentState) -> None:
        if self._held is None:
            self.history.take_state(state)
        self.check.set_state(state)

    @Slot(bool)
    def _connected_changed(self, connected: bool) -> None:
        """Begin anew with each connection."""
        if connected:
            self._begin()
            profile = self._keeper.show_connected()
            if profile is not None:
                self._know(profile)

    @Slot()
    def _detached(self) -> None:
        """Keep what an instrument has said, as the past; nothing would say so of a recording."""
        self.check.set_link(LinkStatus())
        if self._player is None:
            self.history.end(self._bridge.utc_ns())
        else:
            self._player = None
            self._forget()
            self.check.set_state(InstrumentState())
            self._keeper.show_nothing()

    def _begin(self) -> None:
        """Show nothing of another instrument, or another session, any more."""
        self._forget()
        self.trends.begin()

    def _forget(self) -> None:
        self.history.clear()
        self._pictures.clear()
        self._held = None
        self._show_recalled()

    # The past of a replay ----------------------------------------------------------------

    @Slot()
    def _jumped(self) -> None:
        """Read the past of the moment that a replay has come to; until then the old one stays."""
        player = self._bridge.player
        if player is None:
            return
        anew = player is not self._player
        if anew:
            self._player = player
            self._begin()
        self._held = []
        self.check.set_disk(None)
        self._know(self._keeper.show_replayed(player.serial))
        if anew or self._recalling is None or self._recalling.done():
            self._patience.start()
            self._recalling = self._connector.spawn(self._recall(player))
        elif not self._patience.isActive():
            self._say_what_is_read()

    async def _recall(self, player: Player) -> None:
        """Read what was seen before the newest jump, while what comes after it waits."""
        history = None
        while history is None and player is self._bridge.player:
            try:
                history = await player.recall()
            except SessionError as exc:
                self._notices.notify("recall", Level.ERROR, f"{exc} {exc.hint}".strip())
                history = History()
        if history is None or player is not self._bridge.player:
            return  # something else is shown meanwhile
        self.history.adopt(history)
        held, self._held = self._held or [], None
        self.history.take_all(held)
        self.history.take_state(self._bridge.state)
        self._show_recalled()

    @Slot()
    def _say_what_is_read(self) -> None:
        utc = self._settings.utc_times
        clock = clock_text(self._bridge.utc_ns(), utc=utc)[:8]
        for mark in self._marks:
            mark.say(f"Reading what was seen before {clock}{' UTC' if utc else ''}…")

    def _show_recalled(self) -> None:
        self._patience.stop()
        for mark in self._marks:
            mark.say("")

    def _know(self, profile: Profile) -> None:
        """Take how large things are on the instrument that is shown, and whose they are."""
        self.camera.set_pixels_per_um(profile.pixels_per_um)
        self.rois.set_pixels_per_um(profile.pixels_per_um)
        self.rois.set_origin(profile.serial)

    # What the operator does --------------------------------------------------------------

    @Slot(bool)
    def set_utc(self, utc: bool) -> None:
        """Show times in UTC, or in the machine's zone."""
        for panel in (self.camera, self.rois, self.trends, self.signals):
            panel.set_utc(utc)

    @Slot(int)
    def _show_roi(self, number: int) -> None:
        self.rois.show_roi(number)
        self.panel_wanted.emit("rois")

    @Slot()
    def _mark_roi(self) -> None:
        """Let the plots show where the ROI is that was chosen in the gallery."""
        number = self.rois.gallery.choice.current
        if number is not None:
            self.signals.mark_roi(number)

    @Slot(str, bool)
    def _notify(self, text: str, good: bool) -> None:
        self._notices.notify("pictures", Level.OK if good else Level.WARNING, text)
