"""The catalogue of messages an IFCB is known to send, read from ``messages.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from ifcbgui._resources import read_text
from ifcbgui.instrument._lazy import LazyMapping
from ifcbgui.instrument.messages import FieldSpec, MessageForm

_SEEN_IN_CLIENT = "seen in WHOIGit/pyifcbclient"
_SEEN_IN_TRAFFIC = "seen in WHOIGit/PhytO-ARM traffic"


def _load() -> Mapping[str, MessageForm]:
    data = tomllib.loads(read_text("messages.toml"))
    rows = [_switch(name, row) for name, row in data["switch"].items()]
    rows += [_setting(name, row) for name, row in data["setting"].items()]
    rows += data["message"]
    forms = [_form(row) for row in rows]
    return {form.key: form for form in forms}


def _switch(name: str, row: dict[str, Any]) -> dict[str, Any]:
    field = {"name": "on", "type": "bool", "meaning": "on or off", "state": name}
    return row | {"group": "switch", "pattern": f"valuechanged:{name}:<on>", "fields": [field]}


def _setting(name: str, row: dict[str, Any]) -> dict[str, Any]:
    field = {"name": "value", "meaning": row["label"], "state": name} | {
        key: row[key] for key in ("type", "unit", "min", "max") if key in row
    }
    pattern = f"valuechanged:{name}:<value>"
    return row | {"group": "setting", "pattern": pattern, "fields": [field]}


def _form(row: dict[str, Any]) -> MessageForm:
    parts = row["pattern"].split(":")
    return MessageForm(
        key=":".join(part for part in parts if not part.startswith("<")),
        group=row["group"],
        label=row["label"],
        meaning=row["meaning"],
        fields=tuple(_field(parts, field) for field in row.get("fields", ())),
        source=_source(row),
        pattern=row["pattern"],
        sets=tuple(row.get("sets", {}).items()),
        stream_switch=row.get("stream"),
        stale_after_s=row.get("stale"),
    )


def _field(parts: list[str], row: dict[str, Any]) -> FieldSpec:
    return FieldSpec(
        name=row["name"],
        type=row["type"],
        unit=row.get("unit", ""),
        meaning=row["meaning"],
        minimum=row.get("min"),
        maximum=row.get("max"),
        state=row.get("state"),
        position=parts.index(f"<{row['name']}>"),
        label=row.get("label", ""),
    )


def _source(row: dict[str, Any]) -> str:
    source = _SEEN_IN_TRAFFIC if row.get("traffic") else _SEEN_IN_CLIENT
    return f"{source}; the meaning is inferred" if row.get("inferred") else source


MESSAGE_FORMS: Mapping[str, MessageForm] = LazyMapping(_load)
"""Every known form of message by its key, read at the first look (about 10 ms)."""
