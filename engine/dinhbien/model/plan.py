"""A plan: a tree of units with their cells, and a table of figures.  §9, §10, §18"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from os import PathLike
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

from dinhbien.errors import Problem, loaded
from dinhbien.model.amount import decimal_text
from dinhbien.model.citation import Source
from dinhbien.model.wording import Bilingual

if TYPE_CHECKING:
    from pandas import DataFrame

Origin = Literal["published", "reported", "derived", "modelled", "not stated"]
Precision = Literal["exact", "about", "at_least", "at_most"]


class Cell(Struct, frozen=True):
    """One stated fact: a number, a word or a text; None is unknown, never zero.

    `least` and `most` bound an unknown number where the plan declares them.
    `place` is where a reported cell stood: ``[plan.xlsx]communes!D7``.
    """

    path: str
    value: Fraction | str | None
    origin: Origin = "not stated"
    source: str = ""
    how: Bilingual | None = None
    scope: str = ""
    date: str = ""
    note: Bilingual | None = None
    least: Fraction | None = None
    most: Fraction | None = None
    place: str = ""

    def plain(self) -> list[object]:
        """What the plan's hash is made from; a file may be renamed, so `place` is not."""
        value = decimal_text(self.value) if isinstance(self.value, Fraction) else self.value
        ends = [None if one is None else decimal_text(one) for one in (self.least, self.most)]
        how = [self.how.vi, self.how.en] if self.how else None
        note = [self.note.vi, self.note.en] if self.note else None
        return [value, self.origin, self.source, how, self.scope, self.date, note, *ends]


class Unit(Struct, frozen=True):
    """A unit of some level: its attributes, its stated totals and the units within it.

    `code` is the path of codes below the root; `complete` names the levels directly below
    whose units the plan lists all.
    """

    level: str
    code: str
    name: str
    path: str
    cells: dict[str, Cell] = field(default_factory=dict)
    figures: dict[str, Cell] = field(default_factory=dict)
    children: dict[str, tuple[Unit, ...]] = field(default_factory=dict)
    complete: frozenset[str] = frozenset()

    def cell(self, attribute: str) -> Cell:
        """The cell of `attribute`; unknown where the plan does not state it."""
        return self.cells.get(attribute) or Cell(self.at(attribute), None)

    def at(self, step: str) -> str:
        """The path of something of this unit; paths start below the root."""
        return f"{self.path}.{step}" if self.path else step

    def walk(self) -> Iterator[Unit]:
        """This unit and all below it, in the plan's stable order."""
        left = [self]
        while left:
            unit = left.pop()
            yield unit
            for level in sorted(unit.children, reverse=True):
                left.extend(reversed(unit.children[level]))

    def all_cells(self) -> Iterator[Cell]:
        """Every cell of this unit and below."""
        for unit in self.walk():
            yield from unit.cells.values()
            yield from unit.figures.values()


class Figure(Struct, frozen=True):
    """A published number that has no cell of its own, with its scope."""

    level: str
    code: str
    quantity: str
    precision: str
    unit: str
    cell: Cell


class Plan(Struct, frozen=True, eq=False):
    """A proposed staffing plan, complete with where each number comes from.

    Where it only illustrates, `illustration` says what, and `beside` holds other plans of the
    same units that might be as true: what is found holds within their range.
    `repairs` says what was read otherwise than it was written, or not read; two plans that
    differ in nothing else are equal.
    """

    title: Bilingual
    as_of: date | None
    norms: str
    root: Unit
    figures: tuple[Figure, ...]
    quantities: dict[str, Bilingual]
    scopes: dict[str, Bilingual]
    sources: dict[str, Source]
    changes: tuple[Bilingual, ...] = ()
    notes: tuple[Bilingual, ...] = ()
    illustration: Bilingual | None = None
    beside: tuple[Plan, ...] = ()
    repairs: tuple[Problem, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and all(
            getattr(self, name) == getattr(other, name)
            for name in self.__struct_fields__
            if name != "repairs"
        )

    __hash__ = None  # type: ignore[assignment]  # it holds tables

    @classmethod
    def from_frames(
        cls, frames: Mapping[str, DataFrame], *, norms: str | PathLike[str] | None = None
    ) -> Plan:
        """The plan in pandas frames: `frames` by the names of a plan's tables.

        The columns are those of CSV and workbooks; NaN, NA and None are unknown, never zero.
        `norms` is the folder of norms whose pack the plan names, if not the shipped one.

        Raises `InputError` with every problem, each by frame, row label and column.
        """
        # A method for the reader's sake; by name, since the translation lies in a layer above.
        made: Plan = loaded("dinhbien.frames.to_plan", "`from_frames`").plan_from(
            frames, norms=norms
        )
        return made

    def to_frames(self, *, norms: str | PathLike[str] | None = None) -> dict[str, DataFrame]:
        """The plan as pandas frames by table; `from_frames` gives an equal plan back.

        Counts are `Int64`, other numbers `Float64`, truths `boolean`, all else `string`; a
        number with more than 15 digits makes its column `string`.  Unknown is NA.
        """
        translation = loaded("dinhbien.frames.from_plan", "`to_frames`")
        made: dict[str, DataFrame] = translation.frames_of(self, norms=norms)
        return made

    @property
    def modelled_share(self) -> Fraction:
        """Modelled cells among the cells that are known."""
        known = [cell for cell in self.root.all_cells() if cell.value is not None]
        modelled = sum(1 for cell in known if cell.origin == "modelled")
        return Fraction(modelled, len(known)) if known else Fraction(0)

    @property
    def sha256(self) -> str:
        """The hash of the plan after normalising: same content, same hash.  §17"""
        body = {
            "as_of": str(self.as_of),
            "units": [_plain_unit(unit) for unit in self.root.walk()],
            "figures": sorted(
                [one.level, one.code, one.quantity, one.precision, one.unit, *one.cell.plain()]
                for one in self.figures
            ),
        }
        text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _plain_unit(unit: Unit) -> list[object]:
    cells = {key: cell.plain() for key, cell in unit.cells.items()}
    figures = {key: cell.plain() for key, cell in unit.figures.items()}
    return [unit.level, unit.code, unit.name, cells, figures, sorted(unit.complete)]
