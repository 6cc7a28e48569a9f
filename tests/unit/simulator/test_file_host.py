from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from ifcbgui.simulator import Simulator, parse_fault
from ifcbgui.simulator.file_host import FileHost
from tests.helpers.hub_listener import heard_until

BIN = "D20260314T183000_IFCB207"
LATER = "D20260314T190000_IFCB207"
HEADER = "FileComment: pier: north µ\nhumidity: 38.2\n"
TABLE = "".join(f"{number},0.5,0.0127\n" for number in range(5000))
IMAGES = bytes(range(256)) * 700


class Asker:
    gone = False


class Desk:
    """A file host, what it said, and how much of that waits."""

    def __init__(self, folder: Path) -> None:
        self.said: list[str] = []
        self.backlog = 0
        self.on_say: Callable[[str], None] = lambda text: None
        self.host = FileHost(folder, self._say, lambda: self.backlog)

    def _say(self, text: str) -> None:
        self.said.append(text)
        self.on_say(text)

    async def until(self, start_of_text: str, count: int = 1) -> None:
        async with asyncio.timeout(10):
            while sum(text.startswith(start_of_text) for text in self.said) < count:
                await asyncio.sleep(0.002)


def lay(folder: Path, base: str, *endings: str) -> None:
    contents = {".hdr": HEADER.encode(), ".adc": TABLE.encode(), ".roi": IMAGES}
    for ending in endings:
        (folder / (base + ending)).write_bytes(contents[ending])


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    folder = tmp_path / "bins"
    folder.mkdir()
    lay(folder, BIN, ".hdr", ".adc", ".roi")
    desk = Desk(folder)
    yield desk
    await desk.host.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "bins"


async def test_only_finished_bins_are_listed(desk: Desk, folder: Path) -> None:
    lay(folder, LATER, ".adc", ".roi")
    for name in ("notes.hdr", "secret.txt", f"{LATER}.hdr.part", f"{BIN}.fea", "in-use"):
        (folder / name).write_text("x")
    (folder / "D20260314T200000_IFCB207.hdr").mkdir()
    desk.host.receive("file:list", Asker())
    await desk.until("file:list")
    assert desk.said == [f"file:list:{BIN}.hdr:{BIN}.adc:{BIN}.roi"]


async def test_a_folder_with_nothing_in_it_and_none_at_all(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "gone"):
        desk = Desk(folder)
        desk.host.receive("file:list", Asker())
        await desk.until("file:list")
        assert desk.said == ["file:list"]


def joined(said: list[str], name: str, decode: Callable[[str], bytes]) -> bytes:
    chunks = [text.split(":", 4) for text in said if text.startswith(f"file:chunk:{name}:")]
    assert [int(chunk[3]) for chunk in chunks] == list(range(len(chunks)))
    return b"".join(decode(chunk[4]) for chunk in chunks)


@pytest.mark.parametrize(("ending", "count", "content"), [(".hdr", 1, HEADER), (".adc", 3, TABLE)])
async def test_text_comes_as_text(desk: Desk, ending: str, count: int, content: str) -> None:
    name = BIN + ending
    desk.host.receive(f"file:get:{name}", Asker())
    await desk.until("file:end")
    assert desk.said[0] == f"file:start:{name}:{count}:text/plain"
    assert desk.said[-1] == f"file:end:{name}"
    assert len(desk.said) == count + 2
    assert joined(desk.said, name, str.encode) == content.encode()


async def test_images_come_as_base64_chunk_by_chunk(desk: Desk) -> None:
    name = f"{BIN}.roi"
    desk.host.receive(f"file:get:{name}", Asker())
    await desk.until("file:end")
    assert desk.said[0] == f"file:start:{name}:4:octet/stream"
    assert joined(desk.said, name, base64.b64decode) == IMAGES
    assert max(map(len, desk.said)) < 70_000


async def test_a_bin_without_images(desk: Desk, folder: Path) -> None:
    (folder / f"{BIN}.roi").write_bytes(b"")
    desk.host.receive(f"file:get:{BIN}.roi", Asker())
    await desk.until("file:end")
    assert desk.said == [f"file:start:{BIN}.roi:0:octet/stream", f"file:end:{BIN}.roi"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "D20260314T150512_IFCB207.roi",
        "../secret.txt",
        "../bins/" + BIN + ".hdr",
        "/etc/passwd",
        "secret.txt",
        f"{LATER}.roi",
        f"{LATER}.hdr",
        f"{BIN}.hdr\x00",
        "x" * 10_000,
    ],
)
async def test_nothing_else_is_sent(desk: Desk, folder: Path, name: str) -> None:
    secret = folder.parent / "secret.txt"
    secret.write_text("SESAME")
    (folder / "secret.txt").write_text("SESAME")
    (folder / f"{LATER}.hdr").symlink_to(secret)
    lay(folder, LATER, ".adc", ".roi")
    desk.host.receive(f"file:get:{name}", Asker())
    await desk.until("reportevent")
    assert desk.said == [f"reportevent:File {name[:100]} not found.\n"]


