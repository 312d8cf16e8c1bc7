"""Files beside the database on a disk that is full, read-only or held: one sentence, nothing half, again works."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stdesk import atomic, crashes, logs
from stdesk.clock import Clock
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.services import documents
from stdesk.services.desk import Desk
from stdesk.services.places import allow
from stdesk.ui.crash.reports import save_report
from stdesk.ui.records.rescue import write_rescue

_SAID = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EROFS: "read_only_medium",
    errno.EACCES: "no_permission",
    errno.EBUSY: "file_in_use",
    errno.EIO: "device_failed",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("refusing") / "kho"
    with Desk.create(folder, unit_code="C", unit_name="N") as opened:
        opened.catalogue.save("publication", {"title": "Bài viết"})
        yield opened


def _as_told(act: Callable[[], object], place: Path) -> UserError | None:
    try:
        act()
    except OSError as error:
        return from_os_error(error, place)
    except UserError as error:
        return error
    return None


_WRITERS: dict[str, Callable[[Desk, Path], object]] = {
    "documents": lambda _desk, to: documents.write({to.name: b"x"}, to.parent),
    "export.xlsx": lambda desk, to: desk.catalogue.export("publication", to.with_suffix(".xlsx")),
    "export.csv": lambda desk, to: desk.catalogue.export("publication", to.with_suffix(".csv")),
    "export.bib": lambda desk, to: desk.catalogue.export("publication", to.with_suffix(".bib")),
    "backup": lambda desk, to: desk.backup(to.with_suffix(".db")),
    "report of a fault": lambda _desk, to: save_report(crashes.Report("x", None, "x"), to),
    "rescue": lambda desk, to: write_rescue(to, [], desk.kinds),
    "places": lambda _desk, to: allow(to),
}


@pytest.mark.parametrize("code", _SAID, ids=lambda one: errno.errorcode[one])
@pytest.mark.parametrize("writer", _WRITERS)
def test_what_the_disk_refuses_is_said_and_again_works(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writer: str, code: int
) -> None:
    monkeypatch.setattr("stdesk.paths.settings_folder", lambda: tmp_path / "settings")
    target = tmp_path / "ra" / "tệp.txt"
    target.parent.mkdir()
    real = os.fsync

    def refuse(_handle: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)
    told = _as_told(lambda: _WRITERS[writer](desk, target), target)
    assert told is not None and told.exit_code is Exit.ENVIRONMENT
    assert told.code in (_SAID[code], "document_open", "library_disk_full"), told.code
    assert str(told) and "{" not in str(told)
    left = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert left == []  # nothing half, nothing that waits to be cleaned up
    monkeypatch.setattr(os, "fsync", real)
    assert _as_told(lambda: _WRITERS[writer](desk, target), target) is None
    assert [one for one in tmp_path.rglob("*") if one.is_file() and one.stat().st_size]


def test_what_is_only_a_help_is_done_without(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    from stdesk.ui.widgets.remembered import Remembered

    def refuse(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    kept = Remembered(tmp_path / "window.json")
    kept.put(library="/kho")
    assert kept.get("library") == "/kho" and not (tmp_path / "window.json").exists()
    report = crashes.report(ValueError(), tmp_path / "crash")
    assert "ValueError" in report.text
    assert clock and desk
    monkeypatch.setattr(logs, "_SIZE", 10)
    file = logs.setup(tmp_path / "log")
    try:
        assert file is not None
        file.unlink()
        file.parent.rmdir()
        for _ in range(3):
            logs.note("opened")  # its folder is gone
    finally:
        logs.close()


class _HeldError(PermissionError):
    """As Windows says that another program holds a file."""

    winerror = 32


def test_a_held_file_is_waited_for_on_windows_and_only_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atomic, "_PAUSE_S", 0)
    tries: list[int] = []

    def act() -> str:
        tries.append(1)
        if len(tries) < 4:
            raise _HeldError(errno.EACCES, "held")
        return "done"

    with pytest.raises(PermissionError):
        atomic.patiently(act)
    assert len(tries) == 1
    tries.clear()
    monkeypatch.setattr(atomic.os, "name", "nt")
    try:
        assert atomic.patiently(act) == "done" and len(tries) == 4
        with pytest.raises(PermissionError):
            atomic.patiently(lambda: (_ for _ in ()).throw(_HeldError(errno.EACCES, "held")))
    finally:
        monkeypatch.setattr(atomic.os, "name", "posix")
    told = from_os_error(_HeldError(errno.EACCES, "held"), tmp_path / "Báo cáo.docx")
    assert told.code == "file_in_use" and "Word" in str(told) and "Báo cáo.docx" in str(told)


def test_the_window_opens_on_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    from stdesk.ui import theme

    def refuse(*_given: object, **_named: object) -> object:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(theme, "TemporaryDirectory", refuse)
    found = theme._pictures(theme.tokens())
    assert all(Path(one).is_file() for one in found.values()) and {"down", "tick"} <= set(found)
