"""Whatever else may listen where a hub should be: web servers, and the portal of a harbour."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

PAGE = b"<!DOCTYPE html><html><body>Welcome aboard! Please sign in.</body></html>"


@asynccontextmanager
async def web_page(
    status: str = "200 OK",
    headers: str = "Content-Type: text/html",
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[int]:
    """Answer every request with the same page; gives the port."""
    head = f"HTTP/1.1 {status}\r\n{headers}\r\nContent-Length: {len(PAGE)}\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await reader.read(4096)  # a request, or TLS that it knows nothing of
            writer.write(head.encode() + PAGE)
            await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", ssl=tls) as server:
        yield server.sockets[0].getsockname()[1]
