"""Keys and signatures in minisign's file formats, byte for byte (jedisct1.github.io/minisign).

Signatures are prehashed ("ED": Ed25519 over BLAKE2b-512, RFC 8032 and 7693) and deterministic. A
signature of ours is what ``minisign -S`` writes with the same key file, its untrusted comment
included: a reader that takes no other leaves no byte for anyone to change.

The id of a key made here is a hash of its public half, so that the seed alone, typed from
paper, gives the whole key back (:func:`code_of`, :func:`read_code`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Self

from nacl import bindings
from nacl.exceptions import BadSignatureError
from nacl.utils import random as random_bytes

from stdesk.errors import UserError

COMMENT = "untrusted comment: "
TRUSTED = "trusted comment: "
UNTRUSTED_LINE = COMMENT + "signature from minisign secret key"
_ALGORITHM, _PREHASHED, _CHECK = b"Ed", b"ED", b"B2"
_PLAIN_KDF, _SCRYPT = b"\0\0", b"Sc"
_ID, _KEY = 8, 32
_SECRET_HEAD = 54  # three marks of two, salt of 32, two limits of 8
_SECRET = _SECRET_HEAD + _ID + 2 * _KEY + 32
_SIGNATURE = 2 + _ID + 64
_MOST_COMMENT = 8192 - len(TRUSTED) - 1  # minisign's own limit
_MOST_TEXT = 16_384  # characters of any of these files
_PRINTABLE = re.compile(r"[ -~]*")
_ID_LABEL = b"stdesk key id 1"
_SHARED_LABEL = b"stdesk shared 1"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_MISREAD = str.maketrans("OIL", "011")
_LINES, _LINE_BYTES, _LINE_CHECK = 4, 8, 2


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What others check a signature with.

    Attributes:
        id: 16 capital hex digits, as minisign prints it.
        raw: the 32 bytes of the Ed25519 point; never one of low order.
    """

    id: str
    raw: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """A public key from its file of two lines, or from the second line alone.

        Raises:
            UserError: ``key_malformed``; ``key_weak`` for a point that would let anyone sign.
        """
        line = _key_line(text)
        raw = _decoded(line, 2 + _ID + _KEY)
        if raw is None or raw[:2] != _ALGORITHM:
            raise UserError("key_malformed")
        return cls(_shown_id(raw[2 : 2 + _ID]), _strong(raw[2 + _ID :]))

    def text(self, comment: str = "") -> str:
        """The two lines of a ``.pub`` file; ``comment`` says whose it is."""
        note = plain_comment(comment) or f"minisign public key {self.id}"
        return f"{COMMENT}{note}\n{self.line}\n"

    @property
    def line(self) -> str:
        """The key as one line of 56 characters, the way ``minisign -P`` takes it."""
        return _encoded(_ALGORITHM + _raw_id(self.id) + self.raw)

    def verify(self, message: bytes, signature_text: str) -> str:
        """The trusted comment of a good signature of ``message``.

        Raises:
            UserError: ``signature_malformed``; ``signature_other_key``; ``signature_wrong`` (the
                content is not what was signed); ``signature_comment_changed``.
        """
        return self.verify_hash(hash_of([message]), signature_text)

    def verify_hash(self, digest: bytes, signature_text: str) -> str:
        """The same of content whose :func:`hash_of` is ``digest``."""
        found = read_signature(signature_text)
        if found.key_id != self.id:
            raise UserError("signature_other_key", found=found.key_id, expected=self.id)
        if not self._holds(found.signature, digest):
            raise UserError("signature_wrong", key=self.id)
        if not self._holds(found.over_comment, found.signature + found.comment.encode()):
            raise UserError("signature_comment_changed", key=self.id)
        return found.comment

    def _holds(self, signature: bytes, message: bytes) -> bool:
        _strong(self.raw)
        try:
            bindings.crypto_sign_open(signature + message, self.raw)
        except BadSignatureError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SecretKey:
    """What one signs with. It never shows its secret in logs or tracebacks.

    Attributes:
        public: the other half.
        seed: 32 bytes; all there is to the secret.
    """

    public: PublicKey
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        """A new key from the system's random numbers."""
        return cls.from_seed(random_bytes(_KEY))

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """The key that these 32 bytes make."""
        raw, _ = bindings.crypto_sign_seed_keypair(seed)
        return cls(PublicKey(_derived_id(raw), raw), seed)

    @classmethod
    def parse(cls, text: str) -> Self:
        """A secret key from minisign's file without a password, or from its second line alone.

        Raises:
            UserError: ``secret_key_malformed``; ``secret_key_password`` for one with a password;
                ``secret_key_damaged`` when its parts do not belong together.
        """
        whole = _decoded(_key_line(text, "secret_key_malformed"), _SECRET)
        if whole is None or whole[:2] != _ALGORITHM or whole[4:6] != _CHECK:
            raise UserError("secret_key_malformed")
        if whole[2:4] == _SCRYPT:
            raise UserError("secret_key_password")
        if whole[2:4] != _PLAIN_KDF:
            raise UserError("secret_key_malformed")
        raw_id, body = whole[_SECRET_HEAD : _SECRET_HEAD + _ID], whole[_SECRET_HEAD + _ID :]
        seed, raw, check = body[:_KEY], body[_KEY : 2 * _KEY], body[2 * _KEY :]
        made, _ = bindings.crypto_sign_seed_keypair(seed)
        good = _check_sum(raw_id, seed + raw)
        # minisign itself leaves the check sum of a key without password empty
        if not compare_digest(made, raw) or check not in (good, bytes(32)):
            raise UserError("secret_key_damaged")
        return cls(PublicKey(_shown_id(raw_id), raw), seed)

    def text(self) -> str:
        """The two lines of the secret key's file, without a password, as ``minisign -S`` reads it."""
        raw_id, pair = _raw_id(self.public.id), self.seed + self.public.raw
        head = _ALGORITHM + _PLAIN_KDF + _CHECK + bytes(_SECRET_HEAD - 6)
        line = _encoded(head + raw_id + pair + _check_sum(raw_id, pair))
        return f"{COMMENT}minisign secret key {self.public.id}\n{line}\n"

    @property
    def own_id(self) -> bool:
        """Whether the id follows from the key, so that the seed alone gives it back."""
        return self.public.id == _derived_id(self.public.raw)

    def sign(self, message: bytes, trusted_comment: str) -> str:
        """The four lines of a ``.minisig`` file; the same for the same message and comment.

        Args:
            trusted_comment: signed too; made ASCII by :func:`plain_comment`.
        """
        return self.sign_hash(hash_of([message]), trusted_comment)

    def sign_hash(self, digest: bytes, trusted_comment: str) -> str:
        """The same of content whose :func:`hash_of` is ``digest``."""
        comment = plain_comment(trusted_comment)
        signature = self._signed(digest)
        over_comment = self._signed(signature + comment.encode())
        first = _encoded(_PREHASHED + _raw_id(self.public.id) + signature)
        return f"{UNTRUSTED_LINE}\n{first}\n{TRUSTED}{comment}\n{_encoded(over_comment)}\n"

    def _signed(self, message: bytes) -> bytes:
        return bindings.crypto_sign(message, self.seed + self.public.raw)[:64]


