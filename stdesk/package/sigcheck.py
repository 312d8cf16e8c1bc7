"""The signature of a package: who signed the tag manifest, and whether it is still the one signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from stdesk.errors import UserError
from stdesk.package import layout, tags
from stdesk.package.defects import Findings
from stdesk.package.keys import PublicKey, plain_comment, read_signature

MOST_BYTES = 16_384
_WRONG = {
    "signature_malformed": "signature_form",
    "signature_wrong": "signature_wrong",
    "signature_other_key": "signature_other_key",
    "signature_comment_changed": "signature_wrong",
}

Keys: TypeAlias = Mapping[str, PublicKey] | Callable[[str], PublicKey | None] | None


@dataclass(frozen=True, slots=True)
class Signature:
    """What is known of the signature.

    Attributes:
        state: ``none`` (nothing says that there should be one), ``good``, ``unknown_key`` (well formed,
            and no key was given to check it with), ``wrong``, ``missing`` (``bag-info.txt`` names a key).
        key_id: of the key that is said to have signed, 16 capital hex digits; "" without one.
        comment: the trusted comment; to be believed when ``state`` is ``good`` only.
    """

    state: str = "none"
    key_id: str = ""
    comment: str = ""

    def to_json(self) -> dict[str, str]:
        """As ``stdesk verify --json`` shows it."""
        return {"state": self.state, "key": self.key_id, "comment": self.comment}


def check_signature(
    raw: bytes | None, signed: bytes | None, info: Mapping[str, Any] | None, keys: Keys, findings: Findings
) -> Signature:
    """Check the signature file ``raw`` of the tag manifest ``signed``.

    A key named in ``bag-info.txt`` demands a signature, so that taking the file away shows. With
    ``keys`` the signature must be good whenever its key is among them.
    """
    named = str((info or {}).get("key", ""))
    if raw is None:
        if named:
            findings.add(layout.SIGNATURE, "signature_missing", named)
        return Signature("missing" if named else "none", named)
    try:
        found = read_signature(raw.decode())
    except (UserError, UnicodeDecodeError):
        findings.add(layout.SIGNATURE, "signature_form")
        return Signature("wrong", named)
    if info is not None and found.key_id != named:
        findings.add(layout.SIGNATURE, "signature_other_key", named or "∅", found.key_id)
        return Signature("wrong", found.key_id, found.comment)
    said = _comment(info)
    if said is not None and found.comment != said:
        findings.add(layout.SIGNATURE, "signature_comment", said, layout.shown(found.comment))
        return Signature("wrong", found.key_id, found.comment)
    key = _key(keys, found.key_id)
    if key is None or signed is None:
        return Signature("unknown_key", found.key_id, found.comment)
    try:
        key.verify(signed, raw.decode())
    except UserError as error:
        findings.add(layout.SIGNATURE, _WRONG.get(error.code, "signature_wrong"), found.key_id)
        return Signature("wrong", found.key_id, found.comment)
    return Signature("good", found.key_id, found.comment)


def check_known(signature: Signature, findings: Findings, file: str) -> None:
    """Where a known key must have signed: no signature and a stranger's are defects too."""
    if signature.state in ("none", "unknown_key"):
        findings.add(file, f"signature_{signature.state}", found=signature.key_id)


def _comment(info: Mapping[str, Any] | None) -> str | None:
    """What the trusted comment must say; ``None`` when ``bag-info.txt`` is not whole."""
    wanted = ("name", "unit_code", "period", "submission", "counts")
    if info is None or any(key not in info for key in wanted):
        return None
    return plain_comment(tags.signed_comment(info))


def _key(keys: Keys, key_id: str) -> PublicKey | None:
    if keys is None:
        return None
    key = keys(key_id) if callable(keys) else keys.get(key_id)
    return key if key is not None and key.id == key_id else None
