"""Media a package can go to: what is plugged in, whether it will do, and letting it go.

What the screens may use of :mod:`stdesk.package.medium`::

    volumes(progress=None) -> list[Volume]      removable first; never raises; some 10 ms, but may
                                                wait for a sleeping disk: not on the GUI thread
    volume_of(folder) -> Volume                 the volume a folder (existing or not) lies on
    check(folder, size) -> Checked              before writing ``size`` bytes: will it do?
    eject(volume) -> Ejected                    after writing; may take seconds; never raises

    Volume(root, name, system, free, total, removable, read_only, largest_file)
    Checked(volume, needed, fits, most, problem)        str(problem): one sentence; or None
    Ejected(done, text)                                 text: what the person does now

A package on its way says what goes wrong as :class:`~stdesk.errors.UserError`, in
``resources/messages/medium.toml``: ``medium_full``, ``medium_gone``, ``medium_read_only``,
``medium_failing``, ``medium_lies``, ``medium_file_limit``, ``medium_denied``. The exception's
text is the sentence. A package written and read back may be pulled out at once; its
``WrittenPackage.read_back`` is "device" then, or "cache" where the system offers no way past its
own memory: then ``stdesk.i18n.message("medium_look_again")`` asks to pull out, plug in and verify.
"""

from __future__ import annotations

from pathlib import Path

from stdesk.package import medium
from stdesk.package.medium import Checked, Ejected, Volume
from stdesk.progress import Progress

__all__ = ["Checked", "Ejected", "Volume", "check", "eject", "volume_of", "volumes"]


def volumes(_progress: Progress | None = None) -> list[Volume]:
    """What is plugged in and could take a package, removable volumes first; never raises."""
    return medium.volumes()


def volume_of(folder: Path) -> Volume:
    """The volume ``folder`` lies on, whether or not it exists yet; never raises."""
    return medium.volume_of(folder)


def check(folder: Path, size: int) -> Checked:
    """Whether ``size`` bytes can go to ``folder``: room and a tenth more, writable, file limit."""
    return medium.check_room(folder, size)


def eject(volume: Volume) -> Ejected:
    """Flush the volume, take it out of use and say whether it may be pulled out; never raises."""
    return medium.eject(volume)
