"""The whole scripted day: every command, every page of the window; ``make test`` has a short one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.test_no_network import traced_session

pytestmark = pytest.mark.torture


@pytest.mark.skipif(sys.platform != "linux", reason="traced with strace")
def test_a_whole_day_opens_no_socket_outwards(tmp_path: Path) -> None:
    done, found = traced_session(tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert found <= {"AF_UNIX"}
