"""Readers of packages, cards, rosters, answers and codes for :mod:`tests.helpers.reading`."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path

from tests.helpers.mutating import spoil, spoil_value

_NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def package(raw: bytes, folder: Path) -> None:
    from stdesk.package.reader import open_package
    from stdesk.package.verifier import verify_package
    from tests.helpers.mutations import KEYS
    from tests.helpers.packages import NAME

    path = folder / f"{NAME}.zip"
    path.write_bytes(raw)
    found = verify_package(path, keys=KEYS, must=True, unit="PC09")
    assert all(one.message for one in found.defects)
    with open_package(path) as opened:
        for kind in opened.kinds():
            list(opened.records(kind))
        list(opened.withdrawn() if opened.has("data/withdrawn.jsonl") else ())
        list(opened.attachments())
        opened.snapshot()
        for one in opened.paths():
            for _ in opened.file(one):
                pass


def packages(folder: Path) -> list[bytes]:
    from tests.helpers.mutations import write_signed

    return [write_signed(folder).read_bytes()]


def spoil_package(raw: bytes, chance: random.Random, _others: list[bytes]) -> bytes:
    """The ZIP spoilt, or what it carries, signed anew: as a stranger could, and as the unit's key could."""
    import tempfile

    from tests.helpers import mutations

    if chance.random() < 0.5:
        return mutations.spoil(raw, chance)[1]
    with tempfile.TemporaryDirectory() as place:
        good, made = Path(place) / "KHCN-PC09-2026-L01.zip", Path(place) / "made.zip"
        good.write_bytes(raw)

        def change(bag: dict[str, bytes]) -> None:
            path = chance.choice(sorted(bag))
            bag[path] = spoil(bag[path], chance) if chance.random() < 0.5 else _spoil_lines(bag[path], chance)

        try:
            return mutations.resigned(good, made, change).read_bytes()
        except (ValueError, KeyError, LookupError):  # so spoilt that the tests' own writer cannot sign it
            return mutations.spoil(raw, chance)[1]


