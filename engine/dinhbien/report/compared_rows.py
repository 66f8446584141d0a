"""What is different in the findings of one norm → a table.

Rows that say the same of several units stand together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

from msgspec import Struct
from rich import box
from rich.table import Table

from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import Report
from dinhbien.judging.compared import FindingChange
from dinhbien.judging.ranges import Ranges
from dinhbien.judging.totals import Total
from dinhbien.language.pack import EncodedNorm
from dinhbien.model.finding import Finding, Subject
from dinhbien.report.ranged import Ranged
from dinhbien.report.rows import alike, units_said

_IN_CELLS = {"verdict", "measured", "required", "amount", "failed"}
"""What a row of the table shows in a cell of its own."""


class Side(Struct, frozen=True, dict=True):
    """One of the two reports, and the words to tell it in."""

    report: Report
    say: Teller

    @cached_property
    def ranged(self) -> Ranged:
        """Says results with their ranges, where the plan is an illustration."""
        return Ranged(Ranges(self.report), self.say)

    def norm(self, finding: Finding | Total) -> EncodedNorm:
        """The norm of a finding or a total."""
        found = self.report.pack.norm(finding.norm)
        assert found is not None  # noqa: S101 - a finding comes from a norm of the pack
        return found


class FindingRows(Struct, frozen=True):
    """Tells findings of the two sides beside each other."""

    before: Side
    after: Side

    @property
    def say(self) -> Teller:
        """The words of the second side."""
        return self.after.say

    def from_to(self, before: str, after: str) -> str:
        """What it was and what it is; once, where that is the same."""
        return from_to(before, after, self.say)

    def table(self, rows: list[FindingChange]) -> Table:
        """One row for the units of which the same is said."""
        names = ("unit", "measured", "required", "verdict")
        heads = [self.say.phrase(f"rows.{name}") for name in names]
        shown = table(*heads, self.say.phrase("compare.also"))
        for cells, among in alike((self._row(one), one) for one in rows):
            shown.add_row(self._names([one.subject for one in among], among[0]), *cells)
        return shown

    def _names(self, subjects: Sequence[Subject], one: FindingChange) -> str:
        side = self.after if one.after is not None else self.before
        return units_said(subjects, side.report.plan.root, side.say)

    def _row(self, one: FindingChange) -> tuple[str, str, str, str]:
        was, is_ = (
            cells_of(finding, side) if finding is not None else None
            for finding, side in ((one.before, self.before), (one.after, self.after))
        )
        if was is None or is_ is None:
            measured, demand, verdict = was or is_ or ("", "", "")
            key = "compare.new" if was is None else "compare.gone"
            about = self.beside_new(one.after) if one.after is not None else ()
            return measured, demand, self.say.phrase(key, one=verdict), "; ".join(about)
        measured, demand, verdict = (self.from_to(*pair) for pair in zip(was, is_, strict=True))
        return measured, demand, verdict, "; ".join(self.also(one))

    def beside_new(self, finding: Finding) -> Iterator[str]:
        """What is said beside the cells of a finding that was not there before."""
        if self.say.due(finding):
            yield self.say.due(finding)
        inputs = ", ".join(sorted({self.say.input(path) for path in finding.outcome.missing}))
        if inputs:
            yield self.say.phrase("missing", inputs=inputs)
        yield from map(self.say.reason, finding.outcome.because)

    def also(self, one: FindingChange) -> Iterator[str]:
        """What is different beside the cells of the row."""
        before, after = one.before, one.after
        if before is None or after is None:
            return
        if not {"due", "time_to_comply"} & {*one.aspects} and self.say.due(after):
            yield self.say.due(after)
        for aspect in one.aspects:
            if aspect in _IN_CELLS or (aspect == "time_to_comply" and "due" in one.aspects):
                continue
            if aspect in {"due", "time_to_comply"}:
                yield self.from_to(self.before.say.due(before), self.after.say.due(after))
            elif aspect == "missing":
                yield from self._missing(before, after)
            elif aspect == "readings":
                yield from self._readings(before, after)
            else:
                yield self._aspect(aspect, before, after)

    def _aspect(self, aspect: str, before: Finding, after: Finding) -> str:
        pairs = {
            "force": [self.say.word("force", one.force) for one in (before, after)],
            "standing": [self.say.phrase(f"compare.as.{one.standing}") for one in (before, after)],
            "exempt_by": [one.exempt_by for one in (before, after)],
            "head_room": [self.say.amount(one.outcome.head_room) for one in (before, after)],
            "reading": [
                reading_said(side.norm(one), one.reading, side.say)
                for one, side in ((before, self.before), (after, self.after))
            ],
        }
        said = self.say.phrase(f"compare.aspect.{aspect}")
        return f"{said}: {self.from_to(*pairs[aspect])}" if aspect in pairs else said

    def _missing(self, before: Finding, after: Finding) -> Iterator[str]:
        was, is_ = (
            Counter(side.say.input(path) for path in one.outcome.missing)
            for one, side in ((before, self.before), (after, self.after))
        )
        for name in sorted({*was, *is_}):
            if was[name] != is_[name]:
                many = self.from_to(str(was[name]), str(is_[name]))
                yield self.say.phrase("compare.missing", input=name, many=many)
        if was == is_:
            yield self.say.phrase("compare.aspect.missing")

    def _readings(self, before: Finding, after: Finding) -> Iterator[str]:
        norm, told = self.after.norm(after), False
        for name in sorted({*before.others} & {*after.others}):
            was, is_ = brief(before, name, self.before), brief(after, name, self.after)
            if was != is_:
                told = True
                yield f"{reading_said(norm, name, self.after.say)}: {self.from_to(was, is_)}"
        if not told and before.reading == after.reading:
            yield self.after.say.phrase("compare.aspect.readings")


def from_to(before: str, after: str, say: Teller) -> str:
    """What it was and what it is; once, where that is the same."""
    if before == after:
        return after
    return say.phrase("compare.from_to", before=before or "—", after=after or "—")


def cells_of(finding: Finding, side: Side) -> tuple[str, str, str]:
    """What a finding measures, what is demanded, and the verdict."""
    ranged = side.ranged
    unknown = all(one.outcome.measured is None for one in ranged.ranges.finding(finding))
    measured = "" if unknown else ranged.measured(finding)
    return measured, ranged.demand(finding, side.norm(finding)), ranged.conclusion(finding)


def brief(finding: Finding, reading: str, side: Side) -> str:
    """The verdict of a reading that is not the used one, its amount, and its range."""
    say, outcome = side.say, finding.others[reading]
    said = say.verdict(outcome.verdict, finding.force, finding.glide)
    if outcome.amount is not None:
        said = f"{said} {say.amount(outcome.amount)}"
    many = side.ranged.ranges.many > 1
    return f"{said} ({side.ranged.across(finding, reading)})" if many else said


def reading_said(norm: EncodedNorm, name: str, say: Teller) -> str:
    """What a reading of a norm is called."""
    found = next((one for one in norm.readings if one.name == name), None)
    title = found.title if found else None
    return title.said(say.lang) if title else say.phrase("show.written")


def table(*heads: str, right: Sequence[str] = ()) -> Table:
    """An empty table with those heads; the last ones, as many as `right`, hold numbers."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place, head in enumerate(heads):
        is_number = place >= len(heads) - len(right)
        made.add_column(head, justify="right" if is_number else "left", overflow="fold")
    return made
