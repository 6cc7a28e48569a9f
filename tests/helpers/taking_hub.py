"""The script of a hub that takes every client of an instrument, and refuses what it is told to."""

from __future__ import annotations

from tests.helpers.scripted_hub import Peer, Script, event, record


def taking(refused: str = "") -> Script:
    """Return the script; calls with the argument ``refused`` are answered with an error."""

    async def script(peer: Peer) -> None:
        await peer.handshake()
        while (call := await peer.next())["type"] == 1:
            answer = {"type": 3, "invocationId": call["invocationId"]}
            if refused and refused in call["arguments"]:
                answer["error"] = "No such host."
            await peer.send(record(answer))
            if call["target"] == "startAsClient":
                await peer.send(event("startedAsClient", *call["arguments"]))

    return script
