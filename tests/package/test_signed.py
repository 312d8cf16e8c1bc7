"""Signatures, depths, the labels of a numbered package, withdrawals, answers, and packages of several bags."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from stdesk.errors import UserError
from stdesk.package import layout, tags
from stdesk.package.groupcheck import verify_whole
from stdesk.package.keys import SecretKey
from stdesk.package.reader import open_package
from stdesk.package.verifier import Depth, Verification, verify_bag, verify_package
from stdesk.package.writer import write_package
from tests.helpers import mutations, packages
from tests.helpers.mutations import KEY, KEYS, resigned, verify_signed

NAME = packages.NAME
OTHER = SecretKey.from_seed(bytes(32))


def _codes(verification: Verification) -> set[str]:
    for one in verification.defects:
        assert "{" not in one.message + one.advice
        assert not one.message.startswith("defect_")
        assert not one.advice.startswith("advice_")
    return {one.code for one in verification.defects}


# The signature.


def test_a_good_signature_says_who_and_what(signed: Path) -> None:
    signature = verify_signed(signed).signature
    assert (signature.state, signature.key_id) == ("good", KEY.public.id)
    assert signature.comment == (
        f"STDesk package 1; {NAME}; unit PC09; period 2026; submission 1; publication 2, research_task 1"
    )


def test_keys_may_be_looked_up(signed: Path) -> None:
    asked: list[str] = []

    def find(key_id: str) -> object:
        asked.append(key_id)
        return KEY.public

    assert verify_package(signed, keys=find).signature.state == "good"  # type: ignore[arg-type]
    assert asked == [KEY.public.id]


def test_an_unknown_key_is_no_defect_unless_a_known_one_must_have_signed(signed: Path) -> None:
    for keys in (None, {OTHER.public.id: OTHER.public}):
        verification = verify_package(signed, keys=keys)
        assert verification.ok
        assert verification.signature.state == "unknown_key"
    strict = verify_package(signed, keys={OTHER.public.id: OTHER.public}, must=True)
    assert _codes(strict) == {"signature_unknown_key"}


def test_an_unsigned_package_is_good_unless_it_must_be_signed(good: Path) -> None:
    assert verify_package(good, keys=KEYS).signature.state == "none"
    assert verify_package(good, keys=KEYS).ok
    assert _codes(verify_package(good, keys=KEYS, must=True)) == {"signature_none"}


def test_a_signature_taken_away_shows(signed: Path, target: Path) -> None:
    whole = packages.members(signed)
    del whole[f"{NAME}/{layout.SIGNATURE}"]
    verification = verify_package(packages.pack(whole, target))
    assert _codes(verification) == {"signature_missing"}
    assert verification.signature.state == "missing"


def test_a_signature_put_beside_a_package_that_names_no_key_shows(
    good: Path, signed: Path, target: Path
) -> None:
    whole = packages.members(good) | {
        f"{NAME}/{layout.SIGNATURE}": packages.members(signed)[f"{NAME}/{layout.SIGNATURE}"]
    }
    assert _codes(verify_package(packages.pack(whole, target))) == {"signature_other_key"}


def _signature(change: Callable[[bytes], bytes]) -> Callable[[dict[str, bytes]], None]:
    def apply(whole: dict[str, bytes]) -> None:
        path = f"{NAME}/{layout.SIGNATURE}"
        whole[path] = change(whole[path])

    return apply


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda raw: raw.replace(b"submission 1", b"submission 2"), "signature_comment"),
        (lambda raw: raw.replace(b"unit PC09", b"unit PA06"), "signature_comment"),
        (lambda raw: raw.replace(b"untrusted comment: ", b"untrusted comment: x"), "signature_form"),
        (lambda raw: raw[:-1], "signature_form"),
        (lambda raw: raw + b"\n", "signature_form"),
        (lambda raw: raw.replace(b"\n", b"\r\n"), "signature_form"),
        (lambda raw: b"\xff" + raw, "signature_form"),
        (lambda raw: b"", "signature_form"),
        (lambda raw: b"x" * 20_000, "signature_form"),
        (lambda raw: _letter(raw, 1, 60), "signature_wrong"),
        (lambda raw: _letter(raw, 3, 40), "signature_wrong"),
        (lambda raw: OTHER.sign(b"x", "STDesk package 1").encode(), "signature_other_key"),
    ],
)
def test_a_signature_that_was_touched_is_refused(
    signed: Path, target: Path, change: Callable[[bytes], bytes], code: str
) -> None:
    whole = packages.members(signed)
    _signature(change)(whole)
    assert code in _codes(verify_signed(packages.pack(whole, target)))


def _letter(raw: bytes, line: int, at: int) -> bytes:
    lines = raw.split(b"\n")
    other = b"A" if lines[line][at : at + 1] != b"A" else b"B"
    lines[line] = lines[line][:at] + other + lines[line][at + 1 :]
    return b"\n".join(lines)


def test_a_change_with_all_hashes_made_right_again_is_refused(signed: Path, target: Path) -> None:
    def apply(bag: dict[str, bytes]) -> None:
        _redescribed(bag, "data/bao-cao.pdf", b"%PDF-1.4\nkhac\n%%EOF\n")

    packages.resealed(signed, target, apply)
    assert verify_package(target).ok
    assert _codes(verify_signed(target)) == {"signature_wrong"}


def test_the_unzipped_package_is_signed_too(signed: Path, tmp_path: Path) -> None:
    folder = packages.unzip(signed, tmp_path)
    assert verify_bag(folder, keys=KEYS, must=True).signature.state == "good"


# Depths.


def _spoilt(signed: Path, target: Path, *, attachment: bool) -> Path:
    whole = packages.members(signed)
    wanted = "quyet-dinh" if attachment else "publication.jsonl"
    path = next(name for name in whole if wanted in name)
    whole[path] = whole[path][:-2] + b"??"
    return packages.pack(whole, target)


def test_the_deeper_the_more_is_found(signed: Path, target: Path) -> None:
    assert {depth: verify_package(signed, depth=depth).checked_files for depth in Depth} == {
        Depth.QUICK: 6,
        Depth.COMPLETE: 11,
        Depth.FULL: 15,
    }
    _spoilt(signed, target, attachment=True)
    assert [verify_package(target, depth=depth).ok for depth in Depth] == [True, True, False]
    _spoilt(signed, target, attachment=False)
    assert [verify_package(target, depth=depth).ok for depth in Depth] == [True, False, False]


def test_a_quick_look_finds_what_is_missing_cut_extra_or_unsigned(signed: Path, target: Path) -> None:
    whole = packages.members(signed)
    decision = next(name for name in whole if "quyet-dinh" in name)
    photo = next(name for name in whole if "anh-hien" in name)
    report = f"{NAME}/data/bao-cao.pdf"
    del whole[decision]
    whole[photo] = whole[photo][:10]
    whole[report] += b"\n"
    whole[f"{NAME}/data/la.pdf"] = b"%PDF"
    packages.pack(whole, target)
    verification = verify_package(target, depth=Depth.QUICK, keys=KEYS)
    assert [(one.file.rpartition("/")[2], one.code) for one in verification.defects] == [
        (photo.rpartition("/")[2], "file_truncated"),
        ("bao-cao.pdf", "file_longer"),
        (decision.rpartition("/")[2], "file_missing"),
        ("la.pdf", "file_extra"),
    ] or _codes(verification) == {"file_truncated", "file_longer", "file_missing", "file_extra"}
    assert verification.signature.state == "good"
    assert verification.depth is Depth.QUICK


# Labels, withdrawals, answers.


def _info(old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def apply(bag: dict[str, bytes]) -> None:
        assert old in bag[layout.BAG_INFO]
        bag[layout.BAG_INFO] = bag[layout.BAG_INFO].replace(old, new)

    return apply


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"STDesk-Line: 0192f0a4-1111-7abc-8def-000000000001\n", b"", "info_missing"),
        (b"STDesk-Sequence: 3\n", b"", "info_missing"),
        (b"STDesk-Sequence: 3", b"STDesk-Sequence: 0", "info_line"),
        (b"STDesk-Delta: no", b"STDesk-Delta: yes", "info_missing"),
        (
            b"STDesk-Delta: no",
            b"STDesk-Base-Fingerprint: " + b"0" * 128 + b"\nSTDesk-Delta: no",
            "info_value",
        ),
        (b"STDesk-Trial: no", b"STDesk-Trial: yes", "info_value"),
        (b"STDesk-Key: ", b"Bag-Count: 1 of 2\nSTDesk-Key: ", "info_missing"),
        (b"STDesk-Key: ", b"Bag-Count: 3 of 2\nBag-Group-Identifier: x\nSTDesk-Key: ", "info_value"),
        (b"STDesk-Key: ", b"Bag-Group-Identifier: x\nSTDesk-Key: ", "info_missing"),
        (b"STDesk-Key: ", b"STDesk-Withdrawn: 2\nSTDesk-Key: ", "file_missing"),
        (b"STDesk-Line: 0192", b"STDesk-Line: ffff-", "info_line"),
    ],
)
def test_labels_that_contradict_each_other_are_refused_even_signed(
    signed: Path, target: Path, old: bytes, new: bytes, code: str
) -> None:
    assert code in _codes(verify_signed(resigned(signed, target, _info(old, new))))


def _delta(folder: Path, **changes: object) -> Path:
    """A package of one changed record that withdraws another and repeats an answer."""
    content = mutations.signed_content(folder)
    records = {"publication": content.records["publication"][:1]}
    said = {"delta": True, "base": "cd" * 64, "base_receipt": "0192f0a4-2222-7abc-8def-000000000009"}
    info = replace(content.info, counts={"publication": 1}, withdrawn=1, **{**said, **changes})  # type: ignore[arg-type]
    gone = {"id": "019b-1", "kind": "research_task", "number": 7, "reason": "trùng"}
    answer = {"answer": "0192f0a4-3333-7abc-8def-000000000001", "number": 1, "status": "accepted"}
    made = replace(
        content, info=info, records=records, files=content.files[1:2], withdrawn=[gone], answers=[answer]
    )
    return mutations.write_signed(folder, made)


def test_a_delta_says_what_it_is_and_reads_back(tmp_path: Path) -> None:
    path = _delta(tmp_path)
    assert path.stem == f"{NAME}-BS"
    assert verify_signed(path).ok
    with open_package(path) as package:
        assert (package.info.delta, package.info.base, package.info.withdrawn) == (True, "cd" * 64, 1)
        assert [one["id"] for one in package.withdrawn()] == ["019b-1"]
        assert [one["number"] for one in package.answers()] == [1]
        assert [one["id"] for one in package.records("publication")] == ["019a-1"]
        assert list(package.records("research_task")) == []
        assert package.snapshot()["title"] == "Báo cáo năm 2026"
        (row,) = package.attachments()
        assert b"".join(package.file(f"data/{row['path']}")) == bytes(range(256)) * 4
        with pytest.raises(KeyError):
            package.file("data/khong-co.pdf")


@pytest.mark.parametrize(
    ("path", "raw", "code"),
    [
        (layout.WITHDRAWN, b'{"id": "019b-1", "kind": "research_task"}\n' * 2, "record"),
        (layout.WITHDRAWN, b'{"id": "019b-1"}\n', "record"),
        (layout.WITHDRAWN, b"", "count"),
        (layout.WITHDRAWN, b'{"id": "019a-1", "kind": "publication"}\n', "withdrawn"),
        (layout.WITHDRAWN, b'{"id": 3, "kind": []}\n', "record"),
        (layout.ANSWERS, b'{"number": 1}\n', "record"),
        (layout.ANSWERS, b'{"answer": "0192f0a4-3333-7abc-8def-000000000001"}\n' * 2, "record"),
        (layout.ANSWERS, b"[]\n", "record"),
        (layout.ANSWERS, b"{\n", "json"),
        ("data/records/publication.jsonl", b'{"id": "019a-1", "title": 5}\n', "schema"),
        ("data/records/publication.jsonl", b'{"id": "019a-1", "title": ["x"]}\n', "schema"),
    ],
)
def test_tables_that_contradict_the_package_are_refused(
    tmp_path: Path, path: str, raw: bytes, code: str
) -> None:
    made = _delta(tmp_path)
    (tmp_path / "x").mkdir()
    changed = resigned(made, tmp_path / "x" / made.name, lambda bag: _redescribed(bag, path, raw))
    assert code in _codes(verify_signed(changed))


def test_a_delta_under_the_name_of_a_full_package_is_refused(tmp_path: Path) -> None:
    made = _delta(tmp_path)
    renamed = tmp_path / f"{NAME}.zip"
    renamed.write_bytes(made.read_bytes())
    assert _codes(verify_signed(renamed)) == {"package_renamed"}


# Several bags.


@pytest.fixture
def parts(tmp_path: Path) -> tuple[Path, ...]:
    """A package in three bags, in a folder of its own."""
    folder = tmp_path / "goi"
    folder.mkdir()
    content = mutations.signed_content(tmp_path)
    library = tmp_path / "files"
    more = [
        packages.attachment(library, f"tệp {n}.pdf", b"%PDF-1.4" + bytes([n]) * 60_000, "019a-1")
        for n in range(4)
    ]
    made = replace(content, files=[*content.files, *more])
    return write_package(made, folder, key=KEY, most=160_000).paths


def _whole(path: Path | list[Path]) -> Verification:
    return verify_whole(path, keys=KEYS, must=True, unit="PC09")


def test_a_group_is_checked_from_any_of_its_bags(parts: tuple[Path, ...]) -> None:
    assert [path.stem for path in parts] == [f"{NAME}-P{n}" for n in (1, 2, 3)]
    for path in parts:
        verification = _whole(path)
        assert verification.defects == ()
        assert verification.parts == (f"{NAME}-P1", f"{NAME}-P2", f"{NAME}-P3")
        assert verification.info is not None
        assert verification.info["counts"] == {"publication": 2, "research_task": 1}
    assert _whole([parts[2], parts[0], parts[1]]).ok


def test_a_missing_bag_is_named(parts: tuple[Path, ...]) -> None:
    parts[1].unlink()
    (defect,) = _whole(parts[0]).defects
    assert (defect.code, defect.file) == ("part_missing", f"{NAME}-P2")
    assert f"{NAME}-P2" in defect.message


def test_damage_in_another_bag_is_named_with_its_bag(parts: tuple[Path, ...]) -> None:
    raw = parts[2].read_bytes()
    parts[2].write_bytes(raw.replace(b"\x03" * 100, b"\x07" * 100, 1))
    found = _whole(parts[0]).defects
    assert found
    assert all(one.file.startswith(f"{NAME}-P3") for one in found)


def test_a_quick_look_at_a_group_reads_no_table(parts: tuple[Path, ...]) -> None:
    raw = parts[0].read_bytes()
    parts[0].write_bytes(raw.replace(b'{"path":"files/', b'{"path":"FILES/', 1))
    assert verify_whole(parts[1], depth=Depth.QUICK).ok
    assert not verify_whole(parts[1], depth=Depth.COMPLETE).ok


def test_bags_of_two_packages_are_not_one(parts: tuple[Path, ...], tmp_path: Path) -> None:
    def apply(bag: dict[str, bytes]) -> None:
        bag[layout.BAG_INFO] = bag[layout.BAG_INFO].replace(b"Sequence: 3", b"Sequence: 4")

    changed = resigned(parts[1], tmp_path / "khac.zip", apply)
    parts[1].write_bytes(changed.read_bytes())
    found = [one for one in _whole(parts[0]).defects if one.code == "part_other"]
    assert [(one.expected, one.found) for one in found] == [("sequence: 3", "sequence: 4")]
    assert "part_other" in _codes(_whole([parts[0], parts[0], parts[2]]))


def test_a_row_about_a_file_that_no_bag_has_is_refused(parts: tuple[Path, ...], tmp_path: Path) -> None:
    def apply(bag: dict[str, bytes]) -> None:
        rows = [json.loads(line) for line in bag[layout.FILES_TABLE].splitlines()]
        for row in rows:
            row["part"] = 3 if row.get("part") == 2 else row.get("part", 1)
        table = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
        _redescribed(bag, layout.FILES_TABLE, table)

    changed = resigned(parts[0], tmp_path / f"{NAME}-P1.zip", apply)
    parts[0].write_bytes(changed.read_bytes())
    assert _codes(_whole(parts[1])) == {"part_file"}


def _redescribed(bag: dict[str, bytes], path: str, raw: bytes) -> None:
    """Another content of ``path``, its line in the descriptor and the sums made right."""
    text = json.loads(bag[layout.DATAPACKAGE])
    for one in text["resources"]:
        if f"data/{one['path']}" == path:
            one["bytes"], one["hash"] = len(raw), f"sha512:{hashlib.sha512(raw).hexdigest()}"
    bag[path] = raw
    bag[layout.DATAPACKAGE] = (json.dumps(text, ensure_ascii=False, indent=1) + "\n").encode()
    size = sum(len(one) for name, one in bag.items() if name.startswith(layout.DATA))
    count = sum(name.startswith(layout.DATA) for name in bag)
    info = re.sub(rb"Payload-Oxum: .*", b"Payload-Oxum: %d.%d" % (size, count), bag[layout.BAG_INFO])
    bag[layout.BAG_INFO] = re.sub(rb"Bag-Size: .*", f"Bag-Size: {tags.human_size(size)}".encode(), info)


def test_a_group_is_read_as_one_package_in_any_order(parts: tuple[Path, ...]) -> None:
    with open_package([parts[1], parts[2], parts[0]]) as package:
        assert (package.name, package.info.parts) == (NAME, 3)
        assert package.info.counts == {"publication": 2, "research_task": 1}
        assert [one["id"] for one in package.records("publication")] == ["019a-1", "019a-2"]
        rows = {row["path"]: row for row in package.attachments()}
        assert len(rows) == 6
        for path, row in rows.items():
            assert sum(map(len, package.file(f"data/{path}"))) == row["bytes"]
    with pytest.raises(UserError) as caught, open_package(list(parts[:2])):
        pass
    assert caught.value.code == "package_parts_missing"
    assert caught.value.params["missing"] == "3"
    with pytest.raises(UserError) as caught, open_package([parts[0], parts[0]]):
        pass
    assert caught.value.code == "package_parts_mixed"
