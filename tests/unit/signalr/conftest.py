from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from ifcbgui.signalr import HubClient, HubOptions, HubStatus, RetryPolicy

MakeClient = Callable[..., HubClient]

QUICK_RETRY = RetryPolicy((0.0, 0.01, 0.02, 0.03), jitter=0)


@pytest.fixture
async def make_client() -> AsyncIterator[MakeClient]:
    """Makes clients that try again quickly, and stops them after the test."""
    clients: list[HubClient] = []

    def make(url: str, *, options: dict[str, Any] | None = None, **settings: Any) -> HubClient:
        settings.setdefault("retry", QUICK_RETRY)
        client = HubClient(url, options=HubOptions(**(options or {})), **settings)
        clients.append(client)
        return client

    yield make
    for client in clients:
        await client.stop()


@pytest.fixture
def watch() -> Callable[[HubClient], list[HubStatus]]:
    """Returns the list that fills with a client's statuses."""

    def start(client: HubClient) -> list[HubStatus]:
        statuses: list[HubStatus] = []
        client.add_status_listener(statuses.append)
        return statuses

    return start
