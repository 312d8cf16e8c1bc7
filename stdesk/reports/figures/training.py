"""Training: sessions, participants, women, people of the unit, cost; and that the parts fit the whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stdesk.domain.records import Record
from stdesk.reports.figures.common import choice, listed, one
from stdesk.reports.figures.funding import cost, named_records
from stdesk.reports.tally import Measure, Tally
from stdesk.reports.words import number


def amount(name: str) -> Callable[[Record], int]:
    """The number in a session's field ``name``."""
    return lambda session: int(session.get(name) or 0)


def count_training(tally: Tally, sessions: Sequence[Record]) -> None:
    """The figures and tables of ``sessions``."""
    measures = (
        Measure("sessions", "Số lớp", "session", one),
        Measure("participants", "Lượt người", "person", amount("participants")),
        Measure("women", "Trong đó nữ", "person", amount("women")),
        Measure("own_unit", "Của đơn vị", "person", amount("own_unit")),
        Measure("cost", "Kinh phí (đồng)", "dong", cost),
    )
    tally.totals("training", sessions, measures)
    tally.split(
        "training_by_type",
        "Đào tạo, tập huấn, bồi dưỡng",
        "Hình thức",
        listed("training_type"),
        choice("type"),
        sessions,
        measures,
        "training",
    )
    whole = amount("participants")
    for key, noun, part in (
        ("women", "Số học viên nữ", amount("women")),
        ("own_unit", "Số học viên của đơn vị", amount("own_unit")),
        ("named", "Số học viên có tên trong danh sách", lambda one: len(one.get("participant_list") or ())),
    ):
        counted = [session for session in sessions if session.get("participants") is not None]
        wrong = [session for session in counted if part(session) > whole(session)]
        found, total = sum(map(part, counted)), sum(map(whole, counted))
        tally.check(
            f"training_parts.{key}",
            found,
            total,
            f"{noun} là {number(found)}",
            "số lượt người",
            ok=not wrong,
            records=(session.id for session in wrong),
            more=f"nhiều hơn số học viên ở {named_records(wrong, 'lớp')}" if wrong else "",
        )
