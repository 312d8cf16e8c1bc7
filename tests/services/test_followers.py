"""What a journal brings along."""

from __future__ import annotations

from pathlib import Path

from stdesk.domain.records import State
from stdesk.services.desk import Desk

JOURNAL = "Tạp chí Cảnh sát nhân dân"


def _desk(tmp_path: Path) -> Desk:
    return Desk.create(tmp_path / "kho", unit_code="CAT-MH", unit_name="Công an tỉnh Minh Hải")


def test_the_journal_brings_its_issn_from_the_newest_record_that_has_one(tmp_path: Path) -> None:
    with _desk(tmp_path) as desk:
        save = desk.catalogue.save
        save("publication", {"title": "Một", "container": JOURNAL, "issn": "1859-0001", "language": "vi"})
        save("publication", {"title": "Hai", "container": JOURNAL, "issn": "0866-7462"})
        save("publication", {"title": "Ba", "container": JOURNAL}, state=State.DRAFT)
        found = desk.followers.of("publication", "container", JOURNAL)
        assert found == {"issn": "0866-7462", "language": "vi"}


def test_another_journal_an_empty_one_and_a_field_nothing_follows_bring_nothing(tmp_path: Path) -> None:
    with _desk(tmp_path) as desk:
        desk.catalogue.save("publication", {"title": "Một", "container": JOURNAL, "issn": "1859-0001"})
        for field, value in (("container", "Tạp chí khác"), ("container", None), ("department", "PC01")):
            assert desk.followers.of("publication", field, value) == {}


def test_what_lies_in_the_trash_is_not_proposed(tmp_path: Path) -> None:
    with _desk(tmp_path) as desk:
        made = desk.catalogue.save("publication", {"title": "Một", "container": JOURNAL, "issn": "1859-0001"})
        desk.catalogue.trash([made.record.id])
        assert desk.followers.of("publication", "container", JOURNAL) == {}
