"""What is done before something big: a backup, passed in by whoever puts the parts together."""

from __future__ import annotations

from typing import Protocol

from stdesk.progress import Progress


class Before(Protocol):
    """Called before something big."""

    def __call__(self, why: str, progress: Progress | None = None, many: int | None = None) -> None:
        """Make a backup when it is worth one.

        Args:
            why: ``import``, ``bulk``. many: records it is about; ``None``: it is big anyway.

        Raises:
            UserError: none could be made, so that nothing big should be done either.
        """


def no_backup(why: str, progress: Progress | None = None, many: int | None = None) -> None:
    """Where there is nobody to make one: parts used by themselves."""
