"""Signing in from the window: asked for in line, kept in the keyring, seen nowhere."""

from __future__ import annotations

import asyncio
import logging
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QToolButton, QWidget

from ifcbgui.instrument import LinkState
from ifcbgui.settings import Profile, SecretStore, SettingsStore, profile_for
from ifcbgui.simulator import Simulator
from ifcbgui.ui.shell import keyring_desk
from ifcbgui.ui.shell.instrument_editor import InstrumentEditor
from tests.gui.conftest import Desk, Until
from tests.helpers.guarded_hub import GuardedHub
from tests.helpers.keyring import MemoryKeyring

SECRET = "OPEN-SESAME"
BEARER = {"Authorization": f"Bearer {SECRET}"}


@pytest.fixture
def keyring(desk: Desk) -> MemoryKeyring:
    """Give the window a system keyring."""
    kept = MemoryKeyring()
    desk.window.keyring.store = SecretStore(lambda: kept)
    return kept


def bearer(hub: GuardedHub, **values: Any) -> Profile:
    return Profile(name="pier", server=hub.url, serial="207", access="bearer", **values)


def online(desk: Desk) -> bool:
    return desk.bridge.link.state is LinkState.ONLINE


def asked(desk: Desk) -> str:
    """Return the words of the prompt, or nothing while there is none."""
    prompt = desk.window.prompt
    return prompt.accessibleName() if prompt.isVisible() else ""


async def answer(desk: Desk, until: Until, what: str = "token", secret: str = SECRET) -> None:
    await until(lambda: asked(desk))
    field = desk.window.prompt.fields[what]
    QTest.keyClicks(field, secret)
    QTest.keyClick(field, Qt.Key.Key_Return)


async def test_a_token_is_asked_for_and_kept_once_it_proved_right(
    desk: Desk, until: Until, keyring: MemoryKeyring
) -> None:
    async with GuardedHub(BEARER) as hub:
        desk.window.connection.connect_to(bearer(hub))
        await until(lambda: asked(desk))
        desk.window.prompt.remember.setChecked(True)
        await answer(desk, until, secret="wrong")
        await until(lambda: "HTTP 401" in asked(desk))
        assert not keyring.kept
        await answer(desk, until)
        await until(lambda: online(desk))
        await until(lambda: list(keyring.kept.values()) == [SECRET])
        assert not asked(desk)
        await desk.connector.stop()
        desk.window.connection.connect_to(bearer(hub))
        await until(lambda: online(desk))
        assert hub.refused == 1
        await desk.connector.stop()


async def test_without_a_keyring_it_says_so_and_asks_each_time(desk: Desk, until: Until) -> None:
    async with GuardedHub(BEARER) as hub:
        for _ in range(2):
            desk.window.connection.connect_to(bearer(hub))
            await until(lambda: asked(desk))
            assert "no keyring" in asked(desk)
            assert not desk.window.prompt.remember.isVisible()
            await answer(desk, until)
            await until(lambda: online(desk))
            await desk.connector.stop()


async def test_cancelled_nothing_is_connected_and_nothing_stays(desk: Desk, until: Until) -> None:
    async with GuardedHub(BEARER) as hub:
        desk.window.connection.connect_to(bearer(hub))
        await until(lambda: asked(desk))
        field = desk.window.prompt.fields["token"]
        QTest.keyClicks(field, SECRET)
        QTest.keyClick(field, Qt.Key.Key_Escape)
        assert not asked(desk)
        assert not field.text()
        assert not desk.connector.connected
        assert not hub.requests


async def test_several_secrets_are_asked_for_together(desk: Desk, until: Until) -> None:
    async with GuardedHub({"Authorization": "Basic YW5uOnB3", "X-Key": SECRET}) as hub:
        profile = Profile(
            name="pier",
            server=hub.url,
            serial="207",
            access="basic",
            user="ann",
            header_names=("X-Key",),
        )
        desk.window.connection.connect_to(profile)
        await until(lambda: asked(desk))
        fields = desk.window.prompt.fields
        assert [field.accessibleName() for field in fields.values()] == [
            "Password of ann",
            "Header X-Key",
        ]
        await answer(desk, until, "password", "pw")
        assert not desk.connector.connected  # Return went on to the next field
        await answer(desk, until, "header X-Key")
        await until(lambda: online(desk))
        await desk.connector.stop()


