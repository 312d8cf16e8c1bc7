"""Changes of settings are acts: one line of the history, undone and redone across restarts."""

from __future__ import annotations

import pytest

from stdesk.domain.records import Changes
from stdesk.errors import UserError
from stdesk.store.library import Library, SettingChange
from tests.store.conftest import Open, add

HEAD, DAYS = "report:2026:head", "report:2026:days"


def put(library: Library, **values: str) -> Changes:
    named = {f"report:2026:{name}": value for name, value in values.items()}
    return library.settings.act("set_report_head", named, period="năm 2026")


def test_back_and_forth_over_restarts(library: Library, reopened: Open) -> None:
    put(library, head="một")
    record = add(library, title="Xen giữa")
    put(library, head="hai", days="{}")

    library = reopened()
    assert library.undo().label == "set_report_head"
    assert (library.settings.get(HEAD), library.settings.get(DAYS, "none")) == ("một", "none")
    library = reopened()
    library.undo()
    assert library.get(record) is None
    library.undo()
    assert HEAD not in library.settings.all()
    library = reopened()
    for _ in range(3):
        library.redo()
    assert (library.settings.get(HEAD), library.settings.get(DAYS)) == ("hai", "{}")
    assert library.get(record) is not None
    assert library.redoable() is None


def test_one_act_is_one_line_that_touches_no_record(library: Library) -> None:
    changes = put(library, head="Số 12/BC", days="{}")
    (entry,) = library.history()
    assert (entry.action, entry.label, dict(entry.params), entry.touched, entry.by) == (
        changes.action, "set_report_head", {"period": "năm 2026"}, 0, "Lan",
    )  # fmt: skip
    assert (changes.ids, changes.kinds) == (frozenset(), frozenset())
    assert library.act_changes(entry.action) == []
    assert library.setting_changes(entry.action) == [
        SettingChange(DAYS, None, "{}"),
        SettingChange(HEAD, None, "Số 12/BC"),
    ]


@pytest.mark.parametrize("value", ["một", "  một", "một\r\n"])
def test_nothing_changed_is_no_act(library: Library, value: str) -> None:
    put(library, head="một")
    assert put(library, head=value) == Changes()
    assert put(library, days="") == Changes()  # never set: empty is what it is
    assert len(library.history()) == 1


def test_a_setting_changed_since_stops_undo_and_says_which_act(library: Library) -> None:
    put(library, head="một")
    library.settings.put(**{HEAD: "khác"})
    with pytest.raises(UserError) as refused:
        library.undo()
    assert refused.value.code == "undo_conflict"
    assert "năm 2026" in str(refused.value)
    assert library.settings.get(HEAD) == "khác"
    assert len(library.history()) == 1


def test_an_act_on_settings_ends_redo(library: Library) -> None:
    add(library, title="Một")
    library.undo()
    put(library, head="một")
    assert library.redoable() is None
    library.undo()
    assert library.undoable() is None


def test_the_ceiling_is_no_act(library: Library) -> None:
    with pytest.raises(ValueError, match="secrecy_ceiling"):
        library.settings.act("x", {"secrecy_ceiling": "mat"})
    assert library.history() == []


def test_what_fails_leaves_nothing(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    from stdesk.store import settings

    def broken(*_arguments: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(settings, "_set", broken)
    with pytest.raises(RuntimeError):
        put(library, head="một")
    monkeypatch.undo()
    assert library.history() == []
    assert HEAD not in library.settings.all()