@dataclass(frozen=True, slots=True)
class SignatureText:
    """A ``.minisig`` file taken apart, nothing of it checked yet.

    Attributes:
        key_id: of the key that is said to have made it. comment: the trusted comment.
        signature, over_comment: 64 bytes each.
    """

    key_id: str
    comment: str
    signature: bytes
    over_comment: bytes


def read_signature(text: str) -> SignatureText:
    """Take a signature apart: exactly the four lines that minisign writes. Raises ``signature_malformed``."""
    lines = text.split("\n") if len(text) <= _MOST_TEXT else []
    if len(lines) == 5 and lines[0] == UNTRUSTED_LINE and not lines[4]:
        first, second = _decoded(lines[1], _SIGNATURE), _decoded(lines[3], 64)
        comment = lines[2].removeprefix(TRUSTED)
        shown = comment != lines[2] and _PRINTABLE.fullmatch(comment) and len(comment) <= _MOST_COMMENT
        if first is not None and second is not None and shown and first[:2] == _PREHASHED:
            return SignatureText(_shown_id(first[2:10]), comment, first[10:], second)
    raise UserError("signature_malformed")


def hash_of(chunks: Iterable[bytes]) -> bytes:
    """BLAKE2b-512 of content that comes in pieces: what is signed."""
    digest = hashlib.blake2b()
    for chunk in chunks:
        digest.update(chunk)
    return digest.digest()


