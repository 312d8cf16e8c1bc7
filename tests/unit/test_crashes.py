"""Reports of faults and the log: nothing of a record in them, whatever it was that failed."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlcipher3 import dbapi2 as sqlcipher

from stdesk import crashes, logs, traces
from stdesk.errors import UserError
from stdesk.store.engine import NEW, make_engine

CANARY = "Chuyên án Z-9317 của Đại úy Trần Kim Tước"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    file = logs.setup(tmp_path / "nhật ký")
    assert file is not None
    yield file
    logs.close()


_EXPECTED = {"expected": True}


def _plain() -> None:
    title = CANARY
    raise ValueError(f"cannot read {title}")


def _of_a_key() -> None:
    {}[CANARY]


def _chained() -> None:
    try:
        _of_a_key()
    except KeyError as error:
        raise RuntimeError(CANARY) from error


def _while_handling() -> None:
    try:
        _plain()
    except ValueError:
        raise TypeError(CANARY)  # noqa: B904 - the chain without a cause


def _of_the_disk() -> None:
    Path("/không có", CANARY).read_bytes()


def _of_a_user() -> None:
    raise UserError("not_found", path=CANARY)


def _of_a_group() -> None:
    raise ExceptionGroup(CANARY, [ValueError(CANARY), OSError(28, CANARY)])


def _of_sql() -> None:
    with contextlib.closing(sqlcipher.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (a TEXT CHECK (a = ''))")
        connection.execute("INSERT INTO t VALUES (?)", (CANARY,))


def _decoding() -> None:
    CANARY.encode().decode("ascii")


def _with_a_note() -> None:
    error = ValueError(CANARY)
    error.add_note(CANARY)
    raise error


class _NamedBadlyError(Exception):
    def __str__(self) -> str:
        raise RuntimeError(CANARY)  # an exception whose message cannot even be made


def _named_badly() -> None:
    raise _NamedBadlyError


_FAULTS = [
    _plain, _of_a_key, _chained, _while_handling, _of_the_disk, _of_a_user, _of_a_group, _of_sql, _decoding,
    _with_a_note, _named_badly,
]  # fmt: skip


@pytest.mark.parametrize("fault", _FAULTS, ids=lambda one: str(one.__name__))
def test_no_report_and_no_log_quotes_what_failed(fault: object, log: Path, tmp_path: Path) -> None:
    with pytest.raises(BaseException) as caught:
        fault()  # type: ignore[operator]
    logging.getLogger("stdesk.anything").error("work failed", exc_info=caught.value, extra=_EXPECTED)
    logging.getLogger("stdesk.anything").warning("it was %s", CANARY, exc_info=caught.value, extra=_EXPECTED)
    logging.getLogger("somebody.else").error(f"{CANARY}", exc_info=caught.value, extra=_EXPECTED)
    report = crashes.report(caught.value, tmp_path / "crash")
    assert report.path is not None and report.path.read_text(encoding="utf-8") == report.text
    everything = report.text + log.read_text(encoding="utf-8") + "\n".join(logs.last_lines())
    for word in ("Z-9317", "Kim Tước", "Chuyên án", str(tmp_path), str(Path.home()) + "/"):
        assert word not in everything
    assert type(caught.value).__name__ in report.text  # and it still says what and where
    assert "tests/unit/test_crashes.py:" in report.text
    assert "log:" in report.text and "work failed" in report.text


def test_a_report_says_where_and_by_which_way() -> None:
    try:
        _chained()
    except RuntimeError as error:
        lines = traces.describe(error).splitlines()
    assert lines[0] == "RuntimeError" and lines[2].endswith(" _chained")
    assert lines[3] == "caused by KeyError" and lines[-1].endswith(" _of_a_key")


def test_codes_of_the_system_and_our_own_are_kept() -> None:
    assert traces.kind_of(OSError(28, "x")) == "OSError [ENOSPC]"
    assert traces.kind_of(UserError("disk_full")) == "stdesk.errors.UserError [disk_full]"
    assert traces.kind_of(UserError("Trần Kim Tước")) == "stdesk.errors.UserError"
    with pytest.raises(sqlcipher.IntegrityError) as caught:
        _of_sql()
    assert "SQLITE_CONSTRAINT" in traces.kind_of(caught.value)


def test_engines_do_not_put_values_into_their_errors(tmp_path: Path) -> None:
    engine = make_engine(tmp_path / "t.db", NEW)
    with engine.begin() as connection, pytest.raises(Exception, match="no such table") as caught:
        connection.execute(text("INSERT INTO nowhere VALUES (:v)"), {"v": CANARY})
    engine.dispose()
    assert "Z-9317" not in str(caught.value)


def test_a_recursion_without_end_makes_a_short_report() -> None:
    def again(n: int) -> int:
        return again(n + 1) + 1

    with pytest.raises(RecursionError) as caught:
        again(0)
    assert len(traces.describe(caught.value).splitlines()) < 80


def test_folders_of_people_are_taken_out_of_file_names() -> None:
    for given, shown in (
        (r"C:\Users\Tran Kim Tuoc\AppData\STDesk\stdesk\ui\shell.py", "stdesk/ui/shell.py"),
        ("/home/tuoc/.venv/lib/python3.11/site-packages/PIL/Image.py", "PIL/Image.py"),
        ("/home/tuoc/what.py", "what.py"),
        ("<frozen importlib._bootstrap>", "<frozen importlib._bootstrap>"),
    ):
        assert traces.place_of(given) == shown


def test_reports_are_the_persons_alone_and_only_twenty_stay(tmp_path: Path) -> None:
    for _ in range(23):
        assert crashes.report(ValueError(), tmp_path).path is not None
    files = list(tmp_path.glob("*.txt"))
    assert len(files) == 20
    if os.name == "posix":
        assert {one.stat().st_mode & 0o077 for one in files} == {0}


def test_a_disk_that_takes_no_report_hides_no_fault(tmp_path: Path) -> None:
    (tmp_path / "crash").write_text("a file in the way")
    report = crashes.report(ValueError(CANARY), tmp_path / "crash")
    assert report.path is None and "ValueError" in report.text and crashes.watch(tmp_path / "crash") is None


# -- what ends the process ------------------------------------------------------------------

_CHILD = """
import json, os, signal, sys
from pathlib import Path
from stdesk import crashes
place = Path(sys.argv[1])
watching = crashes.watch(place)
secret = "Chuyên án Z-9317"
if sys.argv[2] == "end": watching.end()
elif sys.argv[2] == "segv":
    import faulthandler; faulthandler._sigsegv()
