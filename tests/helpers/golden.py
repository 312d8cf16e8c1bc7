"""Golden packages, written once and kept for ever; run as a program it adds sets that are not there yet.

The first set (``good`` and its bad ones) was written by the first program of format 1, the second
(``signed``, ``delta``, ``group`` and theirs) when packages were first signed. What was once good stays
good, what was refused stays refused, whatever the writer makes today.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from stdesk.package import layout
from stdesk.package.writer import write_package
from tests.helpers import mutations, packages
from tests.helpers.mutations import KEY
from tests.helpers.packages import GOLDEN, NAME

SECOND_BAD = {
    "signature_missing": NAME,
    "signature_wrong": NAME,
    "signature_comment": NAME,
    "signature_other_key": NAME,
    "withdrawn": f"{NAME}-BS",
    "info_missing": f"{NAME}-BS",
    "part_missing": f"{NAME}-P1",
}
"""The defect each is refused for -> its name."""
_MOST = 56_000  # bytes a bag of the group may have


def write_second(folder: Path) -> dict[str, tuple[Path, ...]]:
    """The good ones of the second set: what -> its ZIPs, each in a folder of its own."""
    with _place(folder, "signed") as place:
        made = {"signed": (mutations.write_signed(place),)}
    with _place(folder, "delta") as place:
        made["delta"] = (_delta(place),)
    with _place(folder, "group") as place:
        made["group"] = _group(place)
    return made


@contextmanager
def _place(folder: Path, name: str) -> Iterator[Path]:
    """A folder, in which nothing but ZIPs is left."""
    place = folder / name
    place.mkdir(parents=True)
    yield place
    for path in sorted(place.rglob("*"), reverse=True):
        if path.is_dir():
            path.rmdir()
        elif path.suffix != ".zip":
            path.unlink()


def _delta(place: Path) -> Path:
    content = mutations.signed_content(place)
    records = {"publication": content.records["publication"][1:], "research_task": ()}
    info = replace(
        content.info,
        counts={kind: len(rows) for kind, rows in records.items()},
        sequence=4,
        delta=True,
        base="cd" * 64,
        base_receipt="0192f0a4-2222-7abc-8def-000000000009",
        withdrawn=1,
    )
    gone = {"id": "019a-1", "kind": "publication", "number": 7, "reason": "Nhập trùng"}
    told = {
        "answer": "0192f0a4-2222-7abc-8def-000000000009", "number": 1, "status": "accepted", "period": "2026",
        "submission": 1, "fingerprint": "cd" * 64, "at": "2026-11-20T02:00:00Z",
    }  # fmt: skip
    made = replace(content, info=info, records=records, files=content.files[2:])
    return mutations.write_signed(place, replace(made, withdrawn=[gone], answers=[told]))


def _group(place: Path) -> tuple[Path, ...]:
    content = mutations.signed_content(place)
    more = [
        packages.attachment(place / "files", f"biên bản {n}.pdf", b"%PDF-1.4" + bytes([n]) * 15_000, "019a-1")
        for n in range(3)
    ]
    return write_package(replace(content, files=[*content.files, *more]), place, key=KEY, most=_MOST).paths


def write_second_bad(good: dict[str, tuple[Path, ...]], folder: Path) -> None:
    """The bad ones of the second set."""
    (signed,), (delta,) = good["signed"], good["delta"]

    def target(code: str) -> Path:
        (folder / code).mkdir(parents=True)
        return folder / code / f"{SECOND_BAD[code]}.zip"

    whole = packages.members(signed)
    path = f"{NAME}/{layout.SIGNATURE}"
    packages.pack({name: raw for name, raw in whole.items() if name != path}, target("signature_missing"))
    packages.pack(whole | {path: _other_letter(whole[path])}, target("signature_wrong"))
    touched = whole[path].replace(b"submission 1", b"submission 2")
    packages.pack(whole | {path: touched}, target("signature_comment"))
    other = mutations.SecretKey.from_seed(bytes(32)).sign(whole[f"{NAME}/{layout.TAG_MANIFEST}"], "x")
    packages.pack(whole | {path: other.encode()}, target("signature_other_key"))

    def beside(bag: dict[str, bytes]) -> None:
        bag[layout.WITHDRAWN] = bag[layout.WITHDRAWN].replace(b"019a-1", b"019a-2")

    def no_base(bag: dict[str, bytes]) -> None:
        lines = bag[layout.BAG_INFO].splitlines(keepends=True)
        bag[layout.BAG_INFO] = b"".join(
            one for one in lines if not one.startswith(b"STDesk-Base-Fingerprint")
        )

    mutations.resigned(delta, target("withdrawn"), beside)
    mutations.resigned(delta, target("info_missing"), no_base)
    target("part_missing").write_bytes(good["group"][0].read_bytes())


def _other_letter(raw: bytes) -> bytes:
    """A letter within the first signature."""
    lines = raw.split(b"\n")
    lines[1] = lines[1][:50] + (b"A" if lines[1][50:51] != b"A" else b"B") + lines[1][51:]
    return b"\n".join(lines)


def main() -> None:
    """Add the second set, unless it is there."""
    if (GOLDEN / "signed").exists():
        sys.stderr.write("the golden packages are kept for ever\n")
        raise SystemExit(1)
    with tempfile.TemporaryDirectory() as folder:
        write_second_bad(write_second(Path(folder)), Path(folder))
        for path in sorted(Path(folder).rglob("*.zip")):
            place = GOLDEN / path.parent.name / path.name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())
            sys.stdout.write(f"{path.parent.name}/{path.name} {path.stat().st_size}\n")


if __name__ == "__main__":
    main()
