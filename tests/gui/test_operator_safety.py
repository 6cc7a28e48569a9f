"""What must not happen to a tired operator: the wrong click, the wrong instrument, a lost log."""

from __future__ import annotations

import socket
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from ifcbgui.instrument import LinkState
from ifcbgui.settings import Profile, profile_for
from ifcbgui.simulator import Simulator
from ifcbgui.ui.shell.save_log import SaveLogDialog
from ifcbgui.ui.theme import apply_theme, tokens
from ifcbgui.ui.widgets.icon_mark import IconMark
from ifcbgui.ui.widgets.notice import Choice, Level
from ifcbgui.ui.widgets.solid_button import SolidButton
from tests.gui.conftest import Desk, Until
from tests.gui.test_main_window import click, online, sent
from tests.helpers.scripted_hub import Peer, ScriptedHub, record

LEFT = Qt.MouseButton.LeftButton


async def running(desk: Desk, until: Until) -> None:
    await online(desk, until)
    click(desk.window.controls.run_sample)
    await until(lambda: desk.bridge.state.busy)
    await until(lambda: len(desk.window.log.model.store) > 120)


async def test_send_can_be_clicked_while_messages_come(desk: Desk, until: Until) -> None:
    await running(desk, until)
    line = desk.window.command_line
    line.edit.setText("refresh")
    count = sent(desk).count("refresh")
    rows = len(desk.window.log.model.store)
    QTest.mousePress(line.send, LEFT)
    await until(lambda: len(desk.window.log.model.store) > rows + 10)
    QTest.mouseRelease(line.send, LEFT)
    await until(lambda: sent(desk).count("refresh") == count + 1)


async def test_return_on_a_chosen_offer_only_writes_it(desk: Desk, until: Until) -> None:
    await online(desk, until)
    line = desk.window.command_line
    line.focus()
    QTest.keyClicks(line.edit, "routine:")
    offers = line.edit.completer().popup()
    await until(offers.isVisible)
    before = sent(desk)
    QTest.keyClick(offers, Qt.Key.Key_Down)
    QTest.keyClick(offers, Qt.Key.Key_Return)
    chosen = line.edit.text()
    assert chosen.startswith("routine:")
    assert len(chosen) > len("routine:")
    assert sent(desk) == before
    await until(line.send.isEnabled)
    QTest.keyClick(line.edit, Qt.Key.Key_Return)
    await until(lambda: sent(desk) == [*before, chosen])
    await until(lambda: line.edit.text() == "")


async def test_question_dies_with_its_connection(desk: Desk, until: Until) -> None:
    await online(desk, until)
    click(desk.window.controls.button("bleach"))
    assert desk.window.notices.notice("question") is not None
    await desk.connector.stop()
    assert desk.window.notices.notice("question") is None
    await online(desk, until)
    assert "routine:bleach" not in sent(desk)


async def test_no_notice_moves_a_button(desk: Desk, until: Until) -> None:
    await online(desk, until)
    window = desk.window
    buttons = [window.stop_button, window.controls.run_sample, window.controls.pause]
    places = [button.mapTo(window, QPoint()) for button in buttons]
    for number in range(3):
        window.notices.notify(str(number), Level.ERROR, "Something long has happened. " * 12)
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    assert [button.mapTo(window, QPoint()) for button in buttons] == places


async def test_a_notice_that_asks_outlives_those_that_tell(desk: Desk) -> None:
    notices = desk.window.notices
    notices.notify("ask", Level.WARNING, "Really?", [Choice("Yes", list)])
    for number in range(5):
        notices.notify(str(number), Level.INFO, f"Number {number}")
    assert notices.notice("ask") is not None
    assert notices.notice("0") is None


async def test_stop_works_from_every_window(desk: Desk, until: Until) -> None:
    await running(desk, until)
    await until(desk.window.actions_by_id["save_log"].isEnabled)
    desk.window.log_desk.save()
    dialog = desk.window.findChild(SaveLogDialog)
    assert dialog is not None
    dialog.activateWindow()
    await until(dialog.isActiveWindow)
    QTest.keyClick(dialog, Qt.Key.Key_F12)
    await until(lambda: "interactive:stop" in sent(desk))
    dialog.close()


