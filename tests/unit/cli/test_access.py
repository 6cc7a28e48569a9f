from __future__ import annotations

import argparse
import asyncio
import getpass
import io
import sys
from typing import Any

import pytest

from ifcbgui.cli.access import make_client, read_settings
from ifcbgui.cli.running import JobError
from ifcbgui.instrument.errors import AccessDeniedError
from ifcbgui.settings import Profile, SecretStore, Settings, SettingsStore, settings_path
from tests.helpers.guarded_hub import GuardedHub
from tests.helpers.keyring import MemoryKeyring

SERIAL = "207"
BEARER = {"Authorization": "Bearer SESAME"}
BASIC = {"Authorization": "Basic YW5uOlNFU0FNRQ=="}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Sits at a terminal and types SESAME; returns what was asked."""
    asked: list[str] = []
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(getpass, "getpass", lambda prompt: asked.append(prompt) or "SESAME")
    return asked


def settings(url: str, **values: Any) -> Settings:
    return Settings(profiles=[Profile(name="Ship", server=url, serial=SERIAL, **values)])


async def gets_in(hub: GuardedHub, known: Settings, url: str = "", **options: Any) -> bool:
    """Tell whether the client that a command would make is let in."""
    arguments = argparse.Namespace(url=url or hub.url, serial=SERIAL)
    client = await asyncio.to_thread(make_client, arguments, known, **options)
    try:
        async with asyncio.timeout(10), client:
            return True
    except AccessDeniedError:
        return False


async def test_a_saved_profile_supplies_access_from_the_keyring() -> None:
    keyring = MemoryKeyring()
    store = SecretStore(lambda: keyring)
    async with GuardedHub({**BASIC, "X-Key": "K"}) as hub:
        known = settings(hub.url, access="basic", user="ann", header_names=("X-Key",))
        store.keep(known.profiles[0], "password", "SESAME")
        store.keep(known.profiles[0], "header X-Key", "K")
        assert await gets_in(hub, known, store=store)
        assert not await gets_in(hub, Settings(), store=store)


@pytest.mark.parametrize("saved", [True, False])
async def test_a_token_may_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, saved: bool
) -> None:
    monkeypatch.setenv("IFCBGUI_TOKEN", "SESAME")
    async with GuardedHub(BEARER) as hub:
        known = settings(hub.url, access="bearer") if saved else Settings()
        assert await gets_in(hub, known)


async def test_a_password_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IFCBGUI_PASSWORD", "SESAME")
    async with GuardedHub(BASIC) as hub:
        assert await gets_in(hub, settings(hub.url, access="basic", user="ann"))


async def test_at_a_terminal_it_is_asked_for(
    typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    async with GuardedHub(BASIC) as hub:
        assert await gets_in(hub, settings(hub.url, access="basic", user="ann"))
    assert typed == ["Password of ann for Ship: "]
    said = capsys.readouterr().err
    assert "no keyring" in said
    assert "SESAME" not in said


@pytest.mark.parametrize(
    ("values", "label", "way"),
    [
        ({"access": "bearer"}, "Token", "Set IFCBGUI_TOKEN, or"),
        ({"access": "basic", "user": "ann"}, "Password of ann", "Set IFCBGUI_PASSWORD, or"),
        ({"header_names": ("X-Key",)}, "Header X-Key", "Run this on a terminal"),
    ],
)
def test_without_a_terminal_it_says_what_to_do(
    values: dict[str, Any], label: str, way: str
) -> None:
    url = "ws://127.0.0.1:1/hub"
    with pytest.raises(JobError, match=label) as failed:
        make_client(argparse.Namespace(url=url, serial=SERIAL), settings(url, **values))
    assert failed.value.hint.startswith(way)


async def test_an_address_with_a_password_works_and_is_warned_of(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with GuardedHub(BASIC) as hub:
        url = hub.url.replace("ws://", "ws://ann:SESAME@")
        assert await gets_in(hub, settings(hub.url, access="bearer"), url)
    said = capsys.readouterr().err
    assert "shell's history" in said
    assert "SESAME" not in said


def test_a_token_in_the_clear_is_warned_of(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IFCBGUI_TOKEN", "SESAME")
    make_client(argparse.Namespace(url="ws://10.0.0.1/hub", serial=SERIAL), Settings())
    assert "not encrypted" in capsys.readouterr().err


def test_a_ca_file_that_is_none_fails_in_words() -> None:
    url = "wss://127.0.0.1/hub"
    with pytest.raises(JobError, match="no CA file") as failed:
        make_client(argparse.Namespace(url=url, serial=SERIAL), settings(url, ca_file="/no/ca"))
    assert failed.value.hint


def test_settings_are_those_saved() -> None:
    saved = settings("ws://ship/hub", access="bearer")
    SettingsStore(settings_path()).save(saved)
    assert read_settings().profiles[1:] == saved.profiles
