"""The chained history: nothing in it can be changed, cut, put in or moved without showing."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from stdesk.domain.kinds import all_kinds
from stdesk.domain.records import State
from stdesk.store import chain, replay
from stdesk.store.library import Library
from tests.helpers.chain_mutations import copy_of, mutate
from tests.store.conftest import Open, TickingClock, add

GOLDEN = Path(__file__).parents[1] / "golden" / "db"


def faults(library: Library) -> list[chain.Fault]:
    with library._context.reading() as connection:
        return chain.verify(connection)


def differences(library: Library) -> list[chain.Fault]:
    with library._context.reading() as connection:
        driver = connection.connection.driver_connection
        return replay.replay(driver, library.kinds) + replay.replay_settings(driver)


def head(library: Library) -> chain.Head:
    with library._context.reading() as connection:
        return chain.head(connection)


def fill(library: Library) -> None:
    """Acts of every sort, among them content that was forgotten twice."""
    first = add(library, title="Giám định số khung", contributors=[{"name": "Lê Ước"}], issued="2026")
    second = add(library, "research_task", title="Đề tài số máy", code="BCA.1")
    with library.work("imported", rows=9) as work:
        for number in range(9):
            work.create("training_session", {"title": f"Lớp {number}", "participants": number})
    with library.work("saved") as work:
        work.update(first, {"title": "Giám định số khung, số máy"}, state=State.DRAFT)
    library.settings.act("set_unit", {"place": "Hà Nội", "symbol": "C09"})
    library.undo()
    library.redo()
    library.undo()
    library.settings.act("set_unit", {"place": "Huế"})
    sessions = [record.id for record in library.records("training_session")]
    for number in (2, 3):
        with library.work("saved") as work:
            work.update(sessions[number], {"title": None, "participants": None}, secrecy="mat")
    with library.work("deleted") as work:
        work.trash(second)
    library.settings.put(secrecy_ceiling="mat")
    add(library, title="Sau cùng")


def test_every_act_is_chained(library: Library, reopened: Open) -> None:
    assert head(library).count == 0
    fill(library)
    acts = len(library.history())
    assert head(library).count == acts == 14
    assert faults(library) == []
    assert differences(library) == []
    before = head(library)
    assert head(reopened()) == before


def test_one_that_fails_leaves_no_link(library: Library) -> None:
    add(library, title="A")
    before = head(library)
    with pytest.raises(ZeroDivisionError), library.work("created") as work:
        work.create("publication", {"title": "B"})
        raise ZeroDivisionError
    assert head(library) == before
    add(library, title="C")
    assert head(library).count == 2
    assert faults(library) == []


def test_a_forgetting_that_fails_forgets_nothing(library: Library) -> None:
    record = add(library, title="Bí mật")
    with pytest.raises(ZeroDivisionError), library.work("saved") as work:
        work.update(record, {"title": None}, secrecy="mat")
        raise ZeroDivisionError
    add(library, title="Khác")
    assert faults(library) == []
    with library.work("saved") as work:
        work.update(record, {"title": None}, secrecy="mat")
    assert faults(library) == []


def test_what_was_forgotten_can_be_neither_read_nor_guessed(library: Library) -> None:
    record = add(library, title="Chuyên án X")
    with library.work("saved") as work:
        work.update(record, {"title": None}, secrecy="mat")
    with library._context.reading() as connection:
        rows = connection.exec_driver_sql("SELECT action, nonce FROM chain ORDER BY action").all()
        words = connection.exec_driver_sql("SELECT action, forgotten_by FROM chain_forgotten").all()
        held = connection.exec_driver_sql("SELECT before, after FROM change").all()
    assert [(action, nonce is None) for action, nonce in rows] == [(1, True), (2, False)]
    assert words == [(1, 2)]
    assert "Chuyên án" not in repr(held)
    assert faults(library) == []


@pytest.mark.parametrize("version", ["v1", "v3", "v4"])
def test_an_older_library_is_chained_when_it_is_opened(
    version: str, tmp_path: Path, clock: TickingClock
) -> None:
    shutil.copytree(GOLDEN / version, tmp_path / "library")
    with Library.open(tmp_path / "library", kinds=all_kinds(), clock=clock) as library:
        assert head(library).count == len(library.history())
        assert faults(library) == []
        assert differences(library) == []


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("chain") / "library"
    with Library.create(
        folder, kinds=all_kinds(), clock=TickingClock(), unit_code="C09", unit_name="Viện", user="Lan"
    ) as library:
        fill(library)
    source = sqlcipher.connect(str(folder / "library.db"), isolation_level=None)
    yield source
    source.close()


def check_mutations(source: Any, count: int, seed: int) -> tuple[int, list[str]]:
    """How many mutations changed something, and those that were not found."""
    chance, done, missed = random.Random(seed), 0, []
    while done < count:
        copy = copy_of(source, sqlcipher.connect)
        if said := mutate(copy, chance):
            done += 1
            if not chain.verify(copy):
                missed.append(said)
        copy.close()
    return done, missed


def test_every_mutation_is_found(filled: Any) -> None:
    assert check_mutations(filled, 100, 26) == (100, [])


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE action SET who = 'Ai đó' WHERE action = 3", "act_changed"),
        ("UPDATE change SET after = NULL WHERE action = 1", "act_changed"),
        ("UPDATE setting_change SET after = 'x' WHERE action = 5", "act_changed"),
        ("UPDATE record SET id = 'x' WHERE pk = 1", "act_changed"),
        ("DELETE FROM action WHERE action = 4", "act_gone"),
        ("DELETE FROM chain WHERE action = 4", "link_broken"),
        ("UPDATE chain SET nonce = NULL WHERE action = 4", "forgotten_without_act"),
        ("UPDATE action SET undone = 1 WHERE action = 2", "undone_differs"),
        ("DELETE FROM chain_head", "head_differs"),
        ("UPDATE change SET action = 99 WHERE action = 4", "stray_change"),
        ("INSERT INTO action VALUES (99, '2026', 'x', 'saved', '{}', 'act', NULL, 0, 0)", "act_not_chained"),
    ],
)
def test_the_fault_is_named(filled: Any, sql: str, code: str) -> None:
    copy = copy_of(filled, sqlcipher.connect)
    copy.execute(sql)
    assert code in [fault.code for fault in chain.verify(copy)]
    copy.close()


def test_an_end_cut_off_whole_shows_only_to_who_knew_it(filled: Any) -> None:
    copy = copy_of(filled, sqlcipher.connect)
    known = chain.head(copy)
    for table in ("change", "setting_change", "chain", "action"):
        copy.execute(f"DELETE FROM {table} WHERE action = 14")
    row = copy.execute("SELECT action, hash FROM chain ORDER BY action DESC LIMIT 1").fetchone()
    copy.execute("UPDATE chain_head SET action = ?, count = 13, hash = ?", row)
    assert chain.verify(copy) == []
    assert chain.at(copy, known.count) == ""
    copy.close()
