from __future__ import annotations

import logging
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from ifcbgui.settings import Profile, SecretStore
from ifcbgui.settings.secrets import system_keyring
from tests.helpers.keyring import MemoryKeyring

SHIP = Profile(
    name="Ship", server="wss://ship:8092/ifcbHub", serial="111", access="basic", user="ann"
)


def changed(**values: Any) -> Profile:
    return msgspec.structs.replace(SHIP, **values)


def keeping(keyring: MemoryKeyring) -> SecretStore:
    return SecretStore(lambda: keyring)


def test_what_is_kept_is_found_until_it_is_forgotten() -> None:
    store = keeping(MemoryKeyring())
    assert store.usable
    assert store.get(SHIP, "password") is None
    assert store.keep(SHIP, "password", "SESAME")
    assert store.get(changed(name="Renamed"), "password") == "SESAME"
    store.forget(SHIP, "password")
    store.forget(SHIP, "password")
    assert store.get(SHIP, "password") is None


@pytest.mark.parametrize(
    "other",
    [
        {"server": "wss://elsewhere:8092/ifcbHub"},
        {"server": "ws://ship:8092/ifcbHub"},
        {"serial": "222"},
        {"user": "bob"},
    ],
)
def test_a_secret_is_for_one_address_one_instrument_and_one_user(other: dict[str, str]) -> None:
    store = keeping(MemoryKeyring())
    store.keep(SHIP, "password", "SESAME")
    assert store.get(changed(**other), "password") is None


def test_a_keyring_that_fails_keeps_nothing_and_breaks_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    keyring = MemoryKeyring()
    keyring.error = RuntimeError("could not store SESAME")
    store = SecretStore(lambda: keyring)
    with caplog.at_level(logging.DEBUG):
        assert not store.keep(SHIP, "password", "SESAME")
        assert store.get(SHIP, "password") is None
        store.forget(SHIP, "password")
    assert "RuntimeError" in caplog.text
    assert "SESAME" not in caplog.text


def test_a_keyring_that_cannot_even_be_found_is_none() -> None:
    def fail() -> MemoryKeyring:
        raise OSError

    store = SecretStore(fail)
    assert not store.usable
    assert not store.keep(SHIP, "password", "SESAME")


def with_priority(priority: float, **members: Any) -> Any:
    return SimpleNamespace(priority=priority, **members)


@pytest.mark.parametrize(
    ("backend", "usable"),
    [
        (with_priority(5), True),
        (with_priority(0.5), False),  # a plain file
        (with_priority(0), False),  # refuses everything
        (with_priority(-1), False),  # forgets everything
        (with_priority(10, backends=[with_priority(5), with_priority(0.5)]), True),
        (with_priority(10, backends=[with_priority(0.6), with_priority(0.5)]), False),
        (with_priority(0, backends=[]), False),
    ],
)
def test_only_a_keyring_that_keeps_secrets_is_used(
    monkeypatch: pytest.MonkeyPatch, backend: Any, usable: bool
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_keyring=lambda: backend))
    assert (system_keyring() is not None) is usable


def test_without_the_package_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert system_keyring() is None
    assert not SecretStore().usable


def test_the_package_is_imported_only_when_it_is_needed() -> None:
    code = "import sys, ifcbgui, ifcbgui.settings, ifcbgui.cli; print('keyring' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout == "False\n"
