"""Keys and signatures: what minisign writes and reads, and nothing that was touched."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

import minisign
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk.errors import UserError
from stdesk.package.keys import (
    PublicKey,
    SecretKey,
    code_of,
    hash_of,
    plain_comment,
    read_code,
    read_signature,
    shared_secret,
)
from tests.helpers.refusals import refusal

KEY = SecretKey.from_seed(bytes(range(32)))
MESSAGE = "Danh mục: Đề tài Nguyễn Thị Ánh\n".encode()
SIGNED = KEY.sign(MESSAGE, "PC09, 2026, L01, 42 records")
# The eight points of low order on Curve25519's Edwards form, and ways to write them that are not canonical
# (github.com/jedisct1/libsodium, ge25519_has_small_order): with these as a key anyone could sign.
LOW_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
]
NOT_CANONICAL = [
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]
needs_minisign = pytest.mark.skipif(not shutil.which("minisign"), reason="Debian's minisign is not installed")


def _minisign(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["minisign", *map(str, words)], capture_output=True, text=True, check=False)


# -- minisign's own programs agree


@needs_minisign
def test_minisign_verifies_what_we_sign(tmp_path: Path) -> None:
    (tmp_path / "k.pub").write_text(KEY.public.text("Công an tỉnh Đắk Lắk"), encoding="utf-8")
    (tmp_path / "m").write_bytes(MESSAGE)
    (tmp_path / "m.minisig").write_text(SIGNED, encoding="utf-8")
    good = _minisign("-V", "-p", tmp_path / "k.pub", "-m", tmp_path / "m")
    assert good.returncode == 0
    assert "Trusted comment: PC09, 2026, L01, 42 records" in good.stdout
    assert _minisign("-V", "-P", KEY.public.line, "-m", tmp_path / "m").returncode == 0
    (tmp_path / "m").write_bytes(MESSAGE + b" ")
    assert _minisign("-V", "-p", tmp_path / "k.pub", "-m", tmp_path / "m").returncode != 0


@needs_minisign
def test_minisign_signs_with_our_key_file_byte_for_byte_as_we_do(tmp_path: Path) -> None:
    (tmp_path / "k.key").write_text(KEY.text(), encoding="utf-8")
    (tmp_path / "m").write_bytes(MESSAGE)
    done = _minisign("-S", "-s", tmp_path / "k.key", "-m", tmp_path / "m", "-t", "lan 1")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "m.minisig").read_text(encoding="utf-8") == KEY.sign(MESSAGE, "lan 1")


@needs_minisign
def test_a_key_that_minisign_made_is_read(tmp_path: Path) -> None:
    done = _minisign("-G", "-W", "-p", tmp_path / "k.pub", "-s", tmp_path / "k.key")
    assert done.returncode == 0
    key = SecretKey.parse((tmp_path / "k.key").read_text(encoding="utf-8"))
    assert key.public == PublicKey.parse((tmp_path / "k.pub").read_text(encoding="utf-8"))
    assert not key.own_id
    assert key.public.id in (tmp_path / "k.pub").read_text(encoding="utf-8")


def test_a_second_implementation_agrees_both_ways() -> None:
    theirs = minisign.SecretKey.from_bytes(KEY.text().encode())
    public = minisign.PublicKey.from_bytes(KEY.public.text().encode())
    public.verify(MESSAGE, minisign.Signature.from_bytes(SIGNED.encode()))
    signature = theirs.sign(MESSAGE, trusted_comment="theirs")
    text = bytes(signature).decode() + "\n"  # which it leaves out, other than minisign
    assert KEY.public.verify(MESSAGE, text) == "theirs"


# -- our own reading


def test_what_was_signed_verifies_and_gives_its_comment() -> None:
    assert KEY.public.verify(MESSAGE, SIGNED) == "PC09, 2026, L01, 42 records"
    assert KEY.public.verify_hash(hash_of([MESSAGE[:5], b"", MESSAGE[5:]]), SIGNED)


def test_signing_is_deterministic() -> None:
    assert KEY.sign(MESSAGE, "PC09, 2026, L01, 42 records") == SIGNED
    assert SecretKey.parse(KEY.text()) == KEY
    assert PublicKey.parse(KEY.public.text("đơn vị")) == KEY.public == PublicKey.parse(KEY.public.line)


def test_new_keys_differ_and_their_id_follows_from_them() -> None:
    one, other = SecretKey.generate(), SecretKey.generate()
    assert one.public.id != other.public.id
    assert one.own_id
    assert SecretKey.from_seed(one.seed) == one


def test_a_secret_never_shows_itself() -> None:
    assert KEY.seed.hex() not in repr(KEY)
    assert repr(KEY.seed) not in repr(KEY)


@given(st.integers(0, len(SIGNED.encode()) * 8 - 1))
def test_any_bit_of_a_signature_counts(bit: int) -> None:
    raw = bytearray(SIGNED.encode())
    raw[bit // 8] ^= 1 << bit % 8
    text = raw.decode("utf-8", errors="replace")
    code = refusal(KEY.public.verify, MESSAGE, text)
    assert code in (
        "signature_malformed", "signature_other_key", "signature_wrong", "signature_comment_changed",
    )  # fmt: skip


@given(st.integers(0, len(MESSAGE) * 8 - 1))
def test_any_bit_of_the_message_counts(bit: int) -> None:
    raw = bytearray(MESSAGE)
    raw[bit // 8] ^= 1 << bit % 8
    assert refusal(KEY.public.verify, bytes(raw), SIGNED) == "signature_wrong"


@given(st.integers(0, 42 * 8 - 1))
def test_any_bit_of_the_key_counts(bit: int) -> None:
    raw = bytearray(base64.b64decode(KEY.public.line))
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(UserError) as caught:
        PublicKey.parse(base64.b64encode(raw).decode()).verify(MESSAGE, SIGNED)
    assert caught.value.code in ("key_malformed", "key_weak", "signature_other_key", "signature_wrong")


@given(st.integers(0, 158 * 8 - 1))
def test_any_bit_of_a_secret_key_counts(bit: int) -> None:
    raw = bytearray(base64.b64decode(KEY.text().splitlines()[1]))
    raw[bit // 8] ^= 1 << bit % 8
    if 6 * 8 <= bit < 54 * 8:  # salt and limits, unused without a password
        return
    assert refusal(SecretKey.parse, base64.b64encode(raw).decode()).startswith("secret_key_")


def test_an_altered_comment_has_its_own_sentence() -> None:
    assert refusal(KEY.public.verify, MESSAGE, SIGNED.replace("L01", "L02")) == "signature_comment_changed"


def test_another_key_has_its_own_sentence() -> None:
    other = SecretKey.from_seed(bytes(32))
    assert refusal(other.public.verify, MESSAGE, SIGNED) == "signature_other_key"
    posing = PublicKey(KEY.public.id, other.public.raw)
    assert refusal(posing.verify, MESSAGE, SIGNED) == "signature_wrong"


def test_the_signature_of_one_comment_does_not_serve_another_message() -> None:
    lines, others = SIGNED.split("\n"), KEY.sign(b"other", "PC09, 2026, L01, 42 records").split("\n")
    mixed = "\n".join([lines[0], lines[1], lines[2], others[3], ""])
    assert refusal(KEY.public.verify, MESSAGE, mixed) == "signature_comment_changed"


@pytest.mark.parametrize(
    "text",
    ["", "\n" * 4, "x" * 100_000, SIGNED[:-1], SIGNED + "\n", SIGNED.replace("\n", "\r\n"), SIGNED.upper(),
     SIGNED.replace("42", "4\u202e2"), SIGNED.replace("=\n", "\n"), SIGNED.replace("minisign", "STDesk")],
)  # fmt: skip
def test_a_malformed_signature_is_no_crash(text: str) -> None:
    assert refusal(KEY.public.verify, MESSAGE, text) == "signature_malformed"


def test_a_signature_that_was_not_prehashed_is_refused() -> None:
    first = SIGNED.split("\n")[1]
    raw = b"Ed" + base64.b64decode(first)[2:]
    assert (
        refusal(read_signature, SIGNED.replace(first, base64.b64encode(raw).decode()))
        == "signature_malformed"
    )


@pytest.mark.parametrize("point", LOW_ORDER + NOT_CANONICAL)
def test_a_key_that_lets_anyone_sign_is_refused_everywhere(point: str) -> None:
    raw = bytes.fromhex(point)
    line = base64.b64encode(b"Ed" + bytes(8) + raw).decode()
    assert refusal(PublicKey.parse, line) == "key_weak"
    assert refusal(PublicKey(KEY.public.id, raw).verify, MESSAGE, SIGNED) == "key_weak"
    assert refusal(shared_secret, KEY, PublicKey(KEY.public.id, raw)) == "key_weak"


@pytest.mark.parametrize(
    "text", ["", "xin chào", "RWQ=", KEY.text(), "a\nb\nc", KEY.public.line[:-2], "R" * 99_999]
)
def test_a_malformed_public_key_has_its_sentence(text: str) -> None:
    assert refusal(PublicKey.parse, text) == "key_malformed"


def test_a_secret_key_with_a_password_has_its_sentence() -> None:
    raw = bytearray(base64.b64decode(KEY.text().splitlines()[1]))
    raw[2:4] = b"Sc"
    assert refusal(SecretKey.parse, base64.b64encode(raw).decode()) == "secret_key_password"
    assert refusal(SecretKey.parse, "không phải khóa") == "secret_key_malformed"


def test_a_comment_is_made_plain() -> None:
    assert plain_comment("CAT Đắk Lắk/PC09\nlần 1 đợt\t2") == "CAT Dak Lak/PC09 lan 1 dot 2"
    assert KEY.public.verify(b"", KEY.sign(b"", "Đắk Lắk")) == "Dak Lak"
    assert KEY.public.verify(b"", KEY.sign(b"", "x" * 20_000)).startswith("xxx")


# -- the shared secret


def test_both_sides_work_out_the_same_secret_and_a_third_another() -> None:
    unit, centre, third = KEY, SecretKey.generate(), SecretKey.generate()
    assert shared_secret(unit, centre.public) == shared_secret(centre, unit.public)
    assert shared_secret(unit, centre.public) != shared_secret(third, centre.public)
    assert len(shared_secret(unit, centre.public)) == 64


# -- the key on paper


@given(st.binary(min_size=32, max_size=32))
def test_the_code_on_paper_gives_the_whole_key_back(seed: bytes) -> None:
    key = SecretKey.from_seed(seed)
    lines = code_of(key)
    assert [len(line.split()) for line in lines] == [4, 4, 4, 4]
    assert read_code("\n".join(lines)) == key
    assert read_code(" ".join(lines).lower().replace("0", "o").replace("1", "l").replace(" ", "-")) == key


@given(st.integers(0, 63), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_a_mistyped_line_is_named(place: int, sign: str) -> None:
    typed = "".join(code_of(KEY)).replace(" ", "")
    if typed[place] == sign:
        return
    with pytest.raises(UserError) as caught:
        read_code(typed[:place] + sign + typed[place + 1 :])
    assert (caught.value.code, caught.value.params["line"]) == ("key_code_line", str(place // 16 + 1))


def test_lines_in_another_order_are_noticed() -> None:
    one, two, three, four = code_of(KEY)
    assert refusal(read_code, "".join([two, one, three, four])) == "key_code_line"
    assert refusal(read_code, "".join([one, two, three])) == "key_code_length"
    assert refusal(read_code, "đây không phải mã") == "key_code_length"
