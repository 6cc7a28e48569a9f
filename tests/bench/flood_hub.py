"""A hub in a process of its own that sends a flood of messages, as fast as they are taken.

    python tests/bench/flood_hub.py MESSAGES

Prints its port. Every client that calls anything with the argument "flood" gets the flood, one
hub message in each WebSocket frame, as ASP.NET Core sends them. The frames are made beforehand,
so that the hub is never the one who is slow.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import json
import sys
from collections.abc import Iterator

END = b"\x1e"
WRITE_SIZE = 256 * 1024


def traffic() -> Iterator[str]:
    """Yield what an instrument says while it samples, in the shares it says it in, without end."""
    for trigger in itertools.count(1):
        yield (
            f"graphchanged:0.0131442:0.0871265:0.0709113:1.{trigger:06d}:948:412:{trigger}"
            ":0.45:0.6:0.13:0.13:2026-03-14|03-09"
        )
        yield f"triggerchanged:{trigger}:processed:2:{trigger}:{2 * trigger}"
        yield f"triggerchanged:{trigger}:saved:{trigger}:0"
        if trigger % 5 == 0:
            yield f"syringetrack:{trigger % 500 / 100:.2f}"
        if trigger % 24 == 0:
            yield f"valuechanged:fpsrate:{trigger % 50 / 10}"
        if trigger % 144 == 0:
            yield "reportevent:Syringe speed set to 20.0 min/syr\n"
            yield f"valuechanged:switchtriggering:{trigger // 144 % 2}"


def frame(*messages: object) -> bytes:
    """Return a WebSocket text frame with hub messages."""
    data = b"".join(json.dumps(message).encode() + END for message in messages)
    size = len(data)
    head = bytes([size]) if size < 126 else b"\x7e" + size.to_bytes(2, "big")
    return b"\x81" + head + data


def call(target: str, *arguments: object) -> dict[str, object]:
    """Return an invocation."""
    return {"type": 1, "target": target, "arguments": arguments}


def flood(count: int) -> list[bytes]:
    """Return the frames of the flood, joined to large pieces."""
    texts = itertools.islice(traffic(), count)
    frames = b"".join(
        frame(call("messageRelayed", "host", "ifcb", number, text))
        for number, text in enumerate(texts, 1)
    )
    return [frames[at : at + WRITE_SIZE] for at in range(0, len(frames), WRITE_SIZE)]


async def next_record(reader: asyncio.StreamReader) -> bytes:
    """Return the payload of the next frame of a client."""
    head = await reader.readexactly(2)
    size = head[1] & 0x7F
    if size == 126:
        size = int.from_bytes(await reader.readexactly(2), "big")
    mask = await reader.readexactly(4)
    data = await reader.readexactly(size)
    return bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))


async def serve(
    pieces: list[bytes], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Serve one connection: the answer to a negotiation, or a WebSocket."""
    request = (await reader.readuntil(b"\r\n\r\n")).decode()
    if request.startswith("POST"):
        answer = json.dumps(
            {
                "negotiateVersion": 0,
                "connectionId": "1",
                "availableTransports": [
                    {"transport": "WebSockets", "transferFormats": ["Text", "Binary"]}
                ],
            }
        )
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(answer), answer.encode())
        )
        writer.close()
        return
    fields = dict(line.split(": ", 1) for line in request.splitlines()[1:] if line)
    key = {name.lower(): value for name, value in fields.items()}["sec-websocket-key"]
    accept = hashlib.sha1(key.encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
    writer.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: %s\r\n\r\n" % base64.b64encode(accept)
    )
    await next_record(reader)
    writer.write(b"\x81\x03{}" + END)
    while True:
        for record in (await next_record(reader)).split(END):
            message = json.loads(record) if record.startswith(b"{") else {}
            if message.get("invocationId"):
                writer.write(frame({"type": 3, "invocationId": message["invocationId"]}))
            if message.get("target") == "startAsClient":
                writer.write(frame(call("startedAsClient", *message["arguments"])))
            if "flood" in message.get("arguments", ()):
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()


async def main(count: int) -> None:
    """Listen until killed."""
    pieces = flood(count)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(pieces, reader, writer)
        except (OSError, EOFError):
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
