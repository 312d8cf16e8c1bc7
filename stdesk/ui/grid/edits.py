"""What is typed into a grid and not saved yet, with its own way back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from stdesk.services.grid import Placed, Read

_MOST_STEPS = 500


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done to one cell; ``None`` = what is stored stands there."""

    row: int
    name: str
    before: Read | None
    after: Read | None


@dataclass(slots=True)
class Edits:
    """Cells that differ from what is stored, row by row, and the steps that led there."""

    cells: dict[int, dict[str, Read]] = field(default_factory=dict)
    _done: list[list[Step]] = field(default_factory=list)
    _undone: list[list[Step]] = field(default_factory=list)

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to do again."""
        return bool(self._undone)

    def cell(self, row: int, name: str) -> Read | None:
        """What was typed there."""
        return self.cells.get(row, {}).get(name)

    def put(self, placed: Iterable[Placed], *, more: bool = False) -> set[int]:
        """Put cells in as one step (``more``: as part of the last one); the rows touched."""
        step = []
        for one in placed:
            before = self.cell(one.row, one.name)
            if before != one.read:
                step.append(Step(one.row, one.name, before, one.read))
                self._set(one.row, one.name, one.read)
        if step and more and self._done:
            self._done[-1] += step
        elif step:
            self._done.append(step)
            self._undone.clear()
            del self._done[:-_MOST_STEPS]
        return {one.row for one in step}

    def undo(self) -> list[Step]:
        """Take the last step back; what it had done, nothing when there is none."""
        if not self._done:
            return []
        step = self._done.pop()
        for one in reversed(step):
            self._set(one.row, one.name, one.before)
        self._undone.append(step)
        return step

    def redo(self) -> list[Step]:
        """Do again what was taken back last."""
        if not self._undone:
            return []
        step = self._undone.pop()
        for one in step:
            self._set(one.row, one.name, one.after)
        self._done.append(step)
        return step

    def drop(self, saved: Mapping[int, Mapping[str, Read]]) -> None:
        """These cells, row by row, are saved: they leave; what was typed over them meanwhile stays."""
        for row, cells in saved.items():
            for name, read in cells.items():
                if self.cell(row, name) is read:
                    self._set(row, name, None)
        for steps in (self._done, self._undone):
            steps[:] = [kept for step in steps if (kept := [one for one in step if one.row not in saved])]

    def _set(self, row: int, name: str, read: Read | None) -> None:
        if read is not None:
            self.cells.setdefault(row, {})[name] = read
        elif row in self.cells:
            self.cells[row].pop(name, None)
            if not self.cells[row]:
                del self.cells[row]
