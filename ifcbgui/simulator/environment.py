"""Humidity, temperature and position, as the virtual instrument measures them."""

from __future__ import annotations

from ifcbgui.simulator.host import Host
from ifcbgui.simulator.timeline import Activity, Task

_LIVE_PERIOD_S = 5.0
_LEAK_PER_S = 0.5 / 60.0


class Environment:
    """The sensors inside the housing, and the GPS.

    Attributes:
        humidity: The last reading, %RH.
        temperature: The last reading, degrees Celsius.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self.humidity = 38.2
        self.temperature = 23.7
        self._latitude = 41.3250
        self._longitude = -70.5670
        self._leaked_until = 0.0
        self._live: Task | None = None

    def tell(self) -> None:
        """Send humidity and temperature, in this order and with all their digits."""
        gauss = self._host.random.gauss
        now = self._host.timeline.now
        self.humidity += gauss(0.0, 0.05)
        if self._host.faulty("humidity-leak"):
            self.humidity += (now - self._leaked_until) * _LEAK_PER_S
        self._leaked_until = now
        self.humidity = min(max(self.humidity, 5.0), 99.0)
        self.temperature += gauss(0.0, 0.03)
        self._host.changed("getenvironment", self.humidity, self.temperature)

    def position(self) -> str:
        """Return the position in the words of the host (seen in the field guide)."""
        gauss = self._host.random.gauss
        latitude = self._latitude + gauss(0.0, 2e-5)
        longitude = self._longitude + gauss(0.0, 2e-5)
        return f"age: 1 lat: {latitude:.5f} lon: {longitude:.5f}"

    def follow_live_switch(self) -> None:
        """Start or stop live measurements, after the switch was moved."""
        if self._live:
            self._live.cancel()
            self._live = None
        if self._host.on("switchliveenv"):
            self._live = self._host.timeline.spawn(self._measure())

    def _measure(self) -> Activity:
        # Ends by itself when Initialize switches it off.
        while self._host.on("switchliveenv"):
            self.tell()
            yield _LIVE_PERIOD_S
