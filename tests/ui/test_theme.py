"""Colours that can be read, a face with every Vietnamese letter, icons in the theme's colours."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from PySide6.QtGui import QFontDatabase, QRawFont
from PySide6.QtWidgets import QApplication

from stdesk import resources
from stdesk.ui import theme
from stdesk.ui.icons import icon
from stdesk.ui.theme import DARK, LIGHT, Tokens

TEXT_ON_GROUND = [
    *itertools.product(("text", "text_soft"), ("window", "surface", "raised", "hover", "accent_soft")),
    *itertools.product(("text", "text_soft"), ("red_soft", "amber_soft", "blue_soft", "green_soft")),
    *itertools.product(("text", "text_soft"), ("grey_soft",)),
    *((tone, f"{tone}_soft") for tone in ("red", "amber", "blue", "green")),
    *((tone, "surface") for tone in ("red", "amber", "blue", "green", "accent")),
    ("accent", "window"), ("accent", "accent_soft"), ("on_accent", "accent"), ("on_accent", "accent_hover"),
    ("rail_text", "rail"), ("rail_text", "rail_hover"), ("rail_text_active", "rail_active"),
]  # fmt: skip


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("pair", TEXT_ON_GROUND, ids=" on ".join)
def test_text_can_be_read_on_its_ground(look: Tokens, pair: tuple[str, str]) -> None:
    assert theme.contrast(getattr(look, pair[0]), getattr(look, pair[1])) >= 4.5


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_borders_and_focus_ring_can_be_seen(look: Tokens) -> None:
    assert theme.contrast(look.line_strong, look.surface) >= 3
    for ground in (look.window, look.surface):
        assert theme.contrast(look.accent, ground) >= 3
    assert theme.contrast(look.rail_text_active, look.rail) >= 3


def test_contrast_is_the_one_of_wcag() -> None:
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert theme.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def _vietnamese_letters() -> str:
    bases = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    tones = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
    toned = (unicodedata.normalize("NFC", base + tone) for base in bases for tone in tones)
    return "".join(toned) + "đĐ₫“”…–·↑↓²"


def test_the_bundled_face_has_every_vietnamese_letter() -> None:
    files = sorted(resources.path("fonts", "ui-inter").glob("*.otf"))
    assert len(files) == 3
    for file in files:
        face = QRawFont(str(file), 13)
        missing = [letter for letter in _vietnamese_letters() if not face.supportsCharacter(ord(letter))]
        assert not missing, file.name


def test_the_window_is_drawn_in_the_bundled_face() -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    assert app.font().family() == "Inter" and "Inter" in QFontDatabase.families()


def test_icons_follow_the_theme() -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    colours = []
    for dark in (True, False):
        theme.apply(app, dark)
        image = icon("plus", "text").pixmap(20, 20).toImage()
        colours.append(image.pixelColor(10, 10).lightness())
    assert colours[0] > 200 > 60 > colours[1]


@pytest.mark.parametrize("dark", [True, False])
def test_the_style_sheet_of_both_looks_is_taken_without_complaint(dark: bool) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, dark)  # qt_log_level_fail turns a "could not parse" into a failure
    assert theme.tokens().dark is dark and "{" in app.styleSheet()
    theme.apply(app, dark=False)
