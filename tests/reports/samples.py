"""Invented records of a unit that does not exist, made the same way every time."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from stdesk.domain.kinds import all_kinds
from stdesk.domain.periods import parse_period
from stdesk.domain.records import Record, State, canonical_values
from stdesk.domain.rules.core import Finding, Severity
from stdesk.ids import new_id
from stdesk.reports.snapshot import Snapshot, make_snapshot

KINDS = all_kinds()
PERIOD = parse_period("2026")
FROZEN_AT = "2026-11-10T20:30:00Z"  # 11/11/2026 in Vietnam
UNIT = {
    "unit_code": "CM",
    "unit_name": "Công an tỉnh Cà Mau",
    "superior_name": "Bộ Công an",
    "place": "Cà Mau",
    "symbol": "CAT-PV01",
    "department": "PV01",
    "signing_authority": "KT. GIÁM ĐỐC",
    "signer_post": "PHÓ GIÁM ĐỐC",
    "signer_rank": "Đại tá",
    "signer_name": "Nguyễn Văn Ước",
    "mapping:abc": "not for the report",
}

_TOPICS = (
    "kỹ thuật hình sự", "phòng, chống tội phạm sử dụng công nghệ cao", "quản lý cư trú theo Đề án 06",
    "nhận dạng khuôn mặt", "điều tra tội phạm về ma túy", "an ninh mạng", "phòng cháy, chữa cháy",
    "xây dựng phong trào toàn dân bảo vệ an ninh Tổ quốc", "chuyển đổi số trong công tác hồ sơ",
)  # fmt: skip
_VERBS = (
    "Nâng cao hiệu quả",
    "Giải pháp",
    "Ứng dụng trí tuệ nhân tạo trong",
    "Thực trạng và giải pháp",
    "Nghiên cứu",
)
_NAMES = ("Nguyễn Văn Ước", "Trần Thị Đẹp", "Lê Hoàng Phượng", "Phạm Quốc Khánh", "Hồ Thị Kỳ", "Võ Đức Thịnh")
_DEPARTMENTS = ("PV01", "PC02", "PC04", "PA05", "Phòng Kỹ thuật hình sự", "Công an phường Tân Thành")


def record(kind: str, number: int, values: Mapping[str, Any], **more: Any) -> Record:
    """A complete record with a fixed id."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return Record(
        id=new_id(moment, hash_free(kind, number)),
        kind=kind,
        number=number,
        version=1,
        state=more.pop("state", State.COMPLETE),
        secrecy=more.pop("secrecy", "thuong"),
        values=canonical_values(KINDS[kind], values),
        created_at="2026-01-01T00:00:00Z",
        changed_at="2026-01-01T00:00:00Z",
        **more,
    )


def hash_free(kind: str, number: int) -> int:
    """A number for an id that does not depend on the hash seed."""
    return int.from_bytes(kind.encode()[:4], "big") << 32 | number


def publications(count: int, seed: int = 1) -> list[Record]:
    """Publications of all common types."""
    draw = random.Random(seed)
    types = ("journal_article", "journal_article", "conference_paper", "monograph", "masters_thesis",
             "doctoral_thesis", "bulletin", "task_report", "textbook", "newspaper_article")  # fmt: skip
    made = []
    for number in range(1, count + 1):
        kind = draw.choice(types)
        people = [
            {
                "name": name,
                "rank": draw.choice(("colonel", "major", "captain")),
                "degree": draw.choice(("doctor", "master")),
            }
            for name in draw.sample(_NAMES, draw.choice((1, 1, 2, 3)))
        ]
        values: dict[str, Any] = {
            "document_type": kind,
            "title": f"{draw.choice(_VERBS)} {draw.choice(_TOPICS)} trên địa bàn tỉnh Cà Mau hiện nay",
            "contributors": people,
            "department": draw.choice(_DEPARTMENTS),
            "ownership": draw.choice(("own", "own", "own", "collected")),
            "container": "Tạp chí Công an nhân dân" if "article" in kind else None,
            "issued": draw.choice(
                (
                    "2026",
                    f"2026-{draw.randint(1, 10):02d}",
                    f"2026-{draw.randint(1, 10):02d}-1{draw.randint(0, 9)}",
                )
            ),
            "issue": str(draw.randint(1, 12)) if "article" in kind else None,
            "pages": f"{draw.randint(1, 60)}-{draw.randint(61, 90)}",
            "deposit_state": draw.choice(("deposited", "not_deposited", None)),
        }
        made.append(record("publication", number, values))
    return made


