"""Qt's own texts (context menus, file dialogs) in Vietnamese; Qt brings none for it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, QTranslator

from stdesk.i18n import language, tr


class QtTexts(QTranslator):
    """Looks Qt's texts up among ours; what is missing stays English."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts = {
            "&Undo": tr("&Undo"),
            "&Redo": tr("&Redo"),
            "Cu&t": tr("Cu&t"),
            "&Copy": tr("&Copy"),
            "&Paste": tr("&Paste"),
            "Delete": tr("Delete"),
            "Select All": tr("Select All"),
            "Open": tr("Open"),
            "&Open": tr("&Open"),
            "&Save": tr("&Save"),
            "Cancel": tr("Cancel"),
            "&Cancel": tr("&Cancel"),
            "&Choose": tr("&Choose"),
            "Look in:": tr("Look in:"),
            "File &name:": tr("File &name:"),
            "Files of type:": tr("Files of type:"),
            "Directory:": tr("Directory:"),
        }

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        """Qt does not take on a translator that is empty."""
        return False

    def translate(
        self, context: str, source_text: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        """The text for ``source_text``."""
        del context, disambiguation, n
        return self._texts.get(source_text) or source_text


class _Installed:
    """Kept alive here: Qt holds translators without owning them."""

    translator: QtTexts | None = None


def install(app: QCoreApplication) -> None:
    """Have Qt speak the language in use."""
    if _Installed.translator is not None:
        app.removeTranslator(_Installed.translator)
        _Installed.translator = None
    if language() != "en":
        _Installed.translator = QtTexts()
        app.installTranslator(_Installed.translator)
