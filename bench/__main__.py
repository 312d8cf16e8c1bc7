"""``make bench``: every figure beside a bare limit or a peer measured in the same run.

python -m bench [intake] [search] [report] [package] [centre] [desk] [entry] [locked] [million]

``million`` (the keystrokes at 1,000,000 records) is left out unless named or its library is there.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import backups, library, package
from bench.data import write_workbook
from bench.measure import Figure, Run, child

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
    """A report of 5,000 records (half of a library of 10,000 lies in its year): each step, and all of them."""
    folder = library.make(OUT / "library-10000", 10_000)
    child("bench.reporting", "docx", str(folder), runs=1)
    ours = child("bench.reporting", "ours", str(folder))
    first = child("bench.reporting", "first", str(folder), runs=1).said
    said, peer, peer_name = ours.said, 0.0, "(no LibreOffice here)"
    if shutil.which("soffice"):
        peer = child("bench.reporting", "peer", str(folder), runs=1).seconds
        peer_name = "LibreOffice, the same DOCX to PDF"
    whole = sum(said[step] for step in ("check, freeze", "pdf", "docx", "xlsx"))
    name = f"report of {said['records']:,.0f}, all of it"
    yield Figure(name, whole, peer, "s", peer_name, 0.2 if peer else None)
    for step in ("check, freeze", "pdf", "docx", "xlsx"):
        yield Figure(f"  {step}", said[step], peer, "s", peer_name)
    yield Figure("  memory", ours.memory, 260.0, "MiB", "the 260 MiB it once took", 1.0)
    again = sorted(seconds for step, seconds in first.items() if step != "first")[2]
    yield Figure("first preview page", 1000 * again, 300.0, "ms", "the 300 ms promised", 1.0)
    yield Figure("  the very first time", 1000 * first["first"], 300.0, "ms", "the same, libraries loaded")


def packing() -> Iterator[Figure]:
    """A package of 4 GB in 1,000 files (``BENCH_PACKAGE_GB``); memory at 1 GB and at 8 (``…_MEMORY_GB``)."""
    size = float(os.environ.get("BENCH_PACKAGE_GB", "4"))
    folder = _attachments(size)
    child("bench.package", "keep", str(folder), runs=1)

    def run(mode: str) -> Run:
        return child("bench.package", mode, str(folder), runs=3 if size <= 1 else 1)

    ours, same, peer = run("ours"), run("peer_same"), run("peer")
    limit = max(run("hashing").seconds, run("copying").seconds)
    bare = "the bare limit: 2 threads' SHA-512, or a flushed copy"
    name = f"package of {size:g} GB"
    yield Figure(name, ours.seconds, same.seconds, "s", "bagit-python, zipfile, its hash, read back", 0.5)
    yield Figure("  ", ours.seconds, peer.seconds, "s", "bagit-python, zipfile, flushed, no more")
    yield Figure("  of which written, flushed", ours.said["writing"], limit, "s", bare, 1 / 0.7)
    yield Figure("  of which read back, proved", ours.said["proving"], limit, "s", bare)
    yield Figure("  all of it", ours.seconds, limit, "s", bare)
    checked, by_hand = run("verify").seconds, run("peer_verify").seconds
    yield Figure("  verified", checked, by_hand, "s", "unzip, bagit-python's validate", 0.5)
    yield Figure("  ", checked, limit, "s", bare, 1 / 0.7)
    for each in os.environ.get("BENCH_PACKAGE_MEMORY_GB", "1 8").split():
        there = child("bench.package", "ours", str(_attachments(float(each))), runs=1)
        yield Figure(f"  memory at {each} GB", there.memory, 150.0, "MiB", "the 150 MiB promised", 1.0)
    for large in OUT.glob("attachments-*"):
        shutil.rmtree(large)


def _attachments(size: float) -> Path:
    return package.make(OUT / f"attachments-{size:g}", int(size * 1_000_000))


def desk() -> Iterator[Figure]:
    """The window at 100,000 records: start, keystrokes, orders, a session."""
    folder = library.make(OUT / "library-100000", 100_000)
    child("bench.desk", "start", str(folder), runs=1)  # brings an older library up to date
    bare, ours = child("bench.desk", "bare", runs=5), child("bench.desk", "start", str(folder), runs=5)
    yield Figure("start to the list at 100,000", ours.seconds, bare.seconds, "s", "a bare Qt window", 4.0)
    yield Figure("  memory", ours.memory, 250.0, "MiB", "the 250 MiB promised", 1.0)
    yield from _keystrokes("100,000", folder)
    said = child("bench.desk", "sorts", str(folder), runs=1).said
    worst = max(said, key=lambda name: said[name][0] / said[name][1])
    middle = sorted(said, key=lambda name: said[name][0] / said[name][1])[len(said) // 2]
    for what, name in (("worst", worst), ("median", middle)):
        mine, peer = (1000 * one for one in said[name])
        yield Figure(f"order by {name}, {what}", mine, peer, "ms", "the bare ordered query", 3.0)
    gaps = child("bench.desk_session", str(folder), runs=1).said
    yield Figure("event loop stands still, 99 %", 1000 * gaps["p99"], 100.0, "ms", "the 100 ms promised", 1.0)
    yield Figure("  at most", 1000 * gaps["most"], 300.0, "ms", f"300 ms; {gaps['by act'][0][1]}", 1.0)


def _keystrokes(size: str, folder: Path) -> Iterator[Figure]:
    said = child("bench.desk", "keys", str(folder), runs=1).said
    for what, promise in (("p95", 3.0), ("p50", None)):
        mine, peer = said["ours"][what] * 1000, said["bare"][what] * 1000
        yield Figure(f"keystroke to rows at {size}, {what}", mine, peer, "ms", "the bare query", promise)


def entry() -> Iterator[Figure]:
    """One journal article: keys and seconds here and in a row of a spreadsheet."""
    folder = library.make(OUT / "library-2000", 2000)
    child("bench.desk", "start", str(folder), runs=1)
    said = child("bench.entry", str(folder), runs=1).said
    ours, sheet = said["ours"], said["sheet"]
    fields = f"a spreadsheet's row, {sheet['fields']} fields"
    yield Figure("keys for one article", ours["keys"], sheet["keys"], "", fields, 1.0)
    yield Figure("  seconds, hand and head", ours["seconds"], sheet["seconds"], "s", fields)
    yield Figure("  of which waited for", ours["waited"], sheet["seconds"], "s", fields)


def locked() -> Iterator[Figure]:
    """A library of 100,000 records with a password against the same one without."""
    plain = library.make(OUT / "library-100000", 100_000)
    said = child("bench.locked", str(plain), str(OUT / "library-100000-locked"), runs=1).said
    for what in ("save", "search", "open"):
        both = (1000 * said[what][name]["median"] for name in ("locked", "plain"))
        yield Figure(f"locked, {what}, at 100,000", *both, "ms", "the same, not locked", 1.3)
    both = (1000 * said["open, password"][name]["median"] for name in ("locked", "plain"))
    yield Figure("  opened with its password", *both, "ms", "the same, not locked")


def million() -> Iterator[Figure]:
    """Keystrokes at 1,000,000 records; making the library takes some ten minutes."""
    folder = library.make(OUT / "library-1000000", 1_000_000)
    child("bench.desk", "start", str(folder), runs=1)
    yield from _keystrokes("1,000,000", folder)


def centre() -> Iterator[Figure]:
    """150 packages of 2,000 records each, merged by the centre into PostgreSQL."""
    said = child("bench.central", str(OUT / "centre-150"), "150", "2000", runs=1).said
    name = "COPY and upsert of the same rows"
    yield Figure(f"{said['rows']:,.0f} records merged", said["merging"], said["bare"], "s", name, 2.0)
    yield Figure("  with reading the packages", said["merging"] + said["reading"], said["bare"], "s", name)
    yield Figure("  the whole intake, verified", said["intake"], said["bare"], "s", name)


def keeping() -> Iterator[Figure]:
    """The hourly backup at 100,000 records and 5 GB of attachments (``BENCH_BACKUP_GB``)."""
    size = float(os.environ.get("BENCH_BACKUP_GB", "5"))
    library_folder = library.make(OUT / "library-100000", 100_000)
    child("bench.desk", "start", str(library_folder), runs=1)  # brings an older library up to date
    folder = backups.make(OUT / "backups", library_folder, int(size * 1e9), int(size * 2_000))
    said = child("bench.backups", str(folder), runs=1).said
    bare = "the database copied and flushed"
    yield Figure("hourly backup at 100,000", said["hourly"], 3.0, "s", "the 3 s promised", 1.0)
    yield Figure("  ", said["hourly"], said["bare"], "s", bare)
    yield Figure(f"  the first, {size:g} GB linked", said["first"], said["bare"], "s", bare)
    yield Figure("  looked into once more", said["deep"], said["bare"], "s", bare)
    shutil.rmtree(folder)


PARTS = {
    "intake": intake,
    "search": search,
    "report": report,
    "package": packing,
    "centre": centre,
    "desk": desk,
    "entry": entry,
    "locked": locked,
    "backups": keeping,
    "million": million,
}


def main() -> int:
    """Measure what is named, or everything; prints a table and keeps it in ``out/bench/bench.json``."""
    OUT.mkdir(parents=True, exist_ok=True)
    made = (OUT / "library-1000000" / "library.db").exists()
    wanted = sys.argv[1:] or [name for name in PARTS if name != "million" or made]
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
