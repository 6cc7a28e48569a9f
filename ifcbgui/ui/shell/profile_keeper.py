"""What is kept of the instrument that is shown: for the panels, and more of it as it is learned."""

from __future__ import annotations

from typing import Any, Final

from msgspec import structs
from PySide6.QtCore import QObject, Signal, Slot

from ifcbgui.instrument.imaging.band import Band
from ifcbgui.session.history import History
from ifcbgui.settings import Profile, Settings
from ifcbgui.ui.panels.check_panel import CheckPanel
from ifcbgui.ui.panels.trends_panel import TrendsPanel
from ifcbgui.ui.shell.connector import Connector
from ifcbgui.ui.widgets.notice import Level, NoticeArea

Borders = tuple[float, float]

_KEPT: Final = (
    "The ROIs of this instrument lie at x {:.0f} to {:.0f}. That is kept: from the next connection "
    "on the daily check tells by it when the instrument is misaligned. If beads show that it is "
    "aligned, choose Keep ROI band there, and it counts from now on."
)


class ProfileKeeper(QObject):
    """Keeps humidity baseline and ROI band with the instrument that is connected.

    A replay shows what is kept of its instrument, and changes nothing of it. What is kept of the
    simulator inside the program is forgotten with the program.

    Args:
        connector: Has the profile of the instrument that is, or was last, connected.
        settings: Where profiles are kept.
        history: Learns the band, or is told it.
        check: The daily check, where both are chosen.
        trends: Shows the baseline.
        notices: Where it is told that a band is kept.
        parent: Qt parent.

    Signals:
        kept: The profile, with more in it.
    """

    kept = Signal(object)

    def __init__(
        self,
        connector: Connector,
        settings: Settings,
        history: History,
        check: CheckPanel,
        trends: TrendsPanel,
        notices: NoticeArea,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._connector, self._settings, self._history = connector, settings, history
        self._check, self._trends, self._notices = check, trends, notices
        self._live = False
        self._known: Band | None = None
        check.baseline_chosen.connect(self._keep_baseline)
        check.band_chosen.connect(self._keep_band)

    def show_connected(self) -> Profile | None:
        """Let the panels know what is kept of the instrument that is connected; return it."""
        profile = self._connector.profile
        if profile is None:
            return None
        profile = self._newest(profile)
        self._live = True
        self._show(profile, replay=False)
        return profile

    def show_replayed(self, serial: str) -> Profile:
        """Let the panels know what is kept of an instrument that is replayed; return it."""
        known = (profile for profile in self._settings.profiles if profile.serial == serial)
        profile = next(known, Profile(name=serial, serial=serial))
        self._live = False
        self._show(profile, replay=True)
        return profile

    def show_nothing(self) -> None:
        """Let the panels know that no instrument is shown any more."""
        self._live = False
        self._show(Profile(name=""), replay=False)

    @Slot()
    def keep_settled_band(self) -> None:
        """Keep the band of a real instrument that has none yet, once it has settled."""
        profile = self._connector.profile
        if profile is None or profile.simulated or profile.roi_band is not None:
            return
        if not self._live or not self._connector.connected:
            return
        band = self._history.band
        if band is not None and band.settled and not band.is_known:
            borders = (round(band.left), round(band.right))
            self._keep(roi_band=borders)
            self._notices.notify("band", Level.OK, _KEPT.format(*borders))

    def _show(self, profile: Profile, *, replay: bool) -> None:
        self._know_band(profile.roi_band)
        self._show_baseline(profile.humidity_baseline)
        self._check.set_replay(replay)

    def _newest(self, profile: Profile) -> Profile:
        """Return a profile as it is kept now; one that is not kept yet as it is."""
        same = (profile.name, profile.server, profile.serial)
        known = (
            known
            for known in self._settings.profiles
            if (known.name, known.server, known.serial) == same
        )
        return next(known, profile)

    @Slot(object)
    def _keep_baseline(self, humidity: float | None) -> None:
        if self._live:
            self._keep(humidity_baseline=humidity)
            self._show_baseline(humidity)

    @Slot(object)
    def _keep_band(self, borders: Borders | None) -> None:
        if self._live:
            self._keep(roi_band=borders)
            self._know_band(borders)
            self._check.refresh()

    def _keep(self, **what: Any) -> None:
        profile = self._connector.profile
        if profile is None:
            return
        kept = structs.replace(self._newest(profile), **what)
        self._connector.profile = kept
        self._settings.profiles = [
            kept if known.name == kept.name else known for known in self._settings.profiles
        ]
        self.kept.emit(kept)

    def _show_baseline(self, humidity: float | None) -> None:
        self._check.set_baseline(humidity)
        self._trends.set_humidity_baseline(humidity)

    def _know_band(self, borders: Borders | None) -> None:
        known = None if borders is None else Band.known(*borders)
        if known != self._known:  # or a jump would forget what was learned
            self._known = known
            self._history.know_band(known)
