"""A plan that was read → what it holds: units, cells by column and origin, repairs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from io import StringIO
from typing import Any

from msgspec import Struct
from rich import box
from rich.console import Console
from rich.table import Table

from dinhbien.errors import DinhbienError, Problem
from dinhbien.language.from_norms import Rules
from dinhbien.model.plan import Plan, Unit

_PER_CENT = 100
_TENTH = Decimal("0.1")


class ColumnCount(Struct, frozen=True):
    """One column of the units of a level: how many of them say it, and from where."""

    level: str
    column: str
    known: int
    missing: int
    origins: Counter[str]


class PlanCount(Struct, frozen=True):
    """What a plan holds.

    A column is counted where at least one unit of its level says it; the others miss it.
    """

    plan: Plan
    units: dict[str, int]
    complete: dict[str, tuple[int, int]]
    columns: tuple[ColumnCount, ...]

    @property
    def origins(self) -> Counter[str]:
        """Known cells by origin."""
        return sum((one.origins for one in self.columns), Counter[str]())

    @property
    def known(self) -> int:
        """The cells with a value."""
        return sum(one.known for one in self.columns)

    @property
    def missing(self) -> int:
        """The cells without one."""
        return sum(one.missing for one in self.columns)


def counted(plan: Plan, rules: Rules) -> PlanCount:
    """The counts of a plan by level and column."""
    vocabulary = rules.vocabulary
    units: dict[str, list[Unit]] = {level: [] for level in vocabulary.levels}
    for unit in plan.root.walk():
        units[unit.level].append(unit)
    complete = {
        level: (sum(level in unit.complete for unit in units[one.within]), len(units[one.within]))
        for level, one in vocabulary.levels.items()
        if one.within and units[one.within]
    }
    columns = [one for level, found in units.items() for one in _columns(level, found, rules)]
    many = {level: len(found) for level, found in units.items() if found}
    return PlanCount(plan, many, complete, tuple(columns))


def _columns(level: str, units: list[Unit], rules: Rules) -> Iterator[ColumnCount]:
    cells = [(name, unit.cells.get(name)) for name in rules.vocabulary.attributes for unit in units]
    cells += [
        (f"figures.{name}", unit.figures.get(name)) for name in rules.counts for unit in units
    ]
    stated = dict.fromkeys(name for name, cell in cells if cell is not None)
    for column in stated:
        values = [cell for name, cell in cells if name == column]
        known = [cell for cell in values if cell is not None and cell.value is not None]
        origins = Counter[str](cell.origin for cell in known)
        yield ColumnCount(level, column, len(known), len(values) - len(known), origins)


# -- JSON --------------------------------------------------------------------------


def validated_json(count: PlanCount) -> str:
    """The counts as JSON, and what was repaired."""
    plan = count.plan
    body = {
        "valid": True,
        "title": {"vi": plan.title.vi, "en": plan.title.en},
        "as_of": plan.as_of.isoformat() if plan.as_of else None,
        "norms": plan.norms,
        "sha256": plan.sha256,
        "units": count.units,
        **_cells_json(count),
        "figures": len(plan.figures),
        "problems": [],
        "repairs": [problem_json(one) for one in plan.repairs],
    }  # fmt: skip
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def _cells_json(count: PlanCount) -> dict[str, Any]:
    return {
        "lists_complete": {
            level: {"yes": yes, "of": lists} for level, (yes, lists) in count.complete.items()
        },
        "cells": {
            "known": count.known,
            "missing": count.missing,
            "modelled": count.origins["modelled"],
            "origins": dict(sorted(count.origins.items())),
        },
        "columns": [
            {"level": one.level, "column": one.column, "known": one.known,
             "missing": one.missing, "origins": dict(sorted(one.origins.items()))}
            for one in count.columns
        ],
    }  # fmt: skip


def refused_json(error: DinhbienError) -> str:
    """What is wrong with a plan, and what was repaired before, as JSON."""
    body = {
        "valid": False,
        "problems": [problem_json(one) for one in error.problems],
        "repairs": [problem_json(one) for one in error.repairs],
    }
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def problem_json(one: Problem) -> dict[str, Any]:
    """A problem or a repair: where, what, and the way out."""
    at = one.position
    return {
        "place": str(at) if at else None,
        "file": at.file if at else None,
        "sheet": (at.sheet or None) if at else None,
        "line": at.line if at else None,
        "column": at.column if at else None,
        "message": one.message,
        "path": one.path or None,
        "way_out": one.help or None,
    }


# -- the page ----------------------------------------------------------------------


class _Page:
    """The counts of a plan as a page in one language."""

    def __init__(self, count: PlanCount, rules: Rules, lang: str) -> None:
        self.count = count
        self.rules = rules
        self.lang = lang

    def phrase(self, key: str, **filling: object) -> str:
        """A phrase of the rules, with its places filled."""
        return self.rules.phrases[key].said(self.lang).format(**filling)

    def head(self) -> Iterator[str]:
        """The plan's title, day and pack."""
        plan = self.count.plan
        day = plan.as_of.isoformat() if plan.as_of else self.phrase("validate.no_day")
        yield self.phrase("validate.heading", title=plan.title.said(self.lang))
        yield self.phrase("validate.head", day=day, pack=plan.norms)

    def levels(self) -> Table:
        """How many units each level has, and how many lists of them are complete."""
        table = _table([self.phrase(f"validate.{one}") for one in ("level", "units", "complete")])
        for level, many in self.count.units.items():
            yes, all_ = self.count.complete.get(level, (0, 0))
            lists = self.phrase("validate.lists", yes=yes, all=all_) if all_ else ""
            name = self.rules.vocabulary.levels[level].name.said(self.lang)
            table.add_row(name, str(many), lists)
        return table

    def columns(self) -> Table:
        """The cells of each column: known, missing, and from where."""
        keys = ("level", "column", "known", "missing", "origins")
        table = _table([self.phrase(f"validate.{one}") for one in keys])
        for one in self.count.columns:
            level = self.rules.vocabulary.levels[one.level].name.said(self.lang)
            numbers = (str(one.known), str(one.missing))
            table.add_row(level, one.column, *numbers, self.origins(one.origins))
        total = self.phrase("validate.total")
        numbers = (str(self.count.known), str(self.count.missing))
        table.add_row(total, "", *numbers, self.origins(self.count.origins), style="bold")
        return table

    def origins(self, found: Counter[str]) -> str:
        """Origins with their numbers, the most frequent first."""
        words = self.rules.vocabulary
        return ", ".join(
            f"{words.said('origin', name.replace(' ', '_'), self.lang)} {many}"
            for name, many in sorted(found.items(), key=lambda one: (-one[1], one[0]))
        )

    def tail(self) -> Iterator[str]:
        """Figures, the modelled share, repairs."""
        plan, modelled = self.count.plan, self.count.origins["modelled"]
        yield self.phrase("validate.figures", count=len(plan.figures))
        if modelled:
            exact = Decimal(modelled * _PER_CENT) / Decimal(self.count.known)
            share = exact.quantize(_TENTH, ROUND_HALF_EVEN)
            yield self.phrase("validate.modelled", count=modelled, share=share)
        if plan.repairs:
            yield self.phrase("validate.repairs", count=len(plan.repairs))
            yield from (str(one) for one in plan.repairs)


def _table(heads: list[str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    return table


def validated_text(
    count: PlanCount, rules: Rules, lang: str, *, width: int | None, colour: bool
) -> str:
    """The counts as a page for people."""
    page = _Page(count, rules, lang)
    out = StringIO()
    console = Console(file=out, width=width, no_color=not colour, highlight=False, markup=False)
    for line in page.head():
        console.print(line, style="bold", soft_wrap=True)
    for table in (page.levels(), page.columns()):
        console.print()
        console.print(table)
    console.print()
    for line in page.tail():
        console.print(line, soft_wrap=True)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"
