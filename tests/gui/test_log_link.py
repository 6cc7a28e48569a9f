"""From the hub to the log: events in their place, and the fate of whatever is sent."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ifcbgui.instrument.ticket import Fate
from ifcbgui.session import EventKind, SessionEvent, SessionReader
from ifcbgui.settings import Profile
from ifcbgui.ui.models.log_row import LogRow
from tests.gui.conftest import Desk, Until
from tests.gui.test_main_window import click, online
from tests.helpers.scripted_hub import Peer, ScriptedHub, event, record
from tests.helpers.talking_hub import SERIAL, TalkingHub


def log_rows(desk: Desk) -> list[LogRow]:
    store = desk.window.log.model.store
    return [store.row(position) for position in range(store.first, store.stop)]


def fates(desk: Desk) -> dict[str, list[Fate]]:
    """Return the fates of every command in the log, by its text."""
    found: dict[str, list[Fate]] = {}
    for row in log_rows(desk):
        if row.ticket is not None:
            assert row.text == row.ticket.text
            found.setdefault(row.text, []).append(row.ticket.fate)
    return found


async def type_command(desk: Desk, until: Until, text: str) -> None:
    line = desk.window.command_line
    QTest.keyClicks(line.edit, text)
    QTest.keyClick(line.edit, Qt.Key.Key_Escape)
    await until(line.send.isEnabled)
    QTest.keyClick(line.edit, Qt.Key.Key_Return)
    await until(lambda: line.edit.text() == "")


async def connect(desk: Desk, until: Until, url: str, serial: str) -> None:
    profile = Profile(name="pier", server=url, serial=serial, allow_unverified=True)
    desk.window.connection.connect_to(profile, observe=False)
    await until(lambda: desk.bridge.link.online)


async def kept(desk: Desk) -> tuple[list[str], list[SessionEvent]]:
    """Disconnect; return the texts and the events of the session."""
    recorder = desk.connector.recorder
    assert recorder is not None
    await desk.connector.stop()
    assert recorder.status.path is not None
    with SessionReader(recorder.status.path) as reader:
        return [row.text for row in reader.rows()], reader.events()


async def test_whatever_sends_a_command_its_row_tells_its_fate(desk: Desk, until: Until) -> None:
    await online(desk, until)
    window = desk.window
    click(window.controls.run_sample)
    await until(lambda: desk.bridge.state.busy)
    click(window.controls.pause)
    await until(window.controls.resume.isEnabled)
    click(window.controls.resume)
    await until(lambda: desk.bridge.state.paused is False)
    await type_command(desk, until, "daq:setdatafolder:/data/pier")
    await type_command(desk, until, "daq:setdatafolder:/data/pier")
    click(window.stop_button)
    expected = {
        "routine:runsample": [Fate.ACCEPTED],  # the host says nothing to it
        "acquisition:pause": [Fate.CONFIRMED],
        "acquisition:resume": [Fate.CONFIRMED],
        "daq:setdatafolder:/data/pier": [Fate.CONFIRMED, Fate.CONFIRMED],
        "interactive:stop": [Fate.ACCEPTED],  # echoed only where a list runs
    }
    await until(lambda: fates(desk) == expected)
    texts, events = await kept(desk)
    told = [event for event in events if event.kind == EventKind.COMMAND]
    for row in log_rows(desk):
        if row.ticket is not None:
            assert texts[row.row_id - 1] == row.text
            said = [event.text for event in told if event.message == row.row_id]
            steps = [step for step in row.ticket.steps if step.fate is not Fate.SENT]
            assert said == [": ".join(filter(None, (s.fate, s.detail))) for s in steps]


async def test_a_loss_stands_between_what_came_before_and_after_it(
    desk: Desk, until: Until
) -> None:
    async with TalkingHub() as hub:
        await connect(desk, until, hub.url, SERIAL)
        await until(lambda: len(hub.said) > 20)
        await hub.restart()
        await until(lambda: not desk.bridge.link.online)
        await until(lambda: desk.bridge.link.online)
        count = len(hub.said)
        await until(lambda: len(hub.said) > count + 20)
        texts, events = await kept(desk)
    rows = log_rows(desk)
    assert [row.text for row in rows if not row.event] == texts
    shown = [(row.event, row.time_ns, row.text) for row in rows if row.event]
    assert shown == [(e.kind, e.time_ns, e.text) for e in events if e.kind != EventKind.COMMAND]
    kinds = [kind for kind, _, _ in shown if kind != EventKind.GAP]
    assert kinds == [EventKind.CONNECTED, EventKind.LOST, EventKind.CONNECTED, EventKind.NOTE]
    lost = next(place for place, row in enumerate(rows) if row.event == EventKind.LOST)
    assert all(row.time_ns <= rows[lost].time_ns for row in rows[:lost])
    assert all(row.time_ns >= rows[lost].time_ns for row in rows[lost:])
    assert "Signed on again after" in next(r.text for r in rows[lost:] if r.event == "connected")


async def test_a_command_under_way_at_a_loss_may_have_run(desk: Desk, until: Until) -> None:
    async def cut_at_pause(peer: Peer) -> None:
        await peer.handshake()
        while (call := await peer.next())["type"] == 1:
            if "acquisition:pause" in call["arguments"]:
                await peer.cut()
                return
            await peer.send(record({"type": 3, "invocationId": call["invocationId"]}))
            if call["target"] == "startAsClient":
                await peer.send(event("startedAsClient", *call["arguments"]))

    async with ScriptedHub(cut_at_pause) as hub:
        await connect(desk, until, hub.url, "207")
        desk.connector.send("acquisition:pause")
        await until(lambda: fates(desk).get("acquisition:pause") == [Fate.UNKNOWN])
        rows = log_rows(desk)
        command = next(place for place, row in enumerate(rows) if row.ticket)
        assert rows[command + 1].event == EventKind.LOST
        _, events = await kept(desk)
    [told] = [event for event in events if event.kind == EventKind.COMMAND]
    assert told.message == rows[command].row_id
    assert "may have been executed" in told.text


async def test_a_command_that_never_left_stands_in_the_log_without_a_message(
    desk: Desk, until: Until
) -> None:
    await online(desk, until)
    desk.connector.set_observe(True)
    desk.connector.send("acquisition:pause")
    await until(lambda: log_rows(desk)[-1].event == EventKind.PROBLEM)
    assert "Not sent: 'acquisition:pause'. Observing only." in log_rows(desk)[-1].text
    texts, events = await kept(desk)
    assert "acquisition:pause" not in texts
    assert any(event.kind == EventKind.PROBLEM for event in events)


async def test_another_connection_begins_with_a_log_of_its_own(desk: Desk, until: Until) -> None:
    await online(desk, until)
    desk.connector.send("refresh")
    await desk.connector.stop()
    await online(desk, until)
    rows = log_rows(desk)
    assert [row.event for row in rows].count(EventKind.NOTE) == 0
    assert fates(desk) == {}
