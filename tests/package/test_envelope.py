"""Signed texts: nothing in them can be changed, exchanged or taken for something else."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk.errors import UserError
from stdesk.package.envelope import MOST, canonical, read_envelope, seal_envelope
from stdesk.package.keys import SecretKey
from tests.helpers.refusals import refusal

KEY = SecretKey.from_seed(bytes(range(32)))
OTHER = SecretKey.from_seed(bytes(32))
BODY = {"unit": "PC09", "name": "Công an tỉnh Đắk Lắk", "n": 3, "list": [1, None, True, {"á": "ợ"}]}
RAW = seal_envelope("roster", BODY, KEY, "Cục V04, version 3")


def _outer(**changes: Any) -> bytes:
    outer = {**json.loads(RAW), **changes}
    text = json.dumps(outer, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode() + b"\n"


def test_what_was_sealed_is_read_and_verifies() -> None:
    envelope = read_envelope(RAW, "roster")
    assert envelope.body == BODY
    assert envelope.key_id == KEY.public.id
    assert envelope.verify([OTHER.public, KEY.public]) == "Cuc V04, version 3"
    assert seal_envelope("roster", BODY, KEY, "Cục V04, version 3") == RAW, "deterministic"


@pytest.mark.skipif(not shutil.which("minisign"), reason="Debian's minisign is not installed")
def test_minisign_verifies_the_body(tmp_path: Path) -> None:
    outer = json.loads(RAW)
    (tmp_path / "body").write_text(outer["body"], encoding="utf-8")
    (tmp_path / "body.minisig").write_text(outer["signature"], encoding="utf-8")
    words = ["minisign", "-V", "-P", KEY.public.line, "-m", str(tmp_path / "body")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "Trusted comment: stdesk-envelope-1 roster: Cuc V04, version 3" in done.stdout
    assert done.returncode == 0


@given(st.integers(0, len(RAW) * 8 - 1))
def test_any_bit_counts(bit: int) -> None:
    raw = bytearray(RAW)
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(UserError):
        read_envelope(bytes(raw), "roster").verify([KEY.public])


@given(st.integers(0, len(RAW) - 1))
def test_cut_anywhere_it_is_refused(length: int) -> None:
    assert refusal(read_envelope, RAW[:length], "roster").startswith("envelope_")


def test_a_key_that_is_not_known_has_its_sentence() -> None:
    envelope = read_envelope(RAW, "roster")
    assert refusal(envelope.verify, []) == "envelope_unknown_key"
    assert refusal(envelope.verify, [OTHER.public]) == "envelope_unknown_key"


def test_a_file_of_another_kind_is_named() -> None:
    with pytest.raises(UserError) as caught:
        read_envelope(RAW, "key")
    assert caught.value.code == "envelope_other_type"
    assert "danh sách chìa khóa của trung ương" in str(caught.value)


def test_a_signature_does_not_serve_another_type() -> None:
    """The type outside can be changed by anyone; the comment that was signed cannot."""
    posing = read_envelope(_outer(type="key"), "key")
    assert refusal(posing.verify, [KEY.public]) == "envelope_other_use"


def test_a_plain_signature_of_the_same_bytes_is_no_envelope() -> None:
    text = canonical(BODY)
    posing = read_envelope(_outer(signature=KEY.sign(text, "Cuc V04, version 3")), "roster")
    assert refusal(posing.verify, [KEY.public]) == "envelope_other_use"


def test_the_signature_of_another_body_is_wrong() -> None:
    other = json.loads(seal_envelope("roster", {"unit": "PC08"}, KEY, "c"))["signature"]
    assert refusal(read_envelope(_outer(signature=other), "roster").verify, [KEY.public]) == "signature_wrong"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "envelope_not"),
        (b"\xff\xfe\x00", "envelope_not"),
        (b"[]", "envelope_not"),
        (b'{"format":"x"}', "envelope_not"),
        (b'{"a":1,"a":2}', "envelope_not"),
        (b"[" * 100_000, "envelope_not"),
        (b'{"format":NaN}', "envelope_not"),
        (b" " * (MOST + 1), "envelope_too_big"),
        (_outer(format="stdesk-envelope-2"), "envelope_newer"),
        (_outer(more="1"), "envelope_changed"),
        (_outer(body=7), "envelope_changed"),
        (_outer(body="{}  "), "envelope_changed"),
        (_outer(body='{"b":1,"a":2}'), "envelope_changed"),
        (_outer(body="[1]"), "envelope_changed"),
        (_outer(body='{"a":"' + "e\u0301" + '"}'), "envelope_not"),
        (_outer(signature="x"), "signature_malformed"),
        (RAW.replace(b",", b", "), "envelope_changed"),
        (RAW.replace(b"\n", b"\r\n"), "envelope_changed"),
        (RAW + b"\n", "envelope_changed"),
    ],
)
def test_hostile_files_have_their_sentence(raw: bytes, code: str) -> None:
    assert refusal(read_envelope, raw, "roster") == code


def test_half_a_surrogate_pair_is_refused() -> None:
    raw = _outer(body='{"a":"\\ud800"}')
    assert refusal(read_envelope, raw, "roster") == "envelope_changed"


def test_a_larger_limit_can_be_asked_for() -> None:
    raw = seal_envelope("answer", {"text": "ắ" * MOST}, KEY, "")
    assert refusal(read_envelope, raw, "answer") == "envelope_too_big"
    assert read_envelope(raw, "answer", 64 << 20).verify([KEY.public]) == ""


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("aăâbc", max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abcđê", max_size=5), _VALUES, max_size=5))
def test_any_body_comes_back_in_its_composed_form(body: dict[str, Any]) -> None:
    envelope = read_envelope(seal_envelope("answer", body, KEY, "thử"), "answer")
    envelope.verify([KEY.public])
    assert canonical(envelope.body) == canonical(body)