def plain_comment(text: str) -> str:
    """``text`` as a comment may carry it: ASCII on one line, accents dropped, "Đắk Lắk" as "Dak Lak"."""
    bare = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    kept = "".join(c for c in bare if not unicodedata.combining(c))
    one_line = "".join(c if " " <= c <= "~" else "?" if c.isprintable() else " " for c in kept)
    return " ".join(one_line.split())[:_MOST_COMMENT]


def shared_secret(secret: SecretKey, public: PublicKey) -> bytes:
    """64 bytes that only the owners of the two keys can work out, the same for both (X25519, RFC 7748)."""
    mine = bindings.crypto_sign_ed25519_sk_to_curve25519(secret.seed + secret.public.raw)
    theirs = bindings.crypto_sign_ed25519_pk_to_curve25519(_strong(public.raw))
    agreed = bindings.crypto_scalarmult(mine, theirs)
    both = sorted([secret.public.raw, public.raw])
    return hashlib.blake2b(b"".join([agreed, *both]), person=_SHARED_LABEL).digest()


# -- the key on paper


def code_of(key: SecretKey) -> tuple[str, ...]:
    """The secret as four lines of four groups of four, to be typed from paper; each line checks itself."""
    return tuple(_line_code(at, key.seed[at * _LINE_BYTES :][:_LINE_BYTES]) for at in range(_LINES))


def read_code(text: str) -> SecretKey:
    """The key of four typed lines; blanks, hyphens and case do not matter, O is 0, I and L are 1.

    Raises:
        UserError: ``key_code_length``; ``key_code_line`` naming the line that is mistyped.
    """
    typed = re.sub(r"[\s\-.·]+", "", text).upper().translate(_MISREAD)
    if len(typed) != _LINES * 16 or set(typed) - set(_ALPHABET):
        raise UserError("key_code_length", found=str(len(typed)), expected=str(_LINES * 16))
    seed = b""
    for at in range(_LINES):
        line = typed[at * 16 : at * 16 + 16]
        number = 0
        for sign in line:
            number = number * 32 + _ALPHABET.index(sign)
        part = number.to_bytes(_LINE_BYTES + _LINE_CHECK, "big")[:_LINE_BYTES]
        if _line_code(at, part).replace(" ", "") != line:
            raise UserError("key_code_line", line=str(at + 1))
        seed += part
    return SecretKey.from_seed(seed)


def _line_code(at: int, part: bytes) -> str:
    check = hashlib.blake2b(bytes([at]) + part, digest_size=_LINE_CHECK, person=b"stdesk paper 1").digest()
    number = int.from_bytes(part + check, "big")
    signs = "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(16)))
    return " ".join(signs[place : place + 4] for place in range(0, 16, 4))


# -- bytes and text


def _key_line(text: str, code: str = "key_malformed") -> str:
    lines = [line.strip() for line in text.strip().splitlines()] if len(text) <= _MOST_TEXT else []
    if len(lines) == 2 and lines[0].startswith(COMMENT):
        return lines[1]
    if len(lines) == 1:
        return lines[0]
    raise UserError(code)


def _encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decoded(text: str, size: int) -> bytes | None:
    """The bytes of ``text`` when it is the one way to write ``size`` bytes."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None
    return raw if len(raw) == size and _encoded(raw) == text else None


def _strong(raw: bytes) -> bytes:
    if len(raw) != _KEY or not bindings.crypto_core_ed25519_is_valid_point(raw):
        raise UserError("key_weak")
    return raw


def _derived_id(raw: bytes) -> str:
    return _shown_id(hashlib.blake2b(raw, digest_size=_ID, person=_ID_LABEL).digest())


def _check_sum(raw_id: bytes, pair: bytes) -> bytes:
    return hashlib.blake2b(_ALGORITHM + raw_id + pair, digest_size=32).digest()


def _shown_id(raw: bytes) -> str:
    return raw[::-1].hex().upper()


def _raw_id(shown: str) -> bytes:
    return bytes.fromhex(shown)[::-1]
