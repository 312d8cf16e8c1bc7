"""What a person writes before a report can be frozen for real."""

from __future__ import annotations

from stdesk.domain.periods import Period
from stdesk.services.desk import Desk
from stdesk.services.preparation import OwnText

REQUIRED = {
    "difficulties": "Cán bộ kiêm nhiệm, chưa được tập huấn nghiệp vụ thông tin.",
    "proposals": "Đề nghị V04 mở lớp tập huấn cho cán bộ kiêm nhiệm.",
}


def write_narrative(desk: Desk, period: Period) -> None:
    """Write what a report may not leave empty."""
    for sentence, text in REQUIRED.items():
        desk.preparation.put_text(period, sentence, OwnText(text))
