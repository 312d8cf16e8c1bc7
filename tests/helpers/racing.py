"""Two programs that want the same library at the same moment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# Each waits for the starting shot, opens, and while it is open says so in a file that only one may make.
_RUNNER = """
import os, sys, time
from pathlib import Path
from stdesk.errors import UserError
from stdesk.services.desk import Desk
folder, mark, name = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
kept = None
for line in sys.stdin:
    try:
        desk = Desk.open(folder, user=name)
    except UserError as error:
        print(error.code, flush=True)
        continue
    try:
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
        desk.catalogue.save("publication", {"title": name})
        print("writes", flush=True)
        sys.stdin.readline()
        mark.unlink()
    except FileExistsError:
        print("TWO WRITERS", flush=True)
    finally:
        desk.close()
    print("closed", flush=True)
"""


class Racer:
    """A process that opens a library when told."""

    def __init__(self, folder: Path, mark: Path, name: str) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-c", _RUNNER, str(folder), str(mark), name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def shoot(self) -> None:
        """Let it go on: open, or close what it has open."""
        assert self._child.stdin is not None
        self._child.stdin.write("\n")
        self._child.stdin.flush()

    def heard(self) -> str:
        """Its next word."""
        assert self._child.stdout is not None
        return self._child.stdout.readline().strip()

    def end(self) -> None:
        """Let it go."""
        self._child.communicate()


def races(folder: Path, mark: Path, number: int, racers: int = 2) -> list[list[str]]:
    """What each racer met in each race; afterwards whoever writes has closed again."""
    found = []
    all_of_them = [Racer(folder, mark, f"người {one}") for one in range(racers)]
    try:
        for _ in range(number):
            for one in all_of_them:
                one.shoot()
            met = [one.heard() for one in all_of_them]
            for one, what in zip(all_of_them, met, strict=True):
                if what == "writes":
                    one.shoot()
                    assert one.heard() == "closed"
                elif what == "TWO WRITERS":
                    assert one.heard() == "closed"
            found.append(met)
    finally:
        for one in all_of_them:
            one.end()
    return found
