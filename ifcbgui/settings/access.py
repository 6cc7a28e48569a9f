"""How a hub comes to know us: from a profile and its secrets to HTTP headers and TLS settings."""

from __future__ import annotations

import base64
import ipaddress
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import structs

from ifcbgui.settings.address import without_secrets
from ifcbgui.settings.errors import AccessError
from ifcbgui.settings.model import Profile
from ifcbgui.signalr.urls import HubUrl

TOKEN: Final = "token"
PASSWORD: Final = "password"
_HEADER: Final = "header "

_VALUE = re.compile(r"[\x21-\x7e]([\t\x20-\x7e]*[\x21-\x7e])?")
_TOKEN = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Access:
    """What a client needs beside the address.

    Attributes:
        headers: HTTP headers for the hub and for nobody else. Secret.
        ssl_context: TLS settings, or None where the address is not encrypted.
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    ssl_context: ssl.SSLContext | None = None


def header_secret(name: str) -> str:
    """Return how the value of a header is called among the secrets."""
    return f"{_HEADER}{name}"


def needed_secrets(profile: Profile) -> tuple[str, ...]:
    """Return what must be known to connect: `TOKEN`, `PASSWORD`, `header_secret`."""
    own = {"none": (), "bearer": (TOKEN,), "basic": (PASSWORD,)}[profile.access]
    return (*own, *map(header_secret, profile.header_names))


def secret_label(profile: Profile, what: str) -> str:
    """Return what a secret is called before people."""
    if what == PASSWORD:
        return f"Password of {profile.user}"
    return f"Header {what.removeprefix(_HEADER)}" if what.startswith(_HEADER) else "Token"


def secret_problem(what: str, value: str) -> str:
    """Return what is wrong with a secret, without showing it, or ""."""
    if what == PASSWORD:
        return ""
    if not value:
        return "It is empty."
    if not (_TOKEN if what == TOKEN else _VALUE).fullmatch(value):
        kind = "token" if what == TOKEN else "header value"
        return f"It has characters no {kind} can have, perhaps a line end or blank from copying."
    return ""


def make_access(profile: Profile, secrets: Mapping[str, str]) -> Access:
    """Put together what a client needs; reads the CA file.

    Args:
        profile: The instrument.
        secrets: All that `needed_secrets` names.

    Raises:
        AccessError: If a secret or the CA file cannot be used.
    """
    headers = {}
    for what in needed_secrets(profile):
        if problem := secret_problem(what, secrets[what]):
            raise AccessError(
                f"{secret_label(profile, what)} cannot be sent.", f"{problem} Give it again."
            )
        if what == TOKEN:
            headers["Authorization"] = f"Bearer {secrets[what]}"
        elif what == PASSWORD:
            login = f"{profile.user}:{secrets[what]}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(login).decode()
        else:
            headers[what.removeprefix(_HEADER)] = secrets[what]
    return Access(headers, make_ssl_context(profile))


def make_ssl_context(profile: Profile) -> ssl.SSLContext | None:
    """Return TLS settings that verify the server, or None for an address without TLS.

    With a CA file only what it vouches for is trusted; the server's own certificate will do.

    Raises:
        AccessError: If the CA file cannot be used.
    """
    if urlsplit(profile.server.strip()).scheme not in ("wss", "https"):
        return None
    if not profile.ca_file:
        return ssl.create_default_context()
    context = ssl.create_default_context(cadata=read_ca_file(profile.ca_file))
    # The default from Python 3.13 on refuses what laboratories make with openssl.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def read_ca_file(name: str) -> str:
    """Return the text of a PEM file with at least one certificate.

    Raises:
        AccessError: If there is no such thing.
    """
    try:
        text = Path(name).expanduser().read_bytes().decode("ascii", "ignore")
    except FileNotFoundError:
        raise AccessError(f"There is no CA file {name}.", "Choose it anew.") from None
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise AccessError(
            f"The CA file {name} cannot be read ({reason}).", "Choose another file."
        ) from None
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)
    except (ssl.SSLError, ValueError):
        raise AccessError(
            f"The CA file {name} holds no PEM certificate.",
            'Choose a file with a line "-----BEGIN CERTIFICATE-----".',
        ) from None
    return text


def take_secrets(profile: Profile) -> tuple[Profile, dict[str, str]]:
    """Move what is secret in a profile's address to where it belongs.

    Returns:
        The profile with a clean address, and the secrets it held. A user comes before an
        ``access_token``; anything else that may be secret is left out.
    """
    clean = structs.replace(profile, server=without_secrets(profile.server))
    try:
        parts = urlsplit(profile.server.strip())
        query = dict(parse_qsl(parts.query))
    except ValueError:
        return clean, {}
    if parts.username:
        clean = structs.replace(clean, access="basic", user=unquote(parts.username))
        return clean, {PASSWORD: unquote(parts.password)} if parts.password is not None else {}
    if token := query.get("access_token"):
        return structs.replace(clean, access="bearer"), {TOKEN: token}
    return clean, {}


def clear_text_warning(profile: Profile) -> str:
    """Return a warning where secrets would travel unencrypted over a network, or ""."""
    if not needed_secrets(profile):
        return ""
    try:
        url = HubUrl.parse(profile.server)
    except ValueError:
        return ""
    if url.secure or _is_this_computer(url.host):
        return ""
    return (
        f"The way to {url.place} is not encrypted: whoever can listen on the network can read "
        "what you sign in with. Use wss:// if the server can, or a tunnel."
    )


def _is_this_computer(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
