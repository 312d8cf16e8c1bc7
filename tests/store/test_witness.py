"""An old file, page or history put back is noticed by who knew better: a backup, this computer, the centre."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from stdesk import paths
from stdesk.domain.kinds import all_kinds
from stdesk.store import chain, doctor, history, sums, witness
from stdesk.store.backups.model import BackupInfo
from stdesk.store.library import Library
from tests.helpers.chain_mutations import copy_of
from tests.store.conftest import TickingClock, add

STATES = 6


@dataclass(frozen=True)
class Moment:
    """The library as it was closed once."""

    content: bytes
    sums: bytes
    head: chain.Head
    at: str


@pytest.fixture(scope="module")
def moments(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Moment], str]:
    """A library closed six times, two acts further each time."""
    folder, clock, found = tmp_path_factory.mktemp("witness") / "library", TickingClock(), []
    library = Library.create(
        folder, kinds=all_kinds(), clock=clock, unit_code="C09", unit_name="Viện", user="Lan"
    )
    for number in range(STATES):
        add(library, title=f"Bài {number}", abstract="nội dung " * 40)
        add(library, "training_session", title=f"Lớp {number}")
        with library._context.reading() as connection:
            head, library_id = chain.head(connection), library.settings.get("library:id")
        at = library._context.now()
        library.close()
        found.append(
            Moment((folder / "library.db").read_bytes(), (folder / sums.SUMS).read_bytes(), head, at)
        )
        library = Library.open(folder, kinds=all_kinds(), clock=clock, user="Lan")
    library.close()
    return folder, found, library_id


@pytest.fixture
def put(moments: tuple[Path, list[Moment], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the last state; this computer remembers nothing."""
    monkeypatch.setattr(paths, "settings_folder", lambda: tmp_path / "settings")
    folder = tmp_path / "library"
    shutil.copytree(moments[0], folder)
    return folder


def tell(by: str, library_id: str, known: Moment) -> list[BackupInfo]:
    """Let somebody remember the head; returns the backups."""
    if by == "backup":
        return [BackupInfo(Path("20260304-h"), made_at=known.at, library=library_id, count=known.head.count,
                           head=known.head.hash)]  # fmt: skip
    witness.remember(
        library_id,
        witness.Known(
            "answer" if by == "answer" else "computer", known.head.count, known.head.hash, known.at, "7"
        ),
    )
    return []


def look(folder: Path, backups: list[BackupInfo]) -> list[witness.WentBack]:
    driver = doctor.connect(folder, None)
    try:
        return witness.look(driver, backups)
    finally:
        driver.close()


@pytest.mark.parametrize("by", ["computer", "backup", "answer"])
@pytest.mark.parametrize(("old", "known"), [(a, b) for b in range(STATES) for a in range(STATES) if a <= b])
def test_an_old_file_put_back_is_noticed(
    by: str, old: int, known: int, put: Path, moments: tuple[Path, list[Moment], str]
) -> None:
    _, states, library_id = moments
    backups = tell(by, library_id, states[known])
    (put / "library.db").write_bytes(states[old].content)
    found = look(put, backups)
    assert [(one.how, one.explained) for one in found] == ([("shorter", False)] if old < known else [])


@pytest.mark.parametrize("old", range(STATES - 1))
def test_an_old_file_is_noticed_by_the_sums_even_when_nobody_else_knows(
    old: int, put: Path, moments: tuple[Path, list[Moment], str]
) -> None:
    (put / "library.db").write_bytes(moments[1][old].content)
    assert sums.bad_pages(put)


