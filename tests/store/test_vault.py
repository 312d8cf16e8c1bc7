"""The key of a library: wrapped by two secrets, said nowhere, and every slip of file or fingers told."""

from __future__ import annotations

import base64
import copy
import json
import pickle
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.encoding import RawEncoder
from nacl.hash import blake2b

from stdesk.errors import UserError
from stdesk.store import vault as module
from stdesk.store.vault import NAME, KeyFile, Vault, new_recovery_code, read_recovery_code

LIBRARY = "0123456789abcdef" * 2
PASSWORD = "Đường tới khoa học 2026"
# Written by this program with K = 00 01 02 … 1f and the smallest cost: has to open for ever.
OLD_FILE = """{
 "format": 1,
 "library": "0123456789abcdef0123456789abcdef",
 "slots": [
  {
   "kind": "password",
   "salt": "yDNM4Bei2aI89fsa73pAOw==",
   "ops": 1,
   "memory": 8192,
   "wrapped": "WZ3DypFHgRw54vzhjg3aEjkR4zXpLlSlXv/f7ddGgRPBNGG7OO2yx6E+Zgm+szBtkea/FIrjkIrNp7mGIp2EXgfTFdLwFtv9"
  },
  {
   "kind": "recovery",
   "salt": "Lw02TZS0yKlu+U9eQNJkHA==",
   "ops": 1,
   "memory": 8192,
   "wrapped": "VjZMuGTbwD/Y7BRJktK7RTQie4F4/PoylaD5zXlL5+CsYyQd7EIoNr2NRDYYTMuNwD+m7UHVOQQbxBv5v5/F7XCQ4gB6aGfL"
  }
 ],
 "check": "065438277ac42e0210f52fa9e29ef346"
}
"""
OLD_CODE = "RMM3-SCF7-78AM-EJXT-Z3Y6-NX3C-4ZX3"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OPS", 1)
    monkeypatch.setattr(module, "MEMORY", 8192)


def opens(keys: KeyFile, secret: str) -> str:
    """The code of the refusal; "" when it opens."""
    try:
        keys.open(secret)
    except UserError as error:
        return error.code
    return ""


def test_password_and_recovery_code_open_the_same_key(tmp_path: Path) -> None:
    vault, code = Vault.new(), new_recovery_code()
    KeyFile(LIBRARY).with_password(vault, PASSWORD).with_recovery(vault, code).write(tmp_path)
    keys = KeyFile.read(tmp_path)
    assert keys is not None and keys.library == LIBRARY
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    for secret in (
        PASSWORD,
        unicodedata.normalize("NFD", PASSWORD),
        code,
        code.replace("-", ""),
        f" {typed}\n",
    ):
        assert keys.open(secret).opens_same(vault)
    for wrong in ("", "x", PASSWORD.lower(), PASSWORD + " ", new_recovery_code()):
        assert opens(keys, wrong) == "password_wrong"


def test_the_file_holds_neither_key_nor_secrets(tmp_path: Path) -> None:
    vault, code = Vault.new(), new_recovery_code()
    KeyFile(LIBRARY).with_password(vault, PASSWORD).with_recovery(vault, code).write(tmp_path)
    raw = (tmp_path / NAME).read_bytes()
    for secret in (
        vault._key,
        vault.database,
        PASSWORD.encode(),
        code.encode(),
        read_recovery_code(code).encode(),
    ):
        for said in (secret, base64.b64encode(secret).rstrip(b"=")[:-1], secret.hex().encode()):
            assert said not in raw
    assert [path.name for path in tmp_path.iterdir()] == [NAME], "nothing is left beside it"


def test_a_new_password_takes_the_place_of_the_old_one() -> None:
    vault, code = Vault.new(), new_recovery_code()
    first = KeyFile(LIBRARY).with_password(vault, "cũ").with_recovery(vault, code)
    second = first.with_password(first.open("cũ"), "mới")
    assert [opens(second, one) for one in ("cũ", "mới", code)] == ["password_wrong", "", ""]
    third = second.with_recovery(vault, other := new_recovery_code())
    assert [opens(third, one) for one in (code, other, "mới")] == ["password_wrong", "", ""]
    assert third.has("password") and third.has("recovery") and len(third.slots) == 2
    with pytest.raises(UserError) as refused:
        third.with_password(vault, "")
    assert refused.value.code == "password_empty"


def test_a_slot_opens_nothing_in_another_library_or_as_another_kind() -> None:
    vault = Vault.new()
    keys = KeyFile(LIBRARY).with_password(vault, PASSWORD)
    (slot,) = keys.slots
    assert opens(KeyFile("f" * 32, (slot,)), PASSWORD) == "password_wrong"
    weaker = module.Slot("password", slot.salt, slot.ops + 1, slot.memory, slot.wrapped)
    assert opens(KeyFile(LIBRARY, (weaker,)), PASSWORD) == "password_wrong"


