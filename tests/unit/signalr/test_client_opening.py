"""From the address to the connection, against a hub that follows a script."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from ifcbgui.signalr import (
    AuthenticationError,
    EncodingError,
    HandshakeError,
    HubState,
    HubTimeoutError,
    NegotiationError,
    NotAHubError,
    RetryPolicy,
    SignalRError,
    TlsError,
    UnreachableError,
)
from tests.helpers.scripted_hub import (
    HANDSHAKE,
    NEGOTIATED,
    RS,
    Peer,
    ScriptedHub,
    event,
    polite,
    until,
)

HTML = {"Content-Type": "text/html"}


async def unused_port() -> int:
    async with ScriptedHub() as hub:
        return hub.port


async def test_t01_t09_negotiation_then_handshake_then_a_ping_at_once(make_client: Any) -> None:
    first: list[str] = []

    async def script(peer: Peer) -> None:
        await peer.handshake()
        first.append(await peer.next_raw())
        await peer.hang()

    async with ScriptedHub(script) as hub:
        client = make_client(hub.url + "?a=b")
        await client.start()
        await until(lambda: first)
        assert [(method, path) for method, path, _ in hub.requests] == [
            ("POST", "/ifcbHub/negotiate?a=b&negotiateVersion=1"),
            ("GET", "/ifcbHub?a=b&id=secret-token"),
        ]
        assert hub.requests[0][2]["Content-Length"] == "0"
        assert first == ['{"type":6}' + RS]
        assert client.status.state is HubState.CONNECTED
        assert client.last_heard_ns is not None


async def test_t09_nothing_but_the_request_is_sent_before_the_answer(make_client: Any) -> None:
    early: list[str] = []

    async def hesitating(peer: Peer) -> None:
        assert await peer.next_raw() == HANDSHAKE
        with suppress(TimeoutError):
            async with asyncio.timeout(0.1):
                early.append(await peer.next_raw())
        await peer.send("{}" + RS)
        await peer.serve_calls()

    async with ScriptedHub(hesitating) as hub:
        await make_client(hub.url, options={"keep_alive_s": 0.01}).start()
    assert early == []


@pytest.mark.parametrize("scheme", ["ws", "http"])
async def test_t02_a_server_that_knows_only_version_0(make_client: Any, scheme: str) -> None:
    old = {key: NEGOTIATED[key] for key in ("connectionId", "availableTransports")}
    async with ScriptedHub(answers=[old]) as hub:
        await make_client(hub.url.replace("ws", scheme, 1)).start()
        assert hub.upgrades == ["/ifcbHub?id=public-id"]


async def test_t03_a_refusal_is_final_and_opens_no_socket(make_client: Any) -> None:
    async with ScriptedHub(answers=[{"error": "nope"}]) as hub:
        client = make_client(hub.url)
        with pytest.raises(NegotiationError, match="nope"):
            await client.start()
        assert client.status.state is HubState.DISCONNECTED
        assert len(hub.requests) == 1


async def test_t04_members_spelled_out_as_null(make_client: Any) -> None:
    spelled = {**NEGOTIATED, "url": None, "error": None, "accessToken": None, "more": 1}
    async with ScriptedHub(answers=[spelled]) as hub:
        await make_client(hub.url).start()


async def test_t05_a_redirect_is_followed_with_its_token(make_client: Any) -> None:
    async with ScriptedHub() as there:
        away = {"url": f"http://127.0.0.1:{there.port}/hub?c=d", "accessToken": "TOK"}
        async with ScriptedHub(answers=[away]) as here:
            client = make_client(here.url, headers={"Authorization": "Bearer OLD", "X-Ship": "1"})
            await client.start()
        paths = [path for _, path, _ in there.requests]
        assert paths == ["/hub/negotiate?c=d&negotiateVersion=1", "/hub?c=d&id=secret-token"]
        for _, _, headers in there.requests:
            assert headers.get_all("Authorization") == ["Bearer TOK"]
            assert "X-Ship" not in headers


async def test_credentials_follow_no_redirect_to_another_server(make_client: Any) -> None:
    async with ScriptedHub() as there:
        away = {"url": f"http://127.0.0.1:{there.port}/hub"}
        async with ScriptedHub(answers=[away]) as here:
            address = here.url.replace("ws://", "ws://ann:SESAME@")
            client = make_client(address, headers={"X-Key": "SESAME"})
            await client.start()
        for _, _, headers in there.requests:
            assert "Authorization" not in headers
            assert "SESAME" not in str(headers)


async def test_credentials_follow_a_redirect_on_the_same_server(make_client: Any) -> None:
    async with ScriptedHub(answers=[{}, NEGOTIATED]) as hub:
        hub.answers[0]["url"] = hub.url + "/other"
        await make_client(hub.url, headers={"X-Key": "SESAME"}).start()
        assert [headers["X-Key"] for _, _, headers in hub.requests] == ["SESAME"] * 3


async def test_a_redirect_of_the_websocket_is_not_followed(make_client: Any) -> None:
    async with ScriptedHub() as there:

        def send_away(_connection: Any, _request: Request) -> Response:
            headers = Headers({"Location": there.url, "Content-Length": "0"})
            return Response(307, "Away", headers)

        async with serve(_never, "127.0.0.1", 0, process_request=send_away) as here:
            port = here.sockets[0].getsockname()[1]
            client = make_client(
                f"ws://127.0.0.1:{port}/hub",
                headers={"X-Key": "SESAME"},
                options={"skip_negotiation": True},
            )
            with pytest.raises(NotAHubError, match="points to another address"):
                await client.start()
        assert not there.requests


async def _never(_connection: ServerConnection) -> None:
    raise AssertionError("nobody gets in")


async def test_a_header_that_cannot_be_sent_is_not_quoted(make_client: Any) -> None:
    secret = "-".join("SESAME")  # not in the source, which a traceback quotes
    async with ScriptedHub() as hub:
        with pytest.raises(EncodingError) as caught:
            await make_client(hub.url, headers={"X-Key": secret + "\n"}).start()
        assert secret not in "".join(traceback.format_exception(caught.value))


async def test_t05_endless_redirects_end(make_client: Any) -> None:
    async with ScriptedHub(answers=[{}]) as hub:
        hub.answers[0]["url"] = hub.url
        with pytest.raises(NegotiationError, match="address to address"):
            await make_client(hub.url).start()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((404, HTML, b"<html>"), NotAHubError),
        ((200, HTML, b"<html>It works!</html>"), NotAHubError),
        ((200, HTML, b"x" * 300_000), NotAHubError),
        ((301, {"Location": "https://elsewhere/"}, b""), NotAHubError),
        ((401, {}, b""), AuthenticationError),
        ({"ProtocolVersion": "1.5"}, NotAHubError),
    ],
)
async def test_t07_failures_that_waiting_does_not_cure(
    make_client: Any, answer: Any, kind: type[SignalRError]
) -> None:
    async with ScriptedHub(answers=[answer]) as hub:
        with pytest.raises(kind) as caught:
            await make_client(hub.url).start()
        assert not caught.value.retryable
        assert caught.value.hint
        assert len(hub.requests) == 1


@pytest.mark.parametrize("status", [429, 503])
async def test_t07_a_busy_server_is_tried_again_after_a_delay(
    make_client: Any, watch: Any, status: int
) -> None:
    async with ScriptedHub(answers=[(status, {}, b""), (status, {}, b""), NEGOTIATED]) as hub:
        client = make_client(hub.url)
        statuses = watch(client)
        await client.start()
        waits = [(s.attempt, s.retry_in_s) for s in statuses if s.retry_in_s is not None]
        assert waits == [(2, 0.01), (3, 0.02)]
        assert {s.state for s in statuses[:-1]} == {HubState.CONNECTING}
        assert str(status) in str(statuses[-2].error)


async def test_t07_nothing_listens(make_client: Any) -> None:
    port = await unused_port()
    with pytest.raises(UnreachableError) as caught:
        await make_client(f"ws://127.0.0.1:{port}/ifcbHub").start(retry=False)
    assert str(caught.value) == f"Nothing answers at 127.0.0.1 port {port} (connection refused)."
    assert caught.value.hint == "Check the address and port, and that IFCBacquire is running."
    assert caught.value.retryable


async def test_t36_refused_tries_go_on_until_the_server_is_up(make_client: Any, watch: Any) -> None:
    port = await unused_port()
    client = make_client(f"ws://127.0.0.1:{port}/ifcbHub")
    statuses = watch(client)
    starting = asyncio.create_task(client.start())
    await until(lambda: client.status.attempt >= 4)
    async with ScriptedHub(port=port):
        await starting
        assert client.status.state is HubState.CONNECTED
        waits = [s.retry_in_s for s in statuses if s.retry_in_s is not None]
        assert waits[:4] == [0.01, 0.02, 0.03, 0.03][: len(waits)]


async def test_t07_a_server_that_never_answers(make_client: Any) -> None:
    async with ScriptedHub(answers=[None]) as hub:
        client = make_client(hub.url, options={"open_timeout_s": 0.05})
        with pytest.raises(HubTimeoutError, match=r"No answer from 127.* within 0\.05 s") as caught:
            await client.start(retry=False)
        assert caught.value.retryable


async def test_t08_every_connection_begins_anew(make_client: Any) -> None:
    async def once(peer: Peer) -> None:
        await peer.handshake()
        await peer.cut()

    tokens = iter(["one", "two"])
    second = {**NEGOTIATED, "connectionToken": "second-token"}
    async with ScriptedHub(once, polite, answers=[NEGOTIATED, second]) as hub:
        client = make_client(hub.url, headers=lambda: {"Authorization": f"Bearer {next(tokens)}"})
        await client.start()
        await until(lambda: len(hub.peers) == 2 and client.status.state is HubState.CONNECTED)
        assert hub.posts == ["/ifcbHub/negotiate?negotiateVersion=1"] * 2
        assert hub.upgrades == ["/ifcbHub?id=secret-token", "/ifcbHub?id=second-token"]
        sent = [headers["Authorization"] for _, _, headers in hub.requests]
        assert sent == ["Bearer one", "Bearer one", "Bearer two", "Bearer two"]


async def test_t08_skipping_the_negotiation_is_kept(make_client: Any) -> None:
    async def once(peer: Peer) -> None:
        await peer.handshake()
        await peer.cut()

    async with ScriptedHub(once, polite) as hub:
        client = make_client(hub.url, options={"skip_negotiation": True})
        await client.start()
        await until(lambda: len(hub.peers) == 2)
        assert hub.posts == []
        assert hub.upgrades == ["/ifcbHub"] * 2


async def test_credentials_in_the_address_are_sent_as_a_header(make_client: Any) -> None:
    async with ScriptedHub() as hub:
        await make_client(hub.url.replace("//", "//user:pw@")).start()
        assert {h["Authorization"] for _, _, h in hub.requests} == {"Basic dXNlcjpwdw=="}


async def test_t10_a_message_in_the_handshake_frame_is_handled_once(make_client: Any) -> None:
    async def script(peer: Peer) -> None:
        await peer.handshake("{}" + RS + event("t", 1))
        await peer.serve_calls()

    got: list[Any] = []
    async with ScriptedHub(script) as hub:
        client = make_client(hub.url)
        client.on("t", lambda n: got.append((n, client.status.state)))
        await client.start()
        await client.invoke("echo")
        await until(lambda: got)
        assert got == [(1, HubState.CONNECTED)]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ('{"error":"The protocol \'json\' is not supported."}' + RS, "is not supported"),
        (event("t"), "before its handshake"),
    ],
)
async def test_t11_a_refused_handshake_is_final(make_client: Any, answer: str, words: str) -> None:
    async with ScriptedHub(lambda peer: peer.handshake(answer)) as hub:
        client = make_client(hub.url)
        with pytest.raises(HandshakeError, match=words):
            await client.start()
        assert client.status.state is HubState.DISCONNECTED
        assert len(hub.peers) == 1


async def test_t12_a_handshake_without_answer_times_out(make_client: Any) -> None:
    async def silent(peer: Peer) -> None:
        await peer.next_raw()
        await peer.socket.wait_closed()

    async with ScriptedHub(silent) as hub:
        client = make_client(hub.url, options={"handshake_timeout_s": 0.05})
        with pytest.raises(HubTimeoutError, match="did not answer the handshake") as caught:
            await client.start(retry=False)
        assert caught.value.retryable
        await asyncio.wait_for(hub.peers[0].socket.wait_closed(), 5)


async def test_t13_the_answer_may_be_split_and_binary(make_client: Any) -> None:
    async def script(peer: Peer) -> None:
        await peer.next_raw()
        await peer.send(b'{"minorVersion":0')
        await peer.send(b"}\x1e")
        await peer.serve_calls()

    async with ScriptedHub(script) as hub:
        client = make_client(hub.url)
        await client.start()
        assert await client.invoke("echo", 1) == [1]


@asynccontextmanager
async def raw_server(answer: bytes) -> AsyncIterator[int]:
    """Answer any first bytes with ``answer`` and hang up; gives the port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(answer)
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(serve, "127.0.0.1") as server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"SSH-2.0-OpenSSH_9.6\r\n", NotAHubError),
        (b"", UnreachableError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", NotAHubError),
    ],
)
async def test_something_else_on_that_port(
    make_client: Any, answer: bytes, kind: type[SignalRError]
) -> None:
    async with raw_server(answer) as port:
        with pytest.raises(kind):
            await make_client(f"ws://127.0.0.1:{port}/").start(retry=False)


