"""Frozen reports: the snapshot as a file, its hash in the database, both for ever.

In a library with a password the file is encrypted (:mod:`stdesk.store.sealed`), and called so.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from sqlalchemy import text

from stdesk import atomic
from stdesk.errors import Exit, UserError
from stdesk.store import files, history, sealed
from stdesk.store.context import Context
from stdesk.store.vault import Vault

FOLDER = "reports"
SNAPSHOT, SEALED = "snapshot.json", "snapshot.sealed"
_PERIOD = re.compile(r"[0-9A-Za-z-]{4,20}")
_COLUMNS = "period, submission, trial, sha512, at, who, folder, reason, previous"


@dataclass(frozen=True, slots=True)
class FrozenReport:
    """A report as it was frozen.

    Attributes:
        period: code, "2026-H1"; submission: 1, 2 ... ("lần nộp"); trial: made to look at, not to hand in.
        sha512: of the snapshot; at, by: when and who; path: of the snapshot.
        reason: the written reason for which the submission before was opened again.
        previous: SHA-512 of the submission before; "" of the first.
    """

    period: str
    submission: int
    trial: bool
    sha512: str
    at: str
    by: str
    path: Path
    reason: str = ""
    previous: str = ""


def save(
    context: Context, period: str, submission: int, trial: bool, snapshot: bytes, sha512: str, *,
    reason: str = "", previous: str = "",
) -> FrozenReport:  # fmt: skip
    """Keep ``snapshot``: file first, then its line; a failure between leaves a file nobody counts.

    Raises:
        UserError: ``already_frozen`` when this submission of the period is (trials may repeat).
        ValueError: the hash is not the snapshot's, or the period no code: a mistake of the program.
    """
    if hashlib.sha512(snapshot).hexdigest() != sha512 or not _PERIOD.fullmatch(period):
        raise ValueError(period)
    with context.writing() as connection:
        rows = connection.execute(text(f"SELECT {_COLUMNS} FROM frozen_report")).all()
        if not trial and any(
            (row.period, row.submission, row.trial) == (period, submission, 0) for row in rows
        ):
            raise UserError("already_frozen", period=period, submission=str(submission))
        name = _free_name(
            f"{period}-L{submission:02d}{'-THU' if trial else ''}", {row.folder for row in rows}
        )
        folder = context.folder / FOLDER / name
        folder.mkdir(parents=True, exist_ok=True)
        try:
            path = _write(context, folder, snapshot, sha512)
            atomic.flush_folder(folder.parent)
            report = FrozenReport(
                period, submission, trial, sha512, context.now(), context.user, path, reason, previous
            )  # fmt: skip
            action = history.write_action(
                connection, at=report.at, who=report.by, label="froze_report", role=history.FIXED,
                params={"period": period, "submission": str(submission)},
            )  # fmt: skip
            connection.execute(
                text(
                    f"INSERT INTO frozen_report ({_COLUMNS}, action) "
                    "VALUES (:period, :submission, :trial, :sha512, :at, :who, :folder, :reason, :previous, :action)"
                ),
                {
                    "period": period, "submission": submission, "trial": int(trial), "sha512": sha512,
                    "at": report.at, "who": report.by, "folder": name, "action": action,
                    "reason": reason, "previous": previous,
                },
            )  # fmt: skip
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return report


def listed(context: Context, period: str | None) -> list[FrozenReport]:
    """The frozen reports, oldest first."""
    with context.reading() as connection:
        rows = connection.execute(text(f"SELECT {_COLUMNS} FROM frozen_report ORDER BY report")).all()
    folder, name = context.home / FOLDER, file_name(context.vault)
    return [
        FrozenReport(
            row.period,
            row.submission,
            bool(row.trial),
            row.sha512,
            row.at,
            row.who,
            folder / row.folder / name,
            row.reason,
            row.previous,
        )
        for row in rows
        if period is None or row.period == period
    ]


def read(context: Context, report: FrozenReport) -> bytes:
    """The snapshot of ``report``.

    Raises:
        UserError: ``snapshot_changed`` when it is not what was frozen; ``snapshot_missing``.
    """
    if not report.path.is_file():
        raise UserError("snapshot_missing", Exit.ENVIRONMENT, path=str(report.path))
    content = None
    with files.Spoilt(), files.open_file(report.path, report.sha512, context.vault) as stream:
        content = stream.read()
    if content is None or hashlib.sha512(content).hexdigest() != report.sha512:
        raise UserError("snapshot_changed", path=str(report.path), period=report.period)
    return content


def file_name(vault: Vault | None) -> str:
    """What the snapshot's file is called in a library with this key."""
    return SNAPSHOT if vault is None else SEALED


def _write(context: Context, folder: Path, snapshot: bytes, sha512: str) -> Path:
    path = folder / file_name(context.vault)
    with atomic.replacing(path) as out:
        if context.vault is None:
            out.write(snapshot)
        else:
            sealed.seal(BytesIO(snapshot), out, context.vault.file_key(sha512))
    return path


def _free_name(wanted: str, taken: set[str]) -> str:
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted}-{count}"
    return name