elif sys.argv[2] == "abort": os.abort()
else: os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(
    ("way", "kind"), [("end", None), ("segv", "Segmentation fault"), ("abort", "Aborted"), ("kill", "")]
)
def test_how_the_program_ended_is_found_at_the_next_start(tmp_path: Path, way: str, kind: str | None) -> None:
    done = subprocess.run([sys.executable, "-c", _CHILD, str(tmp_path), way], capture_output=True)
    assert (done.returncode == 0) == (way == "end")
    found = crashes.left_behind(tmp_path)
    assert [one.kind for one in found] == ([] if kind is None else [kind])
    if kind:
        (one,) = found
        assert one.path is not None and "Z-9317" not in one.text and kind in one.text
        assert str(Path(sys.executable).parent) not in one.text
    assert crashes.left_behind(tmp_path) == []  # told once


def test_a_program_that_still_runs_is_left_alone(tmp_path: Path) -> None:
    watching = crashes.watch(tmp_path)
    assert watching is not None and crashes.left_behind(tmp_path) == []
    watching.end()
    (tmp_path / "1.running").write_text("")  # the system's first process now bears that number
    (tmp_path / "x.running").write_text("rubbish")
    assert [one.kind for one in crashes.left_behind(tmp_path)] in ([""], [])
    assert json.dumps([one.name for one in tmp_path.iterdir()]) in (
        '["x.running"]',
        '["x.running", "1.running"]',
    )