async def test_a_hub_that_wants_more_than_the_profile_knows(desk: Desk, until: Until) -> None:
    async with GuardedHub(BEARER) as hub:
        desk.window.connection.connect_to(profile_for(hub.url, "207"))
        await until(lambda: desk.window.notices.notice("link") and not desk.connector.connected)
        notice = desk.window.notices.notice("link")
        assert notice is not None
        assert "401" in notice.text
        notice.buttons[0].click()
        await until(lambda: desk.window.findChild(InstrumentEditor))
        editor = desk.window.findChild(InstrumentEditor)
        assert editor.server.text() == hub.url
        editor.close()


@pytest.fixture
def stuck() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


async def test_a_keyring_that_does_not_answer_holds_nothing_up(
    desk: Desk, until: Until, stuck: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring_desk, "KEYRING_TIMEOUT_S", 0.1)
    desk.window.keyring.store = SecretStore(lambda: stuck.wait(20) and None)
    async with GuardedHub(BEARER) as hub:
        desk.window.connection.connect_to(bearer(hub))
        await answer(desk, until)
        await until(lambda: online(desk))
        await desk.connector.stop()


async def test_nobody_has_to_wait_for_a_keyring_that_is_locked(
    desk: Desk, until: Until, stuck: threading.Event
) -> None:
    desk.window.keyring.store = SecretStore(lambda: stuck.wait(20) and None)
    async with GuardedHub(BEARER) as hub:
        desk.window.connection.connect_to(bearer(hub))
        await until(lambda: desk.window.notices.notice("slow keyring"))
        notice = desk.window.notices.notice("slow keyring")
        assert notice is not None
        notice.buttons[0].click()
        await answer(desk, until)
        await until(lambda: online(desk))
        await desk.connector.stop()


async def test_what_is_secret_in_a_typed_address_is_moved(desk: Desk, until: Until) -> None:
    async with GuardedHub({"Authorization": "Basic YW5uOk9QRU4tU0VTQU1F"}) as hub:
        server = hub.url.replace("ws://", f"ws://ann:{SECRET}@")
        desk.window.connection.connect_to(profile_for(server, "207"))
        await until(lambda: online(desk))
        kept = desk.settings.profiles[-1]
        assert (kept.server, kept.access, kept.user) == (hub.url, "basic", "ann")
        await desk.connector.stop()


async def test_turning_to_another_instrument_ends_the_question(desk: Desk, until: Until) -> None:
    async with GuardedHub(BEARER) as hub:
        desk.window.connection.connect_to(bearer(hub))
        await until(lambda: asked(desk))
        field = desk.window.connection_bar.findChildren(QLineEdit)[0]
        field.setEnabled(True)
        QTest.keyClicks(field, "x")
        assert not asked(desk)


async def test_another_address_does_not_cost_what_was_set_up(desk: Desk, until: Until) -> None:
    set_up = Profile(name="207", server="wss://ship/hub", serial="207", access="bearer")
    desk.settings.profiles = [*desk.settings.profiles, set_up]
    async with GuardedHub({}) as hub:
        desk.window.connection.connect_to(profile_for(hub.url, "207"))
        await until(lambda: online(desk))
        assert set_up in desk.settings.profiles
        assert desk.settings.profiles[-1].server == hub.url
        await desk.connector.stop()


async def test_a_secret_in_the_clear_is_warned_of(desk: Desk, until: Until) -> None:
    desk.window.connection.connect_to(
        Profile(name="far", server="ws://192.0.2.1/hub", serial="1", access="bearer")
    )
    await until(lambda: asked(desk))
    assert "not encrypted" in asked(desk)
    desk.window.access.give_up()


async def test_a_ca_file_that_is_none_is_told(desk: Desk, until: Until) -> None:
    far = Profile(name="far", server="wss://192.0.2.1/hub", serial="1", ca_file="/no/such.pem")
    desk.window.connection.connect_to(far)
    await until(lambda: desk.window.notices.notice("link"))
    notice = desk.window.notices.notice("link")
    assert notice is not None
    assert "/no/such.pem" in notice.text
    assert not desk.connector.connected


def shown_texts(desk: Desk) -> str:
    widgets = desk.window.findChildren(QWidget)
    texts = [f"{w.toolTip()}\n{w.accessibleName()}\n{w.statusTip()}" for w in widgets]
    texts += [w.text() for w in widgets if isinstance(w, QLabel | QToolButton)]
    texts += [w.displayText() for w in widgets if isinstance(w, QLineEdit)]
    return "\n".join([*texts, desk.window.windowTitle()])


