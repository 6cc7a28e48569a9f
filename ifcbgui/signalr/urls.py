"""Addresses of hubs."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from ifcbgui.signalr.errors import InvalidUrlError

_SECURE = {"ws": False, "http": False, "wss": True, "https": True}
_PORTS = {False: 80, True: 443}
_KEEP = "/%:@!$&'()*+,;=~?-._"


@dataclass(frozen=True, slots=True)
class HubUrl:
    """Where a hub is. Its text form is free of secrets: no credentials, no query.

    Attributes:
        secure: True for TLS.
        host: Name or address; IPv6 without brackets.
        port: TCP port.
        path: Path, beginning with "/".
        query: Query without "?", as the user gave it.
        authorization: Value of the Authorization header made of ``user:password@``, or None.
    """

    secure: bool
    host: str
    port: int
    path: str
    query: str = field(default="", repr=False)
    authorization: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, text: str) -> HubUrl:
        """Return the address that ``text`` means; ws, wss, http and https are all accepted.

        Raises:
            InvalidUrlError: It is not such an address.
        """
        try:
            parts = urlsplit(text.strip())
            port, host = parts.port, parts.hostname
        except ValueError as error:
            raise InvalidUrlError("The address cannot be read.") from error
        if parts.scheme not in _SECURE or not host:
            raise InvalidUrlError("The address must begin with ws://, wss://, http:// or https://.")
        _check_name(host)
        secure = _SECURE[parts.scheme]
        return cls(
            secure=secure,
            host=host,
            port=_PORTS[secure] if port is None else port,
            path=quote(parts.path, safe=_KEEP) or "/",
            query=quote(parts.query, safe=_KEEP),
            authorization=_basic(parts.username, parts.password),
        )

    def __str__(self) -> str:
        return f"{'wss' if self.secure else 'ws'}://{self.netloc}{self.path}"

    @property
    def place(self) -> str:
        """Host and port for people: ``192.168.1.100 port 8092``."""
        return f"{self.host} port {self.port}"

    @property
    def origin(self) -> tuple[bool, str, int]:
        """What must be equal for two addresses to be of one server."""
        return self.secure, self.host, self.port

    @property
    def netloc(self) -> str:
        """Host and port as a Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.secure] else f"{host}:{self.port}"

    @property
    def negotiate_target(self) -> str:
        """Path and query of the negotiation.

        The version is added only if that very key is missing: testing for the bare text once
        made a client downgrade (dotnet/aspnetcore#67751).
        """
        query = self.query
        if "negotiateVersion" not in dict(parse_qsl(query, keep_blank_values=True)):
            query += ("&" if query else "") + "negotiateVersion=1"
        return f"{self.path.rstrip('/')}/negotiate?{query}"

    def websocket_url(self, connection: str | None) -> str:
        """Return the WebSocket address; ``connection`` is the negotiated id, a secret."""
        query = self.query
        if connection is not None:
            query += ("&" if query else "") + "id=" + quote(connection, safe="")
        return f"{self}?{query}" if query else str(self)


def _check_name(host: str) -> None:
    """Raise what the resolver would only raise as something else, and much later."""
    try:
        host.encode("idna")
    except UnicodeError as error:
        raise InvalidUrlError(f"No computer can have the name {host}.") from error


def _basic(user: str | None, password: str | None) -> str | None:
    if user is None:
        return None
    credentials = f"{unquote(user)}:{unquote(password or '')}"
    return "Basic " + base64.b64encode(credentials.encode()).decode()
