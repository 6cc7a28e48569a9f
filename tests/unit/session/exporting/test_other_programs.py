"""Sessions and exported files, read by programs that know nothing of this one."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from ifcbgui.session import SessionReader, SessionRow, export
from tests.helpers.recorded import MakeSession, message

README = Path(__file__).parents[4] / "README.md"
ROWS = [
    message(1, "valuechanged:getenvironment:41.5:23.25"),
    message(2, 'reportevent:A "quoted", word\nand a line'),
    message(3, "routine:runsample", direction="out", sender=None, source=None, seqno=None),
    message(4, "syringetrack:2.5", seqno=2**40, sender="Überall 🦠"),
    message(5, "", source=-1),
]


@pytest.fixture
def session(make_session: MakeSession, tmp_path: Path) -> Path:
    return make_session(ROWS).rename(tmp_path / "SESSION.ifcbsession")


def exported(session: Path, format_: str) -> Path:
    out = session.with_name(f"log.{format_}")
    with SessionReader(session) as reader:
        export(reader, out, format_)
    return out


def blocks(language: str) -> list[str]:
    """Return the README's examples in a language."""
    return re.findall(rf"```{language}\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


def rows_in(table: pd.DataFrame) -> list[SessionRow]:
    named = table[list(SessionRow._fields)].astype(object)
    return [
        SessionRow(*(None if pd.isna(value) else value for value in row))
        for row in named.itertuples(index=False, name=None)
    ]


def test_the_session_with_plain_sqlite(session: Path) -> None:
    connection = sqlite3.connect(session)
    found = connection.execute("SELECT * FROM messages ORDER BY id").fetchall()
    connection.close()
    assert found == ROWS


def test_csv_with_pandas(session: Path) -> None:
    table = pd.read_csv(
        exported(session, "csv"), dtype={"seqno": "Int64", "source": "Int64", "text": str}
    )
    table["text"] = table["text"].fillna("")
    assert rows_in(table) == ROWS
    assert (pd.to_datetime(table["time"]).dt.strftime("%H:%M:%S") == "16:25:00").all()


def test_json_lines_with_pandas(session: Path) -> None:
    table = pd.read_json(
        exported(session, "jsonl"), lines=True, dtype={"seqno": "Int64", "source": "Int64"}
    )
    assert rows_in(table) == ROWS
    assert table["fields"][0] == ["valuechanged", "getenvironment", 41.5, 23.25]


@pytest.mark.parametrize("format_", ["csv", "jsonl"])
def test_files_with_duckdb(session: Path, format_: str) -> None:
    path = exported(session, format_)
    with duckdb.connect() as database:
        found = database.execute(
            f"SELECT {', '.join(SessionRow._fields)} FROM '{path}' ORDER BY id"
        ).fetchall()
        [(kind,)] = database.execute(f"SELECT DISTINCT typeof(time) FROM '{path}'").fetchall()
    # A CSV file does not tell an empty text from none.
    assert [(*row[:-1], row[-1] or "") for row in found] == ROWS
    assert kind == "TIMESTAMP WITH TIME ZONE"


def test_the_readme_s_example_for_pandas(session: Path) -> None:
    [code] = (block for block in blocks("python") if "pandas" in block)
    look = "\nprint(len(messages), messages['time'].dt.nanosecond.tolist())"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code + look],
        cwd=session.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("5 [790, 791, 792, 793, 794]\n", "")


def test_the_readme_s_example_for_duckdb_on_json_lines(session: Path) -> None:
    exported(session, "jsonl")
    [code] = (block for block in blocks("sql") if "log.jsonl" in block)
    with duckdb.connect() as database:
        database.execute(f"SET file_search_path = '{session.parent}'")
        query = code.strip().removesuffix(";")
        found = database.execute(f"SELECT humidity, temperature FROM ({query})").fetchall()
    assert found == [(41.5, 23.25)]