def _spoil_lines(raw: bytes, chance: random.Random) -> bytes:
    try:
        lines = [json.loads(line) for line in raw.splitlines()]
    except ValueError:
        return spoil(raw, chance)
    spoilt = [spoil_value(one, chance) if chance.random() < 0.6 else one for one in lines]
    return b"".join(
        json.dumps(one, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n" for one in spoilt
    )


def bag(raw: bytes, folder: Path) -> None:
    """A bag of any program: its tag files stand in the bytes, parted by a line of dashes."""
    import shutil

    from stdesk.package.anybag import verify_any_bag

    place = folder / "túi"
    shutil.rmtree(place, ignore_errors=True)
    (place / "data").mkdir(parents=True)
    (place / "data" / "a.txt").write_bytes(b"a")
    for name, content in zip(_BAG_FILES, raw.split(b"\n-----\n"), strict=False):
        (place / name).write_bytes(content)
    verify_any_bag(place)


_BAG_FILES = ("bagit.txt", "manifest-md5.txt", "bag-info.txt", "fetch.txt", "tagmanifest-sha256.txt")


def bags(_folder: Path) -> list[bytes]:
    return [
        b"\n-----\n".join(
            (
                b"BagIt-Version: %s\nTag-File-Character-Encoding: UTF-8\n" % version,
                b"0cc175b9c0f1b6a831c399e269772661  data/a.txt\n",
                b"Payload-Oxum: 1.1\nExternal-Description: m\n  n\n",
                b"http://example.invalid/b 12 data/b.txt\n",
                b"0" * 64 + b"  bag-info.txt\n",
            )
        )
        for version in (b"1.0", b"0.97", b"0.93")
    ]


def envelope(raw: bytes, _folder: Path) -> None:
    from stdesk.errors import UserError
    from stdesk.package import answer, roster
    from stdesk.package.envelope import read_envelope
    from stdesk.package.seal_header import HEADER, header_in
    from tests.helpers.answers import CENTRE_KEY

    problems = []

    def header() -> None:
        header_in(read_envelope(raw, HEADER))

    def whole_answer() -> None:
        envelope = read_envelope(raw, answer.ENVELOPE, answer.MOST_BYTES)
        envelope.verify([CENTRE_KEY.public])
        answer.from_body(envelope.body)

    def newer() -> None:
        roster.check_newer(_roster_raw(), raw, _NOW)

    for read in (lambda: roster.read_card(raw), newer, lambda: roster.read_roster(raw), header, whole_answer):
        try:
            read()
        except UserError as error:
            problems.append(str(error))
    if len(problems) == 5:
        raise UserError("envelope_changed")


def _roster_raw() -> bytes:
    from tests.helpers.answers import roster_file

    return roster_file()


def envelopes(_folder: Path) -> list[bytes]:
    from stdesk.package.roster import seal_card
    from tests.helpers import answers

    card = seal_card("PC09", "Phòng Kỹ thuật hình sự", "2026-11-05T01:30:00Z", answers.CENTRE_KEY)
    return [card, answers.roster_file(), answers.sealed(answers.answer()), answers.short(answers.answer())]


def spoil_envelope(raw: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """The text spoilt; or what it says, signed anew by the key that is known."""
    from tests.helpers.answers import CENTRE_KEY

    if chance.random() < 0.3:
        return spoil(raw, chance, others)
    outer = json.loads(raw)
    body = spoil_value(json.loads(outer["body"]), chance)
    if chance.random() < 0.1:
        body = {**body, "x": float("inf")} if isinstance(body, dict) else body
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    text = text.replace("Infinity", chance.choice(("1e999", "-1e999", "1E+400")))
    if chance.random() < 0.2:
        text = spoil(text.encode("utf-8", "surrogatepass"), chance).decode("utf-8", "replace")
    signed = text.encode("utf-8", "surrogatepass")
    outer = {
        **outer,
        "body": text,
        "signature": CENTRE_KEY.sign(signed, f"{outer['format']} {outer['type']}: x"),
    }
    return (
        json.dumps(outer, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
            "utf-8", "surrogatepass"
        )
        + b"\n"
    )


def code(raw: bytes, _folder: Path) -> None:
    """What a camera reads or a person types."""
    from stdesk.errors import UserError
    from stdesk.package import answer, answer_code, keys, seal_keys, words
    from stdesk.reports import paper_code

    text = raw.decode("utf-8", "replace")
    answer.from_qr(text)
    answer_code.normalise(text)
    paper_code.read_mark(text)
    paper_code.normalise(text)
    paper_code.near(text, "ABCD-EFGH-JKMN")
    for read in (
        keys.read_code,
        keys.PublicKey.parse,
        keys.SecretKey.parse,
        keys.read_signature,
        words.read_words,
        seal_keys.check_recipient,
        seal_keys.read_identity,
    ):
        try:
            read(text)
        except UserError as error:
            assert str(error) != error.code


def codes(_folder: Path) -> list[bytes]:
    from stdesk.package import answer, keys, words
    from tests.helpers import answers

    key = answers.CENTRE_KEY
    made = [
        answer.to_qr(answers.short(answers.answer())),
        " ".join(keys.code_of(key)),
        key.public.text("x"),
        key.text(),
        key.sign(b"x", "y"),
        " ".join(words.fingerprint_words(key.public)),
        "ABCD-EFGH-JKMN 3/12",
    ]
    return [one.encode() for one in made]


def sealed(raw: bytes, folder: Path) -> None:
    """The encrypted file spoilt, and a header beside it that says so many bytes with that hash, signed."""
    import hashlib

    from stdesk.package.envelope import seal_envelope
    from stdesk.package.seal import header_path_of, open_sealed
    from tests.helpers.mutations import KEY

    held = json.loads((folder / "sealed.json").read_text())
    path = folder / held["file"]
    path.write_bytes(raw)
    body = {**held["body"], "size": len(raw), "sha512": hashlib.sha512(raw).hexdigest()}
    header_path_of(path).write_bytes(seal_envelope("header", body, KEY, "x"))
    opened = open_sealed(path, [held["identity"]], folder / "riêng", keys=[KEY.public])
    opened.unlink()


def seals(folder: Path) -> list[bytes]:
    from stdesk.package.seal import read_header, seal
    from stdesk.package.seal_keys import new_identity
    from tests.helpers.mutations import KEY, write_signed

    age, place = new_identity(), folder / "gửi"
    place.mkdir(exist_ok=True)
    header = {
        "unit": "PC09",
        "period": "2026",
        "submission": 1,
        "line": "",
        "sequence": 1,
        "previous": "",
        "delta": False,
        "base_receipt": "",
        "secrecy": "thuong",
        "trial": False,
        "part": 1,
        "parts": 1,
    }
    made = seal(write_signed(folder), place, [age.recipient], header, KEY)
    held = {"file": made.path.name, "identity": age.identity, "body": dict(read_header(made.path).body)}
    (folder / "sealed.json").write_text(json.dumps(held))
    return [made.path.read_bytes()]
