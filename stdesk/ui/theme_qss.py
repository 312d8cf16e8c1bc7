"""The style sheet, written from the tokens."""

from __future__ import annotations

from collections.abc import Mapping

from stdesk.ui.theme import PX_TO_PT, Tokens


def stylesheet(t: Tokens, pictures: Mapping[str, str]) -> str:
    """The whole window's style sheet for the tokens ``t``."""
    return "\n".join(
        (_text(t), _buttons(t), _inputs(t, pictures), _tables(t, pictures), _places(t), _popups(t, pictures))
    )


def _pt(pixels: float) -> str:
    return f"{pixels * PX_TO_PT:.2f}pt"


def _text(t: Tokens) -> str:
    return f"""
QLabel {{ background: transparent; }}
QLabel[role="title"] {{ font-size: {_pt(t.size_title)}; font-weight: 600; }}
QLabel[role="heading"] {{ font-size: {_pt(t.size_heading)}; font-weight: 600; }}
QLabel[role="section"] {{ font-weight: 600; color: {t.accent}; }}
QLabel[role="strong"] {{ font-weight: 600; }}
QLabel[role="soft"] {{ color: {t.text_soft}; }}
QLabel[role="small"] {{ font-size: {_pt(t.size_small)}; color: {t.text_soft}; }}
QLabel[role="label"] {{ font-size: {_pt(t.size_small)}; color: {t.text_soft}; }}
QLabel[role="understood"] {{ font-size: {_pt(t.size_small)}; color: {t.green}; }}
QLabel[role="problem"] {{ font-size: {_pt(t.size_small)}; color: {t.red}; }}
QLabel[role="badge"] {{ font-size: {_pt(t.size_small)}; padding: 1px 8px; border-radius: 7px;
  background: {t.grey_soft}; color: {t.text_soft}; }}
QLabel[role="badge"][tone="amber"] {{ background: {t.amber_soft}; color: {t.amber}; }}
QLabel[role="badge"][tone="green"] {{ background: {t.green_soft}; color: {t.green}; }}
QLabel[role="badge"][tone="red"] {{ background: {t.red_soft}; color: {t.red}; }}
QLabel[role="badge"][tone="blue"] {{ background: {t.blue_soft}; color: {t.blue}; }}
"""


def _buttons(t: Tokens) -> str:
    return f"""
QPushButton, QToolButton {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.line_strong};
  border-radius: {t.radius}px; padding: 5px 13px; min-height: 18px; outline: none; }}
QToolButton {{ padding: 5px 9px; }}
QPushButton:hover, QToolButton:hover {{ background: {t.hover}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {t.line}; }}
QPushButton:focus, QToolButton:focus {{ border: 2px solid {t.accent}; padding: 4px 12px; }}
QToolButton:focus {{ padding: 4px 8px; }}
QPushButton:disabled, QToolButton:disabled {{ color: {t.text_faint}; border-color: {t.line};
  background: {t.window}; }}
QPushButton:checked, QToolButton:checked {{ background: {t.accent_soft}; border-color: {t.accent}; }}
QPushButton[primary="true"] {{ background: {t.accent}; color: {t.on_accent};
  border: 1px solid {t.accent}; font-weight: 600; }}
QPushButton[primary="true"]:hover {{ background: {t.accent_hover}; border-color: {t.accent_hover}; }}
QPushButton[primary="true"]:focus {{ border: 2px solid {t.text}; }}
QPushButton[primary="true"]:disabled {{ background: {t.line}; color: {t.text_soft}; border-color: {t.line}; }}
QPushButton[quiet="true"], QToolButton[quiet="true"] {{ background: transparent;
  border: 1px solid transparent; }}
QToolButton[quiet="true"] {{ padding: 5px; }}
QToolButton[quiet="true"]:focus {{ padding: 4px; }}
QPushButton[quiet="true"]:hover, QToolButton[quiet="true"]:hover {{ background: {t.hover}; }}
QPushButton[quiet="true"]:focus, QToolButton[quiet="true"]:focus {{ border: 2px solid {t.accent}; }}
QPushButton[link="true"] {{ background: transparent; border: 1px solid transparent; color: {t.accent};
  font-weight: 600; padding: 3px 7px; }}
QPushButton[link="true"]:hover {{ background: {t.accent_soft}; }}
QPushButton[link="true"]:focus {{ border: 2px solid {t.accent}; padding: 2px 6px; }}
QToolButton::menu-indicator, QPushButton::menu-indicator {{ image: none; width: 0px; }}
QPushButton[chip="true"] {{ background: {t.accent_soft}; color: {t.text}; border: 1px solid transparent;
  border-radius: 13px; padding: 3px 6px 3px 12px; min-height: 18px; text-align: left; }}
QPushButton[chip="true"][tone="amber"] {{ background: {t.amber_soft}; color: {t.amber}; }}
QPushButton[chip="true"]:hover {{ border-color: {t.accent}; }}
QPushButton[chip="true"]:focus, QPushButton[chip="true"]:checked {{ border: 2px solid {t.accent};
  padding: 2px 5px 2px 11px; }}
QPushButton[tab="true"] {{ background: transparent; border: none; border-bottom: 3px solid transparent;
  border-radius: 0px; padding: 6px 10px 5px 10px; color: {t.text_soft}; }}
QPushButton[tab="true"]:hover {{ background: {t.hover}; color: {t.text}; }}
QPushButton[tab="true"]:checked {{ border-bottom: 3px solid {t.accent}; color: {t.accent}; font-weight: 600;
  background: transparent; }}
QPushButton[tab="true"]:focus {{ background: {t.accent_soft}; border: none;
  border-bottom: 3px solid {t.accent}; padding: 6px 10px 5px 10px; }}
QPushButton[section="true"] {{ background: transparent; border: 1px solid transparent; border-radius: 4px;
  padding: 2px 6px; min-height: 16px; color: {t.text_soft}; font-size: {_pt(t.size_small)}; }}
QPushButton[section="true"]:hover {{ background: {t.hover}; color: {t.text}; }}
QPushButton[section="true"]:checked {{ background: {t.accent_soft}; color: {t.accent};
  border-color: transparent; }}
QToolButton[chip_close="true"] {{ border: 1px solid transparent; border-radius: 10px; padding: 1px;
  background: transparent; min-height: 14px; }}
QToolButton[chip_close="true"]:hover {{ background: {t.line}; }}
QToolButton[chip_close="true"]:focus {{ border: 2px solid {t.accent}; padding: 0px; }}
"""


