"""Signing on: what is said between a fresh hub connection and the first command."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from ifcbgui.instrument.errors import CommandError, Refusal, SignOnError
from ifcbgui.signalr import (
    ConnectionLostError,
    HubClient,
    InvocationError,
    InvocationTimeoutError,
    NotConnectedError,
    SignalRError,
)

log = logging.getLogger(__name__)

# Seen in WHOIGit/pyifcbclient: what a client says once it is signed on.
GREETING = "Client connected."
REFRESH = "refresh"


class SignOn:
    """Signs on to an instrument, once, over a hub connection that has just come about.

    Args:
        hub: The hub.
        serial: The instrument's serial number.
        relay: Sends a text to the instrument; raises `CommandError`.
        timeout: Seconds to wait until the hub has taken the client.
    """

    def __init__(
        self,
        hub: HubClient,
        serial: str,
        relay: Callable[[str], Awaitable[None]],
        timeout: float,
    ) -> None:
        self._hub = hub
        self._serial = serial
        self._relay = relay
        self._timeout = timeout
        self._taken = asyncio.Event()

    def taken(self) -> None:
        """Note that the hub has said ``startedAsClient``."""
        self._taken.set()

    async def run(self) -> bool:
        """Sign on; return False if the connection ended meanwhile: the hub's status says why.

        Raises:
            SignOnError: If the hub or the instrument does not take the client.
        """
        try:
            await self._start()
            await self._greet()
        except (ConnectionLostError, NotConnectedError, CommandError) as exc:
            log.info("Signing on was cut short: %s", exc)
            return False
        return True

    async def _start(self) -> None:
        try:
            async with asyncio.timeout(self._timeout):
                await self._hub.invoke("startAsClient", self._serial, timeout=self._timeout)
                await self._taken.wait()
        except (ConnectionLostError, NotConnectedError):
            raise
        except (TimeoutError, InvocationTimeoutError):
            raise SignOnError(
                f"The hub answers, but did not take this client for instrument {self._serial} "
                f"within {self._timeout:.0f} s.",
                "Check the serial number, and that the instrument's host program is running.",
            ) from None
        except InvocationError as exc:
            raise SignOnError(
                f"The hub refused to sign on to instrument {self._serial}: {exc}",
                "Check that the address is an IFCB's and the serial number is right.",
            ) from exc
        except SignalRError as exc:
            raise SignOnError(
                f"The sign-on to instrument {self._serial} could not be sent: {exc}", exc.hint
            ) from exc

    async def _greet(self) -> None:
        try:
            for text in (GREETING, REFRESH):
                await self._relay(text)
        except CommandError as exc:
            if exc.reason in (Refusal.LOST, Refusal.NOT_CONNECTED):
                raise
            raise SignOnError(
                f"The hub took this client, but instrument {self._serial} cannot be reached "
                f"through it: {exc}",
                "Check the serial number, and that the instrument's host program is running.",
            ) from exc
