"""Many records in one act: all or none, followed and stopped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stdesk.domain.records import State
from stdesk.errors import UserError
from stdesk.progress import Cancelled, Progress
from stdesk.services.catalogue import Catalogue, Save
from stdesk.services.desk import Desk


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    """Of an invented unit's empty library."""
    with Desk.create(tmp_path / "kho", unit_code="CAT-MH", unit_name="Công an tỉnh Minh Hải") as desk:
        yield desk.catalogue


def test_records_of_several_kinds_are_saved_in_one_act(catalogue: Catalogue) -> None:
    old = catalogue.save("publication", {"title": "Cũ", "department": "PC01"}).record
    changes = catalogue.save_many(
        [
            Save("publication", {"title": "Cũ, sửa"}, record_id=old.id, state=State.DRAFT),
            Save("research_task", {"title": "Mới"}, state=State.DRAFT),
        ],
        Progress(),
    )
    assert changes.kinds == {"publication", "research_task"} and changes.params["n"] == 2
    assert catalogue.record(old.id).values == {"title": "Cũ, sửa", "department": "PC01"}
    catalogue.undo()
    assert catalogue.record(old.id).get("title") == "Cũ"
    assert catalogue.count("research_task", State.DRAFT) == 0


def test_when_one_is_refused_none_is_saved_and_it_is_known_which(catalogue: Catalogue) -> None:
    progress = Progress()
    saves = [
        Save("publication", {"title": "Một"}),
        Save("publication", {"title": "Hai"}, secrecy="tuyet_mat"),
    ]
    with pytest.raises(UserError, match="Độ mật cao hơn"):
        catalogue.save_many(saves, progress)
    assert progress.done == 1 and catalogue.count("publication") == 0


def test_putting_many_into_the_trash_and_back_can_be_stopped(catalogue: Catalogue) -> None:
    ids = [catalogue.save("publication", {"title": f"Bài {n}"}).record.id for n in range(3)]
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        catalogue.trash(ids, progress)
    assert catalogue.count("publication") == 3
    followed = Progress()
    catalogue.trash(ids, followed)
    assert (followed.done, followed.total, catalogue.count("publication")) == (3, 3, 0)
    with pytest.raises(Cancelled):
        catalogue.restore(ids, progress)
    catalogue.restore(ids)
    assert catalogue.count("publication") == 3
