"""Packages, files and folders made to deceive or to stop the centre: refused with a sentence, the next one comes in.

On both databases: what Python and SQLite hold, PostgreSQL need not.
"""

from __future__ import annotations

import os
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from stdesk.central import answers, keeping
from stdesk.central.agency import Agency
from stdesk.central.answers import connect, last_given, slip_of
from stdesk.central.model import Taken
from stdesk.central.report import figures_of
from stdesk.domain.periods import parse_period
from stdesk.errors import Exit, UserError
from stdesk.package import parts, readme, strict, tags
from stdesk.package.keys import PublicKey, SecretKey
from stdesk.package.roster import read_card, seal_card
from stdesk.paths import open_plain
from tests.central.packages import Made, Time, Unit, publication, sealed

YEAR = parse_period("2026")


@pytest.fixture
def centre(agency: Agency) -> Agency:
    """A centre that runs its rules and answers by itself."""
    return connect(agency)


@pytest.fixture
def unit(centre: Agency) -> Unit:
    made = Unit()
    made.register(centre)
    return made


def take(centre: Agency, made: Made | Path) -> Taken:
    taken = centre.intake(made if isinstance(made, Path) else made.path)
    if taken.code:
        assert taken.sentence not in ("", taken.code) and not set("{\n\0") & set(taken.sentence), (
            taken.sentence
        )
        assert taken.sentence.isprintable()
    for event in centre.events(most=3):
        assert event.sentence.isprintable() and event.file.isprintable(), event
    return taken


def outcome(centre: Agency, made: Made | Path) -> str:
    taken = take(centre, made)
    return f"{taken.outcome} {taken.code}".strip()


# -- content no database, or not every one, can hold ------------------------------------------------------


def test_a_null_character_anywhere_stops_nobody(centre: Agency, unit: Unit, tmp_path: Path) -> None:
    bad: list[dict[str, Any]] = [{"id": "a\0b"}, {"new": "a\0b"}, {"a\0b": "x"}, {"title": "a\0b"}]
    for at, values in enumerate(bad):
        made = unit.pack(tmp_path / str(at), [publication(1), publication(2) | values], loose=True)
        assert outcome(centre, made) == "returned central_record", values
        given = last_given(centre, centre.package(made.fingerprint))
        assert given is not None and given.answer.status == "returned"
        assert slip_of(centre, given.answer).startswith(b"%PDF")
    gone = {"id": "a\0b", "kind": "publication", "number": 3, "reason": "x"}
    made = unit.pack(tmp_path / "gone", [publication(1)], withdrawn=[gone])
    assert outcome(centre, made) == "returned central_record"
    said = unit.pack(
        tmp_path / "said", [publication(1)], withdrawn=[gone | {"id": publication(9)["id"], "reason": "a\0b"}]
    )
    assert outcome(centre, said) == "merged"
    assert list(centre.records("2026", withdrawn=True)) and len(list(centre.records("2026"))) == 1


def test_six_signs_that_look_like_one_are_text(centre: Agency, unit: Unit, tmp_path: Path) -> None:
    title = "Ký tự \\u0000 trong tệp nhật ký"
    assert outcome(centre, unit.pack(tmp_path / "1", [publication(1, title)])) == "merged"
    assert [one.record.get("title") for one in centre.records("2026")] == [title]


