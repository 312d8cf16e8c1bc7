"""What a refusal says: its code, once its sentence was found whole in both languages."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Any

import pytest

from stdesk.errors import UserError
from stdesk.i18n import messages


def refusal(act: Callable[..., object], *args: Any, **named: Any) -> str:
    """The code with which ``act`` refuses; every placeholder of its sentences is given."""
    with pytest.raises(UserError) as caught:
        act(*args, **named)
    return told(caught.value)


def told(error: UserError) -> str:
    """The code of ``error``; the test fails where its sentence has a hole."""
    for sentence in messages()[error.code].values():
        wanted = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
        assert wanted <= set(error.params), f"{error.code}: {wanted - set(error.params)} not given"
    return error.code
