"""The fourth schema: the library's keys, the packages it made, every sending, and the centre's answers.

Frozen: never edited, never derived from the kinds of a later day.
"""

from __future__ import annotations

TITLE = "keys, packages, sendings, answers"

STATEMENTS = (
    """
    CREATE TABLE own_key (key_id TEXT PRIMARY KEY, public TEXT NOT NULL, secret TEXT NOT NULL,
    made_at TEXT NOT NULL, retired_at TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE roster (version INTEGER PRIMARY KEY, raw BLOB NOT NULL, at TEXT NOT NULL) STRICT
    """,
    """
    CREATE TABLE package_line (line TEXT PRIMARY KEY, place INTEGER NOT NULL UNIQUE, at TEXT NOT NULL,
    reason TEXT NOT NULL, previous TEXT NOT NULL, answers INTEGER NOT NULL) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE package (package INTEGER PRIMARY KEY, report INTEGER NOT NULL REFERENCES frozen_report
    (report), delta INTEGER NOT NULL CHECK (delta IN (0, 1)), name TEXT NOT NULL, fingerprint TEXT UNIQUE,
    line TEXT NOT NULL REFERENCES package_line (line), sequence INTEGER NOT NULL CHECK (sequence > 0),
    previous TEXT NOT NULL, base TEXT NOT NULL, base_receipt TEXT NOT NULL, withdrawn TEXT NOT NULL,
    answers_upto INTEGER NOT NULL, key_id TEXT NOT NULL, most INTEGER NOT NULL, made_at TEXT NOT NULL,
    UNIQUE (report, delta), UNIQUE (line, sequence)) STRICT
    """,
    """
    CREATE TABLE sending (sending INTEGER PRIMARY KEY, name TEXT NOT NULL, period TEXT NOT NULL, submission
    INTEGER NOT NULL, trial INTEGER NOT NULL CHECK (trial IN (0, 1)), at TEXT NOT NULL, who TEXT NOT NULL,
    place TEXT NOT NULL, medium TEXT NOT NULL, sealed INTEGER NOT NULL CHECK (sealed IN (0, 1)), size INTEGER
    NOT NULL, sha512 TEXT NOT NULL, outcome TEXT NOT NULL CHECK (outcome IN ('done', 'failed', 'stopped')),
    detail TEXT NOT NULL, fingerprint TEXT NOT NULL, delta INTEGER NOT NULL CHECK (delta IN (0, 1))) STRICT
    """,
    """
    CREATE INDEX sending__by_period ON sending (period)
    """,
    """
    CREATE TABLE answer (place INTEGER PRIMARY KEY, answer TEXT NOT NULL UNIQUE, number INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('received', 'valid', 'accepted', 'returned')), period TEXT NOT NULL,
    submission INTEGER NOT NULL, line TEXT NOT NULL, sequence INTEGER NOT NULL, fingerprint TEXT NOT NULL,
    at TEXT NOT NULL, raw BLOB NOT NULL, how TEXT NOT NULL CHECK (how IN ('file', 'qr', 'code')), imported_at
    TEXT NOT NULL, who TEXT NOT NULL) STRICT
    """,
    """
    CREATE INDEX answer__by_fingerprint ON answer (fingerprint, number)
    """,
    """
    CREATE TABLE proposal (place INTEGER PRIMARY KEY, proposal TEXT NOT NULL UNIQUE, answer TEXT NOT NULL
    REFERENCES answer (answer), type TEXT NOT NULL, kind TEXT NOT NULL, record TEXT NOT NULL, number INTEGER
    NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, old TEXT NOT NULL, other TEXT NOT NULL, text TEXT NOT
    NULL) STRICT
    """,
    """
    CREATE TABLE decision (decision INTEGER PRIMARY KEY, proposal TEXT NOT NULL REFERENCES proposal (proposal),
    state TEXT NOT NULL CHECK (state IN ('accepted', 'refused')), reason TEXT NOT NULL, action INTEGER NOT NULL
    REFERENCES action (action), taken_back INTEGER NOT NULL DEFAULT 0, UNIQUE (action, proposal)) STRICT
    """,
    """
    CREATE INDEX decision__by_proposal ON decision (proposal)
    """,
    """
    CREATE TABLE central_id (place INTEGER PRIMARY KEY, record TEXT NOT NULL, central TEXT NOT NULL, action
    INTEGER NOT NULL REFERENCES action (action), taken_back INTEGER NOT NULL DEFAULT 0, UNIQUE (action,
    record)) STRICT
    """,
    """
    CREATE INDEX central_id__by_record ON central_id (record)
    """,
    """
    CREATE TRIGGER own_key__stays BEFORE DELETE ON own_key BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER own_key__fixed BEFORE UPDATE OF key_id, public, secret, made_at ON own_key
    BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER roster__stays BEFORE DELETE ON roster BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER roster__fixed BEFORE UPDATE ON roster BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER package_line__stays BEFORE DELETE ON package_line
    BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER package_line__fixed BEFORE UPDATE ON package_line
    BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER package__stays BEFORE DELETE ON package WHEN OLD.fingerprint IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER package__fixed BEFORE UPDATE OF package, report, delta, name, line, sequence, previous, base,
    base_receipt, withdrawn, answers_upto, key_id, most, made_at ON package
    BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER package__made BEFORE UPDATE OF fingerprint ON package WHEN OLD.fingerprint IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER sending__stays BEFORE DELETE ON sending BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER sending__fixed BEFORE UPDATE ON sending BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER answer__stays BEFORE DELETE ON answer BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER answer__fixed BEFORE UPDATE ON answer BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER proposal__stays BEFORE DELETE ON proposal BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER proposal__fixed BEFORE UPDATE ON proposal BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER decision__stays BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER decision__fixed BEFORE UPDATE OF proposal, state, reason, action ON decision
    BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER central_id__stays BEFORE DELETE ON central_id
    BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER central_id__fixed BEFORE UPDATE OF record, central, action ON central_id
    BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
)
