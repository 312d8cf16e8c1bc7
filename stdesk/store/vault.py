"""The secret key of a library that asks for a password, and the file that keeps it wrapped.

A locked library is encrypted with one random key K. ``library.key`` holds K twice, in two slots: wrapped
by the password and by the printed recovery code. Each slot's key is made with Argon2id (RFC 9106), which
takes memory and time on purpose; K is wrapped with XChaCha20-Poly1305. A new password therefore rewrites
one small file and nothing else. Nothing in the file is secret by itself.

From K everything else is derived with keyed BLAKE2b (RFC 7693), a label for each use: the database's key,
the names of files on the disk, and a key for each file.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, NoReturn

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

from stdesk import atomic
from stdesk.errors import Exit, UserError
from stdesk.store.faults import told

NAME = "library.key"
KEY_SIZE = 32  # bytes
FORMAT = 1

OPS, MEMORY = 3, 64 << 20  # passes; bytes: what a PC with 4 GB can spare, about 0.4 s. Tests make them small
_MOST_OPS, _MOST_MEMORY = 32, 1 << 30  # what a file of others may ask for
_LARGEST = 64 << 10  # bytes of the key file
_SALT, _NONCE, _TAG = 16, 24, 16  # bytes
_PERSON = b"STDesk library"
_SHORT = 40  # hexadecimal digits of a SHA-512 that name a file, see store.files

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_CODE_LETTERS, _CHECK_LETTERS, _GROUP = 26, 2, 4  # 130 bits, and 10 that find a slip
_CHECK_PRIME = 1021  # the largest below 2**10: finds every wrong letter and every swap of two neighbours

Kind = Literal["password", "recovery"]
PASSWORD: Kind = "password"
RECOVERY: Kind = "recovery"


class Vault:
    """The key of an unlocked library. It says nothing of itself, and cannot be stored by accident."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_SIZE:
            raise ValueError(len(key))
        self._key = bytes(key)

    @classmethod
    def new(cls) -> Vault:
        """A new random key."""
        return cls(secrets.token_bytes(KEY_SIZE))

    @property
    def database(self) -> bytes:
        """The raw key of the database, 32 bytes."""
        return self._derived("database")

    def file_name(self, sha512: str) -> str:
        """The name on the disk of the file with this content, 40 hexadecimal digits.

        Keyed, so that who has a document cannot see whether the library has it.

        Args:
            sha512: hexadecimal, or its first 40 digits, which is what records call a file.
        """
        return self._derived("name", _short(sha512)).hex()[:_SHORT]

    def file_key(self, sha512: str) -> bytes:
        """The key of that one file, 32 bytes."""
        return self.stored_key(self.file_name(sha512))

    def stored_key(self, name: str) -> bytes:
        """The same by the name on the disk: what nobody remembers any more can still be read."""
        return self._derived("file", name)

    def opens_same(self, other: Vault) -> bool:
        """Whether ``other`` is the same key."""
        return hmac.compare_digest(self._key, other._key)

    def _derived(self, label: str, of: str = "") -> bytes:
        said = f"{label}\0{of}".encode()
        return hashlib.blake2b(said, key=self._key, digest_size=KEY_SIZE, person=_PERSON).digest()

    def wrapped_by(self, key: bytes, about: bytes) -> bytes:
        """This key encrypted with ``key``; ``about`` is bound to it."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(self._key, about, nonce, key)

    def __repr__(self) -> str:
        return "Vault(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not stored")


@dataclass(frozen=True, slots=True)
class Slot:
    """K, wrapped by one secret.

    Attributes:
        kind: which secret. salt, ops, memory (bytes): how its key is made.
        wrapped: nonce and K, encrypted.
    """

    kind: Kind
    salt: bytes
    ops: int
    memory: int
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What ``library.key`` says.

    Attributes:
        library: the library's own id, 32 hexadecimal digits; it is bound into every slot.
        slots: at most one of each kind.
    """

    library: str
    slots: tuple[Slot, ...] = ()

    @classmethod
    def read(cls, folder: Path) -> KeyFile | None:
        """The key file of the library in ``folder``; ``None`` when the library has no password.

        Raises:
            UserError: ``key_file_damaged``; what the disk refused.
        """
        path = folder / NAME
        try:
            with told(path), path.open("rb") as file:
                content = file.read(_LARGEST + 1)
        except UserError as error:
            if error.code == "not_found":
                return None
            raise
        try:
            return _parsed(content)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise UserError("key_file_damaged", Exit.ENVIRONMENT, path=str(path)) from error

    def write(self, folder: Path) -> None:
        """Put it into ``folder``, whole or not at all. Raises UserError: what the disk refused."""
        with told(folder / NAME):
            atomic.write_bytes(folder / NAME, self.to_bytes())

    def to_bytes(self) -> bytes:
        """The file's content: JSON with a check sum over itself."""
        body = {
            "format": FORMAT,
            "library": self.library,
            "slots": [{name: _text(value) for name, value in asdict(slot).items()} for slot in self.slots],
        }
        body["check"] = _check_sum(body)
        return json.dumps(body, indent=1).encode() + b"\n"

    def open(self, secret: str) -> Vault:
        """The key, by the password or the recovery code, however the latter was typed.

        Raises:
            UserError: ``password_wrong``; ``recovery_code_mistyped`` when it is no password and, as a
                recovery code, has a slip of the fingers.
        """
        if (vault := self._tried(PASSWORD, _plain(secret))) is not None:
            return vault
        code = read_recovery_code(secret)
        if code and (vault := self._tried(RECOVERY, code)) is not None:
            return vault
        if not code and len(_letters(secret)) == _CODE_LETTERS + _CHECK_LETTERS:
            raise UserError("recovery_code_mistyped", Exit.ENVIRONMENT)
        raise UserError("password_wrong", Exit.ENVIRONMENT)

    def has(self, kind: Kind) -> bool:
        """Whether there is a slot of this kind."""
        return any(slot.kind == kind for slot in self.slots)

    def with_password(self, vault: Vault, new: str) -> KeyFile:
        """The same with another password. Raises ``password_empty``."""
        if not new:
            raise UserError("password_empty", Exit.USAGE)
        return self._with(vault, PASSWORD, _plain(new))

    def with_recovery(self, vault: Vault, code: str) -> KeyFile:
        """The same with another recovery code, made by :func:`new_recovery_code`."""
        plain = read_recovery_code(code)
        if not plain:
            raise ValueError("not a recovery code")
        return self._with(vault, RECOVERY, plain)

    def _with(self, vault: Vault, kind: Kind, secret: str) -> KeyFile:
        slot = Slot(kind, secrets.token_bytes(_SALT), OPS, MEMORY, b"")
        wrapped = vault.wrapped_by(_stretched(slot, secret), self._about(slot))
        others = tuple(one for one in self.slots if one.kind != kind)
        made = (*others, replace(slot, wrapped=wrapped))
        return replace(self, slots=tuple(sorted(made, key=lambda one: one.kind)))

    def _tried(self, kind: Kind, secret: str) -> Vault | None:
        for slot in self.slots:
            if slot.kind == kind:
                try:
                    nonce, sealed = slot.wrapped[:_NONCE], slot.wrapped[_NONCE:]
                    key = _stretched(slot, secret)
                    return Vault(
                        crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, self._about(slot), nonce, key)
                    )
                except CryptoError:
                    return None
        return None

    def _about(self, slot: Slot) -> bytes:
        """What is bound into the wrapping: a slot works in its own place only."""
        return (
            f"stdesk-key-{FORMAT}\0{self.library}\0{slot.kind}\0{slot.ops}\0{slot.memory}".encode()
            + slot.salt
        )


