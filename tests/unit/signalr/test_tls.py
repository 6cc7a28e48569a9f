"""Connections over TLS, with a certificate made for the occasion."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest

from ifcbgui.signalr import TlsError, UnreachableError
from tests.helpers.certificates import make_certificate, needs_openssl
from tests.helpers.certificates import server_context as make_server_context
from tests.helpers.scripted_hub import ScriptedHub

pytestmark = needs_openssl


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"), "IP:127.0.0.1")


@pytest.fixture
def server_context(certificate: Path) -> ssl.SSLContext:
    return make_server_context(certificate)


@pytest.mark.parametrize("scheme", ["wss", "https"])
async def test_a_given_context_is_used_for_negotiation_and_socket(
    make_client: Any, certificate: Path, server_context: ssl.SSLContext, scheme: str
) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    async with ScriptedHub(ssl=server_context) as hub:
        client = make_client(hub.url.replace("ws", scheme, 1), ssl_context=trusting)
        await client.start()
        assert await client.invoke("echo", 1) == [1]
        await client.stop()


async def test_an_unknown_certificate_is_named_as_the_reason(
    make_client: Any, server_context: ssl.SSLContext
) -> None:
    async with ScriptedHub(ssl=server_context) as hub:
        with pytest.raises(TlsError, match="not trusted: it is self-signed") as caught:
            await make_client(hub.url.replace("ws", "wss", 1)).start()
        assert not caught.value.retryable
        assert "CA file" in caught.value.hint


async def test_a_plain_address_for_a_server_with_tls(
    make_client: Any, server_context: ssl.SSLContext
) -> None:
    async with ScriptedHub(ssl=server_context) as hub:
        with pytest.raises(UnreachableError) as caught:
            await make_client(hub.url).start(retry=False)
        assert "wss://" in caught.value.hint
