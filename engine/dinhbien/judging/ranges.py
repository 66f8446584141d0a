"""What is found in a plan beside what is found in the plans that might be as true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property, reduce

from msgspec import Struct

from dinhbien.judging.check import Report
from dinhbien.judging.totals import Total
from dinhbien.model.amount import Amount
from dinhbien.model.finding import Finding
from dinhbien.model.flagged import FlagRow

DEPENDS = "depends on the reading"


class Ranges(Struct, frozen=True, dict=True):
    """One finding, flag, total or count in each allocation, the report's own first.

    Where the plan is no illustration there is one allocation, the plan itself.
    """

    report: Report

    @property
    def many(self) -> int:
        """How many allocations there are, the plan itself included."""
        return len(self._all)

    @property
    def _all(self) -> tuple[Report, ...]:
        return (self.report, *self.report.beside)

    @cached_property
    def _findings(self) -> tuple[dict[str, Finding], ...]:
        return tuple({one.id: one for one in each.findings} for each in self._all)

    @cached_property
    def _totals(self) -> tuple[dict[tuple[str, str], Total], ...]:
        return tuple({(one.norm, one.reading): one for one in each.totals} for each in self._all)

    @cached_property
    def _counts(self) -> tuple[Counter[tuple[str, str]], ...]:
        return tuple(Counter(map(_counted, each.findings)) for each in self._all)

    def finding(self, finding: Finding) -> tuple[Finding, ...]:
        """The finding of the same norm and unit in each allocation."""
        return tuple(each[finding.id] for each in self._findings)

    @cached_property
    def _flags(self) -> tuple[dict[str, FlagRow], ...]:
        return tuple({one.id: one for one in each.flags} for each in self._all)

    @cached_property
    def _forms(self) -> tuple[dict[str, FlagRow], ...]:
        return tuple({one.id: one for one in each.forms} for each in self._all)

    def flags(self, row: FlagRow) -> tuple[FlagRow, ...]:
        """The row of the same chain, unit and norm in each allocation."""
        every = self._flags if row.id in self._flags[0] else self._forms
        return tuple(each[row.id] for each in every)

    def total(self, total: Total) -> tuple[Total | None, ...]:
        """The total of the same norm and reading in each allocation; None where there is none."""
        return tuple(each.get((total.norm, total.reading)) for each in self._totals)

    def count(self, norm: str, column: str) -> tuple[int, ...]:
        """How many findings of a norm are counted in a column, in each allocation."""
        return tuple(each[norm, column] for each in self._counts)


def column(finding: Finding) -> str:
    """Where a finding is counted: one that depends on the reading is never plainly met.  §3"""
    return DEPENDS if finding.depends_on_reading else finding.verdict


def _counted(finding: Finding) -> tuple[str, str]:
    return finding.norm, column(finding)


def joined(amounts: Iterable[Amount | None]) -> Amount | None:
    """The least interval that holds all; None where one is not known at all, or there is none."""
    found = list(amounts)
    known = [one for one in found if one is not None]
    return reduce(Amount.joined, known) if known and len(known) == len(found) else None
