"""Where a library lies, and whether it is safe there: network, sticks, folders that synchronise; the clock.

A database on a network drive is damaged sooner or later (its locks and its memory file do not cross
the network), so a library is not opened there for writing unless the person said so once for that
folder; the exception is kept among this computer's settings. Everything else is explained, not refused.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from stdesk import atomic, i18n, paths
from stdesk.clock import local_time
from stdesk.drives import Drive, Sort, drive_of
from stdesk.errors import Exit, UserError

_FILE = "places.json"  # {"allowed": [folder, ...], "told": [code:folder, ...]} in the settings folder
_ALLOWED, _TOLD = "allowed", "told"
_OF_THE_CLOCK = frozenset({"clock_went_back", "clock_absurd"})
_LARGEST = 100_000  # bytes of it that are read
_SLACK = timedelta(hours=1)  # a clock set by hand, summer time
_FIRST, _LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
# What the programs that synchronise call their folders; each is matched as a whole part of a path.
_BY_NAME = (
    ("OneDrive", re.compile(r"onedrive( - .+)?")),
    ("Dropbox", re.compile(r"dropbox( \(.+\))?")),
    ("Google Drive", re.compile(r"google ?drive( \(.+\))?|my drive|drive của tôi|googledrive-.+")),
    ("iCloud", re.compile(r"icloud ?drive|iclouddrive|com~apple~clouddocs|mobile documents")),
    ("MEGA", re.compile(r"mega( ?sync)?")),
    ("pCloud", re.compile(r"pcloud ?drive|pcloud ?sync")),
    ("Nextcloud", re.compile(r"nextcloud")),
    ("ownCloud", re.compile(r"owncloud")),
    ("Syncthing", re.compile(r"syncthing")),
    ("Zalo", re.compile(r"zalo received files|zalodata")),
)
_BY_MARK = (
    ("Dropbox", ".dropbox"),
    ("Dropbox", ".dropbox.cache"),
    ("Syncthing", ".stfolder"),
    ("Nextcloud", ".sync_nextcloud.db"),
    ("ownCloud", ".owncloudsync.log"),
    ("MEGA", ".megaignore"),
    ("Google Drive", ".tmp.drivedownload"),
)
_BY_VARIABLE = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")


@dataclass(frozen=True, slots=True)
class PlaceWarning:
    """Something about where a library lies, or about the clock.

    Attributes:
        code: "place_network", "place_shared", "place_removable", "place_synchronised", "clock_went_back",
            "clock_absurd".
        params: what fills its sentence. refuses: the library is not opened for writing here.
    """

    code: str
    refuses: bool = False
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """The sentence in the language in use: what, and what to do."""
        return i18n.message(self.code, **self.params)


def look(folder: Path) -> tuple[PlaceWarning, ...]:
    """What is to be said of ``folder`` as a library's place; the gravest first."""
    return tuple(_found(folder, drive_of(folder)))


def look_at_clock(newest: str, now: datetime) -> PlaceWarning | None:
    """What is to be said of the clock.

    Args:
        newest: when the library's last act was done, a stored timestamp; "" = there is none.
    """
    shown = local_time(now.astimezone(UTC).isoformat())
    if not _FIRST <= now.astimezone(UTC) <= _LAST:
        return PlaceWarning("clock_absurd", params={"now": shown})
    with suppress(ValueError):
        last = datetime.fromisoformat(newest)
        if now < last - _SLACK:
            return PlaceWarning("clock_went_back", params={"now": shown, "last": local_time(newest)})
    return None


def check(folder: Path) -> None:
    """Before a library is made or opened for writing in ``folder``.

    Raises:
        UserError: ``place_network`` on a network drive the person did not allow.
    """
    refused = next((one for one in look(folder) if one.refuses), None)
    if refused is not None:
        raise UserError(refused.code, Exit.ENVIRONMENT, **refused.params)


# -- what the person allowed ----------------------------------------------------------------


def allow(folder: Path) -> None:
    """Let a library be opened in ``folder`` from now on, on this computer, wherever it lies.

    Raises:
        OSError: it cannot be written down.
    """
    _add(_ALLOWED, [_name(folder)])


def is_allowed(folder: Path) -> bool:
    """Whether the person allowed this folder."""
    return _name(folder) in _known().get(_ALLOWED, [])


def put_told(folder: Path, told: Iterable[PlaceWarning]) -> None:
    """The person has understood these: the place need not be spoken of again; of the clock it is.

    Raises:
        OSError: it cannot be written down.
    """
    _add(_TOLD, [f"{one.code}:{_name(folder)}" for one in told if one.code not in _OF_THE_CLOCK])


def is_told(folder: Path, one: PlaceWarning) -> bool:
    """Whether the person has understood it before."""
    return f"{one.code}:{_name(folder)}" in _known().get(_TOLD, [])


def _add(key: str, values: list[str]) -> None:
    known = _known()
    known[key] = sorted({*known.get(key, []), *values})
    target = paths.settings_folder() / _FILE
    target.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_bytes(target, json.dumps(known, ensure_ascii=False, indent=1).encode())


def _known() -> dict[str, list[str]]:
    with suppress(OSError, ValueError):
        file = paths.settings_folder() / _FILE
        if file.stat().st_size <= _LARGEST:
            found = json.loads(file.read_text(encoding="utf-8"))
            if isinstance(found, dict):
                return {
                    key: [one for one in values if isinstance(one, str)]
                    for key, values in found.items()
                    if isinstance(values, list)
                }
    return {}


def _name(folder: Path) -> str:
    return os.path.normcase(folder.absolute())


# -- looking --------------------------------------------------------------------------------


def _found(folder: Path, drive: Drive) -> Iterator[PlaceWarning]:
    params = {"path": str(folder), "drive": drive.root}
    if drive.sort is Sort.NETWORK:
        yield PlaceWarning("place_network", refuses=not is_allowed(folder), params=params)
    elif drive.sort is Sort.SHARED:
        yield PlaceWarning("place_shared", params=params)
    elif drive.sort is Sort.REMOVABLE:
        yield PlaceWarning("place_removable", params=params)
    if (service := _service(folder)) is not None:
        yield PlaceWarning("place_synchronised", params={**params, "service": service})


def _service(folder: Path) -> str | None:
    """The program that copies ``folder`` away, by what it lies under; ``None``: none is known."""
    place = folder.absolute()
    for variable in _BY_VARIABLE:
        root = os.environ.get(variable, "")
        if root and Path(os.path.normcase(place)).is_relative_to(os.path.normcase(root)):
            return "OneDrive"
    for part in place.parts:
        for service, shape in _BY_NAME:
            if shape.fullmatch(part.lower()):
                return service
    for above in (place, *place.parents):
        for service, mark in _BY_MARK:
            if os.path.lexists(above / mark) and above != Path.home():
                return service
    return None
