"""Drafts the statements of a next migration: what the kinds ask for and the ladder does not give yet.

python -m tests.store.draft_migration            print them
python -m tests.store.draft_migration --first    write m0001 anew; only before the first release
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from stdesk.domain.kinds import Kind, all_kinds
from stdesk.store import migrations
from stdesk.store.migrations import m0001
from stdesk.store.tables import ceiling_triggers, field_columns, has_sort_key, kind_statements, sort_column

_KEYWORDS = {"end", "references", "order", "group", "index", "table", "plan", "check"}
Schema = dict[str, Any]


def ladder_schema() -> Schema:
    """The schema that all migrations add up to."""
    return schema_of([one for step in migrations.LADDER for one in step.STATEMENTS])


def wanted_schema() -> Schema:
    """The schema that today's kinds ask for."""
    return schema_of([*own_statements(), *(one for kind in all_kinds() for one in kind_statements(kind))])


def own_statements() -> list[str]:
    """The statements of the steps that belong to no kind."""
    kinds = re.compile("publication|research_task|training_session")
    steps = (one for step in migrations.LADDER for one in step.STATEMENTS)
    return [one for one in steps if not kinds.search(one)]


def schema_of(statements: list[str]) -> Schema:
    """What ``statements`` make: tables by their columns, everything else by its text."""
    connection = sqlcipher.connect(":memory:", isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    found: Schema = {}
    for kind, name, sql in connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    ):
        if kind == "table" and "VIRTUAL" not in sql:
            rows = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
            found[name] = frozenset((row[1], row[2], row[3], row[5]) for row in rows)
        else:
            found[name] = re.sub(r'[\s"]+', "", sql)
    connection.close()
    return found


def missing_statements() -> list[str]:
    """The statements a next migration needs."""
    have, want = ladder_schema(), wanted_schema()
    drafted: list[str] = []
    for kind in all_kinds():
        if kind.name not in have:
            drafted += kind_statements(kind)
        else:
            drafted += _changes(kind, have, want)
    return drafted


def _changes(kind: Kind, have: Schema, want: Schema) -> list[str]:
    known = {column[0] for column in have[kind.name]}
    drafted = []
    for field in kind.fields:
        columns = [field.name, sort_column(field)] if has_sort_key(field) else [field.name]
        for name, definition in zip(columns, field_columns(field), strict=True):
            if name not in known:
                drafted.append(f"ALTER TABLE {kind.name} ADD COLUMN {definition}")
    for statement in kind_statements(kind):
        found = re.match(r'CREATE INDEX "(\w+)"', statement)
        if found and found[1] not in have:
            drafted.append(statement)
    for trigger in ceiling_triggers(kind):
        name = trigger.split('"')[1]
        if have.get(name) != want[name]:
            drafted += [f"DROP TRIGGER IF EXISTS {name}", trigger]
    return drafted


def as_module(text: str, title: str, statements: list[str]) -> str:
    """A migration module with ``statements``."""
    head = f'"""{text}"""\n\nfrom __future__ import annotations\n\nTITLE = "{title}"\n\nSTATEMENTS = ('
    parts = [head]
    for statement in statements:
        bare = re.sub(r'"([a-z_]+)"', lambda m: m[0] if m[1] in _KEYWORDS else m[1], statement)
        lines = textwrap.wrap(" ".join(bare.split()), 104, break_long_words=False, break_on_hyphens=False)
        parts.append('    """\n' + textwrap.indent("\n".join(lines), "    ") + '\n    """,')
    return "\n".join([*parts, ")"]) + "\n"


def main() -> None:
    """Print the draft, or write the first schema."""
    if "--first" not in sys.argv:
        sys.stdout.write(";\n".join(missing_statements()) + "\n")
        return
    text = (
        "The first schema: the library's own tables, publications, research tasks and training sessions.\n\n"
        "Frozen: never edited, never derived from the kinds of a later day.\n"
    )
    module = as_module(
        text,
        "first schema",
        [*own_statements(), *(one for kind in all_kinds() for one in kind_statements(kind))],
    )
    Path(m0001.__file__ or "").write_text(module, encoding="utf-8")


if __name__ == "__main__":
    main()
