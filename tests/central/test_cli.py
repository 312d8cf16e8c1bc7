"""`stdesk central …` as another program sees it: JSON, exit codes, sentences."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from stdesk import cli
from stdesk.package.words import fingerprint_words
from tests.central.conftest import fresh_place
from tests.central.packages import Unit
from tests.central.test_report import flat
from tests.reports.samples import publications, tasks

Run = Callable[..., tuple[int, Any]]


def go(command: str, db: str, *more: object) -> tuple[int, Any]:
    """Run a command with --json; its exit code and its answer, or the sentence on stderr."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = cli.run(["central", command, db, *map(str, more), "--json"])
    assert "Traceback" not in err.getvalue()
    return code, json.loads(out.getvalue()) if out.getvalue() else err.getvalue()


@pytest.fixture(scope="module", autouse=True)
def twelfth_of_november() -> Iterator[None]:
    """Three days before the report is due."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", str(int(datetime(2026, 11, 12, 3, tzinfo=UTC).timestamp())))
        yield


@pytest.fixture
def run() -> Run:
    return go


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory, twelfth_of_november: None) -> Path:
    """A centre of which everything was asked once, to be copied."""
    folder = tmp_path_factory.mktemp("played")
    played(go, str(folder / "centre"), folder)
    return folder / "centre"


@pytest.fixture
def full(once: Path, tmp_path: Path) -> str:
    """A copy of it."""
    return str(shutil.copytree(once, tmp_path / "full"))


@pytest.fixture
def db(tmp_path: Path) -> str:
    return str(tmp_path / "centre")


def registered(run: Run, db: str, folder: Path, *units: Unit) -> None:
    folder.mkdir(exist_ok=True)
    for unit in units:
        card = folder / f"{unit.code}.card"
        card.write_bytes(unit.card())
        code, told = run("register", db, card, "--words", " ".join(fingerprint_words(unit.key.public)))
        assert (code, told["unit"], told["keys"][0]["checked"]) == (0, unit.code, True)


def played(run: Run, db: str, folder: Path) -> None:
    """The whole of it: two units, three packages, one returned and mended."""
    pc09, pv01 = Unit(), Unit("PV01", "Phòng Tham mưu, Công an tỉnh Đắk Lắk")
    code, told = run("init", db, "--name", "Cục V04", "--folder", folder / "kept")
    assert (code, told["name"]) == (0, "Cục V04") and len(told["words"]) == len(
        fingerprint_words(pc09.key.public)
    )
    registered(run, db, folder / "cards", pc09, pv01)
    assert run("roster", db, "-o", folder / "danh-sach.json", "--expires", "2027-12-31")[0] == 0
    assert json.loads((folder / "danh-sach.json").read_text(encoding="utf-8"))["type"] == "roster"

    lines = flat(publications(4, 1)), flat(tasks(3, 1))
    first = pc09.pack(folder / "1", *lines)
    code, told = run("intake", db, first.path, "-o", folder / "out")
    one = told["taken"][0]
    assert (code, one["outcome"], one["unit"], one["package"]) == (0, "merged", "PC09", "KHCN-PC09-2026-L01")
    assert one["answers"] == ["TRA-LOI-KHCN-PC09-2026-L01-1.json", "TRA-LOI-KHCN-PC09-2026-L01-1.pdf"]
    assert (folder / "out" / one["answers"][0]).is_file()

    second = pv01.pack(folder / "2", flat(publications(4, 2)))
    third = pc09.pack(folder / "3", lines[0][:3], lines[1])
    code, told = run("intake", db, second.path, third.path)
    assert [it["outcome"] for it in told["taken"]] == ["merged", "merged"] and code == 0

    code, told = run("intake", db, first.path)
    assert (code, told["taken"][0]["outcome"]) == (0, "again")

    code, told = run("status", db, "--period", "2026")
    assert {it["unit"]: it["package"] for it in told["units"]} == {
        "PC09": "KHCN-PC09-2026-L02", "PV01": "KHCN-PV01-2026-L01",
    }  # fmt: skip
    assert code == 0 and not any(it["late"] for it in told["units"])


def test_the_whole_of_it_on_sqlite(run: Run, full: str, tmp_path: Path) -> None:
    db = full
    code, told = run("figures", db, "--period", "2026", "--states", "received,valid,accepted")
    values = {one["figure"]: one for one in told["figures"]}
    assert code == 0 and told["units"].keys() == {"PC09", "PV01"}
    assert values["publications.total"]["value"] == 7 == sum(values["publications.total"]["units"].values())
    assert values["tasks.total"]["value"] == 3 and all(one["ok"] for one in told["checks"])
    every = ("--states", "received,valid,accepted")
    code, told = run("figures", db, "--period", "2026", *every, "--figure", "tasks.total", "--unit", "PC09")
    assert (told["value"], [one["number"] for one in told["records"]]) == (3, [1, 2, 3])
    assert {one["unit"] for one in told["records"]} == {"PC09"}

    code, told = run("report", db, "--period", "2026", *every, "-o", tmp_path / "bc", "--format", "pdf,xlsx")
    assert code == 0 and told["units"] == ["PC09", "PV01"]
    assert sorted(one.name for one in (tmp_path / "bc").iterdir()) == [
        "bao-cao-tong-hop.pdf",
        "phu-luc-tong-hop.xlsx",
    ]


def test_a_package_is_returned_with_lines_and_never_accepted_again(
    run: Run, full: str, tmp_path: Path
) -> None:
    db = full
    path = tmp_path / "loi.json"
    path.write_text(
        json.dumps([{"kind": "publication", "number": 2, "error": "Thiếu trang."}]), encoding="utf-8"
    )
    name = "KHCN-PV01-2026-L01"
    asked = ("answer", db, name, "--status", "returned", "--lines", path, "-o", tmp_path / "out")
    code, told = run(*asked)
    assert (code, told["status"], told["number"], told["lines"], told["again"]) == (
        0,
        "returned",
        2,
        1,
        False,
    )
    assert len(told["code"]) == 14 and (tmp_path / "out" / told["files"][0]).is_file()
    assert run(*asked)[1]["again"] is True
    code, said = run("answer", db, name, "--status", "accepted", "-o", tmp_path / "out")
    assert code == 1 and said.startswith("stdesk: ") and name in said
    code, told = run("answer", db, name, "-o", tmp_path / "out")
    assert (code, told["status"]) == (0, "returned"), "without a status the last answer is written again"


def test_doubles_are_listed_and_decided(run: Run, db: str, tmp_path: Path) -> None:
    run("init", db, "--name", "Cục V04", "--folder", tmp_path / "kept")
    units = Unit(), Unit("PV01", "Phòng Tham mưu")
    registered(run, db, tmp_path / "cards", *units)
    for unit in units:
        run("intake", db, unit.pack(tmp_path / unit.code, flat(publications(2, 1))).path)
    code, told = run("doubles", db, "--period", "2026")
    assert code == 0 and all(one["certain"] and not one["same"] for one in told) and len(told) >= 2
    first = told[0]
    handles = [f"{first[side]['unit']}/{first[side]['id']}" for side in ("one", "other")]
    told = run("doubles", db, "--period", "2026", "--same", *handles)[1]
    assert [one["same"] for one in told].count(True) == 1
    every = ("--states", "received,valid,accepted")
    assert run("figures", db, "--period", "2026", *every)[1]["counted_once"] == 1
    told = run("doubles", db, "--period", "2026", "--apart", *handles)[1]
    assert not any(one["same"] for one in told)
    assert run("figures", db, "--period", "2026", *every)[1]["counted_once"] == 0
    code, said = run("doubles", db, "--period", "2026", "--same", "PC09/x", handles[1])
    assert code == 1 and "PC09/x" in said


def test_a_folder_is_looked_through_once(run: Run, db: str, tmp_path: Path) -> None:
    run("init", db, "--name", "Cục V04", "--folder", tmp_path / "kept")
    unit = Unit()
    registered(run, db, tmp_path / "cards", unit)
    made = unit.pack(tmp_path / "inbox", flat(publications(1)))
    made.path.with_name(f"{made.path.name}.ok").touch()
    code, told = run("intake", db, "--watch", tmp_path / "inbox", "--once")
    assert (code, [one["outcome"] for one in told["taken"]]) == (0, ["merged"])
    assert run("intake", db, "--watch", tmp_path / "inbox", "--once")[1]["taken"] == []


def test_refusals_have_their_exit_codes(run: Run, db: str, tmp_path: Path) -> None:
    assert run("units", str(tmp_path / "nowhere"))[0] == 3
    run("init", db, "--name", "Cục V04", "--folder", tmp_path / "kept")
    assert run("init", db, "--name", "Cục V04")[0] == 2
    stranger = Unit("X99", "Đơn vị lạ")
    made = stranger.pack(tmp_path / "1", flat(publications(1)))
    code, told = run("intake", db, made.path)
    assert (code, told["taken"][0]["outcome"]) == (1, "refused") and told["taken"][0]["sentence"]
    assert run("intake", db)[0] == 2
    assert run("figures", db, "--period", "hôm qua")[0] == 2
    assert run("figures", db, "--period", "2026", "--states", "đẹp")[0] == 2
    assert run("figures", db, "--period", "2026", "--figure", "nothing")[0] == 2
    assert run("report", db, "--period", "2026", "-o", tmp_path / "bc")[0] == 1
    assert run("report", db, "--period", "2026", "-o", tmp_path / "bc", "--format", "odt")[0] == 2
    assert run("answer", db, "KHCN-X-2026-L01", "--status", "accepted", "-o", tmp_path)[0] == 1
    card = tmp_path / "card"
    card.write_bytes(stranger.card())
    code, told = run("register", db, card)
    assert (code, told["keys"][0]["checked"]) == (1, False), "its words were not compared"
    assert run("register", db, card, "--words", "sai hết cả rồi")[0] == 1
    assert cli.run(["central"]) == 2


def test_a_stolen_key_is_revoked_for_ever(run: Run, db: str, tmp_path: Path) -> None:
    unit = Unit()
    run("init", db, "--name", "Cục V04", "--folder", tmp_path / "kept")
    registered(run, db, tmp_path / "cards", unit)
    assert run("revoke", db, unit.key.public.id, "--reason", " ")[0] == 2
    code, told = run("revoke", db, unit.key.public.id.lower(), "--reason", "mất máy tính")
    assert (code, told) == (0, {"unit": "PC09", "key": unit.key.public.id})
    code, told = run("intake", db, unit.pack(tmp_path / "1", flat(publications(2, 1))).path)
    assert (code, told["taken"][0]["outcome"]) == (1, "refused")
    assert run("revoke", db, "0" * 16, "--reason", "mất máy tính")[0] == 1


def test_a_package_whose_predecessor_is_lost_is_adopted_with_a_reason(
    run: Run, db: str, tmp_path: Path
) -> None:
    unit = Unit()
    run("init", db, "--name", "Cục V04", "--folder", tmp_path / "kept")
    registered(run, db, tmp_path / "cards", unit)
    unit.pack(tmp_path / "lost", flat(publications(2, 1)))
    second = unit.pack(tmp_path / "2", flat(publications(3, 1)))
    code, told = run("intake", db, second.path)
    assert told["taken"][0]["outcome"] in ("waiting", "quarantined")
    assert run("adopt", db, "KHCN-PC09-2026-L02", "--reason", "")[0] == 2
    code, told = run("adopt", db, "KHCN-PC09-2026-L02", "--reason", "USB của lần nộp 1 đã hỏng hẳn")
    assert (code, told["outcome"]) == (0, "merged")


def test_what_it_says_to_people(full: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db = full
    asked = [
        ["units", db], ["status", db, "--period", "2026"], ["figures", db, "--period", "2026"],
        ["doubles", db, "--period", "2026"],
        ["answer", db, "KHCN-PV01-2026-L01", "--status", "returned", "--note", "Thiếu.", "-o", str(tmp_path / "o")],
        ["lines", db, "KHCN-PV01-2026-L01", "-o", str(tmp_path / "loi.xlsx")],
    ]  # fmt: skip
    capsys.readouterr()
    for one in asked:
        assert cli.run(["central", *one]) == 0, one
        said = capsys.readouterr()
        assert not said.err and not {"{", "}"} & set(said.out), said.out
    for command in (
        "init",
        "register",
        "units",
        "roster",
        "intake",
        "answer",
        "lines",
        "status",
        "figures",
        "report",
    ):
        assert cli.run(["central", command, "--help"]) == 0
        assert capsys.readouterr().out


def test_the_whole_of_it_on_postgresql(run: Run, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    db = fresh_place("postgresql", request, tmp_path)
    played(run, db, tmp_path)
    given = run(
        "answer", db, "KHCN-PC09-2026-L02", "--status", "returned", "--note", "Sửa.", "-o", tmp_path / "out"
    )
    assert given[0] == 0 and given[1]["number"] == 3
    code, told = run("doubles", db, "--period", "2026")
    assert code == 0
    for one in told[:1]:
        handles = [f"{one[side]['unit']}/{one[side]['id']}" for side in ("one", "other")]
        assert run("doubles", db, "--period", "2026", "--same", *handles)[1][0]["same"]
    every = ("--states", "received,valid,accepted")
    assert run("figures", db, "--period", "2026", *every)[1]["units"].keys() == {"PV01"}
    assert run("report", db, "--period", "2026", *every, "-o", tmp_path / "bc", "--format", "xlsx")[0] == 0
