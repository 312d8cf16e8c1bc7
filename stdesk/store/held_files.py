"""The files of an open library: attachments, frozen reports and their signed copies, encrypted or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

from stdesk.progress import Progress
from stdesk.store import files, frozen, signed
from stdesk.store.context import Context
from stdesk.store.faults import told
from stdesk.store.files import FileUse
from stdesk.store.frozen import FrozenReport
from stdesk.store.signed import SignedCopy


class HeldFiles:
    """What :class:`stdesk.store.library.Library` can do with files."""

    def __init__(self, context: Context) -> None:
        self._context = context

    # -- files

    def add_file(self, path: Path, progress: Progress | None = None) -> dict[str, Any]:
        """Copy a file into the library; returns its item for an attachments field. Raises ``not_a_file``."""
        self._context.check_writable()
        with told(path):
            return files.add(self._context.folder, path, progress, vault=self._context.vault)

    def open_file(self, file: str, name: str = "") -> BinaryIO:
        """The content of an attachment as a stream that can be sought, whether the library is locked or not.

        Reading it raises OSError, and ``attachment_changed`` in a locked library.

        Args:
            name: what sentences call it.

        Raises:
            UserError: ``attachment_unknown``; ``attachment_missing``; what the disk refused.
        """
        path = self.file_path(file)
        with told(path):
            return files.open_file(path, file, self._context.vault, name)

    def file_bytes(self, file: str, most: int = files.LARGEST) -> bytes:
        """The whole content of an attachment. Raises also ``attachment_too_big`` above ``most`` bytes."""
        with self.open_file(file) as stream, told(self._context.folder):
            return files.read_whole(stream, file, most)

    def file_path(self, file: str) -> Path:
        """Where an attachment lies; encrypted in a locked library: :meth:`open_file` reads it.

        Raises:
            UserError: ``attachment_unknown``; ``attachment_missing``.
        """
        return files.path_of(self._context.home, file, self._context.vault)

    def file_size(self, file: str) -> int:
        """Bytes of content of an attachment as it lies there now. Raises what :meth:`file_path` does."""
        path = self.file_path(file)
        with told(path):
            return files.size_of(path, self._context.vault)

    def file_names(self) -> frozenset[str]:
        """The attachments that are on the disk, as records call them.

        In a locked library names on the disk say nothing: what no record or signed copy names is
        called by :func:`stdesk.store.files.nameless`, which every method here takes too.
        """
        there, vault = self.stored_names(), self._context.vault
        if vault is None:
            return there
        named = {use.file for use in self.file_uses()} | self.signed_files()
        return files.known(there, named, vault)

    def stored_names(self) -> frozenset[str]:
        """The names on the disk of all attachments there."""
        with told(self._context.folder):
            return files.names(self._context.home)

    def stored_name(self, file: str) -> str:
        """The name on the disk of an attachment, whether it is there or not."""
        return files.place(self._context.home, file, self._context.vault).name

    def file_uses(self) -> list[FileUse]:
        """Every place where a record, trashed or not, names an attachment."""
        with self._context.reading() as connection:
            return [use for where in self._context.tables for use in files.uses(connection, where)]

    def file_hash(self, file: str, progress: Progress | None = None) -> str:
        """SHA-512 of an attachment as it lies there now. Raises what :meth:`file_path` does."""
        with self.open_file(file) as stream, told(self._context.folder):
            return files.hash_of(stream, progress)

    def drop_file(self, file: str) -> None:
        """Take away a copy made for an act that did not happen; one that a record or report names stays."""
        if file not in self.signed_files() and all(use.file != file for use in self.file_uses()):
            files.remove(self._context.folder, file, self._context.vault)

    # -- frozen reports

    def save_frozen(
        self, period: str, submission: int, trial: bool, snapshot: bytes, sha512: str, *,
        reason: str = "", previous: str = "",
    ) -> FrozenReport:  # fmt: skip
        """Keep a frozen report for ever. Raises ``already_frozen``."""
        return frozen.save(
            self._context, period, submission, trial, snapshot, sha512, reason=reason, previous=previous
        )

    def frozen(self, period: str | None = None) -> list[FrozenReport]:
        """The frozen reports, oldest first, trials among them."""
        return frozen.listed(self._context, period)

    def read_frozen(self, report: FrozenReport) -> bytes:
        """The snapshot of a report. Raises ``snapshot_changed``, ``snapshot_missing``."""
        with told(report.path):
            return frozen.read(self._context, report)

    def keep_signed(self, report: FrozenReport, path: Path, progress: Progress | None = None) -> SignedCopy:
        """Take in a signed copy of ``report``, one act. Raises what :meth:`add_file` does."""
        item = self.add_file(path, progress)
        try:
            return signed.keep(self._context, report, item)
        except BaseException:
            self.drop_file(item["file"])
            raise

    def signed(self, report: FrozenReport) -> list[SignedCopy]:
        """The signed copies of ``report``, oldest first."""
        return signed.listed(self._context, report)

    def check_signed(self, copy: SignedCopy, progress: Progress | None = None) -> None:
        """Read a signed copy through. Raises ``signed_copy_missing``, ``signed_copy_changed``."""
        with told(copy.path):
            signed.check(self._context, copy, progress)

    def signed_files(self) -> frozenset[str]:
        """The files of every signed copy, as :meth:`file_names` names them."""
        with self._context.reading() as connection:
            return signed.names(connection)
