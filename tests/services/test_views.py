"""Views kept under names: they come back after a restart, and damage costs one sentence."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from stdesk.clock import fixed_clock
from stdesk.errors import UserError
from stdesk.services.desk import Desk
from stdesk.services.views import View, known

CLOCK = fixed_clock(datetime(2026, 11, 2, 3, 0, tzinfo=UTC))
VIEW = View(
    "Bài báo PC02, năm nay",
    words="ma túy “học”",
    filters={"issued": ("2026", ""), "department": ("PC02",)},
    sort=(("issued", True), ("title", False)),
    columns=("number", "title", "issued"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Desk.create(tmp_path / "kho", unit_code="A", unit_name="B", clock=CLOCK):
        pass
    return tmp_path / "kho"


def test_a_view_comes_back_whole_after_a_restart(folder: Path) -> None:
    with Desk.open(folder, clock=CLOCK) as desk:
        assert desk.views.save("publication", VIEW) == (VIEW,)
    with Desk.open(folder, clock=CLOCK) as desk:
        assert desk.views.of("publication") == (VIEW,)
        assert desk.views.of("research_task") == ()


def test_the_same_name_gives_way_and_names_stand_in_order(folder: Path) -> None:
    with Desk.open(folder, clock=CLOCK) as desk:
        for name in ("Đề án", "an ninh", "BÀI BÁO", "đề án"):
            desk.views.save("publication", View(name, words=name))
        assert [view.name for view in desk.views.of("publication")] == ["an ninh", "BÀI BÁO", "đề án"]


def test_renaming_keeps_the_rest_and_deleting_leaves_the_others(folder: Path) -> None:
    with Desk.open(folder, clock=CLOCK) as desk:
        desk.views.save("publication", VIEW)
        desk.views.save("publication", View("Khác"))
        (renamed, _) = desk.views.rename("publication", VIEW.name, "  Bài   mới ")
        assert renamed.name == "Bài mới" and renamed.filters == VIEW.filters
        assert [view.name for view in desk.views.delete("publication", "Bài mới")] == ["Khác"]
        assert len(desk.views.rename("publication", "không có", "x")) == 1


def test_a_view_wants_a_name(folder: Path) -> None:
    with Desk.open(folder, clock=CLOCK) as desk:
        for name in ("", "  \u200b "):
            with pytest.raises(UserError, match="cần một tên"):
                desk.views.save("publication", View(name))


@pytest.mark.parametrize(
    "written",
    [
        "{", "[1]", "null", '[{"name": 3, "words": "", "filters": {}, "sort": [], "columns": []}]', "[" * 5000,
        '[{"name": "a", "words": "", "filters": {"b": "c"}, "sort": [], "columns": []}]',
        '[{"name": "a", "words": "", "filters": {}, "sort": ["title"], "columns": []}]',
    ],
)  # fmt: skip
def test_what_is_damaged_is_said_and_gives_way_to_the_next_view(folder: Path, written: str) -> None:
    with Desk.open(folder, clock=CLOCK) as desk:
        desk._library.settings.put(**{"views:publication": written})
        with pytest.raises(UserError, match="Không đọc được các cách xem"):
            desk.views.of("publication")
        assert desk.views.save("publication", View("Mới")) == (View("Mới"),)


def test_what_a_kind_no_longer_has_is_left_out() -> None:
    kept = known(VIEW, {"issued"}.__contains__, {"title", "number"}.__contains__)
    assert kept.filters == {"issued": ("2026", "")}
    assert kept.sort == (("title", False),) and kept.columns == ("number", "title")


def test_views_are_no_part_of_a_report(folder: Path) -> None:
    with Desk.open(folder, clock=CLOCK) as desk:
        desk.views.save("publication", VIEW)
        assert not any(key.startswith("views:") for key in desk.reporting._unit())
