"""Every flipped bit of a library with a password is found; how many are tried, ``STDESK_FLIPS`` may say (400)."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from stdesk.domain.kinds import all_kinds
from stdesk.errors import UserError
from stdesk.progress import Progress
from stdesk.store import locking
from stdesk.store.library import Library
from tests.helpers.locked import PASSWORD, stretch_little
from tests.store.conftest import TickingClock
from tests.store.test_locking import flipped

pytestmark = pytest.mark.torture
FLIPS = int(os.environ.get("STDESK_FLIPS", "400"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A locked library of a thousand records and forty attachments."""
    stretch_little(monkeypatch)
    chance, made = random.Random(20261122), tmp_path / "kho"
    source = tmp_path / "tep.pdf"
    with Library.create(
        made, kinds=all_kinds(), clock=TickingClock(), unit_code="C08", unit_name="Cục", user="Lan"
    ) as library:
        items = []
        for _ in range(40):
            source.write_bytes(b"%PDF-1.4\n" + chance.randbytes(chance.randrange(1, 200_000)))
            items.append(library.add_file(source))
        with library.work("created") as work:
            for n in range(1_000):
                attached = (items[n],) if n < 40 else ()
                work.create("publication", {"title": f"Giải pháp số {n} đường thủy", "attachments": attached})
    locking.lock(made, all_kinds(), TickingClock(), "Lan", PASSWORD, "", Progress())
    return made


def test_in_the_database(folder: Path) -> None:
    assert flipped(folder, FLIPS, 1, PASSWORD) == FLIPS


def test_in_the_attachments(folder: Path) -> None:
    chance = random.Random(2)
    with Library.open(folder, kinds=all_kinds(), clock=TickingClock(), secret=PASSWORD) as library:
        names = sorted({use.file for use in library.file_uses()})
        assert len(names) == 40
        for _ in range(FLIPS):
            file = chance.choice(names)
            path = library.file_path(file)
            raw = path.read_bytes()
            place = chance.randrange(len(raw))
            path.write_bytes(raw[:place] + bytes([raw[place] ^ 1 << chance.randrange(8)]) + raw[place + 1 :])
            with pytest.raises(UserError) as told:
                library.file_hash(file)
            assert told.value.code == "attachment_changed"
            path.write_bytes(raw)