@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize("way", ["bearer", "basic", "header", "address", "query", "kept"])
async def test_a_secret_is_written_and_shown_nowhere(
    desk: Desk,
    until: Until,
    keyring: MemoryKeyring,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    way: str,
    accepted: bool,
) -> None:
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    wanted = {
        "bearer": BEARER,
        "basic": {"Authorization": "Basic YW5uOk9QRU4tU0VTQU1F"},
        "header": {"X-Key": SECRET},
        "address": {"Authorization": "Basic YW5uOk9QRU4tU0VTQU1F"},
        "query": BEARER,
        "kept": BEARER,
    }[way]
    async with GuardedHub(wanted if accepted else {"X-No": "way"}) as hub:
        there = Profile(name="pier", server=hub.url, serial="207")
        profile = {
            "bearer": msgspec.structs.replace(there, access="bearer"),
            "kept": msgspec.structs.replace(there, access="bearer"),
            "basic": msgspec.structs.replace(there, access="basic", user="ann"),
            "header": msgspec.structs.replace(there, header_names=("X-Key",)),
            "address": profile_for(hub.url.replace("//", f"//ann:{SECRET}@"), "207"),
            "query": profile_for(f"{hub.url}?access_token={SECRET}", "207"),
        }[way]
        if way == "kept":
            keyring.set_password("ifcbgui", f"token for 207 at {hub.url}", SECRET)
        seen: list[str] = []
        desk.bridge.link_changed.connect(lambda status: seen.append(repr(status)))
        desk.window.connection.connect_to(profile)
        if way in ("bearer", "basic", "header"):
            what = {"bearer": "token", "basic": "password", "header": "header X-Key"}[way]
            await answer(desk, until, what)
        if accepted:
            await until(lambda: online(desk))
        else:
            await until(lambda: asked(desk) and not desk.connector.connected)
        seen += [shown_texts(desk), repr(vars(desk.connector)), repr(desk.settings)]
        seen += [repr(vars(desk.window.access)), repr(desk.connector.profile)]
        await desk.connector.stop()
        desk.window.access.give_up()
    SettingsStore(tmp_path / "settings.json").save(desk.settings)
    asyncio.get_running_loop().set_debug(False)
    records = [record for record in caplog.records if record.name != "websockets.server"]  # the hub
    logged = "\n".join(record.getMessage() for record in records)
    for name in (SECRET, "T1BFTi1TRVNBTUU", "YW5uOk9QRU4tU0VTQU1F"):
        assert name not in "\n".join(seen)
        assert name not in logged
        for record in records:
            if record.exc_info and record.exc_info[1]:
                assert name not in "".join(traceback.format_exception(record.exc_info[1]))
        assert not [path for path, data in written(tmp_path) if name.encode() in data]


def written(folder: Path) -> list[tuple[Path, bytes]]:
    return [(path, path.read_bytes()) for path in folder.rglob("*") if path.is_file()]


class TestBar:
    async def test_try_now_ends_the_wait_and_moves_nothing(self, desk: Desk, until: Until) -> None:
        bar = desk.window.connection_bar

        def places() -> list[QRect]:
            shown = [desk.window.lock_button, desk.window.stop_button, bar.indicator]
            return [QRect(w.mapTo(desk.window, w.rect().topLeft()), w.size()) for w in shown]

        before = places()
        port = await unused_port()
        desk.window.connection.connect_to(profile_for(f"ws://127.0.0.1:{port}/ifcbHub", "207"))
        await until(lambda: bar.try_now.isVisible() and "next in" in bar.indicator.words)
        assert places() == before
        for _ in range(2):  # the later waits are long
            await until(bar.try_now.isVisible)
            attempt = desk.bridge.link.attempt
            bar.try_now.click()
            await until(lambda: desk.bridge.link.attempt > attempt)  # noqa: B023
        async with Simulator(serial="207", seed=1, port=port):
            await until(bar.try_now.isVisible)
            bar.try_now.click()
            await until(lambda: online(desk))
            assert not bar.try_now.isVisible()
            assert places() == before
            assert "Not encrypted; JSON" in bar.indicator.toolTip()
            await desk.connector.stop()


async def unused_port() -> int:
    async with GuardedHub({}) as hub:
        return hub.port
