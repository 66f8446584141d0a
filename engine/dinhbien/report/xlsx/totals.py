"""The totals as formulas, and the findings that they add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property

from msgspec import Struct

from dinhbien.explain.numbers import number_said
from dinhbien.judging.totals import NOT_COUNTED, Total
from dinhbien.model.amount import Amount
from dinhbien.model.finding import Finding, Outcome
from dinhbien.report.cautions import modelled_cells
from dinhbien.report.html.sight import Sight
from dinhbien.report.summary import TotalRow
from dinhbien.report.xlsx.notes import notes
from dinhbien.report.xlsx.page import (
    NAME,
    NUMBER,
    SMALL,
    TITLE,
    Column,
    Formula,
    Page,
    Styled,
    Value,
    area,
    cell,
    ends,
    first_row,
    joined_up,
    summed,
)

_PARTS = ("required", "measured", "short", "over")
_ALL = (*_PARTS, "net")
_LEAD, _OPERANDS, _TRIPLE = 6, 5, 3


class Totals(Struct, frozen=True, dict=True):
    """Two sheets: each total in a row, and below its formulas the findings, in a row each."""

    sight: Sight

    @cached_property
    def _rows(self) -> list[TotalRow]:
        return list(self.sight.summary.totals())

    @cached_property
    def _counted(self) -> list[list[tuple[Finding, Outcome]]]:
        """The findings of each total, under its reading."""
        by_norm: dict[str, list[Finding]] = {}
        for one in self.sight.report.findings:
            if not one.unlisted:
                by_norm.setdefault(one.norm, []).append(one)
        made: list[list[tuple[Finding, Outcome]]] = []
        for row in self._rows:
            pairs = ((one, _under(one, row.total.reading)) for one in by_norm[row.total.norm])
            made.append([pair for pair in pairs if pair[1].verdict not in NOT_COUNTED])
        return made

    def _above(self, key: str, *, ranged: bool = True) -> tuple[Styled, ...]:
        return notes(self.sight, self.sight.say.phrase(key), ranged=ranged)

    # -- what is added up ----------------------------------------------------

    def operands(self) -> Page:
        """Each finding that a total adds up, with both ends of its numbers."""
        say = self.sight.say
        rows = [
            self._operand(row, finding, outcome)
            for row, among in zip(self._rows, self._counted, strict=True)
            for finding, outcome in among
        ]
        return Page(
            name=say.phrase("xlsx.sheet.operands"),
            title=say.phrase("xlsx.operands.title"),
            columns=self._operand_columns,
            rows=rows,
            notes=self._above("xlsx.operands.note", ranged=False),
            fixed=_OPERANDS - 1,
        )

    @cached_property
    def _operand_columns(self) -> tuple[Column, ...]:
        say = self.sight.say
        lead = [
            Column(say.phrase("verdicts.norm"), TITLE),
            Column(say.phrase("totals.reading"), NAME),
            Column(say.phrase("csv.code"), NUMBER),
            Column(say.phrase("csv.name"), NAME, "label"),
            Column(say.phrase("rows.verdict"), NAME),
        ]
        pairs = [
            Column(say.phrase(f"xlsx.{end}"), NUMBER, "number", say.phrase(f"totals.{part}"))
            for part in _PARTS
            for end in ("from", "to")
        ]
        rest = [
            Column(say.phrase("html.modelled"), NUMBER),
            Column(say.phrase("xlsx.id"), TITLE, "id"),
        ]
        return (*lead, *pairs, *rest)

    def _operand(self, row: TotalRow, finding: Finding, outcome: Outcome) -> list[Value]:
        say = self.sight.say
        required = outcome.most if row.total.required[1] is not None else outcome.least
        numbers = (required, outcome.measured, outcome.short_by, outcome.over_by)
        asked = (True, True, row.total.shortage is not None, row.total.surplus is not None)
        pairs = [
            end
            for amount, wanted in zip(numbers, asked, strict=True)
            for end in (ends(amount) if wanted else (None, None))
        ]
        verdict = say.verdict(outcome.verdict, finding.force, finding.glide)
        subject = finding.subject
        return [
            row.title, row.reading, subject.code, subject.name, verdict, *pairs,
            modelled_cells(outcome.modelled, say), finding.id,
        ]  # fmt: skip

    # -- the totals ----------------------------------------------------------

    def page(self) -> Page:
        """Each total: in words or as a number, and both ends as formulas."""
        say = self.sight.say
        above = self._above("xlsx.totals.note")
        start = first_row(self._operand_columns, len(above))
        first = first_row(self._columns, len(above))
        rows: list[list[Value]] = []
        for row, among in zip(self._rows, self._counted, strict=True):
            lines = (start, start + len(among) - 1)
            rows.append(self._total(row, lines, first + len(rows)))
            start += len(among)
        return Page(
            name=say.phrase("xlsx.sheet.totals"),
            title=say.phrase("html.part.totals"),
            columns=self._columns,
            rows=rows,
            notes=above,
            fixed=1,
        )

    @cached_property
    def _columns(self) -> tuple[Column, ...]:
        say = self.sight.say
        lead = [
            Column(say.phrase("verdicts.norm"), TITLE, "label"),
            Column(say.phrase("totals.reading"), NAME),
            Column(say.phrase("xlsx.force"), NUMBER),
            Column(say.phrase("xlsx.baseline"), NUMBER),
            Column(say.phrase("xlsx.subjects"), SMALL, "number"),
            Column(say.phrase("xlsx.open"), SMALL, "number"),
        ]
        made = [
            Column(say.phrase(f"xlsx.{end}"), NUMBER, "number", say.phrase(f"totals.{part}"))
            for part in _ALL
            for end in ("number", "from", "to")
        ]
        rest = [
            Column(say.phrase("xlsx.stated"), NAME),
            Column(say.phrase("html.modelled"), NUMBER),
            Column(say.phrase("xlsx.key"), TITLE, "id"),
        ]
        return (*lead, *made, *rest)

    def _total(self, row: TotalRow, lines: tuple[int, int], own: int) -> list[Value]:
        say, one = self.sight.say, row.total
        made: list[Value] = [
            row.title, row.reading, say.word("force", one.force),
            say.phrase(f"xlsx.baseline.{one.baseline}"),
            Fraction(one.subjects), Fraction(one.undetermined),
        ]  # fmt: skip
        required = one.required[1] or one.required[0]
        amounts = (required, one.measured, one.shortage, one.surplus)
        for part, amount, said in zip(_PARTS, amounts, row.numbers, strict=False):
            made += self._triple(part, amount, said, one, lines, (own, len(made)))
        made += self._net(one, row.numbers[-1], (own, len(made)))
        source = one.figure.source if one.figure else ""
        key = f"{one.baseline}/{one.norm}/{one.reading}"
        return [*made, source, modelled_cells(one.modelled, say), key]

    def _triple(  # noqa: PLR0913, PLR0917 - one number and where it stands
        self, part: str, amount: Amount | None, said: str, total: Total,
        lines: tuple[int, int], place: tuple[int, int],
    ) -> list[Value]:  # fmt: skip
        """A number in words, and both ends; formulas where the engine adds up too."""
        if amount is None:
            return [said, None, None]
        low, high = ends(amount)
        stated = part == "measured" and total.figure is not None
        if stated:
            return [self._shown(amount, said, place), low, high]
        column = _OPERANDS + _PARTS.index(part) * 2
        sheet = self.sight.say.phrase("xlsx.sheet.operands")
        sums: list[Value] = [
            None if end is None else summed(area(lines, column + which, sheet), end)
            for which, end in enumerate((low, high))
        ]
        return [self._shown(amount, said, place), *sums]

    def _shown(self, amount: Amount, said: str, place: tuple[int, int]) -> Value:
        """The number itself, taken from its least end; the words where there is more to say."""
        exact = amount.exact
        if exact is None or said != number_said(exact, self.sight.say.lang):
            return said
        return Formula(cell(place[0], place[1] + 1), exact)

    def _net(self, one: Total, said: str, place: tuple[int, int]) -> list[Value]:
        """What is measured less what is required."""
        if one.net is None:
            return [said, None, None]
        row, required = place[0], _LEAD
        measured = required + _TRIPLE
        pairs = ((measured + 1, required + 2), (measured + 2, required + 1))
        found = [
            None if end is None else joined_up([cell(row, a), cell(row, b)], end, "-")
            for end, (a, b) in zip(ends(one.net), pairs, strict=True)
        ]
        return [self._shown(one.net, said, place), *found]


def _under(finding: Finding, reading: str) -> Outcome:
    return finding.outcome if finding.reading == reading else finding.others[reading]


def totals_pages(sight: Sight) -> Iterator[Page]:
    """The totals and what they add up; nothing where no total says anything."""
    totals = Totals(sight)
    pages: Sequence[Page] = (totals.page(), totals.operands())
    yield from pages if pages[0].rows else ()
