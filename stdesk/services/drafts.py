"""What was typed and is not saved, kept over a crash and a restart."""

from __future__ import annotations

from stdesk.store.library import Draft, Library

__all__ = ["Draft", "Drafts"]


class Drafts:
    """The unsaved work of an open library: one draft for each record in hand.

    No part of the history: nothing to undo, and it never leaves the library. A draft above the
    library's secrecy ceiling keeps that it was there, not what was typed. The form drops it when
    the record is saved or what was typed is given up.
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    def put(self, draft: Draft) -> None:
        """Keep ``draft`` in place of what was kept of its record; a read-only library keeps nothing.

        One small transaction that waits for the disk: not on the GUI thread.
        """
        self._library.put_draft(draft)

    def all(self, kind: str | None = None) -> list[Draft]:
        """The drafts, newest first; those that cannot be read are left out."""
        return self._library.drafts(kind)

    def drop(self, kind: str, record_id: str) -> None:
        """Forget the draft of ``record_id`` ("" = of a new record); nothing when there is none."""
        self._library.drop_draft(kind, record_id)
