"""How much of another's workbook is read before it is refused, and why so much.

A unit's year is some hundreds of rows, its whole library some ten thousand: every limit is far
above that and keeps a hostile or broken file from taking the machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from stdesk.errors import Exit, UserError

# A stick copies this in seconds, and nothing but pictures makes a workbook of lists so big.
MAX_FILE_BYTES = 200 << 20
# .xls and .xlsb are taken into memory whole; an .xls of 65,536 full rows stays below.
MAX_WHOLE_FILE_BYTES = 64 << 20
# Text grows fourfold in memory when one sign of it is rare, and is held twice while its lines are told apart.
MAX_TEXT_BYTES = 24 << 20
# Excel itself writes some ten parts and a few for each sheet or picture.
MAX_PARTS = 10_000
# A million formatted empty rows make a sheet of 400 MB: allowed, read in seconds.
MAX_UNPACKED_BYTES = 600 << 20
# Sheets of empty formatted cells shrink 20 to 60 times, bombs 1,000 times.
MAX_RATIO = 200
RATIO_FREE_BYTES = 10 << 20  # below this a high ratio does no harm
# Parts that are read whole (styles, list of sheets); real ones are below 2 MB.
MAX_SMALL_PART_BYTES = 40 << 20
MAX_SHEETS = 2_000
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384  # of Excel (ECMA-376)
# What may come out of a file, in memory: about 300 MB and ten seconds at the worst.
MAX_CELLS = 1_500_000
MAX_PLACES = 8_000_000  # cells and the gaps before them in their rows
MAX_CELLS_SEEN = 8_000_000  # of one sheet, the empty ones that could not be passed over included
MAX_CHARACTERS = 60_000_000
# A workbook keeps a text once however many cells hold it, and every cell is read for what it means.
LONG_TEXT = 4_000  # characters; hardly an abstract is longer
MAX_LONG_CHARACTERS = 12_000_000  # beyond that length, cell by cell
# One cell's text comes in pieces of 64 KB; Excel holds 32,767 characters in a cell.
MAX_PIECES = 16
# Merged headings stand near the top; below nobody asks.
MERGES_WITHIN_ROWS = 40
MAX_MERGES = 1_000


class Budget:
    """Counts what a workbook has given so far and refuses to go on past the limits."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._cells = MAX_CELLS
        self._places = MAX_PLACES
        self._characters = MAX_CHARACTERS
        self._long = MAX_LONG_CHARACTERS

    def cells(self, filled: int, places: int) -> None:
        """One row with ``filled`` cells on ``places`` places."""
        self._cells -= filled
        self._places -= places
        if self._cells < 0 or self._places < 0:
            raise too_big(self.path)

    def long_texts(self, values: Iterable[object]) -> None:
        """The cells of one row: what is longer than :data:`LONG_TEXT` counts wherever it stands again."""
        for value in values:
            if type(value) is str and len(value) > LONG_TEXT:
                self._long -= len(value) - LONG_TEXT
        if self._long < 0:
            raise too_big(self.path)

    def characters(self, count: int) -> None:
        """``count`` characters of text kept."""
        self._characters -= count
        if self._characters < 0:
            raise too_big(self.path)


def too_big(path: Path) -> UserError:
    """The file holds more than any unit's list."""
    return UserError("workbook_too_big", Exit.NO, path=str(path))


def damaged(path: Path, part: str = "") -> UserError:
    """The file cannot be read through to its end."""
    return UserError("workbook_damaged", Exit.NO, path=str(path), part=part or path.name)


def unsafe(path: Path) -> UserError:
    """The file is built to do harm, or so that two programs would read it differently."""
    return UserError("workbook_unsafe", Exit.NO, path=str(path))
