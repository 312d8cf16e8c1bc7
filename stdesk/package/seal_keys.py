"""The centre's age keys (age-encryption.org/v1, X25519): who can open what is sealed."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyrage

from stdesk.errors import UserError


@dataclass(frozen=True, slots=True)
class AgeKey:
    """A pair of age keys.

    Attributes:
        identity: "AGE-SECRET-KEY-1…", what opens. recipient: "age1…", what others seal for.
    """

    identity: str = field(repr=False)
    recipient: str


def new_identity() -> AgeKey:
    """A new pair from the system's random numbers."""
    made = pyrage.x25519.Identity.generate()
    return AgeKey(str(made), str(made.to_public()))


def recipient_of(identity: str) -> str:
    """The recipient that ``identity`` opens for. Raises ``identity_malformed``."""
    return str(read_identity(identity).to_public())


def check_recipient(text: str) -> str:
    """A recipient as age writes it. Raises ``recipient_malformed``."""
    return str(read_recipient(text))


def read_recipient(text: str) -> pyrage.x25519.Recipient:
    """For :mod:`stdesk.package.seal`. Raises ``recipient_malformed``."""
    try:
        return pyrage.x25519.Recipient.from_str(text.strip().lower())
    except (pyrage.RecipientError, ValueError) as error:
        raise UserError("recipient_malformed", found=text[:80]) from error


def read_identity(text: str) -> pyrage.x25519.Identity:
    """For :mod:`stdesk.package.seal`. Raises ``identity_malformed``; the text is in no message."""
    try:
        return pyrage.x25519.Identity.from_str(text.strip().upper())
    except (pyrage.IdentityError, ValueError) as error:
        raise UserError("identity_malformed") from error
