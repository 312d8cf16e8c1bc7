"""The look in one place: colours with a meaning, spaces, sizes, faces, light and dark."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from stdesk import resources

HEADER_WEIGHT = QFont.Weight.DemiBold  # of table headers, as the style sheet sets it
PX_TO_PT = 0.75  # sizes below are CSS pixels at 96 dpi; points follow the person's own scaling


@dataclass(frozen=True, slots=True)
class Tokens:
    """What everything drawn is made from.

    Colours named ``*_soft`` of a meaning (red, amber, blue, green) are backgrounds for text in
    that meaning's colour. Spaces are multiples of four pixels.
    """

    dark: bool
    window: str  # behind everything
    surface: str  # tables, forms, cards
    raised: str  # popups, hovered surfaces
    hover: str
    line: str  # thin separators
    line_strong: str  # borders of what can be typed into or pressed, 3:1
    text: str
    text_soft: str  # secondary text, 4.5:1
    text_faint: str  # disabled
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str  # selected rows
    red: str  # blocks
    red_soft: str
    amber: str  # explain
    amber_soft: str
    blue: str  # information
    blue_soft: str
    green: str  # done
    green_soft: str
    grey_soft: str  # not due
    rail: str
    rail_text: str
    rail_hover: str
    rail_active: str
    rail_text_active: str
    xs: int = 4
    s: int = 8
    m: int = 12
    l: int = 16  # noqa: E741 - the usual name of the size between m and xl
    xl: int = 24
    radius: int = 6
    row: int = 32  # height of table rows and of one-line inputs
    icon: int = 16
    size_small: float = 12
    size_body: float = 13.5
    size_heading: float = 16
    size_title: float = 21


LIGHT = Tokens(
    dark=False,
    window="#F3F6F7", surface="#FFFFFF", raised="#FFFFFF", hover="#EAF0F2",
    line="#DDE4E7", line_strong="#87959C", text="#17232A", text_soft="#516069", text_faint="#97A3A9",
    accent="#0B5D6E", accent_hover="#084A58", on_accent="#FFFFFF", accent_soft="#D9ECF0",
    red="#B3261E", red_soft="#FCEBE9", amber="#825000", amber_soft="#FFF2D9",
    blue="#1D5CA3", blue_soft="#E5EFFA", green="#1B6B3C", green_soft="#E3F4E9", grey_soft="#EBEFF1",
    rail="#0D3640", rail_text="#C4DBE0", rail_hover="#164650", rail_active="#1E5866",
    rail_text_active="#FFFFFF",
)  # fmt: skip

DARK = Tokens(
    dark=True,
    window="#12181B", surface="#1A2225", raised="#232D31", hover="#263136",
    line="#2E3A3F", line_strong="#73838B", text="#E7EDEF", text_soft="#A6B4BA", text_faint="#66757C",
    accent="#5FC3D3", accent_hover="#86D5E1", on_accent="#06262C", accent_soft="#1B424A",
    red="#FF938A", red_soft="#3D1F1D", amber="#F0BB57", amber_soft="#382B12",
    blue="#8ABAF3", blue_soft="#182C44", green="#7FCD99", green_soft="#173422", grey_soft="#283237",
    rail="#0C1214", rail_text="#A9BBC1", rail_hover="#182226", rail_active="#17363D",
    rail_text_active="#EAF6F8",
)  # fmt: skip


class _Look:
    """The one look of the process, set at start and by the switch."""

    tokens: Tokens = LIGHT
    family: str = ""
    folder: TemporaryDirectory[str] | None = None


def tokens() -> Tokens:
    """The tokens in use."""
    return _Look.tokens


def apply(app: QApplication, dark: bool | None = None) -> None:
    """Dress the application; ``dark=None`` follows the system."""
    from stdesk.ui import icons
    from stdesk.ui.theme_qss import stylesheet

    if dark is None:
        dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark
    _Look.tokens = look = DARK if dark else LIGHT
    icons.forget()
    if app.style().objectName() != "fusion":
        app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(palette(look))
    app.setFont(font())
    app.setStyleSheet(stylesheet(look, _pictures(look)))


def font(size: float = LIGHT.size_body, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The window's face at ``size`` pixels of the 96-dpi grid."""
    made = QFont(_family())
    made.setPointSizeF(size * PX_TO_PT)
    made.setWeight(weight)
    return made


def _family() -> str:
    if not _Look.family:
        if sys.platform == "win32" and "Segoe UI" in QFontDatabase.families():
            _Look.family = "Segoe UI"
        else:
            for file in sorted(resources.path("fonts", "ui-inter").glob("*.otf")):
                QFontDatabase.addApplicationFont(str(file))
            _Look.family = "Inter"
    return _Look.family


def palette(look: Tokens) -> QPalette:
    """The colours of what the style sheet does not reach."""
    made = QPalette()
    role = QPalette.ColorRole
    for which, colour in {
        role.Window: look.window, role.WindowText: look.text, role.Base: look.surface,
        role.AlternateBase: look.window, role.Text: look.text, role.Button: look.surface,
        role.ButtonText: look.text, role.BrightText: look.red, role.ToolTipBase: look.raised,
        role.ToolTipText: look.text, role.PlaceholderText: look.text_soft, role.Highlight: look.accent,
        role.HighlightedText: look.on_accent, role.Link: look.accent, role.Mid: look.line,
        role.Light: look.raised, role.Dark: look.line_strong, role.Shadow: look.line,
        role.Accent: look.accent,
    }.items():  # fmt: skip
        made.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(look.text_faint))
    return made


def _pictures(look: Tokens) -> dict[str, str]:
    """Arrows and ticks for the style sheet, which takes pictures from files only."""
    wanted = {
        "down": ("caret-down", look.text_soft),
        "up": ("caret-up", look.text_soft),
        "right": ("caret-right", look.text_soft),
        "sorted_up": ("caret-up", look.accent),
        "sorted_down": ("caret-down", look.accent),
    }
    try:
        return _coloured(look, wanted)
    except OSError:  # a full disk: the arrows are black, but there is a window
        plain = {use: resources.path("icons", f"{name}.svg").as_posix() for use, (name, _) in wanted.items()}
        return {**plain, "tick": resources.path("icons", "check.svg").as_posix()}


def _coloured(look: Tokens, wanted: dict[str, tuple[str, str]]) -> dict[str, str]:
    from pathlib import Path

    from stdesk.ui.icons import coloured_svg

    old, folder = _Look.folder, TemporaryDirectory(prefix="stdesk-look-", ignore_cleanup_errors=True)
    found: dict[str, str] = {}
    for use, (name, colour) in wanted.items():
        file = Path(folder.name) / f"{use}.svg"
        file.write_text(coloured_svg(name, colour), encoding="utf-8")
        found[use] = file.as_posix()
    tick = Path(folder.name) / "tick.svg"
    tick.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M3.2 8.4 6.6 11.6 12.8 4.6" '
        f'fill="none" stroke="{look.on_accent}" stroke-width="2" stroke-linecap="round"/></svg>',
        encoding="utf-8",
    )
    found["tick"] = tick.as_posix()
    _Look.folder = folder
    if old is not None:
        old.cleanup()
    return found


def mark(widget: QWidget, **properties: Any) -> None:
    """Set properties that the style sheet looks at and have the widget drawn anew."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.1, 1.4.3): 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