async def test_instrument_called_simulator_is_no_simulator(desk: Desk, until: Until) -> None:
    async with Simulator(serial="Simulator", seed=1) as real:
        desk.window.connection.connect_to(profile_for(real.url, "Simulator"))
        await until(lambda: desk.bridge.link.state is LinkState.ONLINE)
        assert desk.connector.observe
        assert "127.0.0.1" in shown_address(desk)
        await desk.connector.stop()


async def test_fields_stay_locked_while_connected(desk: Desk, until: Until) -> None:
    async with Simulator(serial="207", seed=1) as real:
        desk.window.connection.connect_to(Profile(name="pier", server=real.url, serial="207"))
        await until(lambda: desk.bridge.link.state is LinkState.ONLINE)
        desk.window.actions_by_id["control"].trigger()
        desk.window.actions_by_id["allow_unverified"].trigger()
        fields = desk.window.connection_bar.findChildren(QLineEdit)
        assert not any(field.isEnabled() for field in fields)
        await desk.connector.stop()
        assert all(field.isEnabled() for field in fields)


async def test_an_address_is_remembered_only_once_it_proved_right(desk: Desk, until: Until) -> None:
    good = Profile(name="207", server="ws://10.9.8.7:8092/ifcbHub", serial="207")
    desk.settings.profiles = [*desk.settings.profiles, good]
    desk.window.connection.connect_to(profile_for("ws://127.0.0.1:1/ifcbHub", "207"))
    await until(lambda: desk.window.notices.notice("link"))
    await desk.connector.stop()
    assert desk.settings.profiles[-1] == good


async def test_password_in_an_address_is_neither_shown_nor_kept(desk: Desk, until: Until) -> None:
    async with Simulator(serial="207", seed=1) as real:
        server = real.url.replace("ws://", "ws://bob:hunter2@") + "?access_token=TOKTOK"
        desk.window.connection.connect_to(profile_for(server, "207"))
        await until(lambda: desk.bridge.link.state is LinkState.ONLINE)
        kept = repr(desk.settings) + shown_address(desk)
        assert "hunter2" not in kept
        assert "TOKTOK" not in kept
        await desk.connector.stop()


async def test_final_failure_brings_connect_back(desk: Desk, until: Until) -> None:
    async def send_away_after_sign_on(peer: Peer) -> None:
        await peer.handshake()
        while True:
            call = await peer.next()
            if call["target"] == "startAsClient":
                started = {"type": 1, "target": "startedAsClient", "arguments": []}
                await peer.send(record(started))
            await peer.send(record({"type": 3, "invocationId": call["invocationId"]}))
            if call["arguments"][-1] == "refresh":
                await peer.send(record({"type": 7}))
                return

    states: list[LinkState] = []
    desk.bridge.link_changed.connect(lambda status: states.append(status.state))
    async with ScriptedHub(send_away_after_sign_on) as hub:
        desk.window.connection.connect_to(profile_for(hub.url, "207"))
        await until(lambda: states and not desk.connector.connected)
    assert LinkState.ONLINE in states
    assert desk.window.actions_by_id["connect"].isEnabled()
    assert "Failed" in desk.window.connection_bar.indicator.words


async def test_connect_waits_for_the_end_of_disconnect(desk: Desk, until: Until) -> None:
    await online(desk, until)
    desk.window.actions_by_id["disconnect"].trigger()
    desk.window.actions_by_id["disconnect"].trigger()
    assert not desk.connector.start(Profile(name="Simulator", serial="1"), observe=False)
    await until(lambda: not desk.connector.connected)
    assert sent(desk).count("Client disconnected.") == 1


