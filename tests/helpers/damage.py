"""Damaging a closed library's database, and what SQLite and the doctor make of it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from stdesk.services import doctor

PAGE = 4096


@dataclass
class Rates:
    """Of ``tried`` flips: found by SQLite's own check, by the doctor without and with our sums."""

    tried: int = 0
    plain: int = 0
    without: int = 0
    with_sums: int = 0
    missed: list[int] = field(default_factory=list)


def flip_bits(folder: Path, count: int, seed: int, *, with_sums: bool = True) -> Rates:
    """Flip ``count`` bits of the library in ``folder``, one at a time, and put each back."""
    database, beside = folder / "library.db", folder / "library.db-sums"
    sound, sums = database.read_bytes(), beside.read_bytes()
    chance, rates = random.Random(seed), Rates()
    for _ in range(count):
        bit = chance.randrange(len(sound) * 8)
        hurt = bytearray(sound)
        hurt[bit // 8] ^= 1 << bit % 8
        database.write_bytes(hurt)
        rates.tried += 1
        rates.plain += not _is_fine(database)
        beside.unlink(missing_ok=True)
        found = not doctor.examine(folder, doctor.FULL).sound
        rates.without += found
        if not found:
            rates.missed.append(bit // 8)
        if with_sums:
            beside.write_bytes(sums)
            rates.with_sums += not doctor.examine(folder, doctor.QUICK).sound
    database.write_bytes(sound)
    beside.write_bytes(sums)
    return rates


def unused(content: bytes, place: int) -> bool:
    """Whether the byte at ``place`` lies between the cell pointers and the cells of its page: nothing is there."""
    start = place // PAGE * PAGE
    head = start + (100 if start == 0 else 0)
    kind = content[head]
    if place < head or kind not in (2, 5, 10, 13):
        return False
    cells = int.from_bytes(content[head + 3 : head + 5], "big")
    first = int.from_bytes(content[head + 5 : head + 7], "big") or 65_536
    pointers = head + (12 if kind in (2, 5) else 8) + 2 * cells
    return pointers <= place < start + first


def _is_fine(database: Path) -> bool:
    connection = sqlcipher.connect(f"{database.absolute().as_uri()}?immutable=1", uri=True)
    try:
        return bool(connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)])
    except (sqlcipher.Error, UnicodeError):
        return False
    finally:
        connection.close()
