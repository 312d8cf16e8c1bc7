"""Signed, stamped copies of a submission: any file, byte for byte, beside the attachments.

The file lies in ``files/`` under its hash, its line in the database. Taking the act back hides the
line; neither line nor file is ever removed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from stdesk.domain.records import Changes
from stdesk.errors import Exit, UserError
from stdesk.progress import Progress
from stdesk.store import files, history
from stdesk.store.context import Context
from stdesk.store.frozen import FrozenReport

_LABEL = "kept_signed"
_COLUMNS = "s.name, s.file, s.sha512, s.size, s.media_type, s.at, s.who"


@dataclass(frozen=True, slots=True)
class SignedCopy:
    """A signed copy of a submission.

    Attributes:
        name: of the file, as it was given; sha512: of its content; size: bytes.
        at, by: when and by whom it was taken in. path: where it lies; encrypted in a locked library.
        file: what attachments call it.
        media_type: by what is in it.
        changes: of the act that took it in; empty in lists.
    """

    name: str
    sha512: str
    size: int
    at: str
    by: str
    path: Path
    media_type: str = ""
    file: str = ""
    changes: Changes = field(default_factory=Changes, compare=False)


def keep(context: Context, report: FrozenReport, item: dict[str, Any]) -> SignedCopy:
    """Write down that the file ``item`` (as :func:`stdesk.store.files.add` gives it) is a signed copy.

    The same file again changes nothing.
    """
    with context.writing() as connection:
        key = _key(connection, report)
        for one in _listed(context, connection, key):
            if one.sha512 == item["sha512"]:
                return one
        history.forget_redo(connection)
        at, params = context.now(), _params(report, str(item["name"]))
        action = history.write_action(connection, at=at, who=context.user, label=_LABEL, params=params)
        connection.execute(
            text(
                "INSERT INTO signed_copy (report, name, file, sha512, size, media_type, at, who, action) "
                "VALUES (:report, :name, :file, :sha512, :size, :media_type, :at, :who, :action)"
            ),
            {**item, "report": key, "at": at, "who": context.user, "action": action},
        )
        return SignedCopy(
            str(item["name"]), str(item["sha512"]), int(item["size"]), at, context.user,
            files.place(context.home, str(item["file"]), context.vault), str(item["media_type"]),
            str(item["file"]), Changes(action, _LABEL, params),
        )  # fmt: skip


def listed(context: Context, report: FrozenReport) -> list[SignedCopy]:
    """The signed copies of ``report``, oldest first."""
    with context.reading() as connection:
        return _listed(context, connection, _key(connection, report))


def check(context: Context, copy: SignedCopy, progress: Progress | None = None) -> None:
    """Read ``copy`` through.

    Raises:
        UserError: ``signed_copy_missing``; ``signed_copy_changed`` when it is not what was taken in.
    """
    if not copy.path.is_file():
        raise UserError("signed_copy_missing", Exit.ENVIRONMENT, name=copy.name, path=str(copy.path))
    if progress is not None:
        progress.start(copy.size, copy.name)
    with files.Spoilt(), files.open_file(copy.path, copy.file, context.vault) as stream:
        if files.hash_of(stream, progress) == copy.sha512:
            return
    raise UserError("signed_copy_changed", name=copy.name, path=str(copy.path))


def turn(connection: Connection, action: int, *, back: bool) -> None:
    """Hide what the act ``action`` took in, or show it again."""
    connection.execute(
        text("UPDATE signed_copy SET taken_back = :back WHERE action = :action"),
        {"back": int(back), "action": action},
    )


def names(connection: Connection) -> frozenset[str]:
    """The files of every signed copy, also of those taken back: none of them is unused."""
    return frozenset(connection.execute(text("SELECT file FROM signed_copy")).scalars())


def _listed(context: Context, connection: Connection, report: int) -> list[SignedCopy]:
    sql = text(
        f"SELECT {_COLUMNS} FROM signed_copy s WHERE s.report = :report AND s.taken_back = 0 ORDER BY s.copy"
    )
    return [
        SignedCopy(
            row.name,
            row.sha512,
            row.size,
            row.at,
            row.who,
            files.place(context.home, row.file, context.vault),
            row.media_type,
            row.file,
        )
        for row in connection.execute(sql, {"report": report})
    ]


def _key(connection: Connection, report: FrozenReport) -> int:
    """The row of ``report``: its folder is its own."""
    sql = text("SELECT report FROM frozen_report WHERE folder = :folder AND sha512 = :sha512")
    found = connection.execute(sql, {"folder": report.path.parent.name, "sha512": report.sha512}).scalar()
    if found is None:
        raise UserError("snapshot_missing", Exit.ENVIRONMENT, path=str(report.path))
    return int(found)


def _params(report: FrozenReport, name: str) -> dict[str, str]:
    return {"name": name, "period": report.period, "submission": str(report.submission)}
