"""The sample: an invented unit and its workbook, a real-life mess to try the program on."""

from __future__ import annotations

from pathlib import Path

from stdesk import resources
from stdesk.services.desk import Desk

SAMPLE = "so-lieu-don-vi-2026.xlsx"
SAMPLE_PERIOD = "2026"
SAMPLE_OTHERS = ("2026-H1", "2027-KH")
_UNIT = {
    "superior_name": "Bộ Công an",
    "place": "Minh Hải",
    "symbol": "BC-CAT-PV01",
    "department": "PV01",
    "signing_authority": "KT. GIÁM ĐỐC",
    "signer_post": "PHÓ GIÁM ĐỐC",
    "signer_rank": "Đại tá",
    "signer_name": "Nguyễn Văn Mẫu",
}


def open_sample(folder: Path, *, user: str = "") -> Desk:
    """A new, empty library of the invented unit of the sample."""
    desk = Desk.create(folder, unit_code="CAT-MH", unit_name="Công an tỉnh Minh Hải", user=user)
    desk.begin_with(**_UNIT)
    desk.mark_sample()
    return desk


def make_sample(folder: Path) -> Path:
    """A library of the sample's own in ``folder``, filled from its workbook; one that is there already is kept.

    Invented data never gets into a unit's library: this one lies apart and says what it is.
    """
    if (folder / "library.db").exists():
        return folder
    with open_sample(folder) as desk:
        desk.intake.take(desk.intake.preview(sample_workbook()))
    return folder


def sample_workbook() -> Path:
    """The sample workbook: a unit's real-life mess, invented people."""
    return resources.path("samples", SAMPLE)