def tasks(count: int, seed: int = 2) -> list[Record]:
    """Research tasks of all levels, some accepted, some stopped."""
    draw = random.Random(seed)
    made = []
    for number in range(1, count + 1):
        began = draw.choice(("2024-05", "2025-03-15", "2026-02", "2026-04-20"))
        accepted = draw.choice((None, None, "2026-06-15", "2026-09"))
        budget, other = draw.randint(50, 900) * 1_000_000, draw.choice((0, 20_000_000))
        values: dict[str, Any] = {
            "code": f"BĐ-{number:03d}/2026",
            "title": f"{draw.choice(_VERBS)} {draw.choice(_TOPICS)}",
            "level": draw.choice(("national", "ministry", "province", "base", "base")),
            "type": draw.choice(("research_project", "initiative", "scientific_scheme")),
            "status": "accepted" if accepted else "in_progress",
            "leader": [
                {"name": draw.choice(_NAMES), "gender": draw.choice(("male", "female")), "rank": "major"}
            ],
            "host": draw.choice(_DEPARTMENTS),
            "start": began,
            "end": "2027-12",
            "accepted": accepted,
            "grade": "kha" if accepted else None,
            "funding_total": budget + other,
            "funding": [{"source": "state_budget", "approved": budget, "spent": budget // 2}]
            + ([{"source": "self_raised", "approved": other}] if other else []),
            "field_codes": [f"QD12/2008:{draw.choice(('505', '102', '50502', '601'))}"],
            "deposit_state": draw.choice(("deposited", "not_deposited")) if accepted else None,
        }
        made.append(record("research_task", number, values))
    return made


def sessions(count: int, seed: int = 3) -> list[Record]:
    """Training sessions."""
    draw = random.Random(seed)
    made = []
    for number in range(1, count + 1):
        people = draw.randint(20, 150)
        values = {
            "title": f"Tập huấn {draw.choice(_TOPICS)} cho cán bộ, chiến sĩ",
            "type": draw.choice(("training", "refresher", "dissemination")),
            "organiser": draw.choice(_DEPARTMENTS),
            "start": f"2026-{number % 9 + 1:02d}-05",
            "end": f"2026-{number % 9 + 1:02d}-08",
            "place": "Hội trường Công an tỉnh",
            "participants": people,
            "women": people // 4,
            "cost_total": draw.randint(5, 60) * 1_000_000,
        }
        made.append(record("training_session", number, values))
    return made


def findings(records: list[Record]) -> tuple[list[Finding], dict[str, str]]:
    """Two findings explained and one that is not."""
    found = [
        Finding("deposit_missing", Severity.EXPLAIN, one.id, one.kind, one.number, "deposit_state",
                {"event": "Ngày nghiệm thu", "date": "15/06/2026", "days": 148, "allowed": 30})
        for one in records[:3]
    ]  # fmt: skip
    reasons = {
        one.key: "Đang hoàn thiện theo góp ý của Hội đồng, sẽ nộp trước ngày 31/12/2026." for one in found[:2]
    }
    return found, reasons


def sample(
    *records: Record, trial: bool = False, unit: Mapping[str, str] | None = None, **more: Any
) -> Snapshot:
    """A frozen report of ``records``, or of about 150 invented ones."""
    listed = list(records) if records or "empty" in more else [*publications(86), *tasks(46), *sessions(17)]
    more.pop("empty", None)
    if not records and "findings" not in more:
        more["findings"], more["reasons"] = findings([one for one in listed if one.kind == "research_task"])
    return make_snapshot(
        **{
            "period": PERIOD,
            "submission": 1,
            "trial": trial,
            "unit": UNIT if unit is None else unit,
            "frozen_at": FROZEN_AT,
            "frozen_by": "Trần Thị Đẹp",
            "rule_hash": "0" * 64,
            "records": listed,
            "kinds": KINDS,
            **more,
        }
    )