def _inputs(t: Tokens, pictures: Mapping[str, str]) -> str:
    boxes = "QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox, QDateEdit"
    focused = ", ".join(f"{box.strip()}:focus" for box in boxes.split(","))
    disabled = ", ".join(f"{box.strip()}:disabled" for box in boxes.split(","))
    return f"""
{boxes} {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.line_strong};
  border-radius: {t.radius}px; padding: 5px 8px; selection-background-color: {t.accent};
  selection-color: {t.on_accent}; }}
QLineEdit, QComboBox, QSpinBox, QDateEdit {{ min-height: 18px; }}
QPlainTextEdit, QTextEdit {{ padding: 2px 4px; }}
{focused} {{ border: 2px solid {t.accent}; padding: 4px 7px; }}
QPlainTextEdit:focus, QTextEdit:focus {{ padding: 1px 3px; }}
{disabled} {{ background: {t.window}; color: {t.text_soft}; border-color: {t.line}; }}
QLineEdit[problem="true"], QPlainTextEdit[problem="true"], QComboBox[problem="true"] {{
  border-color: {t.red}; }}
QLineEdit QToolButton {{ border: none; background: transparent; padding: 0px; min-height: 0px; }}
QComboBox {{ padding-right: 4px; }}
QComboBox::drop-down {{ border: none; width: 26px; }}
QComboBox::down-arrow {{ image: url({pictures["down"]}); width: 14px; height: 14px; }}
QComboBox QLineEdit, QComboBox QLineEdit:focus {{ border: none; padding: 0px; background: transparent;
  min-height: 18px; }}
QComboBox QAbstractItemView {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line_strong};
  selection-background-color: {t.accent_soft}; selection-color: {t.text}; outline: none; }}
QCheckBox, QRadioButton {{ spacing: 8px; padding: 4px; border: 2px solid transparent; border-radius: 4px; }}
QCheckBox:focus, QRadioButton:focus {{ border: 2px solid {t.accent}; }}
QCheckBox::indicator, QAbstractItemView::indicator {{ width: 15px; height: 15px; border-radius: 3px;
  border: 1px solid {t.line_strong}; background: {t.surface}; }}
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {{ background: {t.accent};
  border-color: {t.accent}; image: url({pictures["tick"]}); }}
QRadioButton::indicator {{ width: 15px; height: 15px; border-radius: 8px;
  border: 1px solid {t.line_strong}; background: {t.surface}; }}
QRadioButton::indicator:checked {{ border: 5px solid {t.accent}; width: 7px; height: 7px; }}
QProgressBar {{ border: none; background: {t.line}; border-radius: 3px; max-height: 6px; min-height: 6px;
  text-align: center; }}
QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}
"""


