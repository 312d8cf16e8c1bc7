"""Every call an act makes failing in turn, and acts killed at any moment; how many, the environment may say.

``STDESK_KILLS`` (2,000) is shared among the acts, half of it for a person who goes on saving. ``STDESK_PLACES``
(30) is how many places of each sort of call fail, of each act: all there are when there are fewer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.torture.faults import shim
from tests.torture.faults.acts import ACTS

pytestmark = [
    pytest.mark.torture,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="each try is forked: not on Windows"),
]

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("STDESK_KILLS", "2000"))
PLACES = int(os.environ.get("STDESK_PLACES", "30"))
RESTART_S = 2.0


def run(module: str, *arguments: str, **environment: str) -> dict[str, Any]:
    """What one of the programs beside says."""
    told = subprocess.run(
        [sys.executable, "-m", f"tests.torture.faults.{module}", *arguments],
        capture_output=True, text=True, check=False, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr[-3000:]
    found: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    print(module, *arguments[:1], {name: value for name, value in found.items() if name != "wrong"})
    return found


@pytest.mark.skipif(bool(shim.missing()), reason=shim.missing())
@pytest.mark.parametrize("act", sorted(ACTS))
def test_no_failing_call_is_a_silent_success_or_a_loss(act: str, tmp_path: Path) -> None:
    made = shim.build(tmp_path)
    (tmp_path / "loop").mkdir()
    found = run("loop", act, str(tmp_path / "loop"), str(PLACES), LD_PRELOAD=str(made))
    assert found["wrong"] == []
    assert found["met"] > 0
    assert found["outcomes"].get("refused", 0) > 0


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    found = run("kills", "saves", str(tmp_path), str(KILLS // 2))
    assert found["wrong"] == []
    assert found["acknowledged"] > KILLS
    assert found["slowest"] <= RESTART_S


@pytest.mark.parametrize("act", sorted(ACTS))
def test_an_act_that_was_killed_is_whole_or_not_begun(act: str, tmp_path: Path) -> None:
    found = run("kills", act, str(tmp_path), str(max(40, KILLS // 2 // len(ACTS))))
    assert found["wrong"] == []
