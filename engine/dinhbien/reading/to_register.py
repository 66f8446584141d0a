"""``register.csv`` and ``register-sources.csv`` → the entries of the register.  §7"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import cast, get_args

from dinhbien.errors import NormsError, Position, Problem, Problems, UsageError, nearest
from dinhbien.model.citation import WhyNot
from dinhbien.model.register import MEMORY, STATUSES, Entry, Status
from dinhbien.model.wording import Bilingual
from dinhbien.reading.document import Scalar
from dinhbien.reading.rows import Table
from dinhbien.reading.table import read_table

REGISTER, SOURCES = "register.csv", "register-sources.csv"
_NEEDED = ("id", "title", "title_vi", "source", "keys", "status", "norm_or_reason")
_REMARKS = ("remark", "remark_vi")
_BETWEEN = "; "
_WITH_NORMS = ("encoded", "draft")


def read_register(folder: Path, forces: Mapping[str, str]) -> tuple[Entry, ...]:
    """The entries of the register in a folder of norms, in its order.

    `forces` are the forces of all norms there are, by id: a norm that an entry names must be
    one of them, and only a draft's norms are drafts.

    Raises `NormsError` with every problem, and `UsageError` where the folder has no register.
    """
    if not (folder / REGISTER).is_file():
        message = f"`{folder}` holds no `{REGISTER}`"
        way_out = "give a folder of norms that has one; norms/README.md says what it holds"
        raise UsageError([Problem(message, help=way_out)])
    problems = Problems()
    known = _sources(folder, problems)
    table = read_table(folder / REGISTER, f"norms/{REGISTER}", problems)
    _check_columns(table, (*_NEEDED, *_REMARKS), problems)
    reader = _Reader(forces, known, problems)
    entries = [reader.entry(_Row(row.entries, row.at)) for row in table.rows]
    problems.raise_as(NormsError)
    return tuple(one for one in entries if one is not None)


def _sources(folder: Path, problems: Problems) -> set[str]:
    table = read_table(folder / SOURCES, f"norms/{SOURCES}", problems)
    _check_columns(table, ("key", "title", "url"), problems)
    rows = [_Row(row.entries, row.at) for row in table.rows]
    for row in rows:
        for name in ("key", "title", "url"):
            row.needed(name, problems)
    return {row.text("key") for row in rows}


def _check_columns(table: Table, needed: Collection[str], problems: Problems) -> None:
    for name in needed:
        if name not in table.columns:
            problems.add(f"the column `{name}` is missing", table.at)
    for name, at in table.columns.items():
        if name not in needed:
            problems.add(f"there is no column `{name}`", at, way_out=nearest(name, needed))


class _Row:
    """One line of a table, by column."""

    def __init__(self, entries: Mapping[str, object], at: Position) -> None:
        self.cells = {key: one for key, one in entries.items() if isinstance(one, Scalar)}
        self.line = at

    def text(self, name: str) -> str:
        return self.cells[name].text if name in self.cells else ""

    def listed(self, name: str) -> tuple[str, ...]:
        return tuple(filter(None, self.text(name).split(_BETWEEN)))

    def at(self, name: str) -> Position:
        return self.cells[name].at if name in self.cells else self.line

    def needed(self, name: str, problems: Problems) -> None:
        if not self.text(name):
            problems.add(f"`{name}` is blank", self.line, way_out="every line has one")


class _Reader:
    """Reads the lines of the register, and gathers what is wrong."""

    def __init__(self, forces: Mapping[str, str], known: set[str], problems: Problems) -> None:
        self.forces = forces
        self.known = known
        self.problems = problems
        self.seen: set[str] = set()

    def entry(self, row: _Row) -> Entry | None:
        """The entry of a line; None where its status is no status."""
        for name in _NEEDED:
            row.needed(name, self.problems)
        identity, status = row.text("id"), row.text("status")
        if identity in self.seen:
            self.problems.add(f"there are two entries `{identity}`", row.at("id"))
        self.seen.add(identity)
        if not all(row.text(name) for name in _NEEDED) or not self._is_status(row):
            return None
        named = row.listed("norm_or_reason") if status in _WITH_NORMS else ()
        self._check_sources(row)
        if named:
            self._check_norms(row, named, draft=status == "draft")
        else:
            self._check_reason(row)
        return Entry(
            identity,
            Bilingual(vi=row.text("title_vi"), en=row.text("title")),
            row.text("source"),
            row.listed("keys"),
            cast("Status", status),
            named,
            "" if named else row.text("norm_or_reason"),
            self._remark(row),
        )

    def _is_status(self, row: _Row) -> bool:
        status = row.text("status")
        if status in STATUSES:
            return True
        way_out = nearest(status, STATUSES) or f"one of {_quoted(STATUSES)}"
        self.problems.add(f"`{status}` is no status", row.at("status"), way_out=way_out)
        return False

    def _check_sources(self, row: _Row) -> None:
        for key in row.listed("keys"):
            if key not in self.known:
                message = f"`{key}` is not a source in `{SOURCES}`"
                self.problems.add(message, row.at("keys"), way_out=nearest(key, self.known))

    def _check_norms(self, row: _Row, named: tuple[str, ...], *, draft: bool) -> None:
        at = row.at("norm_or_reason")
        for name in named:
            if name not in self.forces:
                message = f"`{row.text('id')}` names `{name}`, and no pack has such a norm"
                way_out = nearest(name, self.forces) or "name a norm, or say why there is none"
                self.problems.add(message, at, way_out=way_out)
            elif (self.forces[name] == "draft") is not draft:
                message = f"`{name}` has the force `{self.forces[name]}`"
                way_out = "the status is `draft` where its norms are drafts, else `encoded`"
                self.problems.add(message, row.at("status"), way_out=way_out)

    def _check_reason(self, row: _Row) -> None:
        reason = row.text("norm_or_reason")
        known = get_args(WhyNot) if row.text("status") == "not encoded" else (MEMORY,)
        if reason not in known:
            message = f"`{reason}` is no reason why an entry is {row.text('status')}"
            way_out = f"one of {_quoted(known)}"
            self.problems.add(message, row.at("norm_or_reason"), way_out=way_out)

    def _remark(self, row: _Row) -> Bilingual | None:
        said, in_vietnamese = (row.text(name) for name in _REMARKS)
        if bool(said) is not bool(in_vietnamese):
            message = "a remark stands in one language only"
            self.problems.add(message, row.line, way_out=f"fill in {_quoted(_REMARKS)}")
        return Bilingual(vi=in_vietnamese, en=said) if said and in_vietnamese else None


def _quoted(words: Collection[str]) -> str:
    return ", ".join(f"`{one}`" for one in words)
