"""A package in several bags: each stands alone, and together they are one."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import bagit
import pytest

from stdesk import i18n
from stdesk.errors import UserError
from stdesk.package import group, medium
from stdesk.package.content import PackageContent
from stdesk.package.groupcheck import verify_whole
from stdesk.package.keys import SecretKey
from stdesk.package.reader import open_package
from stdesk.package.verifier import verify_package
from stdesk.package.writer import WrittenPackage, write_package
from stdesk.progress import Cancelled, Progress
from tests.helpers import packages

_KEY = SecretKey.from_seed(bytes(range(32)))
_MOST = 200_000
_NAMES = [f"{packages.NAME}-P{n}" for n in (1, 2, 3)]


def _content(folder: Path, **changes: object) -> PackageContent:
    """Eight attachments of 40 kB, the fifth used by two records; signed."""
    small = packages.content(folder, key=_KEY.public.id, **changes)
    files = [
        packages.attachment(folder, f"Biên bản {n}.pdf", b"%PDF-1.4\n" + bytes([n]) * 40_000, f"019b-{n}")
        for n in range(8)
    ]
    again = packages.attachment(folder, "Bản sao.pdf", b"%PDF-1.4\n" + bytes([4]) * 40_000, "019a-2")
    return replace(small, files=[*small.files, *files, again])


@pytest.fixture(scope="module")
def parted(tmp_path_factory: pytest.TempPathFactory) -> WrittenPackage:
    """The package in three bags; not to be changed."""
    folder = tmp_path_factory.mktemp("parted")
    (folder / "library").mkdir()
    (folder / "stick").mkdir()
    return write_package(_content(folder / "library"), folder / "stick", key=_KEY, most=_MOST)


def _rows(path: Path) -> list[dict[str, object]]:
    raw = packages.members(path)[f"{path.stem}/data/files.jsonl"]
    return [json.loads(line) for line in raw.splitlines()]


def test_no_bag_is_larger_than_a_file_may_be(parted: WrittenPackage) -> None:
    assert [path.stem for path in parted.paths] == _NAMES
    assert all(path.stat().st_size <= _MOST for path in parted.paths)
    assert [bag.size for bag in parted.bags] == [path.stat().st_size for path in parted.paths]
    assert parted.size == sum(bag.size for bag in parted.bags)
    assert parted.path == parted.paths[0]
    assert parted.fingerprint == parted.bags[0].fingerprint
    assert all(path.with_name(path.name + ".ok").exists() for path in parted.paths)


def test_each_bag_verifies_alone_and_for_others(parted: WrittenPackage, tmp_path: Path) -> None:
    for number, path in enumerate(parted.paths, 1):
        verification = verify_package(path, keys={_KEY.public.id: _KEY.public}, must=True)
        assert [one.message for one in verification.defects] == []
        assert verification.signature.state == "good"
        assert verification.info is not None
        assert verification.info["bag_count"] == f"{number} of 3"
        assert verification.info["group"] == packages.NAME
        folder = packages.unzip(path, tmp_path)
        bag = bagit.Bag(str(folder))
        bag.validate()
        assert bag.info["Bag-Group-Identifier"] == packages.NAME


def test_every_attachment_lies_in_one_bag_and_the_first_names_them_all(parted: WrittenPackage) -> None:
    inside = []
    for path in parted.paths:
        with zipfile.ZipFile(path) as archive:
            names = [name.partition("/")[2] for name in archive.namelist()]
        inside.append({name.removeprefix("data/") for name in names if name.startswith("data/files/")})
    assert sum(map(len, inside)) == len(set.union(*inside)) == 10
    rows = _rows(parted.paths[0])
    assert len(rows) == 12, "every use of every attachment"
    for row in rows:
        part = row.get("part", 1)
        assert isinstance(part, int)
        assert row["path"] in inside[part - 1]
        assert row.get("part") != 1, "what lies here is not said to lie elsewhere"
    assert {row.get("part", 1) for row in rows} == {1, 2, 3}
    for number in (2, 3):
        assert {row["path"] for row in _rows(parted.paths[number - 1])} == inside[number - 1]
        assert all("part" not in row for row in _rows(parted.paths[number - 1]))


def test_only_the_first_has_records_and_documents(parted: WrittenPackage) -> None:
    first, second, _ = (packages.members(path) for path in parted.paths)
    assert f"{_NAMES[0]}/data/records/publication.jsonl" in first
    assert f"{_NAMES[0]}/data/bao-cao.pdf" in first
    own = {name.partition("/data/")[2] for name in second if "/data/" in name and "/files/" not in name}
    assert own == {"DOC-TRUOC.html", "snapshot.json", "datapackage.json", "files.jsonl"}
    assert second[f"{_NAMES[1]}/data/snapshot.json"] == first[f"{_NAMES[0]}/data/snapshot.json"]


def test_together_they_are_one_package_in_any_order(parted: WrittenPackage) -> None:
    one, two, three = parted.paths
    whole = verify_whole([three, one, two])
    assert [defect.message for defect in whole.defects] == []
    assert whole.parts == tuple(_NAMES)
    for paths in ((one, two, three), (three, one, two), (two, three, one, two)):
        found = group.join(paths)
        assert found.name == packages.NAME
        assert found.paths == tuple(parted.paths) or set(found.paths) == set(parted.paths)
        assert list(found.paths) == [one, two, three]
        assert found.info["counts"] == {"publication": 2, "research_task": 1}
    with open_package(parted.paths) as package:
        assert sum(len(chunk) for chunk in package.file(str("data/" + str(_rows(one)[-1]["path"])))) == 40_009


def test_a_package_that_is_one_bag_is_a_group_of_one(good: Path) -> None:
    found = group.join([good])
    assert (found.name, found.paths) == (packages.NAME, (good,))


def test_a_part_that_lacks_is_named(parted: WrittenPackage) -> None:
    with pytest.raises(UserError) as caught:
        group.join(parted.paths[1:2])
    assert caught.value.code == "group_missing"
    assert "1, 3" in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [{"submission": 2}, {"unit_code": "PC10"}, {"rule_set": "x", "created": "2026-11-06T00:00:00Z"}],
)
def test_parts_of_different_packages_do_not_mix(
    parted: WrittenPackage, tmp_path: Path, changes: dict[str, object]
) -> None:
    (tmp_path / "out").mkdir()
    other = write_package(_content(tmp_path, **changes), tmp_path / "out", key=_KEY, most=_MOST)
    with pytest.raises(UserError) as caught:
        group.join([parted.paths[0], other.paths[1], parted.paths[2]])
    assert caught.value.code == "group_mixed"
    assert other.paths[1].name in str(caught.value)


def test_a_whole_package_is_no_part_of_another(parted: WrittenPackage, good: Path) -> None:
    with pytest.raises(UserError) as caught:
        group.join([*parted.paths, good])
    assert caught.value.code == "group_mixed"


def test_the_same_part_with_other_content_is_refused(parted: WrittenPackage, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    other = write_package(_content(tmp_path, rule_hash="cd" * 64), tmp_path / "out", key=_KEY, most=_MOST)
    with pytest.raises(UserError) as caught:
        group.join([*parted.paths, other.paths[1]])
    assert caught.value.code == "group_twice"


def test_a_damaged_part_is_named(parted: WrittenPackage, tmp_path: Path) -> None:
    broken = tmp_path / parted.paths[1].name
    broken.write_bytes(parted.paths[1].read_bytes()[:-5000])
    with pytest.raises(UserError) as caught:
        group.join([parted.paths[0], broken, parted.paths[2]])
    assert caught.value.code == "group_bad"
    assert broken.name in str(caught.value)


def test_an_attachment_too_large_for_any_bag_is_named(tmp_path: Path) -> None:
    content = _content(tmp_path)
    large = packages.attachment(tmp_path, "Phim hiện trường.mp4", bytes(3_000_000), "019b-1")
    (tmp_path / "out").mkdir()
    with pytest.raises(UserError) as caught:
        write_package(
            replace(content, files=[*content.files, large]), tmp_path / "out", key=_KEY, most=2_000_000
        )
    assert caught.value.code == "package_part_too_large"
    assert "Phim hiện trường.mp4" in str(caught.value)
    assert "exFAT" in str(caught.value)
    assert list((tmp_path / "out").iterdir()) == []


def test_bags_too_small_for_the_report_itself(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(UserError) as caught:
        write_package(_content(tmp_path), tmp_path / "out", key=_KEY, most=20_000)
    assert caught.value.code == "package_parts_small"


def test_the_limit_of_the_medium_is_asked_for(
    parted: WrittenPackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fat = replace(medium.volume_of(tmp_path), largest_file=_MOST)
    monkeypatch.setattr(medium, "volume_of", lambda _: fat)
    (tmp_path / "out").mkdir()
    written = write_package(_content(tmp_path), tmp_path / "out", key=_KEY)
    assert [path.read_bytes() for path in written.paths] == [path.read_bytes() for path in parted.paths]
    whole = write_package(_content(tmp_path), tmp_path / "out", key=_KEY, most=_MOST * 9)
    assert whole.paths == written.paths, "what the medium cannot hold is not asked of it"


def test_a_limit_that_is_not_reached_changes_nothing(good: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    written = write_package(packages.content(tmp_path), tmp_path / "out", most=good.stat().st_size)
    assert written.path.read_bytes() == good.read_bytes()


class _StopsInBag(Progress):
    """Cancelled when the writing of the n-th bag begins."""

    left = 2

    def start(self, total: int, note: str = "") -> None:
        super().start(total, note)
        if note == i18n.message("package_writing"):
            self.left -= 1
            if not self.left:
                self.cancel()


def test_stopped_between_the_bags_nothing_is_left_unless_asked(tmp_path: Path) -> None:
    content = _content(tmp_path)
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(Cancelled):
        write_package(content, out, _StopsInBag(), key=_KEY, most=_MOST)
    assert list(out.iterdir()) == []
    with pytest.raises(Cancelled):
        write_package(content, out, _StopsInBag(), key=_KEY, most=_MOST, keep_partial=True)
    assert (out / f"{_NAMES[0]}.zip.ok").exists()
    assert len(write_package(content, out, key=_KEY, most=_MOST).paths) == 3
