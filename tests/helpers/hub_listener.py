"""What a client hears of a simulator, for tests."""

from __future__ import annotations

import json

from websockets.asyncio.client import connect

from ifcbgui.simulator import Simulator, SimulatorThread

END = "\x1e"


async def heard_until(
    simulator: Simulator | SimulatorThread, start_of_text: str, *commands: str
) -> list[str]:
    """Sign on, send commands, and return the texts heard until one begins as given."""
    calls = [["startAsClient", simulator.serial]]
    calls += [["relayMessageToHost", simulator.serial, command] for command in commands]
    texts: list[str] = []
    async with connect(simulator.url, max_size=None, proxy=None) as socket:
        await socket.send(json.dumps({"protocol": "json", "version": 1}) + END)
        for target, *arguments in calls:
            await socket.send(
                json.dumps({"type": 1, "target": target, "arguments": arguments}) + END
            )
        async for frame in socket:
            for record in str(frame).split(END)[:-1]:
                message = json.loads(record)
                if message.get("target") == "messageRelayed":
                    texts.append(message["arguments"][3])
                    if texts[-1].startswith(start_of_text):
                        return texts
    raise AssertionError(f"The connection ended before {start_of_text!r} was heard.")
