"""Search at 100,000 records against the bare FTS5 query of the same words, turn by turn."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlite3

from bench.measure import report, timed
from stdesk.services.desk import Desk

WORDS = (
    "ky thuat hinh su", "kỹ thuật hình sự", "de an 06", "đề án 06", "ma tuy", "ma túy", "cong an xa", "nguyen van an",
    "chuyen doi so", "bi mat nha nuoc", "tạp chí cảnh sát", "1859-4212", "pc04", "dam doi", "Đầm Dơi", "giai phap",
    "giao thong duong bo", "cuu nan cuu ho", "lich su", "khanh binh 77", "hoang minh", "phan quoc hai", "thuc trang",
    "tang cuong phong ngua", "an phu",
)  # fmt: skip
ROUNDS = 8


def _bare(database: sqlite3.Connection, expression: str) -> int:
    sql = "SELECT rowid FROM {} WHERE {} MATCH ? ORDER BY rank LIMIT 50"
    table = "publication__search"
    return len(database.execute(sql.format(table, table), (expression,)).fetchall())


def _percentile(found: list[float], share: float) -> float:
    return sorted(found)[min(len(found) - 1, int(share * len(found)))]


def _measure(folder: Path) -> dict[str, Any]:
    from stdesk.store.search import match_expression

    database = sqlite3.connect(f"file:{folder / 'library.db'}?mode=ro", uri=True)
    ours: list[float] = []
    bare: list[float] = []
    with Desk.open(folder, read_only=True) as desk:
        for _ in range(ROUNDS):
            for words in WORDS:
                start = time.perf_counter()
                desk.catalogue.find(words, limit=50)
                middle = time.perf_counter()
                _bare(database, match_expression(words))
                ours.append(middle - start)
                bare.append(time.perf_counter() - middle)
    database.close()
    return {
        name: {"median": _percentile(times, 0.5), "p95": _percentile(times, 0.95)}
        for name, times in (("ours", ours), ("bare", bare))
    }


if __name__ == "__main__":
    report(timed(lambda: _measure(Path(sys.argv[1]))))