async def test_log_can_be_saved_elsewhere_when_the_folder_fails(
    desk: Desk, until: Until, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    desk.connector.session_dir = tmp_path / "file" / "sessions"
    await online(desk, until)
    await until(desk.window.actions_by_id["save_log"].isEnabled)
    assert not desk.window.close()
    notice = desk.window.notices.notice("close")
    assert notice is not None
    assert "in memory only" in notice.text
    await desk.connector.stop()
    desk.window.log_desk.save()
    dialog = desk.window.findChild(SaveLogDialog)
    assert dialog is not None
    target = tmp_path / "rescued.jsonl"
    dialog.path.setText(str(target))
    click(dialog.save)
    await until(target.exists)
    assert len(target.read_text().splitlines()) > 90


async def test_closing_is_asked_about_again_for_the_next_run(desk: Desk, until: Until) -> None:
    await running(desk, until)
    assert not desk.window.close()
    notice = desk.window.notices.notice("close")
    assert notice is not None
    notice.dismiss()
    assert not desk.window.close()


async def test_pausing_is_taken_back_when_the_connection_ends(desk: Desk, until: Until) -> None:
    await running(desk, until)
    click(desk.window.controls.pause)
    await desk.connector.stop()
    assert not desk.window.controls.pause.text().startswith("Pausing")


async def test_outcome_of_another_connection_is_cleared(desk: Desk, until: Until) -> None:
    await running(desk, until)
    assert desk.window.command_line.outcome.text
    await desk.connector.stop()
    assert desk.window.command_line.outcome.text == ""


async def test_trouble_of_another_connection_is_put_away(desk: Desk, until: Until) -> None:
    notices = desk.window.notices
    await online(desk, until)
    desk.connector.send("no such command")
    desk.connector.set_observe(True)
    await until(lambda: notices.notice("command"))
    await desk.connector.stop()
    assert notices.notice("command") is not None
    await online(desk, until)
    assert notices.notice("command") is None


async def test_disconnecting_ends_the_talk_of_the_lost_link(desk: Desk, until: Until) -> None:
    notices = desk.window.notices
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"ws://127.0.0.1:{nobody.getsockname()[1]}/ifcbHub"
        desk.window.connection.connect_to(profile_for(address, "207"))
        await until(lambda: notices.notice("link"))
    await desk.connector.stop()
    assert notices.notice("link") is None


async def test_a_changed_link_shows_the_state_anew(desk: Desk, until: Until) -> None:
    await online(desk, until)
    await until(lambda: desk.bridge.state.value("hostversion"))
    desk.bridge.flush()
    told: list[str] = []
    desk.bridge.state_changed.connect(lambda _: told.append("state"))
    desk.bridge.link_changed.connect(lambda _: told.append("link"))
    desk.bridge.rows_added.connect(lambda _: told.append("rows"))
    client = desk.connector._client
    assert client is not None
    client._connection._judge_silence(True)  # without a message
    assert told == ["state", "link"]


def test_icons_that_stand_alone_follow_the_theme(qapp: QApplication) -> None:
    mark, seen = IconMark("error", "alarm"), set()
    for name in ("light", "dark"):
        apply_theme(qapp, name)
        image = mark.grab().toImage()
        colours = {
            image.pixelColor(x, y).name()
            for x in range(image.width())
            for y in range(image.height())
        }
        assert tokens().alarm.name() in colours
        seen.add(tokens().alarm.name())
    assert len(seen) == 2
    mark.deleteLater()


async def test_recording_notice_can_be_put_away(desk: Desk, until: Until, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    desk.connector.session_dir = tmp_path / "file" / "sessions"
    await online(desk, until)
    await until(lambda: desk.window.notices.notice("recording"))
    desk.window.notices.dismiss("recording")
    ticks: list[int] = []
    desk.bridge.tick.connect(lambda: ticks.append(1))
    await until(lambda: len(ticks) >= 2)
    assert desk.window.notices.notice("recording") is None
    assert "NOT ON DISK" in desk.window.recording.words


def test_solid_buttons_follow_the_theme_and_being_enabled(qapp: QApplication) -> None:
    button = SolidButton("STOP", "stop", "stop_fill")
    button.show()
    for theme in ("dark", "light", "dark"):
        apply_theme(qapp, theme)
        qapp.processEvents()
        assert button.palette().color(QPalette.ColorRole.Button) == tokens().stop_fill, theme
        assert button.palette().color(QPalette.ColorRole.ButtonText) == tokens().on_fill
    button.setEnabled(False)
    assert button.palette().color(QPalette.ColorRole.Button) == tokens().raised
    button.hide()
    button.deleteLater()


def shown_address(desk: Desk) -> str:
    return " ".join(field.text() for field in desk.window.connection_bar.findChildren(QLineEdit))