@pytest.mark.parametrize("old", range(STATES - 1))
def test_an_old_page_put_back_is_found(old: int, put: Path, moments: tuple[Path, list[Moment], str]) -> None:
    """Page by page; without the sums most are found by what contradicts them, with them all are."""
    new, before = moments[1][-1].content, moments[1][old].content
    for page in range(1, min(len(new), len(before)) // 4096):
        here = slice(page * 4096, page * 4096 + 4096)
        if new[here] != before[here]:
            (put / "library.db").write_bytes(new[: here.start] + before[here] + new[here.stop :])
            assert sums.bad_pages(put) == [page + 1]


@pytest.mark.parametrize("by", ["computer", "backup", "answer"])
@pytest.mark.parametrize("cut", [1, 3])
def test_a_history_cut_without_a_trace_is_noticed(
    by: str, cut: int, put: Path, moments: tuple[Path, list[Moment], str]
) -> None:
    _, states, library_id = moments
    backups = tell(by, library_id, states[-1])
    source = sqlcipher.connect(str(put / "library.db"), isolation_level=None)
    copy, last = copy_of(source, sqlcipher.connect), states[-1].head.count - cut
    source.close()
    for table in ("change", "chain", "action"):
        copy.execute(f"DELETE FROM {table} WHERE action > ?", (last,))
    digest = copy.execute("SELECT hash FROM chain WHERE action = ?", (last,)).fetchone()[0]
    copy.execute("UPDATE chain_head SET action = ?, count = ?, hash = ?", (last, last, digest))
    assert chain.verify(copy) == []  # nothing within shows it
    assert [one.how for one in witness.look(copy, backups)] == ["shorter"]
    copy.close()


def test_another_history_of_the_same_length_is_a_fork(
    put: Path, moments: tuple[Path, list[Moment], str]
) -> None:
    _, states, library_id = moments
    tell("answer", library_id, states[-1])
    (put / "library.db").write_bytes(states[-2].content)
    with Library.open(put, kinds=all_kinds(), clock=TickingClock(), user="Kẻ khác") as library:
        for title in ("Bịa", "Bịa nữa", "Bịa thêm"):
            add(library, title=title)
        (found,) = library.went_back()
    assert (found.how, found.count, found.explained) == ("forked", 2 * STATES + 1, False)


@pytest.mark.parametrize("by", ["computer", "backup", "answer"])
def test_a_restore_explains_what_was_before_it_and_nothing_after(
    by: str, put: Path, moments: tuple[Path, list[Moment], str]
) -> None:
    _, states, library_id = moments
    backups = tell(by, library_id, states[-1])
    (put / "library.db").write_bytes(states[2].content)
    clock = TickingClock()
    clock.moment = clock.moment.replace(hour=9)
    with Library.open(put, kinds=all_kinds(), clock=clock, user="Lan") as library:
        with library._context.writing() as connection:
            history.write_action(
                connection, at=library._context.now(), who="Lan", label="restored", role=history.FIXED,
                params={"count": states[2].head.count},
            )  # fmt: skip
        (found,) = library.went_back(backups)
        assert found.explained
        add(library, title="Sau khi khôi phục")
        with library._context.reading() as connection:
            later = Moment(b"", b"", chain.head(connection), library._context.now())
    witness.remember(library_id, witness.Known("answer", later.head.count, later.head.hash, later.at, "8"))
    (put / "library.db").write_bytes(states[2].content)
    assert [one.explained for one in look(put, [])].count(False) >= 1


def test_an_unharmed_library_that_goes_on_is_never_blamed(
    put: Path, moments: tuple[Path, list[Moment], str]
) -> None:
    _, states, library_id = moments
    backups = [one for state in states for one in tell("backup", library_id, state)]
    for _ in range(3):
        with Library.open(put, kinds=all_kinds(), clock=TickingClock(), user="Lan") as library:
            add(library, title="Tiếp")
            assert library.went_back(backups) == []
    (file,) = (paths.settings_folder() / "heads").iterdir()
    assert json.loads(file.read_text())["heads"][-1]["count"] == 2 * STATES + 3


def test_a_head_this_computer_knows_is_not_forgotten_by_closing_the_older_file(
    put: Path, moments: tuple[Path, list[Moment], str]
) -> None:
    _, states, library_id = moments
    tell("computer", library_id, states[-1])
    (put / "library.db").write_bytes(states[1].content)
    for _ in range(2):
        with Library.open(put, kinds=all_kinds(), clock=TickingClock(), user="Lan") as library:
            assert [one.how for one in library.went_back()] == ["shorter"]
            add(library, title="Tiếp")


@pytest.mark.parametrize("content", [b"", b"{", b'{"heads": 5}', b'{"heads": [{"count": "x"}]}', b"[" * 5000])
def test_a_spoilt_note_of_this_computer_is_none(content: bytes, put: Path) -> None:
    folder = paths.settings_folder() / "heads"
    folder.mkdir(parents=True)
    (folder / ("a" * 32 + ".json")).write_bytes(content)
    assert witness.of_computer("a" * 32) == []
    assert witness.of_computer("../../etc") == []


@pytest.mark.parametrize(
    "text", ["", "0 " + "a" * 32, "01 " + "a" * 32, "1 " + "A" * 32, "1  " + "a" * 32, "1 abc", "x"]
)
def test_only_a_head_is_read_as_one(text: str) -> None:
    assert witness.parse(text) is None
    assert witness.parse("12 " + "0f" * 16) == (12, "0f" * 16)


def test_a_copy_goes_on_by_itself_and_does_not_witness_against_the_library(put: Path, tmp_path: Path) -> None:
    """Restored beside it, both share one id: each is measured by what this computer noted of its own folder."""
    with Library.open(put, kinds=all_kinds(), clock=TickingClock(), user="Lan"):
        pass
    copy = tmp_path / "copy"
    shutil.copytree(put, copy)
    with Library.open(copy, kinds=all_kinds(), clock=TickingClock(), user="Lan") as library:
        add(library, title="Chỉ ở bản chép")
        old = (put / "library.db").read_bytes()
    with Library.open(put, kinds=all_kinds(), clock=TickingClock(), user="Lan") as library:
        assert library.went_back() == []
        add(library, title="Chỉ ở kho")
    with Library.open(copy, kinds=all_kinds(), clock=TickingClock(), user="Lan") as library:
        assert library.went_back() == []
    (put / "library.db").write_bytes(old)
    with Library.open(put, kinds=all_kinds(), clock=TickingClock(), user="Lan") as library:
        assert [one.how for one in library.went_back()] == ["shorter"]
