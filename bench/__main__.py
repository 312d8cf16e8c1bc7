"""``make bench``: every figure beside a bare limit or a peer measured in the same run.

python -m bench [intake] [search] [report] [package]
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import library, package
from bench.data import write_workbook
from bench.measure import Figure, child

OUT = Path("out/bench")


def intake() -> Iterator[Figure]:
    """Import of 10,000 rows."""
    book = OUT / "10000.xlsx"
    if not book.exists():
        write_workbook(book, 10_000)
    bare, reading, ours = (child("bench.intake", mode, str(book)) for mode in ("bare", "reading", "ours"))
    yield Figure("import 10,000 rows", ours.seconds, bare.seconds, "s", "openpyxl's bare reading", 3.0)
    yield Figure("  of which reading", reading.seconds, bare.seconds, "s", "openpyxl's bare reading")
    yield Figure("  memory", ours.memory, bare.memory, "MiB", "openpyxl's bare reading")


def search() -> Iterator[Figure]:
    """Search at 100,000 records."""
    folder = library.make(OUT / "library-100000", 100_000)
    said = child("bench.search", str(folder), runs=1).said
    for what, promise in (("p95", 3.0), ("median", None)):
        ours, bare = said["ours"][what] * 1000, said["bare"][what] * 1000
        yield Figure(
            f"search at 100,000, {what}", ours, bare, "ms", "bare FTS5 query, ranked, 50 rows", promise
        )


def report() -> Iterator[Figure]:
    """Freeze and PDF at 2,000 records."""
    folder = library.make(OUT / "library-2000", 2000)
    child("bench.reporting", "docx", str(folder), runs=1)
    ours = child("bench.reporting", "ours", str(folder))
    if shutil.which("soffice"):
        peer = child("bench.reporting", "peer", str(folder), runs=1)
        yield Figure(
            "check, freeze and PDF at 2,000", ours.seconds, peer.seconds, "s", "LibreOffice, DOCX to PDF"
        )
    else:
        yield Figure("check, freeze and PDF at 2,000", ours.seconds, 0.0, "s", "(no LibreOffice here)")
    yield Figure("  memory", ours.memory, ours.memory, "MiB", "itself")


def packing() -> Iterator[Figure]:
    """A package of 1 GB, written, flushed, read back and verified."""
    folder = package.make(OUT / "gigabyte")
    ours, peer, bare = (child("bench.package", mode, str(folder)) for mode in ("ours", "peer", "peer_bare"))
    yield Figure(
        "package of 1 GB", ours.seconds, peer.seconds, "s", "copy, bagit-python, zipfile, flush", 1.0
    )
    yield Figure("  ", ours.seconds, bare.seconds, "s", "bagit-python in place, zipfile, no flush")
    yield Figure("  memory", ours.memory, peer.memory, "MiB", "the peer")


PARTS = {"intake": intake, "search": search, "report": report, "package": packing}


def main() -> int:
    """Measure what is named, or everything; prints a table and keeps it in ``out/bench/bench.json``."""
    OUT.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:] or list(PARTS)
    figures = []
    print(f"{'':34}{'ours':>10} {'peer':>10}      {'ratio':>6}  promise")
    for name in wanted:
        for one in PARTS[name]():
            figures.append(one)
            promise = f"≤ {one.promise:g}: {one.kept}" if one.promise else ""
            print(
                f"{one.name:34}{one.ours:10.2f} {one.peer:10.2f} {one.unit:4} {one.ratio:6.2f}  {promise:14} "
                f"against {one.peer_name}",
                flush=True,
            )
    rows = [
        {"name": f.name, "ours": f.ours, "peer": f.peer, "unit": f.unit, "ratio": f.ratio} for f in figures
    ]
    (OUT / "bench.json").write_text(json.dumps(rows, ensure_ascii=False, indent=2), encoding="utf-8")
    return 1 if any(one.kept == "MISSED" for one in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
