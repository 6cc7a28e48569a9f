"""Signing in to a hub with TLS and a guard, by the real program."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from ifcbgui.settings import Profile, Settings, SettingsStore, settings_path
from tests.helpers.certificates import make_certificate, needs_openssl, server_context
from tests.helpers.guarded_hub import GuardedHub
from tests.helpers.processes import run_ifcbgui

pytestmark = needs_openssl
SECRET = "OPEN-SESAME"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"), "IP:127.0.0.1")


@pytest.fixture
async def hub(certificate: Path) -> AsyncIterator[GuardedHub]:
    wanted = {"Authorization": f"Bearer {SECRET}"}
    async with GuardedHub(wanted, ssl=server_context(certificate)) as hub:
        yield hub


def address(hub: GuardedHub) -> str:
    return hub.url.replace("ws://", "wss://")


def save_profile(hub: GuardedHub, **values: str) -> None:
    profile = Profile(name="pier", server=address(hub), serial="207", **values)  # type: ignore[arg-type]
    SettingsStore(settings_path()).save(Settings(profiles=[profile]))


async def send(url: str, token: str = SECRET) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        run_ifcbgui, "send", url, "207", "refresh", env={"IFCBGUI_TOKEN": token}
    )


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def recorded(folder: Path) -> list[str]:
    (session,) = folder.rglob("*.ifcbsession")
    with closing(sqlite3.connect(session)) as database:
        return [row[0] for row in database.execute("SELECT text FROM messages")]


async def test_with_the_ca_file_and_the_token_it_gets_in(
    hub: GuardedHub, certificate: Path, ifcbgui_home: Path
) -> None:
    save_profile(hub, ca_file=str(certificate), access="bearer")
    result = await send(address(hub))
    assert (result.returncode, result.stderr) == (0, "")
    assert hub.peers
    assert SECRET.encode() not in files(ifcbgui_home)


async def test_without_the_ca_file_it_does_not_and_says_why(hub: GuardedHub) -> None:
    result = await send(address(hub))
    assert result.returncode == 1
    assert "it is self-signed" in result.stderr
    assert "CA file" in result.stderr
    assert not hub.requests
    assert not hub.refused


async def test_under_another_name_neither(hub: GuardedHub, certificate: Path) -> None:
    hub_url = address(hub).replace("127.0.0.1", "localhost")
    profile = Profile(name="pier", server=hub_url, serial="207", ca_file=str(certificate))
    SettingsStore(settings_path()).save(Settings(profiles=[profile]))
    result = await send(hub_url)
    assert result.returncode == 1
    assert "it is for another name" in result.stderr


async def test_with_another_token_neither_and_the_token_is_not_told(
    hub: GuardedHub, certificate: Path
) -> None:
    save_profile(hub, ca_file=str(certificate), access="bearer")
    result = await send(address(hub), token="WRONG-SESAME")
    assert result.returncode == 1
    assert "HTTP 401" in result.stderr
    assert "SESAME" not in result.stdout + result.stderr


async def test_the_window_connects_over_tls(
    hub: GuardedHub, certificate: Path, ifcbgui_home: Path
) -> None:
    hub.wanted = {}
    save_profile(hub, ca_file=str(certificate))
    arguments = ("--connect", address(hub), "--serial", "207", "--quit-after", "4")
    env = {"QT_QPA_PLATFORM": "offscreen"}
    result = await asyncio.to_thread(run_ifcbgui, *arguments, env=env)
    assert result.returncode == 0, result.stderr
    assert "refresh" in recorded(ifcbgui_home)
