"""A plan as it is written, in any of its forms: a head and tables, texts with their places.

::

    plan.yaml, with CSV beside it    a folder of CSV    a workbook    frames
                      └──────────────────┴──────┬───────────┴────────────┘
                                             Written                 → to_plan
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence as AnySequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from dinhbien.errors import InputError, Position, Problems, nearest
from dinhbien.reading.document import Mapping, Node, Scalar, Sequence, read_document
from dinhbien.reading.head import HEAD, PLAN, head_of
from dinhbien.reading.rows import Table, cleaned
from dinhbien.reading.table import read_table
from dinhbien.reading.workbook import SUFFIXES, open_workbook, say_unread

YAML, CSV = "plan.yaml", f"{PLAN}.csv"
FIGURES = "figures"
Names = AnySequence[str]
Tables = Callable[[Names], AnyMapping[str, Table]]


@dataclass(frozen=True)
class Written:
    """The head of a plan, its tables, and what is wrong or was repaired so far.

    `tables` gives the tables of some names and says which others there are; the names are known
    only when the head has said which pack it is.
    """

    head: Mapping
    tables: Tables
    problems: Problems

    @property
    def pack(self) -> str:
        """The pack that the plan names, or an empty text where it names none."""
        name = self.head.text("norms")
        return name if re.fullmatch(r"[\w/-]+", name) else ""


def read_written(path: Path) -> Written:
    """The plan in a file or a folder.

    Raises `InputError` where there is nothing to be read on with.
    """
    problems = Problems()
    form = _form(path)
    name = form.as_posix()
    if form.suffix.lower() in SUFFIXES:
        return _in_workbook(form, problems)
    if form.name == CSV:
        folder = form.parent
        head = head_of(_csv_tables(folder, HEAD, problems), Position(name), problems)
        return Written(head, lambda known: _all_csv(folder, known, problems), problems)
    if form.suffix.lower() == ".csv":
        way_out = f"name its folder, in which `{CSV}` says what the plan is"
        problems.add("one table is no plan", Position(name), way_out=way_out)
        problems.raise_as(InputError)
    return _in_yaml(form, problems)


def _in_workbook(file: Path, problems: Problems) -> Written:
    name = file.as_posix()
    book = open_workbook(file, name, problems)
    if book is None:
        problems.raise_as(InputError)
    assert book is not None  # noqa: S101 - a missing one is a problem raised above

    def tables(known: Names) -> AnyMapping[str, Table]:
        book.say_unread([*HEAD, *known])
        return book.tables(known)

    return Written(head_of(book.tables(HEAD), Position(name), problems), tables, problems)


def _form(path: Path) -> Path:
    """The file that says what the plan is: the path itself, or the one in a folder."""
    if not path.is_dir():
        return path
    both = [name for name in (YAML, CSV) if (path / name).is_file()]
    if len(both) > 1:
        problems = Problems()
        message = f"the folder holds `{YAML}` and `{CSV}`"
        problems.add(message, Position(path.as_posix()), way_out="name the one that is meant")
        problems.raise_as(InputError)
    return path / (both[0] if both else YAML)


def _csv_tables(folder: Path, names: Names, problems: Problems) -> dict[str, Table]:
    files = [folder / f"{name}.csv" for name in names]
    return {
        file.stem: read_table(file, file.as_posix(), problems) for file in files if file.is_file()
    }


def _all_csv(folder: Path, known: Names, problems: Problems) -> dict[str, Table]:
    every = [*HEAD, *known]
    for file in sorted(folder.glob("*.csv")):
        if file.stem not in every:
            say_unread(file.stem, "table", Position(file.as_posix()), every, problems)
    return _csv_tables(folder, known, problems)


# -- YAML ------------------------------------------------------------------------


def _in_yaml(file: Path, problems: Problems) -> Written:
    node = read_document(file, file.as_posix(), problems)
    if node is not None and not isinstance(node, Mapping):
        problems.add("a plan is a list of `key: value` lines", node.at)
    problems.raise_as(InputError)
    assert isinstance(node, Mapping)  # noqa: S101 - anything else is a problem raised above
    head = _cleaned(node)
    assert isinstance(head, Mapping)  # noqa: S101 - cleaning keeps the kind
    return Written(head, lambda known: _named(head, file.parent, known, problems), problems)


def _named(head: Mapping, folder: Path, known: Names, problems: Problems) -> dict[str, Table]:
    """The tables beside a `plan.yaml` that it names."""
    found: dict[str, Table] = {}
    named = head.entries.get("tables")
    for listed, one in named.entries.items() if isinstance(named, Mapping) else ():
        if listed not in known:
            message = f"`{listed}` is not a table of a plan"
            problems.add(message, head.at, "tables", nearest(listed, known))
        elif isinstance(one, Scalar) and _is_inside(folder, one, problems):
            path = folder / one.text
            found[listed] = read_table(path, path.as_posix(), problems)
    return found


def _is_inside(folder: Path, name: Scalar, problems: Problems) -> bool:
    """Whether a table lies in the plan's own folder; anything else is refused."""
    written = (PurePosixPath(name.text), PureWindowsPath(name.text))
    leaves = any(one.is_absolute() or one.drive or ".." in one.parts for one in written)
    if leaves or not (folder / name.text).resolve().is_relative_to(folder.resolve()):
        way_out = "put the table beside the plan, and name it by its file"
        message = f"`{name.text}` is outside the plan's folder"
        problems.add(message, name.at, "tables", way_out)
        return False
    return True


def _cleaned(node: Node) -> Node:
    if isinstance(node, Scalar):
        return Scalar(cleaned(node.text), node.at, node.offset)
    if isinstance(node, Sequence):
        return Sequence(tuple(_cleaned(item) for item in node.items), node.at)
    return Mapping({key: _cleaned(one) for key, one in node.entries.items()}, node.at, node.keys)
