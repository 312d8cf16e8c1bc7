"""Where a library lies, and a clock that went back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stdesk import drives
from stdesk.clock import fixed_clock
from stdesk.domain.kinds import all_kinds
from stdesk.drives import Mount
from stdesk.errors import Exit, UserError
from stdesk.services.as_of import make_as_of
from stdesk.services.desk import Desk
from stdesk.store import places
from stdesk.store.library import Library

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stdesk.paths.settings_folder", lambda: tmp_path / "settings")
    for name in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the system says is another computer's."""
    folder = tmp_path / "o-mang"
    folder.mkdir()
    found = [
        Mount("/", frozenset(), "ext4", "/dev/vda", "0:0"),
        Mount(str(folder.resolve()), frozenset({"rw"}), "cifs", "//may-chu/chung", "0:77"),
    ]
    monkeypatch.setattr(drives, "mounts", lambda: found)
    monkeypatch.setattr(drives.sys, "platform", "linux")
    return folder


def _create(folder: Path, now: datetime = NOW) -> Library:
    return Library.create(folder, kinds=all_kinds(), clock=fixed_clock(now), unit_code="C", unit_name="N")


def _open(folder: Path, *, read_only: bool = False) -> Library:
    return Library.open(folder, kinds=all_kinds(), clock=fixed_clock(NOW), read_only=read_only)


def test_no_library_is_made_or_written_to_on_a_network_drive(
    share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserError) as refused:
        _create(share / "Kho")
    assert refused.value.code == "place_network" and refused.value.exit_code is Exit.ENVIRONMENT
    assert "ổ mạng" in str(refused.value) and str(share / "Kho") in str(refused.value)
    assert not (share / "Kho").exists()  # nothing was begun


def test_a_library_on_a_network_drive_can_be_looked_at(share: Path) -> None:
    places.allow(share / "Kho")
    _create(share / "Kho").close()
    (Path(places.paths.settings_folder()) / "places.json").unlink()
    with pytest.raises(UserError, match="ổ mạng"):
        _open(share / "Kho")
    with _open(share / "Kho", read_only=True) as library:
        assert [one.code for one in library.place_warnings()] == ["place_network"]


def test_what_the_person_allowed_holds_for_that_folder_alone(share: Path) -> None:
    places.allow(share / "Kho")
    with _create(share / "Kho") as library:
        found = library.place_warnings()
        assert [(one.code, one.refuses) for one in found] == [("place_network", False)]
    with pytest.raises(UserError, match="ổ mạng"):
        _create(share / "Kho khác")


def test_a_spoilt_file_of_exceptions_allows_nothing(share: Path) -> None:
    target = places.paths.settings_folder() / "places.json"
    target.parent.mkdir(parents=True)
    for spoilt in (b"", b"[]", b"{", b'{"allowed": 3}', b'{"allowed": [null, 5]}', b"\xff\xfe"):
        target.write_bytes(spoilt)
        with pytest.raises(UserError, match="ổ mạng"):
            _create(share / "Kho")


@pytest.mark.parametrize(
    ("parts", "service"),
    [
        (("OneDrive", "Kho"), "OneDrive"),
        (("OneDrive - Công an tỉnh", "Tài liệu", "Kho"), "OneDrive"),
        (("Dropbox", "Kho"), "Dropbox"),
        (("Google Drive", "Kho"), "Google Drive"),
        (("Drive của tôi", "Kho"), "Google Drive"),
        (("iCloudDrive", "Kho"), "iCloud"),
        (("MEGA", "Kho"), "MEGA"),
        (("Zalo Received Files", "Kho"), "Zalo"),
        (("Omega", "Kho"), None),
        (("Drive", "Kho"), None),
        (("Báo cáo OneDrive cũ", "Kho"), None),
        (("Megabyte", "Dropboxing"), None),
    ],
)
def test_folders_that_synchronise_are_known_by_name(
    tmp_path: Path, parts: tuple[str, ...], service: str | None
) -> None:
    found = places.look(tmp_path.joinpath(*parts))
    assert [one.params["service"] for one in found] == ([service] if service else [])
    assert all(not one.refuses and (service or "") in one.said for one in found)


def test_and_by_marks_and_by_where_the_system_says_onedrive_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / ".dropbox.cache").mkdir()
    assert [one.params["service"] for one in places.look(tmp_path / "a" / "b" / "Kho")] == ["Dropbox"]
    monkeypatch.setenv("OneDriveCommercial", str(tmp_path / "Tài liệu"))
    assert [one.params["service"] for one in places.look(tmp_path / "Tài liệu" / "Kho")] == ["OneDrive"]
    assert places.look(tmp_path / "Tài liệu khác" / "Kho") == ()


def test_a_warning_understood_is_not_repeated_but_the_clock_is(tmp_path: Path) -> None:
    folder = tmp_path / "Dropbox" / "Kho"
    (one,) = places.look(folder)
    clock = places.PlaceWarning("clock_went_back")
    assert not places.is_told(folder, one)
    places.put_told(folder, [one, clock])
    assert places.is_told(folder, one) and not places.is_told(folder, clock)
    assert not places.is_told(tmp_path / "Dropbox" / "Kho 2", one)
    assert not places.is_allowed(folder)


@pytest.mark.parametrize(
    ("hours", "code"),
    [(0, None), (-0.9, None), (-1.1, "clock_went_back"), (-24 * 365, "clock_absurd"), (24, None)],
)
def test_the_clock_is_held_against_the_last_act(hours: float, code: str | None) -> None:
    found = places.look_at_clock("2026-11-20T03:00:00Z", NOW + timedelta(hours=hours))
    assert (found.code if found else None) == code
    if code == "clock_went_back":
        assert found is not None and "20/11/2026" in found.said


def test_an_empty_history_and_a_clock_of_the_next_century() -> None:
    assert places.look_at_clock("", NOW) is None and places.look_at_clock("không phải giờ", NOW) is None
    late = places.look_at_clock("", datetime(2126, 1, 1, tzinfo=UTC))
    assert late is not None and late.code == "clock_absurd"


def test_the_history_goes_by_number_when_the_clock_went_back(tmp_path: Path) -> None:
    """Saved on the 20th, then with the clock set to the 10th: the order of what was done stays."""
    now = [NOW]
    with Desk.create(tmp_path / "Kho", unit_code="C", unit_name="N", clock=lambda: now[0]) as desk:
        first = desk.catalogue.save("publication", {"title": "Một"}).record
        now[0] = NOW - timedelta(days=10)
        desk.catalogue.save("publication", {"title": "Hai"}, record_id=first.id)
        assert [one.code for one in desk.place_warnings()] == ["clock_went_back"]
        entries = desk.catalogue.history(None)
        assert [entry.at[:10] for entry in entries[:2]] == ["2026-11-10", "2026-11-20"]  # newest first
        desk.catalogue.undo()
        assert desk.catalogue.record(first.id).values["title"] == "Một"
        desk.catalogue.redo()
        now[0] = NOW + timedelta(days=1)
        assert desk.place_warnings() == ()
    # On the evening of the 15th the act of "the 20th" had by its number been done: what was done by then is
    # everything up to the last act dated that day or before, so the state shown is one that existed.
    shown = make_as_of(tmp_path / "Kho", datetime(2026, 11, 15, tzinfo=UTC).date())
    with Desk.open(shown, clock=fixed_clock(NOW)) as then:
        assert then.catalogue.record(first.id).values["title"] == "Hai"
