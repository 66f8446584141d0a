"""Comparison → JSON.  §17"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from dinhbien.judging.check import Report
from dinhbien.judging.compared import Comparison, FindingChange, FlagChange, TotalChange
from dinhbien.judging.ranges import Ranges
from dinhbien.model.finding import Finding
from dinhbien.model.flagged import Flagged
from dinhbien.report.amendments_as_json import amendments_body
from dinhbien.report.as_json import (
    conflict_body,
    finding_body,
    flag_body,
    json_body,
    report_head,
    total_body,
)
from dinhbien.report.ranges_as_json import flag_ranges
from dinhbien.report.values_as_json import subject_body

_OWN = ("schema_version", "engine_version", "judged_by")


def compared_json(comparison: Comparison) -> str:
    """The comparison as JSON text."""
    head = report_head(comparison.after)
    body = {**{key: head[key] for key in _OWN}, **compared_body(comparison)}
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def json_text_with(
    comparison: Comparison | None, report: Report, *, everything: bool = False
) -> str:
    """The report as JSON text, with what is different in it from the plan without a change."""
    compared = compared_body(comparison) if comparison is not None else None
    body = {**json_body(report, everything=everything), "compared": compared}
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def compared_body(comparison: Comparison) -> dict[str, Any]:
    """What is different, as plain data in a stable order; what is the same is only counted."""
    before, after = comparison.before, comparison.after
    many = Counter[str](one.what for one in comparison.findings)
    new, gone = comparison.conflicts
    return {
        "before": _side(before),
        "after": _side(after),
        "counts": {
            "appeared": many["appeared"], "gone": many["gone"], "changed": many["changed"],
            "unchanged": comparison.unchanged, "totals_unchanged": comparison.totals_unchanged,
        },
        "findings": [_finding(one, comparison.ranges) for one in comparison.findings],
        "conflicts": {
            "appeared": [conflict_body(one) for one in new],
            "gone": [conflict_body(one) for one in gone],
        },
        "totals": [_total(one, comparison.ranges) for one in comparison.totals],
        "flags": [_flag(one, comparison.ranges) for one in comparison.flags],
        "norms": amendments_body(comparison.amendments),
    }  # fmt: skip


def _side(report: Report) -> dict[str, Any]:
    return {key: one for key, one in report_head(report).items() if key not in _OWN}


def _finding(one: FindingChange, sides: tuple[Ranges, Ranges]) -> dict[str, Any]:
    def side(finding: Finding | None, ranges: Ranges) -> dict[str, Any] | None:
        return None if finding is None else finding_body(finding, ranges.report, ranges)

    return {
        "id": one.last.id,
        "what": one.what,
        "changed": list(one.aspects),
        "before": side(one.before, sides[0]),
        "after": side(one.after, sides[1]),
    }


def _total(one: TotalChange, sides: tuple[Ranges, Ranges]) -> dict[str, Any]:
    return {
        "baseline": one.last.baseline,
        "norm": one.last.norm,
        "reading": one.last.reading,
        "before": total_body(one.before, sides[0]) if one.before else None,
        "after": total_body(one.after, sides[1]) if one.after else None,
    }


def _flag(one: FlagChange, sides: tuple[Ranges, Ranges]) -> dict[str, Any]:
    def side(flag: Flagged | None, ranges: Ranges) -> dict[str, Any] | None:
        if flag is None:
            return None
        body = flag_body(flag, ranges.report.pack)
        return {**body, **flag_ranges(flag.flag, ranges.flags(one.row))}

    return {
        "id": one.row.id,
        "chain": one.row.chain,
        "subject": subject_body(one.row.subject),
        "norm": one.row.norm or None,
        "flag": one.flag,
        "what": one.what,
        "before": side(one.before, sides[0]),
        "after": side(one.after, sides[1]),
    }
