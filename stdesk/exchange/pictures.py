"""Pictures of others, decoded by another process (:mod:`stdesk.exchange.picture_child`)."""

from __future__ import annotations

from dataclasses import dataclass

from stdesk.errors import UserError
from stdesk.exchange.foreign import Source, ask, foreign
from stdesk.exchange.picture_child import LARGEST_SIDE
from stdesk.progress import Progress

__all__ = ["LARGEST_SIDE", "Picture", "read_picture"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as 8-bit RGB rows of ``stride`` bytes.

    Attributes:
        whole: width and height in the file, turned as it is shown; larger than what is here when it was made smaller.
    """

    width: int
    height: int
    stride: int
    pixels: bytes
    whole: tuple[int, int]


def read_picture(source: Source, side: int = LARGEST_SIDE, progress: Progress | None = None) -> Picture:
    """The (first) picture in ``source``, made smaller until neither side is longer than ``side`` pixels.

    Raises:
        UserError: ``picture_too_big`` (not decoded at all), ``picture_unreadable`` (damaged, hostile, or of no
            format that is shown), ``picture_too_slow``, ``foreign_too_big``.
        Cancelled: asked to stop.
    """
    name = foreign(source).name
    try:
        told, pixels = ask("picture", source, (str(side),), progress)
    except UserError as error:
        if error.code in ("pdf_unreadable", "pdf_locked"):
            raise UserError("picture_unreadable", name=name) from error
        if error.code == "pdf_too_slow":
            raise UserError("picture_too_slow", **error.params) from error
        raise
    whole = int(told["whole_width"]), int(told["whole_height"])
    if told.get("too_big"):
        raise UserError("picture_too_big", width=whole[0], height=whole[1])
    wide, high = int(told["width"]), int(told["height"])
    if not (0 < wide <= LARGEST_SIDE and 0 < high <= LARGEST_SIDE and len(pixels) == 3 * wide * high):
        raise UserError("picture_unreadable", name=name)
    return Picture(wide, high, 3 * wide, pixels, whole)