def _tables(t: Tokens, pictures: Mapping[str, str]) -> str:
    views = "QTableView, QTreeView, QListView"
    focused = "QTableView:focus, QTreeView:focus, QListView:focus"
    return f"""
{views} {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.line};
  border-radius: {t.radius}px; outline: none; selection-background-color: {t.accent_soft};
  selection-color: {t.text}; gridline-color: {t.line}; }}
{focused} {{ border: 1px solid {t.accent}; }}
QTableView::item {{ padding: 0px 8px; border: none; border-bottom: 1px solid {t.line}; }}
QTableView::item:selected {{ background: {t.accent_soft}; color: {t.text}; }}
QTableView::item:selected:!active {{ background: {t.hover}; color: {t.text}; }}
QTreeView::item, QListView::item {{ padding: 4px 6px; border-radius: 4px; min-height: 20px; }}
QTreeView::item:hover, QListView::item:hover {{ background: {t.hover}; }}
QTreeView::item:selected, QListView::item:selected {{ background: {t.accent_soft}; color: {t.text}; }}
QTreeView::branch:has-children:closed {{ image: url({pictures["right"]}); }}
QTreeView::branch:has-children:open {{ image: url({pictures["down"]}); }}
QHeaderView {{ background: {t.surface}; border: none; }}
QHeaderView::section {{ background: {t.surface}; color: {t.text_soft}; border: none;
  border-bottom: 1px solid {t.line_strong}; border-right: 1px solid {t.line};
  padding: 6px 11px; font-size: {_pt(t.size_small)}; font-weight: 600; }}
QHeaderView::section:hover {{ background: {t.hover}; }}
QHeaderView::section:last {{ border-right: none; }}
QHeaderView::up-arrow {{ image: url({pictures["sorted_up"]}); width: 12px; height: 12px; }}
QHeaderView::down-arrow {{ image: url({pictures["sorted_down"]}); width: 12px; height: 12px; }}
QTableCornerButton::section {{ background: {t.surface}; border: none; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0px; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0px; }}
QScrollBar::handle {{ background: {t.text_faint}; border-radius: 4px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::handle:hover {{ background: {t.text_soft}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0px; height: 0px; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""


def _places(t: Tokens) -> str:
    return f"""
QMainWindow, QWidget[place="window"] {{ background: {t.window}; }}
QWidget[place="surface"], QScrollArea[place="surface"] {{ background: {t.surface}; }}
QFrame[place="card"] {{ background: {t.surface}; border: 1px solid {t.line}; border-radius: 8px; }}
QFrame[place="card"][tone="accent"] {{ background: {t.accent_soft}; border-color: {t.accent_soft}; }}
QFrame[place="popup"] {{ background: {t.raised}; border: 1px solid {t.line_strong};
  border-radius: 8px; }}
QFrame[place="bar"] {{ background: transparent; border: none; border-top: 1px solid {t.line}; }}
QFrame[place="sections"] {{ background: {t.surface}; border: none; border-bottom: 1px solid {t.line}; }}
QFrame[place="note"] {{ border: none; border-radius: {t.radius}px; background: {t.grey_soft}; }}
QFrame[place="note"][tone="red"] {{ background: {t.red_soft}; }}
QFrame[place="note"][tone="amber"] {{ background: {t.amber_soft}; }}
QFrame[place="note"][tone="blue"] {{ background: {t.blue_soft}; }}
QFrame[place="note"][tone="green"] {{ background: {t.green_soft}; }}
QFrame[place="line"] {{ background: {t.line}; border: none; max-height: 1px; min-height: 1px; }}
QScrollArea {{ background: transparent; border: none; }}
QScrollArea > QWidget > QWidget[place="clear"] {{ background: transparent; }}
QSplitter::handle {{ background: transparent; }}
QSplitter::handle:hover {{ background: {t.line}; }}
QFrame#rail {{ background: {t.rail}; border: none; }}
QFrame#rail QLabel {{ color: {t.rail_text}; }}
QFrame#rail QLabel#brand {{ color: {t.rail_text_active};
  font-size: {_pt(t.size_heading)}; font-weight: 600; }}
QFrame#rail QPushButton {{ background: transparent; color: {t.rail_text}; border: 2px solid transparent;
  border-radius: {t.radius}px; padding: 5px 8px; text-align: left; min-height: 20px; }}
QFrame#rail QPushButton:hover {{ background: {t.rail_hover}; }}
QFrame#rail QPushButton:checked {{ background: {t.rail_active}; color: {t.rail_text_active};
  font-weight: 600; }}
QFrame#rail QPushButton:focus {{ border: 2px solid {t.rail_text_active}; padding: 5px 8px; }}
QFrame#rail QPushButton[square="true"], QFrame#rail QPushButton[square="true"]:focus {{ padding: 5px 0px;
  text-align: center; }}
QFrame#rail QLabel[role="count"] {{ color: {t.rail_text}; font-size: {_pt(t.size_small)}; }}
"""


def _popups(t: Tokens, pictures: Mapping[str, str]) -> str:
    return f"""
QMenu {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line_strong}; padding: 4px; }}
QMenu::item {{ padding: 6px 24px 6px 10px; border-radius: 4px; }}
QMenu::item:selected {{ background: {t.accent_soft}; color: {t.text}; }}
QMenu::item:disabled {{ color: {t.text_faint}; }}
QMenu::icon {{ padding-left: 8px; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: 4px 8px; }}
QMenu::right-arrow {{ image: url({pictures["right"]}); width: 12px; height: 12px; }}
QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line_strong}; padding: 4px 8px; }}
QTabBar::tab {{ background: transparent; color: {t.text_soft}; padding: 6px 12px;
  border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {t.accent}; border-bottom: 2px solid {t.accent}; font-weight: 600; }}
QTabBar::tab:focus {{ color: {t.accent}; }}
QTabWidget::pane {{ border: none; }}
"""
