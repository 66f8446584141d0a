"""The queue of docs/guide/embedding.md, by the same code on PostgreSQL, and several workers."""

from __future__ import annotations

import doctest
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "embedding.md"
EVENTS = 40
Connect = Callable[[], Any]


def block() -> str:
    """The example of the queue."""
    text = GUIDE.read_text("utf-8")
    return next(one for one in text.split("```python\n") if "def work(" in one).split("```")[0]


def defined() -> dict[str, Any]:
    """The names that the example makes up to `work`."""
    names: dict[str, Any] = {}
    run(block().partition(">>> queue, sql =")[0], names)
    return names


def run(text: str, names: dict[str, Any]) -> None:
    """Run an example in `names`, and see that it gives what it says."""
    test = doctest.DocTestParser().get_doctest(text, {}, "queue", str(GUIDE), 0)
    test.globs = names
    told: list[str] = []
    doctest.DocTestRunner().run(test, out=told.append, clear_globs=False)
    assert not told, "".join(told)


def as_postgres(command: list[str]) -> None:
    """Run a command of PostgreSQL, which root may not run itself."""
    runuser = shutil.which("runuser", path=f"{os.environ['PATH']}:/usr/sbin:/sbin") or "runuser"
    who = [runuser, "-u", "postgres", "--"] if os.getuid() == 0 else []
    subprocess.run([*who, *command], check=True, capture_output=True, timeout=120)


def program(name: str) -> str | None:
    """Where a program of PostgreSQL is: Debian keeps them off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(found[-1]) if found else None)


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Connect | str]:
    """How to connect to a server that was started for these tests; or why none was."""
    try:
        import psycopg
    except ImportError as error:
        yield str(error)
        return
    initdb, pg_ctl = program("initdb"), program("pg_ctl")
    if initdb is None or pg_ctl is None:
        yield "no PostgreSQL is installed"
        return
    folder = tempfile.mkdtemp(prefix="dinhbien-pg-")
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    data = f"{folder}/data"
    try:
        as_postgres([initdb, "-D", data, "-A", "trust", "-N"])
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        as_postgres([pg_ctl, "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start"])
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        yield f"PostgreSQL does not start: {error}"
        return
    who = "postgres" if os.getuid() == 0 else ""
    dsn = f"host={folder} dbname=postgres" + (f" user={who}" if who else "")
    yield lambda: psycopg.connect(dsn, autocommit=True)
    as_postgres([pg_ctl, "-D", data, "-m", "immediate", "stop"])
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def connect(
    postgresql: Connect | str, skip_or_fail: Callable[[str, str], NoReturn]
) -> Iterator[Connect]:
    """How to connect to it, the table gone at the end."""
    if isinstance(postgresql, str):
        skip_or_fail("postgresql", postgresql)
    yield postgresql
    with postgresql() as connection:
        connection.execute("DROP TABLE IF EXISTS event")


def test_the_queue_of_the_guide_runs_on_postgresql(connect: Connect) -> None:
    text = block().replace(
        'sqlite3.connect(":memory:", isolation_level=None), SQLITE', "connect(), POSTGRESQL"
    )
    assert "connect(), POSTGRESQL" in text
    run(text, {"connect": connect})


def shared_out(open_queue: Connect, sql: dict[str, str], work: Callable[..., None]) -> list[str]:
    """What two workers took of one queue, each with a session of its own."""
    first = open_queue()
    first.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, body TEXT, answer TEXT)")
    for number in range(EVENTS):
        values = f"({sql['mark']}, {sql['mark']})"
        first.execute(f"INSERT INTO event (id, body) VALUES {values}", (number, "{}"))  # noqa: S608
    first.close()
    taken: list[str] = []

    def accept(event: dict[str, str]) -> SimpleNamespace:
        taken.append(event["ref"])
        return SimpleNamespace(decision="allow")

    def worker() -> None:
        queue = open_queue()
        work(queue, SimpleNamespace(accept=accept), **sql)
        queue.close()

    threads = [Thread(target=worker) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return taken


def test_two_workers_take_each_event_once_from_postgresql(connect: Connect) -> None:
    names = defined()
    taken = shared_out(connect, names["POSTGRESQL"], names["work"])
    assert sorted(taken) == sorted(f"event {number}" for number in range(EVENTS))


def test_two_workers_take_each_event_once_from_sqlite(tmp_path: Path) -> None:
    names = defined()

    def open_queue() -> sqlite3.Connection:
        return sqlite3.connect(tmp_path / "queue.db", isolation_level=None, timeout=60)

    taken = shared_out(open_queue, names["SQLITE"], names["work"])
    assert sorted(taken) == sorted(f"event {number}" for number in range(EVENTS))
