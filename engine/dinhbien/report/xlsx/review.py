"""The review table: norm, quota and people of each unit in columns of their own, and sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property

from msgspec import Struct

from dinhbien.explain.numbers import number_said
from dinhbien.language.chain import Chain, Step
from dinhbien.language.pack import EncodedNorm
from dinhbien.model.amount import Amount
from dinhbien.model.finding import Finding
from dinhbien.model.flagged import FlagRow
from dinhbien.model.plan import Unit
from dinhbien.report.as_csv import column_sum
from dinhbien.report.cautions import modelled_cells
from dinhbien.report.flags import FlagPage
from dinhbien.report.html.figure import between
from dinhbien.report.html.sight import Sight
from dinhbien.report.ranged import amounts_said
from dinhbien.report.xlsx.notes import notes
from dinhbien.report.xlsx.page import (
    NAME,
    NUMBER,
    TITLE,
    Column,
    Formula,
    Page,
    Styled,
    Value,
    added,
    area,
    cell,
    ends,
    first_row,
    summed,
)

_LEAD = 2


class _Series(Struct, frozen=True):
    """One number of every unit: its heading, what is known, and how that is said.

    `total` is the engine's own sum, None where a cell or a unit may be missing, and
    `total_said` is how that is said.  `complete` says whether the plan lists all units.
    """

    head: str
    band: str
    amounts: tuple[Amount | None, ...]
    said: tuple[str, ...]
    total: Fraction | None
    total_said: str
    complete: bool
    lang: str

    @property
    def plain(self) -> bool:
        """Whether each cell is a number, and nothing has to be said beside it."""
        return all(isinstance(self.shown(place), Fraction) for place in range(len(self.said)))

    def shown(self, place: int) -> Value:
        """A number that is known, where no range goes with it; else a text."""
        amount, said = self.amounts[place], self.said[place]
        exact = amount.exact if amount is not None else None
        return exact if exact is not None and said == number_said(exact, self.lang) else said

    def cells(self, place: int) -> list[Value]:
        """The cell of a unit, and its two ends where a cell of the column has two."""
        if self.plain:
            return [self.shown(place)]
        return [self.shown(place), *ends(self.amounts[place])]

    def sums(self, rows: tuple[int, int], column: int) -> list[Value]:
        """The same below all units; a list that may be longer has a least sum only."""
        if self.plain:
            place = area(rows, column)
            return [Styled(self.total_said, "sum number") if self.total is None
                    else summed(place, self.total)]  # fmt: skip
        low, high = zip(*map(ends, self.amounts), strict=True)
        last = summed(area(rows, column + 2), added(high)) if self.complete else None
        shown: Value = Styled(self.total_said, "sum number")
        if self.total is not None and self.total_said == number_said(self.total, self.lang):
            shown = Formula(cell(rows[1] + 1, column + 1), self.total)
        return [shown, summed(area(rows, column + 1), added(low)), last]


def review_page(sight: Sight) -> Page | None:
    """The chain that is shown as a table; None where there is none."""
    chain = sight.table
    return _Review(sight, chain).page() if chain is not None else None


class _Review(Struct, frozen=True, dict=True):
    """Puts the numbers of one chain beside the bounds of the norms that it compares."""

    sight: Sight
    chain: Chain

    def page(self) -> Page:
        """Heads, a row for each unit, and the sums."""
        say, series = self.sight.say, [*self._norms(), *map(self._step, self.chain.shown)]
        above = notes(self.sight, *map(say.phrase, ("html.review.note", "xlsx.review.note")))
        columns = tuple(self._columns(series))
        first = first_row(columns, len(above))
        rows = [self._row(place, unit, series) for place, unit in enumerate(self._units)]
        return Page(
            name=say.phrase("xlsx.sheet.review"),
            title=f"{self.chain.file.title.said(say.lang)} – {self.sight.report.plan.root.name}",
            columns=columns,
            rows=rows,
            notes=above,
            sums=self._sums(series, (first, first + len(rows) - 1)) if rows else [],
            fixed=_LEAD,
        )

    @cached_property
    def _units(self) -> list[Unit]:
        root = self.sight.report.plan.root
        return [one for one in root.walk() if one.level == self.chain.file.level]

    @cached_property
    def _flags(self) -> list[FlagRow]:
        rows = self.sight.flag_rows(self.chain)
        return [rows[unit.code] for unit in self._units]

    @cached_property
    def _complete(self) -> bool:
        return all(
            self.chain.file.level in one.plan.root.complete for one in self.sight.allocations
        )

    # -- what is set side by side --------------------------------------------

    def _norms(self) -> Iterator[_Series]:
        """From the least to the most that each norm demands of each unit."""
        say, page = self.sight.say, FlagPage(self.sight.report, self.sight.ranged)
        for norm in self.sight.compared:
            found = [self._finding(unit, norm) for unit in self._units]
            amounts = tuple(_demanded(one) for one in found)
            number, title = self.sight.norms[norm.id], norm.norm.title.said(say.lang)
            total = added(one.exact if one else None for one in amounts) if self._complete else None
            yield _Series(
                head=say.phrase("html.figure.bound", number=number, title=title),
                band=say.phrase("xlsx.band.norm"),
                amounts=amounts,
                said=tuple("–" if one is None else page.brief(one) for one in amounts),
                total=total,
                total_said="?" if total is None else number_said(total, say.lang),
                complete=self._complete,
                lang=say.lang,
            )

    def _finding(self, unit: Unit, norm: EncodedNorm) -> Finding | None:
        found = self.sight.by_cell.get((unit.code, norm.id), [])
        asked = [one for one in found if one.verdict != "not applicable"]
        return asked[0] if len(asked) == 1 else None

    def _step(self, step: Step) -> _Series:
        say, page = self.sight.say, FlagPage(self.sight.report, self.sight.ranged)
        flags = [row.flag(step.name) for row in self._flags]
        drawn = "drawn" if step.name in self.chain.file.drawn else "apart"
        sums = [
            column_sum([one for one in each.flags if one.chain == self.chain.name], step,
                       complete=self.chain.file.level in each.plan.root.complete)
            for each in self.sight.allocations
        ]  # fmt: skip
        spread = [None if one is None else Amount(one, one) for one in sums]
        return _Series(
            head=page.title(self.chain, step, ""),
            band=say.phrase(f"xlsx.band.{drawn}"),
            amounts=tuple(None if one.because else one.amount for one in flags),
            said=tuple(page.cell(self.chain, step, row) for row in self._flags),
            total=sums[0],
            total_said=say.phrase("flags.unknown") if None in sums else amounts_said(spread, say),
            complete=self._complete,
            lang=say.lang,
        )

    # -- columns and rows ----------------------------------------------------

    def _columns(self, series: Sequence[_Series]) -> Iterator[Column]:
        say = self.sight.say
        yield Column(say.phrase("csv.code"), NUMBER)
        yield Column(say.phrase("csv.name"), NAME, "label")
        for one in series:
            yield Column(one.head, NUMBER, "number", one.band)
            for end in () if one.plain else ("from", "to"):
                head = f"{one.head}: {say.phrase(f'xlsx.{end}')}"
                yield Column(head, NUMBER, "number", one.band, aside=True)
        yield Column(say.phrase("html.modelled"), NUMBER)
        yield Column(say.phrase("xlsx.ids"), TITLE, "id")

    def _row(self, place: int, unit: Unit, series: Sequence[_Series]) -> list[Value]:
        found = [self._finding(unit, norm) for norm in self.sight.compared]
        modelled = {path for one in self.sight.ranged.flags(self._flags[place])
                    for path in one.modelled}  # fmt: skip
        ids = [self._flags[place].id, *(one.id for one in found if one is not None)]
        cells = [value for one in series for value in one.cells(place)]
        said = modelled_cells(modelled, self.sight.say)
        return [unit.code, unit.name, *cells, said, "; ".join(ids)]

    def _sums(self, series: Sequence[_Series], rows: tuple[int, int]) -> list[Value]:
        made: list[Value] = ["", self.sight.say.phrase("html.sum")]
        for one in series:
            made += one.sums(rows, len(made))
        return [*made, "", ""]


def _demanded(finding: Finding | None) -> Amount | None:
    return between(finding.outcome.least, finding.outcome.most) if finding is not None else None
