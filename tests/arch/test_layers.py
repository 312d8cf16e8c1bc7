"""The house stands as docs/architecture.md draws it."""

from __future__ import annotations

import subprocess
import sys

CORE = "stdesk.cli, stdesk.commands, stdesk.demo, stdesk.services.desk, stdesk.reports.pdf, stdesk.package.writer"


def test_core_runs_without_qt() -> None:
    code = f"import sys; sys.modules['PySide6'] = None; import {CORE}"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_import_contracts_hold() -> None:
    from importlinter.cli import lint_imports

    assert lint_imports(no_cache=True) == 0


def test_the_command_line_starts_without_heavy_libraries() -> None:
    """`stdesk find` must not pay for PDF, Word or Excel libraries."""
    code = (
        "import sys, stdesk.cli, stdesk.services.desk; "
        "print([m for m in ('reportlab', 'docx', 'PySide6', 'pypdfium2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
