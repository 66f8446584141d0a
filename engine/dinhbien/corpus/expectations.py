"""``scenarios/**/expect-*.yaml`` → what must be found: of which norm, where, on which day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct
from pydantic import ConfigDict, Field

from dinhbien.errors import InputError, Problems
from dinhbien.model.authored import Authored
from dinhbien.model.norm import Keys
from dinhbien.reading.document import Node, plain, read_document
from dinhbien.reading.typed import position_in, typed


class Entry(Authored):
    """One expectation; every other key is a part of the JSON contract."""

    model_config = ConfigDict(extra="allow")

    norm: str = Field("", description="the id of the norm")
    chain: str | None = Field(None, description="the chain of flags, where it is about flags")
    subject: str | None = None
    subjects: Keys = ()
    total: str | None = None
    absent: str | None = None
    as_of: str | None = None
    change: str | None = None
    case: str | None = None
    shapes: Keys = ()
    status: str | None = None


class Table(Authored):
    """Expectations of one norm and subject, a row for each plan."""

    norm: str = Field(description="the id of the norm")
    subject: str = Field(description="the code of the unit")
    shapes: Keys = ()
    status: str | None = None
    as_of: str | None = None
    at: str = ""
    columns: tuple[str, ...] = Field(min_length=1, description="what each row says")
    rows: tuple[tuple[Any, ...], ...] = Field(min_length=1, description="a row for each plan")


class ExpectFile(Authored):
    """A file of expectations."""

    plan: str = Field(description="the plan, beside this file")
    as_of: str | None = None
    change: str | None = None
    expect: tuple[Entry, ...] = ()
    cases: tuple[Table, ...] = ()


ABOUT = frozenset(Entry.model_fields)  # what is no part of the JSON contract


class Expected(Struct, frozen=True):
    """A file of expectations, read: its texts as they were written."""

    file: Path
    node: Node
    body: dict[str, Any]

    @property
    def plan(self) -> Path:
        """The plan that it is about."""
        return self.file.parent / str(self.body["plan"])

    def beside(self, name: str | None) -> Path | None:
        """The file of that name in the same folder, if one is named."""
        return self.file.parent / name if name else None


def expectations(root: Path) -> tuple[Expected, ...]:
    """Every file of expectations below `root`, in order; `InputError` with every problem."""
    problems = Problems()
    found = [one for path in sorted(root.rglob("expect-*.yaml")) for one in _read(path, problems)]
    problems.raise_as(InputError)
    return tuple(found)


def _read(path: Path, problems: Problems) -> Iterator[Expected]:
    node = read_document(path, path.as_posix(), problems)
    made = typed(ExpectFile, node, problems) if node is not None else None
    body = plain(node) if node is not None else None
    if made is None or node is None or not isinstance(body, dict):
        return
    for first, table in enumerate(made.cases):
        for second, row in enumerate(table.rows):
            if len(row) != len(table.columns):
                message = f"the row has {len(row)} values for {len(table.columns)} columns"
                at = position_in(node, ("cases", first, "rows", second))
                problems.add(message, at, f"cases.{first}.rows.{second}", "a value for each column")
    yield Expected(path, node, body)
