"""Media, sizes, rates and times as the packaging page says them."""

from __future__ import annotations

from stdesk.i18n import ntr, tr
from stdesk.services.media import Volume
from stdesk.ui.forms.files_editor import show_size

_MINUTE, _HOUR = 60, 3600


def volume_name(volume: Volume) -> str:
    """What a medium is called, with where it lies: "USB KHCN (E:)"."""
    name = volume.name or (tr("USB stick") if volume.removable else tr("Drive"))
    root = str(volume.root)
    return f"{name} ({root.rstrip('/') or root})"


def volume_words(volume: Volume) -> str:
    """A medium in a line: name, file system, room, limits."""
    room = tr("{free} free of {total}", free=show_size(volume.free), total=show_size(volume.total))
    parts = [volume_name(volume), volume.system, room]
    if volume.largest_file is not None and volume.largest_file < volume.free:
        parts.append(tr("files up to {size}", size=show_size(volume.largest_file)))
    if volume.read_only:
        parts.append(tr("cannot be written to"))
    return "  ·  ".join(part for part in parts if part)


def rate_words(rate: float) -> str:
    """Bytes a second: "9,4 MB/giây"."""
    return tr("{size}/second", size=show_size(int(rate)))


def left_words(seconds: float) -> str:
    """Time left, rounded so that it does not flicker."""
    if seconds < _MINUTE:
        tens = max(10, -(-int(seconds) // 10) * 10)
        return tr("about {n} seconds left", n=str(tens))
    if seconds < _HOUR:
        minutes = -(-int(seconds) // _MINUTE)
        return ntr("about {n} minute left", "about {n} minutes left", minutes)
    hours, minutes = divmod(-(-int(seconds) // _MINUTE), 60)
    return tr("about {hours} h {minutes} min left", hours=str(hours), minutes=str(minutes))


def in_groups(code: str, size: int = 8) -> str:
    """A long code in groups, so that two can be compared by eye."""
    return " ".join(code[at : at + size] for at in range(0, len(code), size))
