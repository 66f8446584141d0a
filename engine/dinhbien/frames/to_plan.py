"""Frames → a plan, by the same columns as CSV and workbooks."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dinhbien.errors import InputError, Position, Problems, UsageError
from dinhbien.model.plan import Plan
from dinhbien.reading.document import Mapping as Tree
from dinhbien.reading.document import Scalar, Sequence
from dinhbien.reading.head import HEAD, PLAN, head_of
from dinhbien.reading.rows import Line, Table, cleaned, table_of
from dinhbien.reading.stored import stored_cell
from dinhbien.reading.to_pack import packs
from dinhbien.reading.to_plan import plan_of
from dinhbien.reading.to_rules import read_rules
from dinhbien.reading.workbook import say_unread
from dinhbien.reading.written import BESIDE, Names, Tables, Written
from dinhbien.shipped import content


def plan_from(
    frames: Mapping[str, pd.DataFrame], *, norms: str | PathLike[str] | None = None
) -> Plan:
    """The plan in frames by the name of their table; see `Plan.from_frames`."""
    folder = Path(norms) if norms is not None else None
    written = written_in(frames)
    rules = read_rules(content("rules"), (folder or content("norms")) / written.pack)
    return plan_of(written, rules, None, packs(folder))


def written_in(frames: Mapping[str, pd.DataFrame]) -> Written:
    """The head and the tables in frames, each cell a text with its place."""
    given: Mapping[str, object] = frames
    strange = [name for name, one in given.items() if not isinstance(one, pd.DataFrame)]
    if strange:
        message = f"`{strange[0]}` is not a frame"
        raise UsageError(message)
    problems = Problems()
    tables = {name: _table(name, frame, problems) for name, frame in frames.items()}
    if not tables:
        problems.add("there is no frame", _start(tables))
        problems.raise_as(InputError)
    head = _head(tables, problems)
    named = _named(head)
    own = {name: one for name, one in tables.items() if name.partition(".")[0] not in named}

    def beside(name: str, at: Position) -> Written | None:
        found = {key: one for key, one in tables.items() if key.startswith(f"{name}.")}
        if not found:
            way_out = f"give its frames as `{name}.{PLAN}`, and so on"
            problems.add(f"there are no frames of `{name}`", at, BESIDE, way_out)
            return None
        theirs = Problems()
        short = {key.removeprefix(f"{name}."): one for key, one in found.items()}
        return Written(_head(short, theirs), _only(short, theirs), theirs)

    return Written(head, _only(own, problems), problems, beside=beside)


def _start(tables: Mapping[str, Table]) -> Position:
    return Position("frames", cell=f"{len(tables)} of them")


def _head(tables: Mapping[str, Table], problems: Problems) -> Tree:
    head = {name: table for name, table in tables.items() if name in HEAD}
    return head_of(head, _start(tables), problems)


def _named(head: Tree) -> set[str]:
    """The plans that stand beside, by the names of their frames."""
    about = head.entries.get("illustration")
    named = about.entries.get("beside") if isinstance(about, Tree) else None
    items = named.items if isinstance(named, Sequence) else (named,)
    return {one.text for one in items if isinstance(one, Scalar)}


def _only(tables: Mapping[str, Table], problems: Problems) -> Tables:
    """The frames of some names; of the others it is said that they are not read."""

    def known(names: Names) -> dict[str, Table]:
        every = [*HEAD, *names]
        for name in tables:
            if name not in every:
                say_unread(name, "table", _at(name, "its name"), every, problems)
        return {name: table for name, table in tables.items() if name in names}

    return known


def _at(name: str, what: str, row: int = 0, column: int = 1) -> Position:
    return Position(f"frame {name}", row + 1, column, cell=what)


def _table(name: str, frame: pd.DataFrame, problems: Problems) -> Table:
    named = [one for one in frame.index.names if one is not None and one not in frame.columns]
    whole = frame.reset_index(named) if named else frame
    places = [_at(name, f"column {one}", 0, at) for at, one in enumerate(whole.columns, 1)]
    cells = [Scalar(cleaned(str(one)), at) for one, at in zip(whole.columns, places, strict=True)]
    values = [whole.iloc[:, place].array for place in range(len(whole.columns))]
    lines = []
    for row, label in enumerate(whole.index):
        said = [
            _cell(column[row], (name, label, one.text, row), problems)
            for one, column in zip(cells, values, strict=True)
        ]
        lines.append(Line(_at(name, f"row {label}", row + 1), said))
    return table_of(name, Line(_at(name, "its columns"), cells), lines, problems)


def _cell(
    value: Any,  # noqa: ANN401 - a frame holds anything
    place: tuple[str, Hashable, str, int],
    problems: Problems,
) -> Scalar:
    """The text of a value: NaN, None, NA and NaT are blank, a column of floats holds counts too."""
    name, label, column, row = place
    at = _at(name, f"row {label}, column {column}", row + 1)
    if isinstance(value, np.floating) and value.dtype.itemsize < np.dtype(float).itemsize:
        value = float(str(value))  # a shorter float says fewer digits, not other ones
    elif isinstance(value, np.generic):
        value = value.item()
    if not pd.api.types.is_scalar(value):
        problems.add(f"`{value}` is not one value", at, way_out="give a number, a text or None")
        return Scalar("", at)
    if pd.isna(value):
        return Scalar("", at)
    return stored_cell(value, at, problems)
