"""One look at a library: every check, each told in a sentence."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from stdesk.clock import local_time
from stdesk.domain.kinds import Kinds
from stdesk.errors import UserError
from stdesk.i18n import Text, message, ntr, tr
from stdesk.progress import Progress
from stdesk.services.health import FULL, Check, Depth, Health, Size
from stdesk.store import doctor, leftovers, places, sums, witness
from stdesk.store.backups import checking, repository
from stdesk.store.chain import Fault
from stdesk.store.doctor import Patient, guarded
from stdesk.store.salvage import LostThing
from stdesk.store.witness import WentBack

_SHOWN = 100  # lines of one check
_LITTLE_ROOM = 1 << 30  # bytes
TITLES = {
    "file": Text("Tệp dữ liệu", "Database file"),
    "pages": Text("Các trang và chỉ mục của cơ sở dữ liệu", "Pages and indexes of the database"),
    "references": Text("Liên kết giữa các bảng", "Links between tables"),
    "schema": Text("Cấu trúc của cơ sở dữ liệu", "Structure of the database"),
    "history": Text("Chuỗi nhật ký", "Chain of the history"),
    "witness": Text("Nhật ký so với các bản đã biết", "History against what is known of it elsewhere"),
    "records": Text("Từng bản ghi so với nhật ký", "Every record against its history"),
    "settings": Text("Cài đặt so với nhật ký", "Settings against their history"),
    "index": Text("Chỉ mục tìm kiếm", "Search index"),
    "files": Text("Tệp đính kèm", "Attachments"),
    "snapshots": Text("Bản chốt báo cáo", "Frozen reports"),
    "orphans": Text("Tệp không thuộc bản ghi nào", "Files that no record names"),
    "backups": Text("Bản sao lưu", "Backups"),
    "roles": Text("Mã lãnh đạo, quản trị", "Codes of leaders and administrators"),
    "place": Text("Nơi để kho, đồng hồ của máy", "Where the library lies, the computer's clock"),
    "beside": Text("Nội dung đọc được ngoài kho", "What can be read beside the library"),
    "room": Text("Chỗ trống trên đĩa", "Free room on the disk"),
}
MENDABLE = {
    "pages": Text(
        "Dựng lại cơ sở dữ liệu từ các hàng còn đọc được; chỉ làm khi không mất gì.",
        "Build the database anew from its rows; only when nothing is lost by it.",
    ),
    "records": Text(
        "Đặt lại bản ghi đúng như nhật ký đã chứng minh.", "Set the records to what the proved history says."
    ),
    "settings": Text("Đặt lại cài đặt đúng như nhật ký.", "Set the settings to what the history says."),
    "index": Text("Dựng lại chỉ mục tìm kiếm.", "Build the search index anew."),
    "files": Text("Lấy lại tệp từ bản sao lưu.", "Fetch the files back from the backups."),
    "snapshots": Text("Lấy lại bản chốt từ bản sao lưu.", "Fetch the frozen reports back from the backups."),
    "orphans": Text(
        "Cất các tệp này vào thư mục kept, không xóa.", "Put these files aside into the folder kept."
    ),
}
_REBUILT = ("file", "references", "schema")  # hurt like "pages", mended by the same building anew
_DEEP_ONLY = ("records", "index", "orphans")


@dataclass(frozen=True)
class _Look:
    name: str
    find: Callable[[], list[Fault]]
    needs_database: bool = True


def look(patient: Patient, depth: Depth, progress: Progress, at: str) -> Health:
    """Everything about the library of ``patient``. Raises Cancelled."""
    checks = []
    for one in _looks(patient, depth, progress):
        progress.start(0, str(TITLES[one.name]))
        checks.append(_check(patient, one, depth))
    checks.append(_backups(patient, progress))
    checks.append(_noted("place", _lines(partial(_place, patient, at))))
    checks.append(_noted("beside", _lines(partial(_beside, patient))))
    checks.append(_room(patient.folder))
    return Health(at, depth, tuple(checks), tuple(_sizes(patient.folder)))


def as_mended(health: Health, names: Collection[str]) -> Health:
    """The same, with what was mended and is sound now called so."""
    checks = tuple(
        replace(check, state="mended", said=tr("It was mended."))
        if check.name in names and check.state == "ok"
        else check
        for check in health.checks
    )
    return replace(health, checks=checks)


def _looks(patient: Patient, depth: Depth, progress: Progress) -> list[_Look]:
    deep = depth == FULL
    return [
        _Look("file", partial(doctor.look_at_file, patient), needs_database=False),
        _Look("pages", partial(doctor.look_at_pages, patient, deep=deep)),
        _Look("references", partial(doctor.look_at_references, patient)),
        _Look("schema", partial(doctor.look_at_facts, patient)),
        _Look("history", partial(doctor.look_at_history, patient, progress)),
        _Look("witness", partial(_went_back, patient)),
        _Look("settings", partial(doctor.look_at_settings, patient)),
        _Look("roles", partial(doctor.look_at_roles, patient)),
        _Look("records", partial(doctor.look_at_records, patient, progress)),
        _Look("index", partial(doctor.look_at_index, patient, progress)),
        _Look("files", partial(doctor.look_at_files, patient, progress, deep=deep)),
        _Look("snapshots", partial(doctor.look_at_snapshots, patient)),
        _Look("orphans", partial(_orphans, patient)),
    ]


def _check(patient: Patient, one: _Look, depth: Depth) -> Check:
    title = str(TITLES[one.name])
    if depth != FULL and one.name in _DEEP_ONLY:
        return Check(one.name, title, "unknown", tr("Looked at only in a full examination."))
    if one.needs_database and patient.driver is None:
        if one.name != "pages":
            return Check(one.name, title, "unknown", tr("The database does not open."))
        faults = [Fault(0, "cannot_look", detail=patient.reason)]
    else:
        faults = guarded(one.find)
    if not faults:
        return Check(one.name, title, "ok", tr("In order."))
    found = tuple(_told(patient, fault) for fault in faults[:_SHOWN])
    said = ntr("{n} thing is not in order.", "{n} things are not in order.", len(faults))
    mend = MENDABLE.get("pages" if one.name in _REBUILT else one.name)
    if patient.driver is None:
        mend = None
    more = max(0, len(faults) - _SHOWN)
    return Check(one.name, title, "hurt", said, found, more, str(mend) if mend is not None else None)


def _told(patient: Patient, fault: Fault) -> str:
    kind = patient.kinds[fault.kind].label if fault.kind in patient.kinds else fault.kind
    return message(
        f"doctor_{fault.code}", action=str(fault.action), kind=str(kind), number=str(fault.number), title=fault.title,
        detail=fault.detail, at=_moment(fault.detail),
    )  # fmt: skip


def went_back_line(one: WentBack) -> str:
    """A sentence about a head of the history that the library no longer has."""
    known = one.known
    return message(
        f"doctor_went_back_{known.by}", number=str(known.count), title=known.said_name, at=_moment(known.at),
        action=str(one.count), detail="", kind="",
    )  # fmt: skip


def changed_while_closed(folder: Path) -> list[str]:
    """What openings noticed: pages of the database that changed while the library was closed."""
    return [
        message(
            "doctor_pages_were_changed", at=_moment(at), number=str(len(pages)), detail="", kind="", title=""
        )
        for at, pages in sums.seen(folder)
    ]


def lost_line(kinds: Kinds, one: LostThing) -> str:
    """What a recovered library lacks, in words."""
    kind = str(kinds[one.kind].label) if one.kind in kinds else ""
    return message(f"lost_{one.what}", kind=kind, number=str(one.number), title=one.title, table=one.table)


def _moment(detail: str) -> str:
    try:
        return local_time(detail)
    except ValueError:
        return detail


def _went_back(patient: Patient) -> list[Fault]:
    try:
        backups = repository.listed(patient.folder / "backups")
    except UserError:
        backups = []
    return witness.faults(patient.driver, backups, patient.folder)


def _orphans(patient: Patient) -> list[Fault]:
    """Strangers. What was attached and then not saved, or after the state restored, hurts nobody."""
    found = []
    for path in doctor.strangers(patient):
        found.append(Fault(0, "orphan", detail=path.relative_to(patient.folder).as_posix()))
    return found


def _backups(patient: Patient, progress: Progress) -> Check:
    title = str(TITLES["backups"])
    progress.start(0, title)
    try:
        listed = repository.listed(patient.folder / "backups")
        newest = next((one for one in listed if one.ok), None)
        if newest is not None:
            newest = checking.check(newest, patient.vault, progress=progress)
    except UserError as error:
        return Check("backups", title, "hurt", str(error))
    if newest is None:
        return Check("backups", title, "unknown", tr("There is no backup yet."))
    if not newest.ok:
        said = tr("The newest backup, of {at}, is damaged.", at=local_time(newest.made_at))
        return Check("backups", title, "hurt", said)
    return Check("backups", title, "ok", tr("The newest is of {at}.", at=local_time(newest.made_at)))


def _noted(name: str, lines: Sequence[str]) -> Check:
    """What is no damage, and yet to be known: it does not make a library hurt."""
    title = str(TITLES[name])
    if not lines:
        return Check(name, title, "ok", tr("In order."))
    return Check(name, title, "unknown", lines[0], tuple(lines[1:_SHOWN]), max(0, len(lines) - _SHOWN))


def _lines(find: Callable[[], list[str]]) -> list[str]:
    """What ``find`` says; when it stumbles, that."""
    try:
        return find()
    except (UserError, OSError, ValueError) as error:
        return [str(error)]


def _place(patient: Patient, at: str) -> list[str]:
    said = [one.said for one in places.look(patient.folder)]
    if newest := doctor.newest_act(patient):
        clock = places.look_at_clock(newest, datetime.fromisoformat(at))
        said += [clock.said] if clock is not None else []
    return said


def _beside(patient: Patient) -> list[str]:
    """Words of a classified record that are still to be wiped; copies without the password of a locked library."""
    said = []
    if doctor.owes_wiping(patient):
        said.append(message("doctor_wiping_owed"))
    if patient.vault is not None:
        said += [
            message("doctor_readable_beside", n=one.files, path=str(one.path))
            for one in leftovers.readable(patient.folder)
            if one.area in ("backups", "kept", "as-of", "crash")
        ]
    return said


def _room(folder: Path) -> Check:
    title = str(TITLES["room"])
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Check("room", title, "unknown", str(error))
    said = tr("{size} MB free.", size=free >> 20)
    return Check("room", title, "ok" if free >= _LITTLE_ROOM else "hurt", said)


def _sizes(folder: Path) -> Iterable[Size]:
    database = [path for path in folder.glob("library.db*") if path.is_file()]
    size = sum(path.stat().st_size for path in database)
    yield Size("database", tr("Database"), size, len(database))
    named = (
        ("files", tr("Attachments")),
        ("reports", tr("Frozen reports")),
        ("backups", tr("Backups")),
        ("kept", tr("Put aside")),
    )
    for name, title in named:
        total, count = _tree(folder / name)
        yield Size(name, title, total, count)


def _tree(top: Path) -> tuple[int, int]:
    total = count = 0
    for folder, _, names in os.walk(top):
        total, count = _added(Path(folder), names, total, count)
    return total, count


def _added(folder: Path, names: Sequence[str], total: int, count: int) -> tuple[int, int]:
    for name in names:
        try:
            total += (folder / name).lstat().st_size
        except OSError:
            continue
        count += 1
    return total, count
