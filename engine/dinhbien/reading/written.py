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
from functools import reduce
from pathlib import Path, PurePosixPath, PureWindowsPath

from msgspec import Struct
from msgspec.structs import replace

from dinhbien.errors import InputError, Position, Problems, nearest
from dinhbien.reading.document import Mapping, Node, Scalar, Sequence, read_document
from dinhbien.reading.head import HEAD, PLAN, head_of
from dinhbien.reading.patch import merged
from dinhbien.reading.rows import Table, cleaned
from dinhbien.reading.table import read_table
from dinhbien.reading.workbook import SUFFIXES, open_workbook, say_unread

YAML, CSV = "plan.yaml", f"{PLAN}.csv"
FIGURES = "figures"
Names = AnySequence[str]
Tables = Callable[[Names], AnyMapping[str, Table]]
BESIDE = "illustration.beside"
_FILLS, _CONTINUES = "fills", "continues"
_JOINED = frozenset(
    ["columns", _FILLS, "lists_complete", "quantities", "scopes", "sources", "tables"]
)


def _no_tables(_: Names) -> AnyMapping[str, Table]:
    return {}


def _none_beside(_: str, __: Position) -> Written | None:
    return None


class Written(Struct, frozen=True):
    """The head of a plan, its tables, and what is wrong or was repaired so far.

    `tables` gives the tables of some names and says which others there are; the names are known
    only when the head has said which pack it is.  `fills` gives those that state what is blank.
    `beside` gives the plan of a name that lies beside this one, None with the problem kept.
    """

    head: Mapping
    tables: Tables
    problems: Problems
    fills: Tables = _no_tables
    file: Path | None = None
    beside: Callable[[str, Position], Written | None] = _none_beside

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
    made = _written(form, problems)

    def beside(name: str, at: Position) -> Written | None:
        way_out = "keep both plans in one folder"
        inside = _is_inside(form.parent, Scalar(name, at), problems, (BESIDE, way_out))
        return read_written(form.parent / name) if inside else None

    return replace(made, file=form, beside=beside)


def _written(form: Path, problems: Problems) -> Written:
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
    node = _document(file, problems)
    problems.raise_as(InputError)
    assert node is not None  # noqa: S101 - a missing one is a problem raised above
    head = _continued(node, file, problems)
    problems.raise_as(InputError)

    def named(key: str) -> Tables:
        return lambda known: _named(head, (key, file.parent), known, problems)

    return Written(head, named("tables"), problems, fills=named(_FILLS))


def _document(file: Path, problems: Problems) -> Mapping | None:
    """The text of a plan in YAML, cleaned, or None with the problems kept."""
    node = read_document(file, file.as_posix(), problems)
    if isinstance(node, Mapping):
        return _cleaned_mapping(node)
    if node is not None:
        problems.add("a plan is a list of `key: value` lines", node.at)
    return None


def _continued(node: Mapping, file: Path, problems: Problems) -> Mapping:
    """The plan `node` of `file` on top of the plan that it continues, if it names one.

    Its own keys win; what is kept by name (tables, sources, columns …) is joined.
    """
    named = node.entries.get(_CONTINUES)
    if named is None:
        return node
    rest = {key: one for key, one in node.entries.items() if key != _CONTINUES}
    own = Mapping(rest, node.at, node.keys)
    path = (file.parent / named.text).resolve() if isinstance(named, Scalar) else file.resolve()
    leaves = not isinstance(named, Scalar) or _leaves(file.parent, named.text)
    if leaves or path.parent != file.parent.resolve() or path == file.resolve():
        way_out = "name another plan in the same folder"
        problems.add("`continues` names no plan beside this one", named.at, _CONTINUES, way_out)
        return own
    base = _document(file.parent / path.name, problems)
    if base is not None and _CONTINUES in base.entries:
        message = f"`{path.name}` continues a plan itself"
        problems.add(message, named.at, _CONTINUES, "continue the first one")
    return own if base is None else merged(base, own, _JOINED)


def _named(
    head: Mapping, place: tuple[str, Path], known: Names, problems: Problems
) -> dict[str, Table]:
    """The tables beside a plan in YAML that it names under a key."""
    found: dict[str, Table] = {}
    key, folder = place
    named = head.entries.get(key)
    for listed, one in named.entries.items() if isinstance(named, Mapping) else ():
        if listed not in known:
            assert isinstance(named, Mapping)  # noqa: S101 - nothing else has entries
            message = f"`{listed}` is not a table of {'a plan' if FIGURES in known else 'units'}"
            way_out = nearest(listed, known) or f"one of {', '.join(known)}"
            problems.add(message, named.keys.get(listed, one.at), key, way_out)
            continue
        several = one.items if isinstance(one, Sequence) and key == _FILLS else (one,)
        tables = [
            read_table(folder / each.text, (folder / each.text).as_posix(), problems)
            for each in several
            if isinstance(each, Scalar) and _is_inside(folder, each, problems, (key, _TABLE))
        ]
        if tables:
            found[listed] = reduce(Table.above, tables)
    return found


_TABLE = "put the table beside the plan, and name it by its file"


def _is_inside(folder: Path, name: Scalar, problems: Problems, asked: tuple[str, str]) -> bool:
    """Whether what is named lies in the plan's own folder; anything else is refused.

    `asked` is the key that names it, and the way out.
    """
    if _leaves(folder, name.text):
        key, way_out = asked
        problems.add(f"`{name.text}` is outside the plan's folder", name.at, key, way_out)
        return False
    return True


def _leaves(folder: Path, name: str) -> bool:
    written = (PurePosixPath(name), PureWindowsPath(name))
    if any(one.is_absolute() or one.drive or ".." in one.parts for one in written):
        return True
    return not (folder / name).resolve().is_relative_to(folder.resolve())


def _cleaned(node: Node) -> Node:
    if isinstance(node, Scalar):
        return Scalar(cleaned(node.text), node.at, node.offset)
    if isinstance(node, Sequence):
        return Sequence(tuple(_cleaned(item) for item in node.items), node.at)
    return _cleaned_mapping(node)


def _cleaned_mapping(node: Mapping) -> Mapping:
    return Mapping({key: _cleaned(one) for key, one in node.entries.items()}, node.at, node.keys)
