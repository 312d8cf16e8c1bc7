"""Every reader over thousands of spoilt files: a sentence or a reading, never a crash, a hang or a flood.

``STDESK_MUTATIONS=100000 pytest -m torture tests/torture/test_reader_mutations.py`` for the long run. A failure names
its seed; ``python -m tests.helpers.bounded READER SEED 1 FOLDER`` does the same file again.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.helpers.bounded import MEGABYTES, SECONDS, read_hostile, run
from tests.helpers.hostile_files import FILES
from tests.helpers.reading import READERS

pytestmark = [
    pytest.mark.torture,
    pytest.mark.skipif(os.name == "nt", reason="limits and clocks of POSIX"),
]

COUNT = int(os.environ.get("STDESK_MUTATIONS", "2000"))
FIRST = int(os.environ.get("STDESK_MUTATIONS_FROM", "0"))
BLOCK = 1_000
LARGE = 16


@pytest.mark.parametrize("reader", READERS)
def test_spoilt_files_are_read_or_refused(reader: str, tmp_path: Path) -> None:
    for first in range(FIRST, FIRST + COUNT, BLOCK):
        last = min(first + BLOCK, FIRST + COUNT)
        told = run(reader, range(first, last), tmp_path)
        assert told.failures == {}, f"{reader}: {len(told.failures)} of {last - first}"
        assert told.slowest[0] < SECONDS, told.slowest
        assert told.megabytes <= MEGABYTES


@pytest.mark.parametrize("file", FILES, ids=" ".join)
def test_hostile_files_near_the_limits(file: tuple[str, str], tmp_path: Path) -> None:
    ((outcome, seconds, megabytes),) = read_hostile([file], LARGE, tmp_path)
    assert outcome in ("read", "refused")
    assert seconds < SECONDS
    assert megabytes <= MEGABYTES
