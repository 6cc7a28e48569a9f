"""Where the hub should be is something else: what the client says, and that it finds back."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ifcbgui import AsyncIFCBClient
from ifcbgui.instrument.errors import ConnectError
from ifcbgui.instrument.link import LinkState
from tests.helpers.recorded_client import QUICK_LINK, QUICK_RETRY, RecordedClient
from tests.helpers.talking_hub import SERIAL, TalkingHub
from tests.helpers.toxic_proxy import ToxicProxy
from tests.helpers.web_server import web_page

HUB_PATH = "Check the port and the path behind it; an IFCB's hub is at /ifcbHub."
PORTAL = "The network may ask for a sign-in first: open any page in a web browser and look."
TRY_WSS = "Check the port; if the server uses TLS, write wss:// instead of ws://."
TRY_WS = "Check that the server uses TLS; if it does not, use ws:// instead of wss://."

TLS_PAGE = "Location: https://ifcb.example/ifcbHub/negotiate?negotiateVersion=1"
LOGIN_PAGE = "Location: http://portal.example/login?to=ifcb&session=1"

# Status and header that the port answers, what is said of it, and what to do.
WEB_SERVERS = [
    (
        ("200 OK", "Content-Type: text/html"),
        "A web server answers there, but it is no SignalR hub.",
        f"{HUB_PATH} {PORTAL}",
    ),
    (
        ("404 Not Found", "Content-Type: text/html"),
        "127.0.0.1 port {port} answers, but there is no SignalR hub (HTTP 404).",
        HUB_PATH,
    ),
    (
        ("301 Moved Permanently", TLS_PAGE),
        "127.0.0.1 port {port} points to another address (HTTP 301).",
        "Try https://ifcb.example/ifcbHub.",
    ),
    (
        ("302 Found", LOGIN_PAGE),
        "127.0.0.1 port {port} points to another address (HTTP 302).",
        PORTAL,
    ),
    (
        ("511 Network Authentication Required", "Content-Type: text/html"),
        "The network does not let us through to 127.0.0.1 port {port} (HTTP 511).",
        PORTAL,
    ),
]


async def failure_of(url: str, **settings: Any) -> ConnectError:
    """Return what a first connection to a wrong address says."""
    client = AsyncIFCBClient(url, SERIAL, retry=False, options=QUICK_LINK, **settings)
    with pytest.raises(ConnectError) as failure:
        await client.connect()
    assert client.link.state is LinkState.FAILED
    assert (client.link.error, client.link.hint) == (str(failure.value), failure.value.hint)
    return failure.value


@pytest.mark.parametrize(("answer", "error", "hint"), WEB_SERVERS)
async def test_a_web_server_on_that_port_is_called_one(
    answer: tuple[str, str], error: str, hint: str
) -> None:
    async with web_page(*answer) as port:
        failure = await failure_of(f"ws://127.0.0.1:{port}/ifcbHub")
    assert (str(failure), failure.hint) == (error.format(port=port), hint)


@pytest.mark.parametrize(("answer", "error", "hint"), WEB_SERVERS)
async def test_a_web_server_that_took_the_port_is_waited_out(
    one: RecordedClient,
    proxy: ToxicProxy,
    hub: TalkingHub,
    answer: tuple[str, str],
    error: str,
    hint: str,
) -> None:
    """A portal goes away, a computer that boots starts its hub last: it never gives up."""
    async with web_page(*answer) as proxy.target:
        proxy.cut()
        await one.until(lambda: one.client.link.attempt >= 4)
        assert one.client.link.state is LinkState.RECONNECTING
        assert one.client.link.error == error.format(port=proxy.port)
        assert one.client.link.hint == hint
    proxy.target = hub.port
    await one.hears(5)


# -- names -----------------------------------------------------------------------------------


async def test_a_name_that_nobody_knows(ship_resolver: dict[str, str]) -> None:
    failure = await failure_of("ws://ifcb-207.invalid:8092/ifcbHub")
    assert str(failure) == "The name ifcb-207.invalid cannot be found on the network."
    assert failure.hint == "Check the spelling, or use the numeric address of the instrument."


async def test_a_name_that_the_resolver_of_this_computer_does_not_know() -> None:
    """Whatever a resolver says without a network: it fails in words, and may pass."""
    failure = await failure_of("ws://ifcb-207.invalid:8092/ifcbHub")
    assert "ifcb-207.invalid" in str(failure)
    assert failure.hint


@pytest.mark.parametrize("host", ["a..b", "x" * 64])
async def test_a_name_that_no_computer_can_have(host: str) -> None:
    with pytest.raises(ConnectError) as failure:
        AsyncIFCBClient(f"ws://{host}:8092/ifcbHub", SERIAL)
    assert str(failure.value) == f"No computer can have the name {host}."
    assert failure.value.hint == "Write it like ws://192.168.1.100:8092/ifcbHub."


@pytest.fixture
async def ship_resolver(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Gives the names of the network, by which hosts are found from now on."""
    names: dict[str, str] = {}

    async def getaddrinfo(host: str, port: int, **_hints: Any) -> list[Any]:
        if host not in names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (names[host], port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    return names


async def test_a_name_that_comes_up_later_is_found(
    ship_resolver: dict[str, str], proxy: ToxicProxy, tmp_path: Path
) -> None:
    url = f"ws://ifcb-207.invalid:{proxy.port}/ifcbHub"
    one = RecordedClient(url, tmp_path)

    async def comes_up() -> None:
        await one.until(lambda: one.client.link.attempt >= 3)
        assert "ifcb-207.invalid cannot be found" in (one.client.link.error or "")
        ship_resolver["ifcb-207.invalid"] = "127.0.0.1"

    coming_up = asyncio.create_task(comes_up())
    async with one:
        await coming_up
        await one.hears(5)


# -- TLS -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """The server's side of TLS, with a certificate made for the occasion."""
    if not shutil.which("openssl"):
        pytest.skip("needs the openssl program")
    path = tmp_path_factory.mktemp("tls") / "key.pem"
    command = (
        f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        f"-keyout {path} -out {path}.crt -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{path}.crt", path)
    return context


async def test_a_tls_port_spoken_to_in_plain(tls: ssl.SSLContext) -> None:
    async with web_page(tls=tls) as port:
        failure = await failure_of(f"ws://127.0.0.1:{port}/ifcbHub")
    assert failure.hint == TRY_WSS


async def test_a_plain_port_spoken_to_in_tls() -> None:
    async with web_page() as port:
        failure = await failure_of(f"wss://127.0.0.1:{port}/ifcbHub")
    assert failure.hint == TRY_WS


async def test_a_port_that_accepts_and_says_nothing(proxy: ToxicProxy) -> None:
    proxy.stall()
    for scheme in ("ws", "wss"):
        failure = await failure_of(proxy.url.replace("ws", scheme, 1), retry_policy=QUICK_RETRY)
        assert str(failure) == f"No answer from 127.0.0.1 port {proxy.port} within 0.3 s."
