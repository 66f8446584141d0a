"""Findings as arrays → a frame with documented columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dinhbien.columns.outcome import CODES, VERDICTS
from dinhbien.columns.rows import Rows
from dinhbien.columns.table import INFINITE, Table, Whole
from dinhbien.judging.standing import Judged, transition
from dinhbien.many.settled import STANDINGS, Findings, within_transition
from dinhbien.model.exemption import Exemption
from dinhbien.model.finding import ROWS, Finding

COLUMNS = (
    "norm", "level", "code", "verdict", "amount_from", "amount_to", "unit", "reading", "baseline",
    "standing", "due", "depends_on_reading", "unlisted",
)  # fmt: skip
_LISTED = [CODES[one] for one in ROWS]


@dataclass(frozen=True)
class Part:
    """The findings of one norm in one block, whose units begin at `first`."""

    found: Findings
    first: int


@dataclass
class _Rows:
    """Rows of one norm and level."""

    units: list[Whole] = field(default_factory=list)
    verdict: list[NDArray[Any]] = field(default_factory=list)
    lo: list[NDArray[Any]] = field(default_factory=list)
    hi: list[NDArray[Any]] = field(default_factory=list)
    standing: list[NDArray[Any]] = field(default_factory=list)
    due: list[NDArray[Any]] = field(default_factory=list)
    depends: list[NDArray[Any]] = field(default_factory=list)

    def put(self, units: Whole, *columns: NDArray[Any]) -> None:
        names = (self.verdict, self.lo, self.hi, self.standing, self.due, self.depends)
        self.units.append(units)
        for name, one in zip(names, columns, strict=True):
            name.append(one)


@dataclass
class Frame:
    """Gathers findings by norm, level and whether they speak of units that are not listed."""

    table: Table
    day: date
    everything: bool
    exemptions: Sequence[Exemption]
    rows: dict[tuple[str, str, bool], _Rows] = field(default_factory=dict)
    judged: dict[str, Judged] = field(default_factory=dict)

    def add(self, part: Part) -> None:
        """The rows of a block that arrays settle."""
        one = part.found
        kept = ~one.unsettled
        if not self.everything:
            kept &= np.isin(one.verdict, _LISTED) | one.depends
        at = np.flatnonzero(kept)
        lo, hi = (_numbers(ends[at], one.used.scale) for ends in one.amounts)
        none = (one.amounts.lo[at] == 0) & (one.amounts.hi[at] == 0)
        lo[none] = hi[none] = np.nan
        due = one.due(self.day)[at]
        self._of(one.judged, False).put(
            at + part.first, one.verdict[at], lo, hi, one.standing[at], due, one.depends[at]
        )

    def add_rows(self, judged: Judged, rows: Rows) -> None:
        """The rows of a norm of one reading, of the units of the whole plan."""
        lo, hi = (_numbers(ends, rows.scale) for ends in (rows.lo, rows.hi))
        none = (rows.lo == 0) & (rows.hi == 0)
        lo[none] = hi[none] = np.nan
        many = len(rows.units)
        standing = np.full(many, STANDINGS.index(judged.standing), np.int8)
        due = within_transition(judged.norm, self.day, [rows.verdict])
        self._of(judged, False).put(
            rows.units.astype(np.int64), rows.verdict, lo, hi, standing, due, np.zeros(many, bool)
        )

    def replace(self, judged: Judged, first: int, rows: Sequence[tuple[int, Finding]]) -> None:
        """The rows that the definition settled, of a block whose units begin at `first`."""
        kept = [one for one in rows if self.everything or one[1].is_row]
        units = np.array([place + first for place, _ in kept], np.int64)
        findings = [finding for _, finding in kept]
        amounts = [one.outcome.amount for one in findings]
        self._of(judged, False).put(
            units,
            np.array([CODES[one.verdict] for one in findings], np.int8),
            np.array([_float(one.low if one else None, -np.inf, one) for one in amounts]),
            np.array([_float(one.high if one else None, np.inf, one) for one in amounts]),
            np.array([STANDINGS.index(one.standing) for one in findings], np.int8),
            np.array([one.due is not None for one in findings], bool),
            np.array([one.depends_on_reading for one in findings], bool),
        )

    def add_lists(self, judged: Judged) -> None:
        """What a norm says of units that are not listed, and of a day that nobody saw."""
        level = judged.norm.used.program.level
        if not judged.certain:
            self._undetermined(judged, self.table.top, np.zeros(1, np.int64), False)
        elif judged.standing == "used":
            for upper in self.table.vocabulary.ancestors_of(level):
                step = self.table.step(upper, level)
                own = self.table.levels[upper].complete.get(step)
                many = self.table.size(upper)
                is_open = np.ones(many, bool) if own is None else ~own
                self._undetermined(judged, upper, np.flatnonzero(is_open), True)

    def _undetermined(self, judged: Judged, level: str, units: Whole, unlisted: bool) -> None:
        many = len(units)
        key = judged.norm.id, level, unlisted
        self.judged[judged.norm.id] = judged
        standing = STANDINGS.index(judged.standing)
        codes = full_codes(self.table, level, units)
        held = [any(one.excuses(judged.norm.id, code, self.day) for one in self.exemptions)
                for code in codes] if self.exemptions else np.zeros(many, bool)  # fmt: skip
        verdict = np.where(held, CODES["exempt"], CODES["undetermined"])
        self.rows.setdefault(key, _Rows()).put(
            units, verdict, np.full(many, np.nan),
            np.full(many, np.nan), np.full(many, standing, np.int8), np.zeros(many, bool),
            np.zeros(many, bool),
        )  # fmt: skip

    def _of(self, judged: Judged, unlisted: bool) -> _Rows:
        self.judged[judged.norm.id] = judged
        key = judged.norm.id, judged.norm.used.program.level, unlisted
        return self.rows.setdefault(key, _Rows())

    def made(self) -> pd.DataFrame:
        """The frame, in the order of norm, level and code."""
        parts = [self._part(key, self.rows[key]) for key in sorted(self.rows)]
        parts = [one for one in parts if len(one)]
        if not parts:
            return self._part(("", "", False), _Rows())
        return pd.concat(_alike(parts), ignore_index=True)

    def _part(self, key: tuple[str, str, bool], rows: _Rows) -> pd.DataFrame:
        norm, level, unlisted = key
        units = _all(rows.units, np.int64)
        codes = full_codes(self.table, level, units) if level else np.empty(0, object)
        order = np.argsort(codes, kind="stable") if not _rises(codes) else np.arange(len(units))
        judged = self.judged.get(norm)
        program = judged.norm.used.program if judged else None
        until = transition(judged.norm, self.day) if judged else None
        many = len(units)
        due = np.full(many, None, object)
        due[_all(rows.due, bool)[order]] = str(until.until) if until else None
        return pd.DataFrame({
            "norm": _one(norm, many),
            "level": _one(level, many),
            "code": pd.array(codes[order], dtype="string"),
            "verdict": _codes(_all(rows.verdict, np.int8)[order], VERDICTS),
            "amount_from": _bounds(_all(rows.lo, float)[order]),
            "amount_to": _bounds(_all(rows.hi, float)[order]),
            "unit": _one(str(program.measure) if program else "", many),
            "reading": _one(judged.norm.used.name if judged else "", many),
            "baseline": _one(program.baseline if program else "", many),
            "standing": _codes(_all(rows.standing, np.int8)[order], STANDINGS),
            "due": pd.array(due, dtype="string"),
            "depends_on_reading": _all(rows.depends, bool)[order],
            "unlisted": np.full(many, unlisted),
        })  # fmt: skip


def _all(parts: list[NDArray[Any]], kind: Any) -> NDArray[Any]:  # noqa: ANN401 - a dtype
    return np.concatenate(parts).astype(kind) if parts else np.empty(0, kind)


def _rises(codes: NDArray[Any]) -> bool:
    return bool((codes[1:] >= codes[:-1]).all()) if len(codes) > 1 else True


def _one(text: str, many: int) -> pd.Series[Any]:
    return _codes(np.zeros(many, np.int8), [text])


def _codes(places: NDArray[Any], words: Sequence[str]) -> pd.Series[Any]:
    kind = pd.CategoricalDtype(list(words))
    return pd.Series(pd.Categorical.from_codes(places, dtype=kind))


def _alike(parts: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """The parts with categories in common, so that they stay categories."""
    for name in ("norm", "level", "unit", "reading", "baseline"):
        every = list(dict.fromkeys(one for part in parts for one in part[name].cat.categories))
        for part in parts:
            part[name] = part[name].cat.set_categories(every)
    return parts


def _numbers(ends: Whole, scale: int) -> NDArray[np.float64]:
    found = ends / scale
    found[np.abs(ends) >= INFINITE] = np.inf
    return found


def _bounds(ends: NDArray[np.float64]) -> Any:  # noqa: ANN401 - a nullable column
    return pd.array(np.where(np.isfinite(ends), ends, np.nan), dtype="Float64")


def _float(one: Fraction | None, none: float, amount: object) -> float:
    if amount is None:
        return float("nan")
    return none if one is None else float(one)


def full_codes(table: Table, level: str, units: Whole) -> NDArray[Any]:
    """The codes of units with those of the units they lie within, the top apart."""
    own = table.levels[level].codes[units]
    above = table.vocabulary.levels[level].within
    if above is None or above == table.top or not len(units):
        return own
    upper = full_codes(table, above, table.levels[level].parents[units])
    return np.asarray(upper + "/" + own)
