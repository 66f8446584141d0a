"""What an illustration adds to JSON: each result over all its allocations."""

from __future__ import annotations

from typing import Any

from dinhbien.judging.ranges import Ranges, joined
from dinhbien.judging.totals import Total
from dinhbien.model.amount import Amount
from dinhbien.model.finding import Finding, Outcome
from dinhbien.model.flagged import FlagRow
from dinhbien.report.values_as_json import number_body

_SUMMED = ("shortage", "surplus", "measured", "net")


def flag_ranges(flag: str, found: tuple[FlagRow, ...]) -> dict[str, Any]:
    """Whether a flag is raised, and how much, over the allocations of an illustration."""
    if len(found) == 1:
        return {}
    flags = [one.flag(flag) for one in found]
    return {
        "illustration": {
            "raised": list(dict.fromkeys(one.raised for one in flags)),
            "amount": number_body(joined(one.amount for one in flags)),
        }
    }


def finding_ranges(one: Finding, ranges: Ranges) -> dict[str, Any]:
    """The verdicts and numbers of a finding over the allocations of an illustration."""
    if ranges.many == 1:
        return {}
    found = ranges.finding(one)
    readings = {name: _over([each.others[name] for each in found]) for name in one.others}
    return {"illustration": {**_over([each.outcome for each in found]), "readings": readings}}


def _over(outcomes: list[Outcome]) -> dict[str, Any]:
    """`short` and `over` are the amounts, zero where an allocation is neither."""
    return {
        "verdicts": list(dict.fromkeys(one.verdict for one in outcomes)),
        "measured": number_body(joined(one.measured for one in outcomes)),
        "short": number_body(joined(one.short_by for one in outcomes)),
        "over": number_body(joined(one.over_by for one in outcomes)),
    }


def total_ranges(found: tuple[Total | None, ...]) -> dict[str, Any]:
    """The numbers of a total over the allocations; null where one of them has none."""
    rows = [_amounts(one) if one else {} for one in found]
    return {key: number_body(joined(row.get(key) for row in rows)) for key in _SUMMED}


def _amounts(one: Total) -> dict[str, Amount | None]:
    return dict(zip(_SUMMED, (one.shortage, one.surplus, one.measured, one.net), strict=True))
