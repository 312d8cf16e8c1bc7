"""Errors, progress, ids, translations: what everything else leans on."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk import i18n
from stdesk.clock import fixed_clock, system_clock, timestamp
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.ids import new_id
from stdesk.progress import Cancelled, Progress


@pytest.mark.parametrize(
    "number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO, errno.ENODEV, errno.EBUSY]
)
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_what_the_system_refuses_is_a_sentence_with_the_path(number: int, language: str) -> None:
    i18n.use(language)
    error = from_os_error(OSError(number, os.strerror(number)), "/Dữ liệu/kho")
    assert "/Dữ liệu/kho" in str(error)
    assert "{" not in str(error)
    assert error.exit_code is Exit.ENVIRONMENT


def test_an_error_speaks_the_language_in_use() -> None:
    error = UserError("bad_period", Exit.USAGE, period="hôm qua")
    assert "không phải kỳ báo cáo" in str(error)
    i18n.use("en")
    assert "no reporting period" in str(error)


def test_numbers_in_sentences_are_grouped_as_read_here() -> None:
    assert i18n.fill("{n} đồng", {"n": 1234567}) == "1.234.567 đồng"
    i18n.use("en")
    assert i18n.fill("{n} đồng", {"n": 1234567}) == "1,234,567 đồng"


def test_a_sentence_with_a_missing_value_still_reads() -> None:
    assert i18n.fill("còn {n} mục", {}) == "còn … mục"


def test_progress_stops_at_the_next_step_once_cancelled() -> None:
    progress = Progress()
    progress.start(10, "Đang đọc")
    progress.step(3)
    progress.cancel()
    with pytest.raises(Cancelled):
        progress.step()
    assert progress.done == 3
    with pytest.raises(Cancelled):
        progress.start(5)


@given(st.timedeltas(timedelta(0), timedelta(days=365_000)), st.integers(0, 2**74 - 1))
def test_ids_are_version_7_and_carry_their_time(after: timedelta, bits: int) -> None:
    moment = datetime(2000, 1, 1, tzinfo=UTC) + after
    made = UUID(new_id(moment, bits))
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == int(moment.timestamp() * 1000)


def test_ids_sort_by_time() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = [new_id(start + timedelta(milliseconds=n)) for n in range(200)]
    assert made == sorted(made)
    assert len({new_id(start) for _ in range(1000)}) == 1000


def test_clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    assert timestamp(fixed_clock(moment)()) == "2026-11-20T10:00:00Z"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795168800")
    assert timestamp(system_clock()) == "2026-11-20T10:00:00Z"