async def test_a_server_without_tls_behind_a_secure_address(make_client: Any) -> None:
    async with raw_server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        with pytest.raises(TlsError) as caught:
            await make_client(f"wss://127.0.0.1:{port}/").start()
        assert "ws://" in caught.value.hint


async def test_a_server_that_hangs_up_on_tls(make_client: Any) -> None:
    async with raw_server(b"") as port:
        with pytest.raises(UnreachableError) as caught:
            await make_client(f"wss://127.0.0.1:{port}/").start(retry=False)
        assert "ws://" in caught.value.hint


async def test_nothing_secret_is_logged(make_client: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with ScriptedHub() as hub:
            url = hub.url.replace("//", "//user:PASSWORD@") + "?access_token=QUERY"
            client = make_client(url, headers={"X-Key": "HEADER"})
            await client.start()
            await client.invoke("echo")
            await client.stop()
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("ifcbgui")]
    assert ours
    for secret in ("PASSWORD", "QUERY", "HEADER", "secret-token"):
        assert not any(secret in line for line in ours)


async def test_start_is_refused_while_started_and_possible_again_after_stop(
    make_client: Any,
) -> None:
    async with ScriptedHub() as hub:
        client = make_client(hub.url)
        await client.start()
        with pytest.raises(RuntimeError):
            await client.start()
        assert client.status.state is HubState.CONNECTED
        await client.stop()
        await client.start()
        assert await client.invoke("echo", 2) == [2]


async def test_an_unreadable_header_function_ends_the_start_with_an_error(
    make_client: Any,
) -> None:
    def headers() -> dict[str, str]:
        raise OSError("no token file")

    client = make_client("ws://127.0.0.1:1/", headers=headers, retry=RetryPolicy())
    with pytest.raises(SignalRError, match="OSError"):
        await client.start()
