"""Units without a library: they make small signed packages, one after another, as a library would."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from stdesk.central.agency import Agency
from stdesk.central.model import RegisteredUnit
from stdesk.domain.kinds import all_kinds
from stdesk.exchange.schema import table_schema
from stdesk.package import roster, seal
from stdesk.package.content import PackageContent, PackageFile, PackageInfo
from stdesk.package.keys import SecretKey
from stdesk.package.writer import write_package

KINDS = all_kinds()
LOOSE = {"fields": [{"name": "id", "type": "string"}], "primaryKey": ["id"]}
_SPACE = uuid.UUID("6f0e4a52-0000-7000-8000-000000000000")


def _opener(path: Path) -> Callable[[], BinaryIO]:
    return lambda: path.open("rb")


class Time:
    """A clock that stands where the test puts it."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def pass_days(self, days: int) -> None:
        """Go on by ``days``."""
        self.moment += timedelta(days=days)


def publication(
    number: int, title: str = "", *, unit: str = "PC09", people: str = "Trần Thị Bích", **values: Any
) -> dict[str, Any]:
    """A line of ``records/publication.jsonl``; ``values`` override everything."""
    line = {
        "id": str(uuid.uuid5(_SPACE, f"{unit}/{number}")),
        "number": number,
        "version": 1,
        "state": "complete",
        "secrecy": "thuong",
        "created_at": "2026-03-01T02:00:00Z",
        "changed_at": "2026-03-01T02:00:00Z",
        "title": title or f"Nghiên cứu số {number} về giám định dấu vết đường vân",
        "document_type": "journal_article",
        "issued": "2026-05",
        "contributors": [{"name": people, "role": "author"}],
    }
    return line | values


def task(number: int, title: str = "", *, unit: str = "PC09", **values: Any) -> dict[str, Any]:
    """A line of ``records/research_task.jsonl``."""
    line = {
        "id": str(uuid.uuid5(_SPACE, f"{unit}/task/{number}")),
        "number": number,
        "version": 1,
        "state": "complete",
        "secrecy": "thuong",
        "title": title or f"Đề tài số {number} nâng cao hiệu quả khám nghiệm hiện trường",
        "start": "2025-03",
    }
    return line | values


@dataclass(frozen=True, slots=True)
class Made:
    """A package as it stands on the stick."""

    path: Path
    fingerprint: str
    info: PackageInfo
    paths: tuple[Path, ...] = ()


@dataclass
class Unit:
    """A unit with its key and its place in the order.

    Attributes:
        line, sequence, previous: as its library keeps them; :meth:`pack` counts on.
    """

    code: str = "PC09"
    name: str = "Phòng Kỹ thuật hình sự, Công an tỉnh Đắk Lắk"
    key: SecretKey = field(default_factory=SecretKey.generate)
    line: str = field(default_factory=lambda: str(uuid.uuid4()))
    sequence: int = 0
    previous: str = ""

    def card(self) -> bytes:
        """Its key card."""
        return roster.seal_card(self.code, self.name, "2026-01-05T01:00:00Z", self.key)

    def register(self, agency: Agency, **how: Any) -> RegisteredUnit:
        """Give the card to the centre, the words compared."""
        return agency.registry.register(self.card(), **({"words_checked": True} | how))

    def pack(
        self,
        folder: Path,
        publications: Sequence[Mapping[str, Any]] = (),
        tasks: Sequence[Mapping[str, Any]] = (),
        *,
        base: Made | None = None,
        withdrawn: Sequence[Mapping[str, Any]] = (),
        files: Sequence[tuple[str, bytes]] = (),
        signed: bool = True,
        most: int | None = None,
        numbered: bool = True,
        loose: bool = False,
        report: Mapping[str, Any] | None = None,
        others: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
        **info: Any,
    ) -> Made:
        """The unit's next package in ``folder`` (made if need be), which is its own for each.

        Args:
            base: makes it a delta. withdrawn: ``id``, ``kind``, ``number``, ``reason``.
            files: attachments of the first record, name and content.
            loose: the tables' schemas promise nothing: a broken program may write so.
            others: tables of kinds that no program knows.
            report: what the snapshot says otherwise.
            info: fields of :class:`PackageInfo` to set otherwise.
        """
        records = {"publication": list(publications), "research_task": list(tasks)}
        records = {kind: lines for kind, lines in records.items() if lines}
        records |= {kind: list(lines) for kind, lines in (others or {}).items()}
        folder.mkdir(parents=True, exist_ok=True)
        snapshot = json.dumps(
            {"records": records, "period": {"code": "2026"}, **info, **(report or {})}, ensure_ascii=False
        ).encode()
        said = PackageInfo(
            unit_code=self.code,
            unit_name=self.name,
            period="2026",
            submission=self.sequence + 1,
            counts={kind: len(lines) for kind, lines in records.items()},
            secrecy="thuong",
            rule_set="2026.1",
            rule_hash="ab" * 64,
            created="2026-11-05T01:30:00Z",
            program="STDesk 0.1.0",
            snapshot_hash=hashlib.sha512(snapshot).hexdigest(),
            delta=base is not None,
            base=base.fingerprint if base else "",
            base_receipt="A-1" if base else "",
            line=self.line if numbered else "",
            sequence=self.sequence + 1 if numbered else 0,
            previous=self.previous,
            withdrawn=len(withdrawn),
            key=self.key.public.id if signed else "",
        )
        said = replace(said, **info)
        attached = []
        for name, raw in files:
            digest = hashlib.sha512(raw).hexdigest()
            source = folder / f".{digest[:40]}"
            source.write_bytes(raw)
            first = next(line for lines in records.values() for line in lines)
            attached.append(PackageFile(name, digest, len(raw), _opener(source), first["id"]))
        content = PackageContent(
            info=said,
            snapshot=snapshot,
            documents={"bao-cao.pdf": b"%PDF-1.4\nbao cao\n%%EOF\n"},
            records=records,
            schemas={
                kind: LOOSE if loose or kind not in KINDS else table_schema(KINDS[kind]) for kind in records
            },
            titles={kind: KINDS[kind].plural.vi if kind in KINDS else kind for kind in records},
            files=attached,
            withdrawn=withdrawn,
        )
        written = write_package(content, folder, key=self.key if signed else None, most=most)
        if numbered:
            self.sequence, self.previous = said.sequence, written.fingerprint
        return Made(written.path, written.fingerprint, said, written.paths)


def sealed(made: Made, folder: Path, agency: Agency, unit: Unit) -> Path:
    """The same package sealed for the centre."""
    folder.mkdir(parents=True, exist_ok=True)
    header = seal.header_of(made.info)
    return seal.seal(made.path, folder, agency.registry.recipients(), header, unit.key).path
