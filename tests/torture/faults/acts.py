"""The acts whose every call is made to fail: what each starts from, does, and what then is the case."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stdesk.clock import fixed_clock
from stdesk.domain.kinds import all_kinds
from stdesk.domain.periods import parse_period
from stdesk.domain.records import State
from stdesk.errors import UserError
from stdesk.package.verifier import verify_package
from stdesk.progress import Progress
from stdesk.services.backups import Backups
from stdesk.services.desk import Desk
from stdesk.store import locking, vault
from tests.helpers import handing, workbooks

CLOCK = fixed_clock(datetime(2026, 11, 22, 2, 0, tzinfo=UTC))
YEAR = parse_period("2026")
PASSWORD, OTHER = "mật khẩu của tổ thông tin", "một mật khẩu khác hẳn"
GOLDEN = Path(__file__).parents[2] / "golden" / "db"


@dataclass(frozen=True, slots=True)
class Act:
    """One act.

    Attributes:
        prepare: makes the new folder it begins from. do: the act, from opening to closing.
        state: what is there now, comparable, as JSON carries it; raises when something is hurt.
    """

    prepare: Callable[[Path], None]
    do: Callable[[Path], None]
    state: Callable[[Path], Any]


def opened(folder: Path, **options: Any) -> Desk:
    """The library in ``folder``."""
    return handing.with_keys(Desk.open(folder / "kho", user="Lan", clock=CLOCK, **options))


def _library(folder: Path) -> None:
    folder.mkdir()
    handing.unit(folder / "kho", CLOCK).close()
    (folder / "biên bản.pdf").write_bytes(b"%PDF-1.4\n" + bytes(range(256)) * 40)


def state(folder: Path, **options: Any) -> dict[str, Any]:
    """What a library holds, every part of it read."""
    with opened(folder, **options) as desk:
        library = desk._library
        with library._context.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").all() == [("ok",)]
            assert not connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        files = []
        for use in library.file_uses():
            with library.open_file(use.file) as file:
                assert hashlib.sha512(file.read()).hexdigest() == use.sha512
            files.append(use.name)
        reports = [one.submission for one in library.frozen() if library.read_frozen(one)]
        titles = sorted(str(one.get("title")) for one in library.records(states=tuple(State)))
        trashed = list(library.records(states=(State.TRASHED,)))
        found = sorted(hit.title for hit in desk.catalogue.find("giám định", limit=500))
        return {
            "titles": titles, "trashed": len(trashed), "found": found, "files": sorted(files), "reports": reports,
            "packages": [one.name for one in library.packages.listed() if one.fingerprint],
            "answers": [one.number for one in library.answers.listed()],
            "acts": [one.label for one in library.history(limit=500)],
        }  # fmt: skip


# -- records and files


def _save(folder: Path) -> None:
    with opened(folder) as desk:
        handing.save(desk, 3)


def _attach(folder: Path) -> None:
    with opened(folder) as desk:
        record = next(iter(desk._library.records("publication")))
        item = desk.catalogue.attach(folder / "biên bản.pdf")
        desk.catalogue.save("publication", {"attachments": (item,)}, record_id=record.id)


def _rows(folder: Path) -> None:
    _library(folder)
    workbooks.save(
        folder / "rows.xlsx",
        [
            ["STT", "Tên tài liệu", "Tác giả", "Năm"],
            *([n, f"Giám định số hiệu {n}", "Lê An", 2026] for n in range(1, 40)),
        ],
    )


def _import(folder: Path) -> None:
    with opened(folder) as desk:
        desk.intake.take(desk.intake.preview(folder / "rows.xlsx", kind="publication"))


def _export(folder: Path) -> None:
    with opened(folder, read_only=True) as desk:
        desk.catalogue.export("publication", folder / "ra.xlsx")


def _exported(folder: Path) -> dict[str, Any]:
    there = folder / "ra.xlsx"
    if there.exists():
        with zipfile.ZipFile(there) as book:
            assert book.testzip() is None
    return {**state(folder), "exported": there.exists()}


# -- reports, packages, answers


def _ready(folder: Path) -> None:
    _library(folder)
    with opened(folder) as desk:
        handing.write_narrative(desk, YEAR)
        checked = desk.readiness.check(YEAR)
        if wanting := [one for one in checked.open if str(one.severity) == "explain"]:
            desk.readiness.explain(YEAR, "Đang bổ sung", *wanting)
        desk.keys.own()


def _freeze(folder: Path) -> None:
    with opened(folder) as desk:
        desk.reporting.freeze(YEAR)


def _frozen(folder: Path) -> None:
    _ready(folder)
    _freeze(folder)


class _Plain:
    """Reports as one small document: typesetting writes nothing below the folder."""

    def __enter__(self) -> None:
        from stdesk.services.reporting import Reporting

        self._kept = Reporting.documents
        Reporting.documents = lambda *_, **__: {"bao-cao.pdf": handing.DOCUMENT}  # type: ignore[method-assign]

    def __exit__(self, *_: object) -> None:
        from stdesk.services.reporting import Reporting

        Reporting.documents = self._kept  # type: ignore[method-assign]


def _pack(folder: Path) -> None:
    (folder / "usb").mkdir(exist_ok=True)
    with _Plain(), opened(folder) as desk:
        desk.handover.pack(YEAR, folder / "usb")


def _packed(folder: Path) -> dict[str, Any]:
    """A package the library does not know of yet may lie there: writing again finds it and says it is done."""
    known = state(folder)["packages"]
    for name in known:
        assert (folder / "usb" / f"{name}.zip.ok").exists()
        assert verify_package(folder / "usb" / f"{name}.zip").ok
    return {"packages": known}


def _answered(folder: Path) -> None:
    _frozen(folder)
    _pack(folder)
    package = next((folder / "usb").glob("*.zip"))
    (folder / "answer.json").write_bytes(handing.Centre().answer(package, "received"))


def _receipt(folder: Path) -> None:
    with opened(folder) as desk:
        desk.answers.take(folder / "answer.json")


# -- older schemas


def _older(folder: Path) -> None:
    folder.mkdir()
    shutil.copytree(GOLDEN / "v4", folder / "kho")


def _migrate(folder: Path) -> None:
    with Desk.open(folder / "kho", user="Lan", clock=CLOCK):
        pass


def _climbed(folder: Path) -> dict[str, Any]:
    import sqlite3

    with sqlite3.connect(f"{(folder / 'kho' / 'library.db').as_uri()}?mode=ro", uri=True) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        chained = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'chain'").fetchone()[0]
    connection.close()
    assert (version > 4) == bool(chained)
    again = folder.with_name(f"{folder.name}-again")
    shutil.rmtree(again, ignore_errors=True)
    shutil.copytree(folder, again)
    whole = state(again)
    shutil.rmtree(again)
    return {"version": version, "titles": whole["titles"], "files": whole["files"]}


# -- backups


def _backup(folder: Path) -> None:
    with opened(folder) as desk:
        desk.backups.run("manual")


def _backed_up(folder: Path) -> dict[str, Any]:
    with opened(folder, **_key(folder)) as desk:
        found = [desk.backups.check(one, deep=True) for one in desk.backups.listed()]
    assert all(one.ok for one in found), [one.problem for one in found]
    return {**state(folder, **_key(folder)), "backups": len(found)}


def _changed_since(folder: Path) -> None:
    _library(folder)
    _attach(folder)
    _backup(folder)
    _save(folder)


def _restore(folder: Path) -> None:
    with opened(folder) as desk:
        oldest = desk.backups.listed()[-1]
    Backups.restore(folder / "kho", oldest, user="Lan", clock=CLOCK)


def _restored(folder: Path) -> dict[str, Any]:
    found = state(folder)
    with opened(folder) as desk:
        assert all(one.ok for one in desk.backups.listed())
    return {name: found[name] for name in ("titles", "found", "files", "acts")}


# -- passwords


def _key(folder: Path) -> dict[str, str]:
    for secret in (PASSWORD, OTHER):
        keys = vault.KeyFile.read(folder / "kho")
        if keys is None:
            return {}
        with contextlib.suppress(UserError):
            keys.open(secret)
            return {"secret": secret}
    raise AssertionError("neither password opens it")


def _lock(folder: Path) -> None:
    locking.lock(folder / "kho", all_kinds(), CLOCK, "Lan", PASSWORD, "", Progress())


def _unlock(folder: Path) -> None:
    locking.unlock(folder / "kho", all_kinds(), CLOCK, "Lan", PASSWORD, Progress())


def _change_password(folder: Path) -> None:
    locking.change_password(folder / "kho", PASSWORD, OTHER)


def _with_file(folder: Path) -> None:
    _library(folder)
    _attach(folder)


def _locked(folder: Path) -> None:
    _with_file(folder)
    _lock(folder)


def _opened_by(folder: Path) -> dict[str, Any]:
    key = _key(folder)
    found = state(folder, **key)
    return {"secret": key.get("secret", ""), **{name: found[name] for name in ("titles", "found", "files")}}


def _save_locked(folder: Path) -> None:
    with opened(folder, secret=PASSWORD) as desk:
        handing.save(desk, 3)


vault.OPS, vault.MEMORY = 1, 8192  # what is tested is not how long guessing takes

ACTS: dict[str, Act] = {
    "save": Act(_library, _save, state),
    "attach": Act(_library, _attach, state),
    "import": Act(_rows, _import, state),
    "export": Act(_library, _export, _exported),
    "freeze": Act(_ready, _freeze, state),
    "package": Act(_frozen, _pack, _packed),
    "receipt": Act(_answered, _receipt, state),
    "migrate": Act(_older, _migrate, _climbed),
    "backup": Act(_with_file, _backup, _backed_up),
    "restore": Act(_changed_since, _restore, _restored),
    "lock": Act(_with_file, _lock, _opened_by),
    "unlock": Act(_locked, _unlock, _opened_by),
    "password": Act(_locked, _change_password, _opened_by),
    "save locked": Act(_locked, _save_locked, lambda folder: state(folder, secret=PASSWORD)),
}
