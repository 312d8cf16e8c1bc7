"""Fixtures every test has: no log record goes unnoticed, the language is Vietnamese, time stands still."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, settings

from stdesk import i18n
from stdesk.clock import Clock, fixed_clock

# No test is timed: how long an example takes says more of the machine than of the program.
settings.register_profile(
    "stdesk", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow],
    max_examples=int(os.environ.get("STDESK_EXAMPLES", "40")),  # `make torture` asks for more
)  # fmt: skip
settings.load_profile("stdesk")
gc.set_threshold(
    20_000, 20, 20
)  # a test run holds much and drops little: a tenth of its time went into looking


@pytest.fixture(scope="session", autouse=True)
def own_settings_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test, nor a program it starts, writes among the settings of the person who runs the tests."""
    os.environ["XDG_CONFIG_HOME"] = str(tmp_path_factory.mktemp("settings"))


@pytest.fixture(autouse=True)
def no_unexpected_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning in the log fails the test; one that is expected carries ``expected=True``."""
    yield
    bad = [
        one
        for one in caplog.get_records("call")
        if one.levelno >= logging.WARNING and not getattr(one, "expected", False)
    ]
    assert not bad, [one.getMessage() for one in bad]


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    """Every test starts in the default language."""
    i18n.use("vi")
    yield
    i18n.use("vi")


@pytest.fixture
def clock() -> Clock:
    """Ten in the morning of 20 November 2026 in Vietnam."""
    return fixed_clock(datetime(2026, 11, 20, 3, 0, tzinfo=UTC))
