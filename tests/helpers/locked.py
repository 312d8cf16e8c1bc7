"""Libraries with a password, made fast: the key is stretched with as little memory and time as there is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from stdesk.clock import fixed_clock
from stdesk.services import locking
from stdesk.services.desk import Desk
from stdesk.store import vault

PASSWORD = "mua roi hien nha cu"
TODAY = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


def stretch_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys made from now on cost next to nothing to try."""
    monkeypatch.setattr(vault, "OPS", 1)
    monkeypatch.setattr(vault, "MEMORY", 8192)


def make_plain(folder: Path) -> Path:
    """A library of the invented unit without a password, one record in it."""
    with Desk.create(
        folder, unit_code="CAT-MH", unit_name="Công an tỉnh Minh Hải", clock=fixed_clock(TODAY)
    ) as desk:
        desk.catalogue.save("publication", {"title": "Sổ tay giám định hiện trường", "issued": "2026-03"})
    return folder


def make_locked(folder: Path, password: str = PASSWORD) -> tuple[Path, str]:
    """The same with a password; returns its folder and recovery code."""
    make_plain(folder)
    code = locking.new_recovery_code()
    locking.set_password(folder, password, code)
    return folder, code
