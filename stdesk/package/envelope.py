"""One small signed text file for everything exchanged beside packages: key cards, rosters, headers, answers.

``{"body":"…","format":"stdesk-envelope-1","signature":"…","type":"roster"}`` and a line feed. The
body is canonical JSON *as a text*, so that what is signed is exactly what stands there and
``minisign -V`` checks it; the signature's trusted comment begins with format and type, so that what
was signed as one thing never passes for another.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stdesk.errors import UserError
from stdesk.i18n import message, messages
from stdesk.package.keys import PublicKey, SecretKey, read_signature
from stdesk.package.strict import NotStrictError, parse
from stdesk.text import nfc

FORMAT = "stdesk-envelope-1"
MOST = 1 << 20  # bytes; what may be larger says so
_NAMES = frozenset({"format", "type", "body", "signature"})


@dataclass(frozen=True, slots=True)
class Envelope:
    """A signed text taken apart; nothing in it is trusted before :meth:`verify`.

    Attributes:
        type: "key", "roster", "header", "answer". body: what it says.
        text: the body's bytes, which are what is signed.
        signature: four lines as minisign writes them. key_id: of the key said to have made it.
    """

    type: str
    body: Mapping[str, Any]
    text: bytes = field(repr=False)
    signature: str = field(repr=False)
    key_id: str

    def verify(self, keys: Iterable[PublicKey]) -> str:
        """The comment it was signed with, by one of ``keys``.

        Raises:
            UserError: ``envelope_unknown_key``; ``signature_wrong``; ``signature_comment_changed``;
                ``envelope_other_use`` when the signature was made for another type.
        """
        wrong: UserError | None = None
        for key in keys:
            if key.id != self.key_id:
                continue
            try:
                comment = key.verify(self.text, self.signature)
            except UserError as error:
                wrong = error
                continue
            use = _use(self.type)
            if not comment.startswith(use):
                raise UserError("envelope_other_use", type=type_name(self.type))
            return comment.removeprefix(use).strip()
        raise wrong or UserError("envelope_unknown_key", type=type_name(self.type), key=self.key_id)


def seal_envelope(type: str, body: Mapping[str, Any], key: SecretKey, comment: str) -> bytes:
    """``body`` signed, as bytes of a file; the same for the same arguments.

    Args:
        type: what it is, small letters. comment: signed too, for people; made ASCII.
    """
    text = canonical(body)
    signature = key.sign(text, f"{_use(type)} {comment}")
    return _file(type, text.decode(), signature)


def read_envelope(raw: bytes, type: str, most: int = MOST) -> Envelope:
    """Take an envelope apart without trusting it.

    Raises:
        UserError: ``envelope_not``; ``envelope_too_big``; ``envelope_newer``; ``envelope_other_type``;
            ``envelope_changed`` when it is not byte for byte as it was written.
    """
    if len(raw) > most:
        raise UserError("envelope_too_big", size=len(raw), most=most)
    outer = _parsed(raw, most, "envelope_not")
    form = outer.get("format")
    if not isinstance(form, str) or not form.startswith("stdesk-envelope-"):
        raise UserError("envelope_not", type=type_name(type))
    if form != FORMAT:
        raise UserError("envelope_newer", format=form[:40])
    if set(outer) != _NAMES or not all(isinstance(one, str) for one in outer.values()):
        raise UserError("envelope_changed")
    if outer["type"] != type:
        raise UserError("envelope_other_type", found=type_name(outer["type"]), expected=type_name(type))
    text = _utf8(outer["body"])
    body = _parsed(text, most, "envelope_changed")
    if canonical(body) != text or _file(type, outer["body"], outer["signature"]) != raw:
        raise UserError("envelope_changed")
    signature = read_signature(outer["signature"])
    return Envelope(type, body, text, outer["signature"], signature.key_id)


def canonical(body: Mapping[str, Any]) -> bytes:
    """The one way to write ``body``: JSON with sorted names, no blanks, UTF-8 in NFC."""
    text = _dumped(body)
    normal = nfc(text)
    return (text if text == normal else _dumped(json.loads(normal))).encode()


def type_name(type: str) -> str:
    """What an envelope of this type is called on the screen."""
    code = f"envelope_type_{type}"
    return message(code if code in messages() else "envelope_type_unknown")


def _use(type: str) -> str:
    return f"{FORMAT} {type}:"


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _file(type: str, body: str, signature: str) -> bytes:
    outer = {"format": FORMAT, "type": type, "body": body, "signature": signature}
    return _dumped(outer).encode() + b"\n"


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise UserError("envelope_changed") from error


def _parsed(raw: bytes, most: int, code: str) -> Mapping[str, Any]:
    try:
        value = parse(raw, most)
    except NotStrictError as error:
        raise UserError(code) from error
    if not isinstance(value, dict):
        raise UserError(code)
    return value
