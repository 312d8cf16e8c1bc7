"""What the medium has room for, said before anything is written."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from stdesk.i18n import count, tr
from stdesk.services.media import Checked
from stdesk.ui.forms.files_editor import show_size


@dataclass(frozen=True, slots=True)
class Lying:
    """What lies in the folder already of the package that is to be written.

    Attributes:
        part: bytes of one begun and not finished; 0 for none.
        whole: name of a finished file of this name; "" for none.
    """

    part: int = 0
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """What is said of the room, and whether writing can begin.

    Attributes:
        text: a sentence or two; "" for nothing to say.
        ok: there is room, as far as is known. resume: a part lies there and is gone on with.
    """

    text: str = ""
    icon: str = "info"
    tone: str = "blue"
    ok: bool = True
    resume: bool = False


def lying_there(folder: Path, name: str) -> Lying:
    """What of package ``name`` lies in ``folder``."""
    part, whole = 0, ""
    if name:
        with suppress(OSError):
            for one in folder.glob(f"{name}*"):
                if one.name.endswith(".part"):
                    part += one.stat().st_size
                elif one.suffix in (".zip", ".age"):
                    whole = whole or one.name
    return Lying(part, whole)


def room_for(size: int, checked: Checked | None, lying: Lying) -> Room:
    """Whether ``size`` bytes (0: not known yet) can go to the medium that was asked."""
    if checked is None:
        return Room()
    volume = checked.volume
    if volume.read_only:
        text = tr("This medium cannot be written to: it is locked, or a disc. Take another one.")
        return Room(text, "x-circle", "red", ok=False)
    if not size:
        return Room()
    if lying.whole:
        text = tr(
            "“{name}” lies there already: it is compared, and nothing is written over.", name=lying.whole
        )
        return Room(text)
    needed = max(checked.needed - lying.part, 0)
    said = {"needed": show_size(needed), "free": show_size(volume.free)}
    if needed > volume.free:
        text = tr(
            "Needed {needed}, free {free}: {missing} too little. Make room or plug in another stick.",
            **said,
            missing=show_size(needed - volume.free),
        )
        return Room(text, "x-circle", "red", ok=False)
    told = [tr("Needed {needed}, free {free}: there is room.", **said), *_remarks(size, checked, lying)]
    if len(told) == 1:
        return Room(told[0], "check-circle", "green")
    return Room(" ".join(told), resume=bool(lying.part))


def _remarks(size: int, checked: Checked, lying: Lying) -> list[str]:
    """What is good to know besides."""
    told = []
    limit = checked.volume.largest_file
    if checked.most is not None and limit:
        text = tr(
            "{system} takes files of less than {size} only: the package becomes {n} files, hand in all of them.",
            system=checked.volume.system,
            size=show_size(limit),
            n=count(-(-size // limit)),
        )
        told.append(text)
    if lying.part:
        told.append(
            tr("{size} of it lie there from before; writing goes on from there.", size=show_size(lying.part))
        )
    if not checked.volume.removable:
        told.append(tr("This is a folder of the computer, no stick."))
    return told
