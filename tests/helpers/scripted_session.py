"""A day with the program in one process: commands, then the window; run under a tracer by other tests.

``python -m tests.helpers.scripted_session FOLDER [--short]``: everything it makes lies in FOLDER. Ends
with 0 when every step ended as it should. A short one has one sheet of the sample and four pages.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from stdesk import __main__ as program
from stdesk.services.sample import sample_workbook

PERIOD = "2026"
SHEET = "Tập huấn"
PAGES = ("home", "records:publication", "report", "history")


def commands(folder: Path, short: bool) -> list[tuple[list[str], tuple[int, ...]]]:
    """Each command with the exit codes it may end with."""
    library, out = str(folder / "kho"), folder / "ra"
    part = ["--sheet", SHEET] if short else []
    return [
        (["init", library, "--unit-code", "CAT-MH", "--unit-name", "Công an tỉnh Minh Hải"], (0,)),
        (["import", library, str(sample_workbook()), *part], (0,)),
        (["find", library, "lop", "--json"], (0,)),
        (["check", library, "--period", PERIOD, "--json"], (0, 1)),
        (["freeze", library, "--period", PERIOD, "--trial"], (0,)),
        (
            ["report", library, "--period", PERIOD, "-o", str(out / "bao-cao"), "--trial", "--format", "pdf"],
            (0,),
        ),
        (["export", library, "--kind", "publication", "-o", str(out / "an-pham.xlsx")], (0,)),
        (["package", library, "--period", PERIOD, "-o", str(out / "usb"), "--trial", "--unsealed"], (0,)),
        (["backup", library], (0,)),
        (["doctor", library, "--json"], (0, 1)),
        (["place", library, "--json"], (0, 1)),
        (["history", library, "khong-co"], (1, 2)),
    ]


def run(folder: Path, short: bool = False) -> list[str]:
    """Do it all; what did not end as it should, in words."""
    (folder / "ra").mkdir(parents=True)
    wrong = []
    for words, codes in commands(folder, short):
        code = _command(words)
        if code not in codes:
            wrong.append(f"{' '.join(words)}: {code}")
    for package in sorted((folder / "ra" / "usb").glob("*.zip")):
        if _command(["verify", str(package), "--json"]) != 0:
            wrong.append(f"verify {package.name}")
    if (code := _window(folder / "kho", short)) != 0:
        wrong.append(f"window: {code}")
    return wrong


def _command(words: list[str]) -> int:
    sys.argv = ["stdesk", *words]
    try:
        return program.main()
    except SystemExit as end:
        return int(end.code or 0)


def _window(library: Path, short: bool) -> int:
    """Every page once (four of them in a short session), a record typed and saved, then the window is closed."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from stdesk.ui.shell import MainWindow

    left: list[str] = []

    def step() -> None:
        window = next((one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow)), None)
        if window is None or not window.isVisible():
            return
        if not left:
            left.extend([*(PAGES if short else window._entries), "end"])
        name = left.pop(0)
        if name == "end":
            window.close()
            QApplication.quit()
            return
        window.go(name)
        if name.startswith("records:"):
            window.session.desk.catalogue.save(name.partition(":")[2], {"title": "Ghi trong cửa sổ"})
        window.grab()

    timer: list[QTimer] = []
    from stdesk import app

    begin = app.begin

    def begun(*given: object) -> None:
        begin(*given)  # type: ignore[arg-type]
        timer.append(QTimer(interval=120))
        timer[0].timeout.connect(step)
        timer[0].start()

    app.begin = begun  # type: ignore[assignment]
    try:
        return _command(["--library", str(library)])
    finally:
        app.begin = begin


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    said = run(Path(sys.argv[1]), "--short" in sys.argv)
    sys.stderr.write("".join(f"{one}\n" for one in said))
    sys.exit(bool(said))