async def test_a_second_request_waits_in_turn_and_the_list_does_not(desk: Desk) -> None:
    asker = Asker()
    for request in (f"get:{BIN}.roi", f"get:{BIN}.hdr", "list", "delete:everything"):
        desk.host.receive(f"file:{request}", asker)
    await desk.until("file:end", 2)
    order = [text.split(":")[1] for text in desk.said]
    assert order.index("list") < order.index("end")
    order.remove("list")
    assert order == ["start", *["chunk"] * 4, "end", "start", "chunk", "end"]


async def test_it_is_no_quicker_than_the_clients_read(desk: Desk) -> None:
    desk.backlog = 10_000_000
    desk.host.receive(f"file:get:{BIN}.roi", Asker())
    await desk.until("file:start")
    await asyncio.sleep(0.1)
    assert len(desk.said) == 1
    desk.backlog = 0
    await desk.until("file:end")


async def test_it_leaves_room_for_live_messages(desk: Desk) -> None:
    loop = asyncio.get_running_loop()
    begin = loop.time()
    desk.host.receive(f"file:get:{BIN}.roi", Asker())
    await desk.until("file:end")
    assert sum(map(len, desk.said)) / (loop.time() - begin) < 5e6


async def test_a_client_that_goes_ends_what_it_asked_for(desk: Desk) -> None:
    going, staying = Asker(), Asker()

    def go(text: str) -> None:
        going.gone = text.startswith("file:chunk")

    desk.on_say = go
    desk.host.receive(f"file:get:{BIN}.roi", going)
    desk.host.receive(f"file:get:{BIN}.adc", going)
    await desk.until("file:chunk")
    desk.on_say = lambda text: None
    desk.host.receive(f"file:get:{BIN}.hdr", staying)
    await desk.until("file:end")
    kinds = [":".join(text.split(":")[:3]) for text in desk.said]
    assert kinds == [
        f"file:start:{BIN}.roi",
        f"file:chunk:{BIN}.roi",
        *(f"file:{kind}:{BIN}.hdr" for kind in ("start", "chunk", "end")),
    ]


async def test_a_file_that_goes_while_it_is_sent_is_said(desk: Desk, folder: Path) -> None:
    desk.on_say = lambda text: (folder / f"{BIN}.roi").unlink(missing_ok=True)
    desk.host.receive(f"file:get:{BIN}.roi", Asker())
    await desk.until("reportevent")
    assert desk.said[-1] == f"reportevent:File {BIN}.roi not sent: No such file or directory.\n"
    assert not any(text.startswith("file:end") for text in desk.said)


async def test_there_is_an_end_to_what_may_wait(desk: Desk) -> None:
    for _ in range(300):
        desk.host.receive(f"file:get:{BIN}.roi", Asker())
    assert desk.said == ["reportevent:Too many requests for files wait.\n"] * 100


async def test_a_simulator_offers_the_bins_of_its_samples() -> None:
    async with Simulator(seed=1, speed=2000, trigger_rate=0.2, serial="207") as simulator:
        await heard_until(simulator, "reportevent:Finished", "routine:runsample")
        while len(listed := await heard_until(simulator, "file:list", "file:list")) and (
            listed[-1] == "file:list"
        ):
            await asyncio.sleep(0.02)
        _, _, header, table, images = listed[-1].split(":")
        assert (header[-4:], table[-4:], images[-4:]) == (".hdr", ".adc", ".roi")
        said = await heard_until(simulator, "file:end", f"file:get:{header}")
        assert b"sampleType: Normal" in joined(said, header, str.encode)
        scratch = simulator._scratch.path
        assert scratch.exists()
    assert not scratch.exists()


async def test_lost_requests_are_lost() -> None:
    async with Simulator(seed=1, faults=[parse_fault("no-echo@0:0.3")]) as simulator:
        texts = await asyncio.wait_for(_asking(simulator), 10)
    assert texts == ["file:list"]


async def _asking(simulator: Simulator) -> list[str]:
    while True:
        try:
            async with asyncio.timeout(0.2):
                return [
                    text
                    for text in await heard_until(simulator, "file:list", "file:list")
                    if text.startswith("file:")
                ]
        except TimeoutError:
            continue
