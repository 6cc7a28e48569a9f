from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.helpers.recorded_client import RecordedClient
from tests.helpers.talking_hub import TalkingHub
from tests.helpers.toxic_proxy import ToxicProxy


@pytest.fixture
async def hub() -> AsyncIterator[TalkingHub]:
    async with TalkingHub() as talking:
        yield talking


@pytest.fixture
async def proxy(hub: TalkingHub) -> AsyncIterator[ToxicProxy]:
    async with ToxicProxy(hub.port) as passing:
        yield passing


@pytest.fixture
async def one(proxy: ToxicProxy, hub: TalkingHub, tmp_path: Path) -> AsyncIterator[RecordedClient]:
    """A client behind the proxy, online; what it recorded is examined after the test."""
    async with RecordedClient(proxy.url, tmp_path) as client:
        await client.hears(5)
        yield client
    client.assert_recorded_once_and_in_order(hub.said)
