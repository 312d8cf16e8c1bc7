"""The command line of the central agency: ``stdesk central …``."""

from __future__ import annotations

import argparse
from typing import Any, TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[Any]"  # noqa: SLF001 - no public name


def add_commands(sub: Commands) -> None:
    """Tell the parser of these commands."""
