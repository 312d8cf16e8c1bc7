"""A drawing that paper and screen paint alike: boxes, strokes, labels; points, from the top left corner down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Measure: TypeAlias = Callable[[str, float, bool], float]
"""Width in points of a text at a size, bold or not."""


class Tone(StrEnum):
    """What a part of a drawing is; the painter knows its colour. ``DARK`` and ``PALE`` fill, ``PAPER`` clears."""

    DARK = "dark"
    PALE = "pale"
    PAPER = "paper"
    LINE = "line"
    FAINT = "faint"
    TEXT = "text"
    SOFT = "soft"


class Align(StrEnum):
    """Where a label's ``x`` is."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle, with a thin outline if wanted."""

    x: float
    y: float
    width: float
    height: float
    fill: Tone
    outline: bool = False


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float = 0.5
    tone: Tone = Tone.LINE


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text, its baseline at ``y``; ``width`` is what it was measured to take."""

    x: float
    y: float
    text: str
    size: float
    width: float
    align: Align = Align.LEFT
    bold: bool = False
    tone: Tone = Tone.TEXT

    @property
    def left(self) -> float:
        """Where it begins."""
        if self.align is Align.LEFT:
            return self.x
        return self.x - (self.width if self.align is Align.RIGHT else self.width / 2)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole drawing; ``items`` are painted in their order. ``words`` says all it shows."""

    width: float
    height: float
    items: tuple[Box | Stroke | Label, ...]
    words: str = ""
