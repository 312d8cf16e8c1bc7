"""The third schema: changes of settings in the history, why a report was opened again, signed copies.

Frozen: never edited, never derived from the kinds of a later day.
"""

from __future__ import annotations

TITLE = "settings in the history, signed copies of reports"

STATEMENTS = (
    """
    CREATE TABLE setting_change (action INTEGER NOT NULL REFERENCES action (action), key TEXT NOT NULL,
    before TEXT, after TEXT, UNIQUE (action, key)) STRICT
    """,
    """
    ALTER TABLE frozen_report ADD COLUMN reason TEXT NOT NULL DEFAULT ''
    """,
    """
    ALTER TABLE frozen_report ADD COLUMN previous TEXT NOT NULL DEFAULT ''
    """,
    """
    CREATE TABLE signed_copy (copy INTEGER PRIMARY KEY, report INTEGER NOT NULL REFERENCES frozen_report
    (report), name TEXT NOT NULL, file TEXT NOT NULL, sha512 TEXT NOT NULL, size INTEGER NOT NULL,
    media_type TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, action INTEGER NOT NULL UNIQUE
    REFERENCES action (action), taken_back INTEGER NOT NULL DEFAULT 0) STRICT
    """,
    """
    CREATE INDEX signed_copy__by_report ON signed_copy (report)
    """,
)
