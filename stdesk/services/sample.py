"""The sample: an invented unit and its workbook, a real-life mess to try the program on."""

from __future__ import annotations

from pathlib import Path

from stdesk import resources
from stdesk.services.desk import Desk

SAMPLE = "so-lieu-don-vi-2026.xlsx"
SAMPLE_PERIOD = "2026"
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
    desk.set_unit(**_UNIT)
    return desk


def sample_workbook() -> Path:
    """The sample workbook: a unit's real-life mess, invented people."""
    return resources.path("samples", SAMPLE)
