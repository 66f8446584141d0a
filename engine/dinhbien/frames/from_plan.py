"""A plan → frames, one for each table, with nullable dtypes."""

from __future__ import annotations

from fractions import Fraction
from os import PathLike
from pathlib import Path

import pandas as pd

from dinhbien.model.amount import decimal_text
from dinhbien.model.plan import Plan
from dinhbien.reading.stored import fits
from dinhbien.reading.to_rules import read_rules
from dinhbien.shipped import content
from dinhbien.writing.tables import Sheet, Value, filled, names_beside, tables_of

_TRUTH = {"yes": True, "no": False}


def frames_of(plan: Plan, *, norms: str | PathLike[str] | None = None) -> dict[str, pd.DataFrame]:
    """The frames of a plan by the name of their table; see `Plan.to_frames`."""
    folder = Path(norms) if norms is not None else content("norms")
    rules = read_rules(content("rules"), folder / plan.norms)
    found: dict[str, pd.DataFrame] = {}
    names = names_beside(plan)
    for sheet, rows in filled(tables_of(plan, rules, beside=names)):
        found[sheet.name] = _frame(sheet, rows)
    for name, other in zip(names, plan.beside, strict=True):
        for sheet, rows in filled(tables_of(other, rules)):
            found[f"{name}.{sheet.name}"] = _frame(sheet, rows)
    return found


def _frame(sheet: Sheet, rows: list[list[Value | None]]) -> pd.DataFrame:
    columns = {
        column.name: _series([row[place] for row in rows], column.kind)
        for place, column in enumerate(sheet.columns)
    }
    return pd.DataFrame(columns)


def _series(values: list[Value | None], kind: str) -> pd.Series:
    """A column with the dtype of its kind; text where a number is longer than the dtype holds."""
    if kind == "truth":
        return pd.Series(
            [None if one is None else _TRUTH[str(one)] for one in values], dtype="boolean"
        )
    numbers = [one for one in values if isinstance(one, Fraction)]
    if kind == "number" and all(fits(one) for one in numbers):
        if all(one.denominator == 1 for one in numbers):
            whole = [int(one) if isinstance(one, Fraction) else None for one in values]
            return pd.Series(whole, dtype="Int64")
        decimals = [float(one) if isinstance(one, Fraction) else None for one in values]
        return pd.Series(decimals, dtype="Float64")
    return pd.Series([_text(one) for one in values], dtype="string")


def _text(value: Value | None) -> str | None:
    return decimal_text(value) if isinstance(value, Fraction) else value