def test_numbers_without_end_in_a_package_of_several_bags(
    centre: Agency, unit: Unit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = parts.line
    files = [(f"tep-{n}.pdf", b"%PDF-1.4 " + bytes([65 + n]) * 60_000) for n in range(4)]
    lines = [publication(1), publication(2, weight="for ever")]
    with monkeypatch.context() as patched:
        patched.setattr(parts, "line", lambda *given: real(*given).replace(b'"for ever"', b"1e999"))
        patched.setattr(strict, "_finite", float)  # the writer reads back what it wrote
        made = unit.pack(tmp_path / "1", lines, files=files, most=160_000, loose=True)
        single = unit.pack(tmp_path / "2", lines, loose=True)
    assert len(made.paths) > 1
    assert {outcome(centre, one) for one in made.paths} == {"part central_part", "refused central_not_whole"}
    assert outcome(centre, single) == "refused central_not_whole"
    behind = outcome(centre, unit.pack(tmp_path / "3", [publication(1)]))
    assert behind == "waiting central_waits"  # nobody is stopped; the two before it are to be made again


# -- what a package says of itself ---------------------------------------------------------------------------


@pytest.mark.parametrize("bad", ["\0", "\x1b[31m", "\u2028", "\u202e", "\u200b"])
def test_no_control_character_comes_in_by_the_units_name(
    centre: Agency, unit: Unit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(tags, "clean", lambda text: text)
        patched.setattr(tags, "_ODD", re.compile("(?!)"))  # the writer reads back what it wrote
        made = unit.pack(tmp_path / "1", [publication(1)], unit_name=f"Phòng {bad} PC09")
    assert outcome(centre, made) == "refused central_not_whole"


def test_a_period_that_is_none_is_returned(
    centre: Agency, unit: Unit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at, period in enumerate(("2026-2020", "20269999-20260101", "0001")):
        with monkeypatch.context() as patched:
            patched.setattr(readme, "_period", lambda code: code)
            made = unit.pack(tmp_path / str(at), [publication(1)], period=period)
        assert outcome(centre, made) == "returned central_period"
        given = last_given(centre, centre.package(made.fingerprint))
        assert given is not None and period in given.answer.lines[0].error
        assert slip_of(centre, given.answer).startswith(b"%PDF")
    assert outcome(centre, unit.pack(tmp_path / "z", [publication(1)])) == "merged"


def test_a_report_of_another_period_is_not_valid(centre: Agency, unit: Unit, tmp_path: Path) -> None:
    """The rules looked at the report inside: it must be the one that is handed in."""
    made = unit.pack(tmp_path / "1", [publication(1)], report={"period": {"code": "2025"}})
    taken = take(centre, made)
    assert taken.package is not None and taken.package.state == "received"
    assert any("2025" in one["error"] for one in taken.package.findings)
    assert figures_of(centre, YEAR).value("publications.total") == 0


# -- keys, signatures, seals -----------------------------------------------------------------------------------


def test_a_key_with_anothers_number_is_not_registered(centre: Agency, unit: Unit, tmp_path: Path) -> None:
    forged = SecretKey.generate()
    forged = SecretKey(PublicKey(unit.key.public.id, forged.public.raw), forged.seed)
    for code in (unit.code, "PX99"):
        with pytest.raises(UserError) as refused:
            centre.registry.register(
                seal_card(code, "Phòng", "2026-01-05T01:00:00Z", forged), words_checked=True
            )
        assert refused.value.code == "central_key_other_unit"
    liar = Unit(key=forged)
    assert outcome(centre, liar.pack(tmp_path / "1", [publication(1)])).startswith(
        "refused central_signature"
    )
    assert [one.code for one in centre.registry.units()] == ["PC09"]


def test_a_key_is_confirmed_and_revoked_however_its_number_is_typed(centre: Agency, tmp_path: Path) -> None:
    unit = Unit()
    unit.register(centre, words_checked=False)
    typed = unit.key.public.id.lower()
    assert centre.registry.confirm(typed).keys[0].checked
    made = unit.pack(tmp_path / "1", [publication(1)])
    centre.registry.revoke(typed, "Mất máy")
    assert centre.registry.unit("PC09").keys[0].revoked
    assert outcome(centre, made) == "refused central_key_revoked"


def test_an_envelope_of_one_sort_is_not_taken_as_another(centre: Agency, unit: Unit, tmp_path: Path) -> None:
    assert outcome(centre, unit.pack(tmp_path / "1", [publication(1)])) == "merged"
    given = last_given(centre, centre.package("KHCN-PC09-2026-L01"))
    assert given is not None
    for raw in (given.raw, centre.registry.roster()):
        with pytest.raises(UserError) as refused:
            centre.registry.register(raw, words_checked=True)
        assert refused.value.code == "envelope_other_type"
    closed = sealed(unit.pack(tmp_path / "2", [publication(2)]), tmp_path / "stick", centre, unit)
    header = closed.with_name(f"{closed.name}.json")
    good = header.read_bytes()
    for raw in (unit.card(), given.raw):
        header.write_bytes(raw)
        assert outcome(centre, closed) == "refused envelope_other_type"
    header.write_bytes(good)
    assert outcome(centre, closed) == "merged"


def test_headers_of_two_sealed_packages_cannot_be_exchanged(
    centre: Agency, unit: Unit, tmp_path: Path
) -> None:
    one, two = (unit.pack(tmp_path / str(n), [publication(n)]) for n in (1, 2))
    first, second = (sealed(made, tmp_path / "stick", centre, unit) for made in (one, two))
    heads = [Path(f"{path}.json") for path in (first, second)]
    raw = [head.read_bytes() for head in heads]
    heads[0].write_bytes(raw[1])
    heads[1].write_bytes(raw[0])
    assert [outcome(centre, path) for path in (first, second)] == ["refused sealed_renamed"] * 2
    heads[0].write_bytes(raw[0])
    shutil.copy(second, first)  # the other's bytes under this one's name and header
    assert outcome(centre, first).startswith("refused sealed_")
    assert centre.packages() == ()


def test_anybody_may_seal_for_the_centre_and_is_refused(centre: Agency, unit: Unit, tmp_path: Path) -> None:
    stranger = Unit()  # says it is PC09 too; the recipient is no secret
    made = stranger.pack(tmp_path / "1", [publication(1)])
    closed = sealed(made, tmp_path / "stick", centre, stranger)
    assert outcome(centre, closed) == "refused central_unknown_key"
    genuine = sealed(unit.pack(tmp_path / "2", [publication(1)]), tmp_path / "stick 2", centre, unit)
    shutil.copy(closed, genuine)  # behind the unit's own header
    assert outcome(centre, genuine).startswith("refused sealed_")
    assert centre.packages() == ()


def test_another_units_package_in_ones_own_seal_is_that_units(
    centre: Agency, unit: Unit, tmp_path: Path
) -> None:
    other = Unit("PA05", "Phòng An ninh mạng")
    other.register(centre)
    made = unit.pack(tmp_path / "1", [publication(1)])
    closed = sealed(made, tmp_path / "stick", centre, other)  # the header says PC09, signed by PA05
    assert outcome(centre, closed) == "refused central_wrong_unit"


# -- files and folders that are none -----------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_and_devices_are_not_waited_for(centre: Agency, unit: Unit, tmp_path: Path) -> None:
    pipe = tmp_path / "KHCN-PC09-2026-L01.zip"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        with pytest.raises(UserError) as refused:
            centre.intake(path)
        assert (refused.value.code, refused.value.exit_code) == ("not_a_plain_file", Exit.ENVIRONMENT)
        assert str(path) in str(refused.value)
    with pytest.raises(UserError) as refused:
        centre.intake(tmp_path)
    assert refused.value.code == "is_a_folder"
    closed = sealed(unit.pack(tmp_path / "1", [publication(1)]), tmp_path / "stick", centre, unit)
    head = closed.with_name(f"{closed.name}.json")
    head.unlink()
    os.mkfifo(head)
    with pytest.raises(UserError) as refused:
        centre.intake(closed)
    assert refused.value.code == "not_a_plain_file"


def test_one_file_that_cannot_be_read_keeps_no_other_waiting(
    centre: Agency, unit: Unit, tmp_path: Path, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    first = Path(shutil.copy(unit.pack(tmp_path / "1", [publication(1)]).path, inbox / "a.zip"))
    second = Path(shutil.copy(unit.pack(tmp_path / "2", [publication(2)]).path, inbox / "b.zip"))
    for path in (first, second):
        path.with_name(f"{path.name}.ok").touch()
    real = open_plain

    def failing(path: Path) -> Any:
        if path == first:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    with monkeypatch.context() as patched:
        patched.setattr(keeping, "open_plain", failing)
        taken = centre.intake_folder(inbox)
        assert [(one.file, one.outcome, one.code) for one in taken] == [
            ("a.zip", "refused", "no_permission"), ("b.zip", "waiting", "central_waits"),
        ]  # fmt: skip
        assert centre.intake_folder(inbox) == [], "told once, not at every look"
    assert [(one.file, one.outcome) for one in centre.intake_folder(inbox)] == [("a.zip", "merged")]
    assert {one.record.number for one in centre.records("2026")} == {2}


def test_a_full_disk_is_not_the_files_fault(
    centre: Agency, unit: Unit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = unit.pack(tmp_path / "1", [publication(1)])
    made.path.with_name(f"{made.path.name}.ok").touch()

    def full(*_: object) -> None:
        raise UserError("disk_full", Exit.ENVIRONMENT, path=str(made.path))

    with monkeypatch.context() as patched:
        patched.setattr(keeping, "_write", full)
        with pytest.raises(UserError) as refused:
            centre.intake_folder(made.path.parent)
        assert refused.value.code == "disk_full"
    assert [one.outcome for one in centre.intake_folder(made.path.parent)] == ["merged"]


@pytest.mark.skipif(os.name == "nt", reason="this system does not allow such names")
def test_names_that_shells_and_screens_misread(centre: Agency, unit: Unit, tmp_path: Path) -> None:
    made = unit.pack(tmp_path / "1", [publication(1)])
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    names = [
        "-rf.zip",
        "$(reboot).zip",
        "`x`; y.zip",
        "a\nb.zip",
        "\u202egpj.zip",
        "<b>&.zip",
        "'.zip",
        "%s{x}.zip",
    ]
    for name in (*names, os.fsdecode(b"\xff\xfe.zip"), os.fsdecode(b"\xfe\xfe.zip")):
        shutil.copy(made.path, inbox / name)
        (inbox / f"{name}.ok").touch()
    taken = centre.intake_folder(inbox)
    assert len(taken) == len(names) + 2
    assert {one.outcome for one in taken} == {"merged", "again"}
    assert all(one.file.isprintable() for one in taken)
    assert centre.intake_folder(inbox) == []
    for event in centre.events():
        assert event.file.isprintable() and event.sentence.isprintable()


def test_an_inbox_that_nobody_empties_is_looked_through_whole(
    centre: Agency, unit: Unit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stdesk.central import inbox as looked

    monkeypatch.setattr(looked, "_BATCH", 3)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for number in range(10):
        (inbox / f"{number}.zip").write_bytes(b"PK" * number)
        (inbox / f"{number}.zip.ok").touch()
    assert [one.outcome for one in centre.intake_folder(inbox)] == ["refused"] * 10
    (inbox / "5.zip").write_bytes(b"PK" * 99)
    assert [one.file for one in centre.intake_folder(inbox)] == ["5.zip"]
    assert len(centre.intake_folder(inbox, again=True)) == 10


# -- names of units on paper and in lists ------------------------------------------------------------------------


def test_a_units_name_is_text_wherever_it_stands(centre: Agency, tmp_path: Path) -> None:
    odd = Unit("<b>PC&09</b>'%_", '<para>"Phòng" & <img src="x"/></para>')
    odd.register(centre)
    taken = take(centre, odd.pack(tmp_path / "1", [publication(1, "<script>&amp; 100%_' OR 1=1 --")]))
    assert taken.outcome == "merged" and taken.package is not None
    given = last_given(centre, taken.package)
    assert given is not None and slip_of(centre, given.answer).startswith(b"%PDF")
    assert [one.unit for one in centre.records(unit=odd.code)] == [odd.code]
    assert list(centre.records(unit="<b>PC&09</b>'__")) == [], "no pattern, a code"
    for name in ("a\u202eb", "a\nb", "a\0b", " a"):
        card = seal_card("PX01", name, "2026-01-05T01:00:00Z", odd.key)
        with pytest.raises(UserError) as refused:
            read_card(card)
        assert refused.value.code == "card_malformed"


def test_a_centre_has_a_name_and_a_roster_a_day_to_come(centre: Agency, tmp_path: Path) -> None:
    for name in ("", " \u200b ", "x" * 301):
        with pytest.raises(UserError) as refused:
            Agency.create(tmp_path / "neu", name)
        assert (refused.value.code, refused.value.exit_code) == ("central_name", Exit.USAGE)
    assert not (tmp_path / "neu").exists()
    with Agency.create(tmp_path / "neu", " Cục\u202e  V04\n") as made:
        assert made.name == "Cục V04" and made.registry.roster()
    with pytest.raises(UserError) as refused:
        centre.registry.roster(date(2026, 11, 11))
    assert refused.value.code == "central_roster_past" and "11/11/2026" in str(refused.value)
    assert centre.registry.last_roster() is None


# -- answers that must always be possible ------------------------------------------------------------------------


def test_a_kind_by_any_name_is_answered(centre: Agency, unit: Unit, tmp_path: Path) -> None:
    """A table of a later program, or of a stranger, must not keep the centre from answering."""
    for at, kind in enumerate(("A-B", "Thing", "x" * 60)):
        made = unit.pack(tmp_path / str(at), [publication(1)], others={kind: [publication(7, id=f"k{at}")]})
        taken = take(centre, made)
        assert taken.outcome == "merged" and taken.answer is not None, kind


def test_a_record_with_a_number_no_answer_can_name_is_returned(
    centre: Agency, unit: Unit, tmp_path: Path
) -> None:
    made = unit.pack(tmp_path / "1", [publication(10**12)], loose=True)
    assert outcome(centre, made) == "returned central_record"
    assert outcome(centre, unit.pack(tmp_path / "2", [publication(1)])) == "merged"


def test_more_to_say_than_an_answer_holds(
    centre: Agency, unit: Unit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "MOST_BYTES", 100_000)
    centre.checks = lambda *_: [
        {"severity": "error", "rule": "r", "kind": "publication", "id": publication(1)["id"], "number": n,
         "field": "title", "error": f"{n} " + 'ộ"' * 900, "advice": "", "note": ""}
        for n in range(1, 201)
    ]  # fmt: skip
    taken = take(centre, unit.pack(tmp_path / "1", [publication(1)]))
    assert taken.answer is not None and len(taken.answer) < 100_000
    given = last_given(centre, centre.package("KHCN-PC09-2026-L01"))
    assert given is not None and 0 < len(given.answer.lines) < 200
    assert str(200 - len(given.answer.lines)) in given.answer.note
