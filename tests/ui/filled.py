"""A library that holds the sample workbook, made once and copied for every test."""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from functools import cache
from pathlib import Path

from stdesk.clock import fixed_clock
from stdesk.domain.periods import parse_period
from stdesk.domain.rules.core import Severity
from stdesk.services.desk import Desk
from stdesk.services.preparation import OwnText
from stdesk.services.sample import sample_workbook
from tests.ui.conftest import NOW


@cache
def _template() -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="stdesk-filled-")
    with Desk.create(
        Path(folder.name) / "kho",
        unit_code="CAT-MH",
        unit_name="Công an tỉnh Minh Hải",
        clock=fixed_clock(NOW - timedelta(days=1)),
    ) as desk:
        desk.intake.take(desk.intake.preview(sample_workbook()))
    return folder


def filled_desk(folder: Path) -> Desk:
    """The sample's library, copied to ``folder`` and open on 2 November 2026."""
    shutil.copytree(Path(_template().name) / "kho", folder)
    return Desk.open(folder, clock=fixed_clock(NOW))


def make_ready(desk: Desk, code: str = "2026") -> None:
    """Write what only the unit can write, trash what cannot be explained, explain the rest: it can be frozen."""
    period = parse_period(code)
    for sentence in ("difficulties", "proposals"):
        desk.preparation.put_text(period, sentence, OwnText("Còn thiếu máy quét; đề nghị trang bị thêm."))
    blocked = {one.record for one in desk.readiness.check(period).open if one.severity is Severity.BLOCK}
    desk.catalogue.trash(blocked - {""})
    desk.readiness.explain(period, "Có lý do", *desk.readiness.check(period).open)
    assert not desk.readiness.check(period).open
