"""A report → a frame of findings, with the columns of `check_frame`."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dinhbien.judging.check import Report
from dinhbien.many.to_frame import COLUMNS
from dinhbien.model.amount import Bound
from dinhbien.model.finding import Finding


def frame_of(report: Report, *, everything: bool = False) -> pd.DataFrame:
    """The rows of a report, or all its findings; see `Report.to_frame`."""
    shown = report.findings if everything else report.rows
    rows = [_row(one, report) for one in shown]
    found: dict[str, Any] = {}
    for place, name in enumerate(COLUMNS):
        found[name] = pd.Series([row[place] for row in rows], dtype=_KINDS.get(name, "category"))
    return pd.DataFrame(found)


_KINDS: dict[str, Any] = {
    "code": "string", "due": "string", "amount_from": "Float64", "amount_to": "Float64",
    "depends_on_reading": "bool", "unlisted": "bool",
}  # fmt: skip


def _row(one: Finding, report: Report) -> tuple[object, ...]:
    norm, amount = report.pack.norm(one.norm), one.outcome.amount
    unit = str(norm.used.program.measure) if norm else ""
    return (
        one.norm, one.subject.level, one.subject.code, one.verdict,
        _end(amount.low) if amount else None, _end(amount.high) if amount else None,
        unit, one.reading, one.baseline, one.standing,
        str(one.due.day) if one.due else None, one.depends_on_reading, one.unlisted,
    )  # fmt: skip


def _end(bound: Bound) -> float | None:
    return None if bound is None else float(bound)