def test_every_flipped_bit_of_the_file_is_found(tmp_path: Path) -> None:
    vault = Vault.new()
    keys = KeyFile(LIBRARY).with_password(vault, PASSWORD)
    raw = keys.to_bytes()
    harmless = 0
    for place in range(len(raw)):
        spoilt = bytearray(raw)
        spoilt[place] ^= 1 << place % 8
        (tmp_path / NAME).write_bytes(spoilt)
        try:
            read = KeyFile.read(tmp_path)
        except UserError as error:
            assert error.code == "key_file_damaged", place
        else:  # a blank became another blank
            assert read == keys
            harmless += 1
    assert harmless <= raw.count(b" ") + raw.count(b"\n")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b'"x"',
        b'{"check": ""}',
        b"[" * 20_000,
        b"\xff\xfe\x00",
        b"x" * (1 << 20),
    ],
)
def test_what_is_no_key_file_is_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(UserError) as refused:
        KeyFile.read(tmp_path)
    assert refused.value.code == "key_file_damaged"
    assert NAME in str(refused.value)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"memory": 1 << 40},
        {"memory": 0},
        {"ops": 1 << 20},
        {"ops": 0},
        {"ops": "x"},
        {"salt": ""},
        {"wrapped": "AAAA"},
        {"wrapped": "…"},
        {"kind": "else"},
    ],
)
def test_a_file_that_asks_for_too_much_is_refused_before_anything_is_worked_out(
    tmp_path: Path, spoilt: dict[str, Any]
) -> None:
    body = json.loads(KeyFile(LIBRARY).with_password(Vault.new(), PASSWORD).to_bytes())
    body.pop("check")
    body["slots"][0].update(spoilt)
    body["check"] = module._check_sum(body)
    (tmp_path / NAME).write_text(json.dumps(body), encoding="utf-8")
    with pytest.raises(UserError) as refused:
        KeyFile.read(tmp_path)
    assert refused.value.code == "key_file_damaged"


def test_no_key_file_means_no_password(tmp_path: Path) -> None:
    assert KeyFile.read(tmp_path) is None


def test_a_file_of_the_first_version_opens_for_ever(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(OLD_FILE, encoding="utf-8")
    keys = KeyFile.read(tmp_path)
    assert keys is not None
    for secret in (PASSWORD, OLD_CODE):
        assert keys.open(secret).opens_same(Vault(bytes(range(32))))


def test_what_is_derived_is_keyed_blake2b_as_written_down() -> None:
    """Worked out again with libsodium's BLAKE2b; ours is Python's."""
    key = bytes(range(32))

    def derived(said: bytes) -> bytes:
        made = blake2b(said, digest_size=32, key=key, person=b"STDesk library", encoder=RawEncoder)
        return bytes(made)

    vault, sha512 = Vault(key), "ab" * 64
    name = derived(b"name\0" + sha512[:40].encode()).hex()[:40]
    assert vault.database == derived(b"database\0")
    assert vault.file_name(sha512) == vault.file_name(sha512[:40]) == name
    assert vault.file_key(sha512) == vault.stored_key(name) == derived(b"file\0" + name.encode())
    assert vault.file_name("cd" * 64) != name != Vault.new().file_name(sha512)


def test_a_key_says_nothing_and_is_not_stored() -> None:
    vault = Vault.new()
    for said in (repr(vault), str(vault), f"{vault}", f"{[vault]!r}"):
        assert vault._key.hex() not in said and repr(vault._key) not in said
    for store in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            store(vault)
    assert not hasattr(vault, "__dict__")
    with pytest.raises(ValueError, match="31"):
        Vault(bytes(31))


def test_every_wrong_letter_and_swap_in_a_recovery_code_is_told_from_a_wrong_password() -> None:
    vault, code = Vault.new(), new_recovery_code()
    assert len(code) == 34 and code.count("-") == 6
    letters = read_recovery_code(code)
    spoilt = {
        letters[:place] + other + letters[place + 1 :]
        for place in range(28)
        for other in module._ALPHABET
        if other != letters[place]
    }
    spoilt |= {
        letters[:place] + letters[place + 1] + letters[place] + letters[place + 2 :]
        for place in range(25)
        if letters[place] != letters[place + 1]
    }
    assert {read_recovery_code(one) for one in spoilt} == {""}
    keys = KeyFile(LIBRARY).with_password(vault, PASSWORD).with_recovery(vault, code)
    assert opens(keys, min(spoilt)) == "recovery_code_mistyped"


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_code_or_none(typed: str) -> None:
    letters = read_recovery_code(typed)
    assert letters == "" or read_recovery_code(letters) == letters


def test_codes_are_not_alike() -> None:
    made = {new_recovery_code() for _ in range(200)}
    assert len(made) == 200 and all(read_recovery_code(one) for one in made)
