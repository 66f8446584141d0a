r"""What can go wrong, and how it is said.

::

    DinhbienError
    ├── UsageError      the command or the call is wrong
    ├── InputError      a plan or a change cannot be read
    └── NormsError      the rules or the norms are invalid

A broken norm is never an error: it is a finding.
Every error carries all its `Problem`\ s, so that ten mistakes take one run to see.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from importlib import import_module
from types import ModuleType

from msgspec import Struct, field


class Position(Struct, frozen=True, order=True):
    """A place in a text, or a cell of a sheet; lines and columns start at 1.

    `cell` is what people call a place that is no line of a text.

    >>> str(Position("norms/vn/x.yaml", 7, 3))
    'norms/vn/x.yaml:7:3'
    >>> str(Position("plan.xlsx", 7, 4, "communes", "cell D7"))
    'plan.xlsx, sheet communes, cell D7'
    """

    file: str
    line: int = 1
    column: int = 1
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        if not self.cell:
            return f"{self.file}:{self.line}:{self.column}"
        return ", ".join([self.file, *([f"sheet {self.sheet}"] if self.sheet else []), self.cell])

    @property
    def reference(self) -> str:
        """A cell of a sheet as spreadsheets name it: ``[plan.xlsx]communes!D7``, or nothing."""
        name = self.file.rpartition("/")[2]
        return f"[{name}]{self.sheet}!{self.cell.rpartition(' ')[2]}" if self.sheet else ""

    @property
    def order(self) -> tuple[str, str, int, int]:
        """By file, then sheet, then line."""
        return self.file, self.sheet, self.line, self.column

    def after(self, columns: int) -> Position:
        """The place `columns` further on the same line; a cell of a sheet is one place."""
        return self if self.cell else Position(self.file, self.line, self.column + columns)


class Problem(Struct, frozen=True):
    """One thing that is wrong: what, where, and the way out.

    >>> print(Problem("`no` is not a date", Position("a.yaml", 2, 9), "issued", "write 2025-05-30"))
    a.yaml:2:9: `no` is not a date
      at issued
      write 2025-05-30
    """

    message: str
    position: Position | None = None
    path: str = ""
    help: str = ""

    def __str__(self) -> str:
        head = f"{self.position}: {self.message}" if self.position else self.message
        tail = [f"at {self.path}"] if self.path else []
        return "\n  ".join([head, *tail, *([self.help] if self.help else [])])


class DinhbienError(Exception):
    """Anything dinhbien refuses, with all its problems, and what was repaired on the way."""

    def __init__(self, problems: Iterable[Problem] | str, repairs: Iterable[Problem] = ()) -> None:
        found = (Problem(problems),) if isinstance(problems, str) else tuple(problems)
        self.problems: tuple[Problem, ...] = found
        self.repairs: tuple[Problem, ...] = tuple(repairs)
        super().__init__("\n".join(str(problem) for problem in found))

    def __reduce__(self) -> tuple[type[DinhbienError], tuple[tuple[Problem, ...], ...]]:
        return type(self), (self.problems, self.repairs)


class UsageError(DinhbienError):
    """The command or the call is wrong."""


class InputError(DinhbienError):
    """A plan or a change cannot be read."""


class NormsError(DinhbienError):
    """The rules or the norms are invalid."""


class DisagreementError(DinhbienError):
    """Two evaluators say different things: an error of dinhbien, and nothing is published."""


def loaded(module: str, what: str) -> ModuleType:
    """A module of dinhbien that needs a library; `what` is what was asked for.

    Raises `UsageError` with the library and how to install it, where it is not installed.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if not library or library == __package__:
            raise
        message, way_out = f"{what} needs {library}", f"install it: `pip install {library}`"
        raise UsageError([Problem(message, help=way_out)]) from None


class Problems(Struct):
    """A gatherer: add as many as there are, then raise once."""

    found: list[Problem] = field(default_factory=list)
    repaired: list[Problem] = field(default_factory=list)
    _seen: set[Problem] = field(default_factory=set)

    def add(
        self, message: str, position: Position | None = None, path: str = "", way_out: str = ""
    ) -> None:
        """Keep one problem; what is said of one place is said once, by the path that came first."""
        problem = Problem(message, position, path, way_out)
        key = problem if position is None else Problem(message, position)
        if key not in self._seen:
            self._seen.add(key)
            self.found.append(problem)

    def repair(self, message: str, position: Position | None = None, way_out: str = "") -> None:
        """Keep what was read otherwise than it is written, or not read: it is always said."""
        problem = Problem(message, position, help=way_out)
        if problem not in self._seen:
            self._seen.add(problem)
            self.repaired.append(problem)

    @property
    def repairs(self) -> tuple[Problem, ...]:
        """What was repaired, by place."""
        return tuple(sorted(self.repaired, key=_by_place))

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(self.found, key=_by_place))

    def __bool__(self) -> bool:
        return bool(self.found)

    def raise_as(self, error: type[DinhbienError]) -> None:
        """Raise all of them as `error`, or nothing if there are none."""
        if self.found:
            raise error(self, self.repairs)


def _by_place(problem: Problem) -> tuple[bool, tuple[str, str, int, int], str]:
    place = problem.position or Position("")
    return (problem.position is None, place.order, problem.message)


def nearest(word: str, known: Iterable[str], most: int = 3) -> str:
    """A way out naming the known words closest to `word`, or an empty text.

    >>> nearest("sorce", ["source", "scope", "url"])
    'did you mean `source`, `scope`?'
    """
    close = difflib.get_close_matches(word, list(known), n=most, cutoff=0.5)
    return f"did you mean {', '.join(f'`{name}`' for name in close)}?" if close else ""
