"""Signs on to an IFCB's hub with signalrcore and tells what it heard, as one JSON line."""

import json
import sys
import threading

from signalrcore.hub_connection_builder import HubConnectionBuilder
from signalrcore.protocol.json_hub_protocol import JsonHubProtocol
from signalrcore.protocol.messagepack_protocol import MessagePackHubProtocol

PROTOCOLS = {"json": JsonHubProtocol, "messagepack": MessagePackHubProtocol}
WANTED = ("syringetrack:", "reportevent:Aux power 1")


def main(url: str, serial: str, protocol: str) -> None:
    texts: list[str] = []
    complete = threading.Event()

    def hear(arguments: list[object]) -> None:
        texts.append(str(arguments[3]))
        # The syringe is the last thing the instrument tells of when it is asked for everything.
        if all(any(text.startswith(wanted) for text in texts) for wanted in WANTED):
            complete.set()

    def start(_: object) -> None:
        hub.send("relayMessageToHost", [serial, "refresh"])
        hub.send("relayMessageToHost", [serial, "daq:switchauxpower1:1"])

    hub = HubConnectionBuilder().with_url(url).with_hub_protocol(PROTOCOLS[protocol]()).build()
    hub.on("startedAsClient", start)
    hub.on("heartbeat", lambda _: None)
    hub.on("messageRelayed", hear)
    hub.on_open(lambda: hub.send("startAsClient", [serial]))
    hub.start()
    heard = complete.wait(20)
    hub.stop()
    sys.stdout.write(json.dumps({"texts": texts}))
    sys.exit(0 if heard else 1)


main(*sys.argv[1:])
