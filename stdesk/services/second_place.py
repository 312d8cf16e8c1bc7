"""The second place for backups: a stick, a share. It may be away, and is spoken of after a week."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from stdesk.clock import Clock, timestamp
from stdesk.errors import Exit, UserError, from_os_error
from stdesk.progress import Progress
from stdesk.store.backups.model import BackupInfo
from stdesk.store.library import Library

PLACE = "backup:place"
"""Setting: the folder, when it was chosen, and the moment of its newest backup."""

REMIND_AFTER = 7
"""Days after which the second place is spoken of."""

_STATE = ("folder", "last", "chosen")


@dataclass(frozen=True, slots=True)
class Place:
    """The second place for backups: a stick, a share.

    Attributes:
        folder: as the person chose it; ``None`` when there is none.
        last: the newest good backup known to be there, a UTC timestamp; "" when none was made yet.
        age: days since then (since the place was chosen when none was made); never negative.
        reachable: it is there now.
        remind: it is time to say so: a week has passed.
    """

    folder: Path | None = None
    last: str = ""
    age: int = 0
    reachable: bool = False
    remind: bool = False


class SecondPlace:
    """The second place of an open library."""

    def __init__(self, library: Library, clock: Clock) -> None:
        self._library = library
        self._clock = clock

    def folder(self) -> Path | None:
        """Where its backups lie there; ``None`` when none was chosen."""
        chosen = self._place()["folder"]
        return self._place_folder(Path(chosen)) if chosen else None

    def choose(self, folder: Path | None) -> Place:
        """Choose the second place (``None``: none).

        Raises:
            UserError: ``backup_place_inside`` when it lies in the library; ``not_a_folder``; what the disk
                refused: it is written to once.
        """
        if folder is None:
            self._library.settings.put(**{PLACE: ""})
            return Place()
        folder = folder.absolute()
        if folder.resolve().is_relative_to(self._library.folder.resolve()):
            raise UserError("backup_place_inside", path=str(folder))
        if not folder.is_dir():
            raise UserError("not_a_folder", Exit.USAGE, path=str(folder))
        try:
            self._place_folder(folder).mkdir(exist_ok=True)
        except OSError as error:
            raise from_os_error(error, folder) from error
        self._remember(folder, chosen=timestamp(self._clock()))
        return self.state()

    def state(self, now: datetime | None = None) -> Place:
        """Where the second place stands; it need not be there."""
        said = self._place()
        if not said["folder"]:
            return Place()
        folder, last, reachable = Path(said["folder"]), said["last"], False
        with suppress(OSError, UserError):
            reachable = folder.is_dir()
            if reachable and (newest := self._newest(self._place_folder(folder))) is not None:
                last = newest.made_at
        since = datetime.fromisoformat(last or said["chosen"])
        age = max(0, ((now or self._clock()) - since).days)
        return Place(folder, last, age, reachable, age >= REMIND_AFTER)

    def run(self, progress: Progress | None = None) -> BackupInfo | None:
        """Make a backup at the second place; ``None`` when it has the present state already.

        Raises:
            UserError: ``backup_place_unset``; ``backup_place_away`` when the stick is not in; what
                :func:`stdesk.store.backups.repository.write` raises.
        """
        if self._library.as_of is not None:
            self._library.check_writable()
        said = self._place()
        if not said["folder"]:
            raise UserError("backup_place_unset", Exit.USAGE)
        folder = Path(said["folder"])
        if not folder.is_dir():
            raise UserError("backup_place_away", Exit.ENVIRONMENT, path=str(folder))
        target = self._place_folder(folder)
        last = self._newest(target)
        if last is not None and self._library.backups.is_present(last):
            self._remember(folder, last=last.made_at)
            return None
        made = self._library.backups.write(target, "place", progress)
        self._remember(folder, last=made.made_at)
        return made

    def _newest(self, place: Path) -> BackupInfo | None:
        return next((one for one in self._library.backups.listed(place) if one.ok), None)

    def _place_folder(self, folder: Path) -> Path:
        """A folder of the library's own there: a stick may hold several libraries' backups, and much else."""
        settings = self._library.settings
        unit = re.sub(r"[^0-9A-Za-z-]", "", settings.get("unit_code"))[:20] or "STDesk"
        return folder / f"STDesk-{unit}-{settings.get('library:id')[:8]}"

    def _place(self) -> dict[str, str]:
        said = self._library.settings.get(PLACE)
        found = json.loads(said) if said else {}
        return {name: str(found.get(name, "")) for name in _STATE}

    def _remember(self, folder: Path, **more: str) -> None:
        if not self._library.read_only:
            said = self._place()
            if said["folder"] != str(folder):
                said = dict.fromkeys(_STATE, "")
            self._library.settings.put(**{PLACE: json.dumps({**said, "folder": str(folder), **more})})
