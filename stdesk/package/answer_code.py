"""An answer in twelve signs, to be read over the telephone.

The code is the first 60 bits of an HMAC-SHA512 (RFC 2104) over unit, fingerprint, status and number of the answer,
in Crockford's base 32: digits and capitals without I, L, O and U. Its key is the secret that unit and centre share
by their keys, so that nobody else can make one, and a slip of the tongue makes another code that means nothing.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_GROUP = 4
_LABEL = "stdesk-answer-code-1"
_MEANT = str.maketrans("OIL", "011")
_BLANK = re.compile(r"[\s\-‐‑‒–—−_.·]+")
_MOST_TYPED = 200  # characters looked at


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer that a code may stand for.

    Attributes:
        package: whatever the caller calls the package. fingerprint: of it.
        status, number: of the answer; secret: shared with the centre's key that would have given it.
    """

    package: str
    fingerprint: str
    status: str
    number: int
    secret: bytes


def telephone_code(secret: bytes, unit: str, fingerprint: str, status: str, number: int) -> str:
    """The code of an answer, ``XXXX-XXXX-XXXX``.

    Args:
        secret: what unit and centre share (:func:`stdesk.package.keys.shared_secret`).
        unit: the unit's code; fingerprint: of the package; status and number: of the answer.
    """
    bits = _bits(secret, unit, fingerprint, status, number)
    return _grouped("".join(ALPHABET[bits >> shift & 31] for shift in range(5 * (LENGTH - 1), -5, -5)))


def _bits(secret: bytes, unit: str, fingerprint: str, status: str, number: int) -> int:
    parts = (_LABEL, unit, fingerprint, status, str(number))
    message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return int.from_bytes(hmac.digest(secret, message, "sha512")[:8], "big") >> 4


def normalise(typed: str) -> str:
    """The code that ``typed`` means, as :func:`telephone_code` writes it; "" when it cannot be one.

    Case, blanks, dashes and dots do not count; O is read as 0, I and L as 1.
    """
    bare = bare_code(typed)
    return _grouped(bare) if len(bare) == LENGTH and set(bare) <= set(ALPHABET) else ""


def bare_code(typed: str) -> str:
    """The signs of ``typed`` without blanks and dashes, also when there are too few, too many or wrong ones."""
    text = unicodedata.normalize("NFKC", typed[:_MOST_TYPED]).upper()
    return _BLANK.sub("", text).translate(_MEANT)


def find_code(typed: str, unit: str, candidates: Iterable[Candidate]) -> Candidate | None:
    """The answer among ``candidates`` that the typed code stands for."""
    code = normalise(typed).replace("-", "")
    if not code:
        return None
    wanted = 0
    for sign in code:
        wanted = wanted << 5 | ALPHABET.index(sign)
    return next(
        (
            one
            for one in candidates
            if _bits(one.secret, unit, one.fingerprint, one.status, one.number) == wanted
        ),
        None,
    )


def _grouped(bare: str) -> str:
    return "-".join(bare[at : at + _GROUP] for at in range(0, LENGTH, _GROUP))
