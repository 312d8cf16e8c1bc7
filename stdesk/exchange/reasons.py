"""Why a row was judged as it was: a code and its values, put into words when shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stdesk import i18n


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing worth saying about a row, a sheet or a file.

    Attributes:
        code: of the sentence in ``resources/messages/exchange_plan.toml``.
        params: values for its placeholders.
        look: a person should look, because something was not understood or may be wrong.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    look: bool = False

    @property
    def text(self) -> str:
        """The sentence in the language in use."""
        return i18n.message(self.code, **self.params)
