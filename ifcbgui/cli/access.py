"""How a command comes by what its instrument's hub wants: saved profile, keyring, terminal."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import structs

from ifcbgui.cli.running import JobError, tell
from ifcbgui.instrument.client import AsyncIFCBClient
from ifcbgui.settings import (
    NO_KEYRING,
    AccessError,
    Profile,
    SecretStore,
    Settings,
    clear_text_warning,
    find_profile,
    load_settings,
    make_access,
    needed_secrets,
    profile_for,
    secret_label,
    settings_path,
    take_secrets,
    without_secrets,
)

VARIABLES: Final[Mapping[str, str]] = MappingProxyType(
    {"token": "IFCBGUI_TOKEN", "password": "IFCBGUI_PASSWORD"}
)


def read_settings() -> Settings:
    """Return the settings; what is wrong with them is told."""
    settings, complaint = load_settings(settings_path())
    if complaint:
        tell(complaint)
    return settings


def make_client(
    arguments: argparse.Namespace,
    settings: Settings,
    *,
    observe: bool = False,
    store: SecretStore | None = None,
) -> AsyncIFCBClient:
    """Return a client of the instrument that the command line names; it may ask for secrets.

    Args:
        arguments: With ``url`` and ``serial``.
        settings: Where a saved profile says how the hub knows us.
        observe: True when no command may leave.
        store: Where secrets are kept; the system keyring by default.

    Raises:
        JobError: If a secret is not to be had, or the CA file cannot be used.
    """
    profile, secrets = _profile(arguments.url, arguments.serial, settings)
    if without_secrets(arguments.url) != arguments.url:
        tell(
            "Warning: what is secret in an address is seen by everybody on this computer and kept "
            f"in the shell's history. Use {' or '.join(VARIABLES.values())}, or a saved profile."
        )
    secrets = {**_secrets_elsewhere(profile, secrets, store or SecretStore()), **secrets}
    if warning := clear_text_warning(profile):
        tell(f"Warning: {warning}")
    try:
        access = make_access(profile, secrets)
    except AccessError as exc:
        raise JobError(str(exc), exc.hint) from None
    return AsyncIFCBClient(
        arguments.url,
        arguments.serial,
        observe=observe,
        retry=False,
        headers=access.headers,
        ssl_context=access.ssl_context,
        protocol=profile.protocol,
    )


def _profile(url: str, serial: str, settings: Settings) -> tuple[Profile, dict[str, str]]:
    """Return the saved profile of an instrument, or a new one, and the secrets in its address."""
    typed, secrets = take_secrets(profile_for(url, serial))
    if typed.access == "none" and os.environ.get(VARIABLES["token"]):
        typed = structs.replace(typed, access="bearer")
    saved = find_profile(settings.profiles, url, serial)
    if saved is None:
        return typed, secrets
    if secrets or saved.access == "none":
        return structs.replace(saved, access=typed.access, user=typed.user), secrets
    return saved, secrets


def _secrets_elsewhere(
    profile: Profile, known: Mapping[str, str], store: SecretStore
) -> dict[str, str]:
    found = {}
    for what in needed_secrets(profile):
        if what in known:
            continue
        secret = os.environ.get(VARIABLES.get(what, "")) or store.get(profile, what)
        found[what] = secret if secret is not None else _asked(profile, what, store)
    return found


def _asked(profile: Profile, what: str, store: SecretStore) -> str:
    label = secret_label(profile, what)
    if not sys.stdin.isatty():
        variable = VARIABLES.get(what)
        way = f"Set {variable}, or run" if variable else "Run"
        raise JobError(
            f"{profile.name} wants a secret that is not kept: {label}.",
            f"{way} this on a terminal to be asked for it.",
        )
    if not store.usable:
        tell(NO_KEYRING)
    try:
        return getpass.getpass(f"{label} for {profile.name}: ")
    except EOFError:
        raise JobError(f"No secret was given: {label}.", "Run it again to be asked.") from None
