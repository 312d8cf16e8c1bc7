"""The fifth schema: the history chained by hash, codes of roles, approvals, the library's own name.

Frozen: never edited, never derived from the kinds of a later day.
"""

from __future__ import annotations

TITLE = "chained history, roles, approvals"

STATEMENTS = (
    """
    CREATE TABLE chain (action INTEGER PRIMARY KEY REFERENCES action (action), nonce BLOB, content BLOB NOT
    NULL, hash BLOB NOT NULL) STRICT
    """,
    """
    CREATE TABLE chain_forgotten (action INTEGER NOT NULL REFERENCES action (action), forgotten_by INTEGER NOT
    NULL, nonce BLOB, content BLOB NOT NULL, PRIMARY KEY (action, forgotten_by)) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX chain_forgotten__by_act ON chain_forgotten (forgotten_by)
    """,
    """
    CREATE TABLE chain_head (place INTEGER PRIMARY KEY CHECK (place = 1), action INTEGER NOT NULL, count INTEGER
    NOT NULL, hash BLOB NOT NULL) STRICT
    """,
    """
    CREATE TABLE role_code (place INTEGER PRIMARY KEY, role TEXT NOT NULL CHECK (role IN ('leader',
    'administrator')), name TEXT NOT NULL, verifier TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL,
    retired_at TEXT NOT NULL DEFAULT '') STRICT
    """,
    """
    CREATE TABLE approval (place INTEGER PRIMARY KEY, report INTEGER NOT NULL REFERENCES frozen_report
    (report), name TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, note TEXT NOT NULL, action INTEGER NOT
    NULL REFERENCES action (action)) STRICT
    """,
    """
    CREATE INDEX approval__by_report ON approval (report)
    """,
    """
    INSERT OR IGNORE INTO setting (key, value) VALUES ('library:id', lower(hex(randomblob(16))))
    """,
    """
    CREATE TRIGGER chain__stays BEFORE DELETE ON chain BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER chain__fixed BEFORE UPDATE OF action, content, hash ON chain
    BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER chain__nonce BEFORE UPDATE OF nonce ON chain WHEN NEW.nonce IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER chain_forgotten__stays BEFORE DELETE ON chain_forgotten
    BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER chain_forgotten__fixed BEFORE UPDATE OF action, forgotten_by, content ON chain_forgotten
    BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER chain_forgotten__nonce BEFORE UPDATE OF nonce ON chain_forgotten WHEN NEW.nonce IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER chain_head__stays BEFORE DELETE ON chain_head BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER chain_head__grows BEFORE UPDATE ON chain_head WHEN NEW.count <= OLD.count
    BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER role_code__stays BEFORE DELETE ON role_code BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER role_code__fixed BEFORE UPDATE OF role, name, verifier, at, who ON role_code
    BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER approval__stays BEFORE DELETE ON approval BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
    """
    CREATE TRIGGER approval__fixed BEFORE UPDATE ON approval BEGIN SELECT RAISE(ABORT, 'append_only'); END
    """,
)
