"""Nothing of a message stays behind once everybody has seen it."""

from __future__ import annotations

import gc
import tracemalloc

from ifcbgui import AsyncIFCBClient
from ifcbgui.signalr.json_protocol import JsonProtocol
from ifcbgui.signalr.messages import Invocation

BATCH = 4_000


def receive(client: AsyncIFCBClient, first: int) -> None:
    """Decode and take messages, no two alike; every fifth is unknown, every sixth damaged."""
    protocol = JsonProtocol()
    decoder = protocol.decoder()
    for number in range(first, first + BATCH):
        text = (
            f"triggerchanged:{number}:saved:{number}:0",
            f"syringetrack:{number / 1000}",
            f"reportevent:Grab file: D{number}.",
            f"valuechanged:switchlaser:{number % 2}",
            f"new{number}:thing:{number}",
            f"syringetrack:x{number}",
        )[number % 6]
        data = protocol.encode(Invocation("messageRelayed", ("host", "ifcb", number, text)))
        for message in decoder.feed(data):
            client.receive(message.arguments, number, number)


def test_memory_stays_flat() -> None:
    client = AsyncIFCBClient("ws://127.0.0.1/ifcbHub", "111-111-111")
    client.add_entry_listener(lambda entry: None)
    client.on((None,), lambda *fields: None)
    receive(client, 0)  # what is made once is made now
    gc.collect()
    tracemalloc.start()
    try:
        receive(client, BATCH)
        gc.collect()
        early = tracemalloc.get_traced_memory()[0]
        receive(client, 2 * BATCH)
        receive(client, 3 * BATCH)
        gc.collect()
        late = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    # One object kept of each message would be above 250 kB.
    assert late - early < 50_000