def new_recovery_code() -> str:
    """A recovery code to be printed: 130 random bits and two letters that find slips, in groups of four."""
    number = secrets.randbits(5 * _CODE_LETTERS)
    letters = _in_letters(number, _CODE_LETTERS) + _in_letters(number % _CHECK_PRIME, _CHECK_LETTERS)
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def read_recovery_code(typed: str) -> str:
    """The letters of a recovery code as it may be typed (small, spaced, O for 0, I for 1); "" when it is none."""
    letters = _letters(typed)
    if len(letters) != _CODE_LETTERS + _CHECK_LETTERS or set(letters) - set(_ALPHABET):
        return ""
    number, check = _number(letters[:_CODE_LETTERS]), _number(letters[_CODE_LETTERS:])
    return letters if number % _CHECK_PRIME == check else ""


def _letters(typed: str) -> str:
    """Capitals and digits without what people put between groups; no letters at all when too much was typed."""
    plain = unicodedata.normalize("NFKC", typed[:200]).upper()
    plain = plain.translate(str.maketrans("OIL", "011"))
    return "".join(one for one in plain if not (one.isspace() or one in "-–—_.,·"))


def _in_letters(number: int, count: int) -> str:
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(count)))


def _number(letters: str) -> int:
    total = 0
    for one in letters:
        total = total << 5 | _ALPHABET.index(one)
    return total


def _plain(password: str) -> str:
    """A password however the keyboard put its accents together."""
    return unicodedata.normalize("NFC", password)


def _stretched(slot: Slot, secret: str) -> bytes:
    made: bytes = argon2id.kdf(
        KEY_SIZE, secret.encode("utf-8", "surrogatepass"), slot.salt, slot.ops, slot.memory
    )
    return made


def _parsed(content: bytes) -> KeyFile:
    body = json.loads(content)
    check = body.pop("check")
    if body["format"] != FORMAT or len(content) > _LARGEST or check != _check_sum(body):
        raise ValueError(NAME)
    slots = tuple(_slot(one) for one in body["slots"])
    if not slots or len({slot.kind for slot in slots}) != len(slots):
        raise ValueError(NAME)
    return KeyFile(str(body["library"]), slots)


def _slot(said: Mapping[str, Any]) -> Slot:
    kind, ops, memory = said["kind"], int(said["ops"]), int(said["memory"])
    salt, wrapped = (_bytes(said[name]) for name in ("salt", "wrapped"))
    sound = (
        kind in (PASSWORD, RECOVERY)
        and 1 <= ops <= _MOST_OPS
        and 8192 <= memory <= _MOST_MEMORY
        and len(salt) == _SALT
        and len(wrapped) == _NONCE + KEY_SIZE + _TAG
    )
    if not sound:
        raise ValueError(kind)
    return Slot(kind, salt, ops, memory, wrapped)


def _check_sum(body: Mapping[str, Any]) -> str:
    """Tells a damaged file from a wrong password; it proves nothing against a person."""
    said = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.sha512(said).hexdigest()[:32]


def _text(value: object) -> object:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _bytes(said: str) -> bytes:
    try:
        return base64.b64decode(said, validate=True)
    except binascii.Error as error:
        raise ValueError(said) from error


def _short(sha512: str) -> str:
    if len(sha512) < _SHORT:
        raise ValueError(sha512)
    return sha512[:_SHORT]
