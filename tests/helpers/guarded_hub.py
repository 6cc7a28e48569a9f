"""A hub that lets in only who sends the right headers."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from tests.helpers.scripted_hub import ScriptedHub
from tests.helpers.taking_hub import taking


class GuardedHub(ScriptedHub):
    """Takes every client of an instrument that has the headers; others get 401.

    Attributes:
        wanted: The headers; may be changed.
        refused: How many requests were turned away.
    """

    def __init__(self, wanted: Mapping[str, str], **options: Any) -> None:
        super().__init__(taking(), **options)
        self.wanted = dict(wanted)
        self.refused = 0

    async def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        if any(request.headers.get(name) != value for name, value in self.wanted.items()):
            self.refused += 1
            body = b"No: " + str(request.headers).encode()  # as rude as servers can be
            headers = Headers({"Content-Length": str(len(body)), "Connection": "close"})
            return Response(401, HTTPStatus(401).phrase, headers, body)
        return await super()._answer(connection, request)
