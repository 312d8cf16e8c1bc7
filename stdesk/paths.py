"""Where things lie on the person's computer."""

from __future__ import annotations

from pathlib import Path

import platformdirs

_APP = "STDesk"


def settings_folder() -> Path:
    """Window state and the list of libraries opened lately; nothing of a record."""
    return Path(platformdirs.user_config_dir(_APP, appauthor=False))


def default_library() -> Path:
    """Where a first library is proposed: the person's documents."""
    return Path(platformdirs.user_documents_dir()) / "STDesk"


def centre_folder() -> Path:
    """Where the central agency's side keeps packages when its database is a server."""
    return Path(platformdirs.user_data_dir(_APP, appauthor=False)) / "central"
