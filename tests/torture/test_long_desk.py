"""The desk's state machine, for longer: see ``tests/services/test_desk_machine.py``."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.services.test_desk_machine import DeskMachine

pytestmark = pytest.mark.torture


def test_the_desk_equals_a_dictionary_for_longer() -> None:
    run_state_machine_as_test(
        DeskMachine,
        settings=settings(
            max_examples=300, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
