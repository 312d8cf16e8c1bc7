"""The data package for the centre: made from a frozen report, and verified."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stdesk.domain.kinds import Kinds
from stdesk.domain.periods import Period
from stdesk.domain.records import Record, from_json
from stdesk.errors import from_os_error
from stdesk.exchange.schema import flatten, table_schema
from stdesk.package.content import PackageContent, PackageFile, PackageInfo
from stdesk.package.verifier import Defect, Verification, verify_bag, verify_package
from stdesk.package.writer import WrittenPackage, write_package
from stdesk.progress import Progress
from stdesk.reports.snapshot import Snapshot
from stdesk.services.reporting import FrozenReport, Reporting
from stdesk.store.library import Library

__all__ = ["Defect", "Handover", "Verification", "WrittenPackage", "verify"]


class Handover:
    """Packages of an open library."""

    def __init__(self, library: Library, reporting: Reporting) -> None:
        self._library = library
        self._reporting = reporting

    def pack(
        self, period: Period, folder: Path, *, trial: bool = False, progress: Progress | None = None
    ) -> WrittenPackage:
        """Make the package of the newest frozen report of ``period`` in ``folder``, verified.

        Raises:
            UserError: ``not_frozen``; an attachment missing or changed; no room, no permission.
        """
        return self.pack_report(self._reporting.latest(period, trial=trial), folder, progress=progress)

    def pack_report(
        self, report: FrozenReport, folder: Path, *, progress: Progress | None = None
    ) -> WrittenPackage:
        """The same for a frozen report already chosen."""
        progress = progress or Progress()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise from_os_error(error, folder) from error
        snapshot = self._reporting.read(report)
        kinds = self._library.kinds
        records = {
            kind.name: [from_json(one) for one in snapshot.records.get(kind.name, ())] for kind in kinds
        }
        content = PackageContent(
            info=_info(snapshot, report),
            snapshot=snapshot.to_bytes(),
            documents=self._reporting.documents(snapshot, progress=progress),
            records={name: [flatten(one, kinds[name]) for one in found] for name, found in records.items()},
            schemas={kind.name: table_schema(kind) for kind in kinds},
            titles={kind.name: kind.plural.vi for kind in kinds},
            files=tuple(self._files(kinds, [one for found in records.values() for one in found])),
        )
        return write_package(content, folder, progress)

    def _files(self, kinds: Kinds, records: list[Record]) -> Iterator[PackageFile]:
        seen: set[str] = set()
        for record in records:
            for item in _attachments(kinds, record):
                if item["file"] not in seen:
                    seen.add(item["file"])
                    yield PackageFile(
                        name=item["name"],
                        sha512=item["sha512"],
                        size=item["size"],
                        path=self._library.file_path(item["file"]),
                        record=record.id,
                    )


def _attachments(kinds: Kinds, record: Record) -> Iterator[dict[str, Any]]:
    if "attachments" in kinds[record.kind].by_name:
        yield from record.get("attachments") or ()


def _info(snapshot: Snapshot, report: FrozenReport) -> PackageInfo:
    return PackageInfo(
        unit_code=snapshot.unit.get("unit_code", ""),
        unit_name=snapshot.unit.get("unit_name", ""),
        period=report.period,
        submission=report.submission,
        counts={kind: len(found) for kind, found in snapshot.records.items()},
        secrecy=snapshot.unit.get("secrecy_ceiling") or "thuong",
        rule_set=snapshot.rule_set,
        rule_hash=snapshot.rule_hash,
        created=snapshot.frozen_at,
        program=snapshot.program,
        trial=report.trial,
        snapshot_hash=report.sha512,
        left_out=snapshot.left_out,
    )


def verify(path: Path, progress: Progress | None = None) -> Verification:
    """Verify a package (ZIP) or an unzipped bag (folder); every defect at once."""
    return verify_bag(path, progress) if path.is_dir() else verify_package(path, progress)
