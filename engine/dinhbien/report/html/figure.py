"""Norm, quota, on the books, at work: one drawing with a line for each unit.

Lengths are in units of the drawing, which the page scales to its width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import count

from msgspec import Struct

from dinhbien.explain.numbers import number_said
from dinhbien.judging.ranges import joined
from dinhbien.language.chain import Chain, Step
from dinhbien.language.pack import EncodedNorm
from dinhbien.model.amount import Amount
from dinhbien.model.flagged import FlagRow
from dinhbien.model.plan import Unit
from dinhbien.report.flags import FlagPage
from dinhbien.report.html.sight import Sight
from dinhbien.report.ranged import amounts_said

_NAME, _PLOT, _NUMBER = 150, 430, 112
_TOP, _LINE, _FOOT = 60, 27, 24
_TICKS = 6
_APART = 12
_NONE = "–"
Ends = tuple[float, float]


class Mark(Struct, frozen=True):
    """One series of one unit, in lengths from the left; None where there is none.

    `point` is a number that is known, `span` the interval it lies in where it is not, and
    `across` from the least to the greatest over the allocations of an illustration.
    `past` says that the interval has no upper end: it goes on past the drawing.
    """

    kind: int
    y: float
    point: float | None
    span: Ends | None
    across: Ends | None
    past: bool


class Line(Struct, frozen=True):
    """One unit: its marks, its numbers in words, and the ids of what they are taken from."""

    name: str
    y: float
    said: str
    marks: tuple[Mark, ...]
    numbers: tuple[str, ...]
    ids: str


class Figure(Struct, frozen=True):
    """The whole drawing; `heads` name the series, the first `norms` of them are `bounds`."""

    width: int
    height: int
    left: int
    right: int
    top: int
    line: int
    ticks: tuple[tuple[float, str], ...]
    heads: tuple[tuple[float, str], ...]
    norms: int
    bounds: tuple[str, ...]
    lines: tuple[Line, ...]

    def past(self, mark: Mark) -> float:
        """Where it is said that a series has no upper end; no two series say it in one place."""
        return self.right - _APART * (1 + mark.kind - self.norms)


def figure(sight: Sight) -> Figure | None:
    """The drawing; None where no chain of flags says what is drawn."""
    found = sight.table
    if found is None or not found.file.drawn or not sight.drawn or sight.level != found.file.level:
        return None
    return _Drawing(sight, found).figure()


class _Series(Struct, frozen=True):
    """A number of one unit in each allocation, its words, and where it is taken from."""

    amounts: tuple[Amount | None, ...]
    said: str
    id: str


class _Drawing(Struct, frozen=True, dict=True):
    """Puts the amounts of one chain on one scale."""

    sight: Sight
    chain: Chain

    def figure(self) -> Figure:
        """Scale, lines and words."""
        units = self.sight.drawn
        series = [list(self._series(unit)) for unit in units]
        greatest = _greatest([one for row in series for each in row for one in each.amounts])
        step = _step(greatest)
        last = step * (greatest // step + 1)
        heads = self._heads()
        bottom = _TOP + _LINE * len(units)
        return Figure(
            width=_NAME + _PLOT + _NUMBER * len(heads) + _APART,
            height=bottom + _FOOT,
            left=_NAME,
            right=_NAME + _PLOT,
            top=_TOP,
            line=_LINE,
            ticks=tuple(self._ticks(step, last)),
            heads=tuple(zip(count(_NAME + _PLOT + _NUMBER, _NUMBER), heads, strict=False)),
            norms=len(self.sight.compared),
            bounds=tuple(map(self._bound, self.sight.compared)),
            lines=tuple(
                self._line(unit, row, place, last)
                for place, (unit, row) in enumerate(zip(units, series, strict=True))
            ),
        )

    def _ticks(self, step: Fraction, last: Fraction) -> Iterator[tuple[float, str]]:
        for place in range(int(last / step) + 1):
            yield _x(step * place, last), number_said(step * place, self.sight.say.lang)

    def _line(self, unit: Unit, row: Sequence[_Series], place: int, last: Fraction) -> Line:
        y = _TOP + _LINE * place
        said = (f"{head}: {one.said}" for head, one in zip(self._heads(), row, strict=True))
        return Line(
            name=unit.name,
            y=y,
            said=f"{unit.name} ({unit.code}). {'; '.join(said)}",
            marks=tuple(
                _mark(kind, y + _LINE * (kind + 1) / (len(row) + 1), one.amounts, last)
                for kind, one in enumerate(row)
            ),
            numbers=tuple(one.said for one in row),
            ids="\n".join(dict.fromkeys(one.id for one in row if one.id)),
        )

    @cached_property
    def _rows(self) -> dict[str, FlagRow]:
        return self.sight.flag_rows(self.chain)

    # -- what is drawn -------------------------------------------------------

    def _steps(self) -> list[Step]:
        return [self.chain.step(name) for name in self.chain.file.drawn]

    def _heads(self) -> list[str]:
        """The names of the series; a norm is named by its number on the page."""
        say = self.sight.say
        norms = [
            say.phrase("html.figure.norm", number=self.sight.norms[one.id])
            for one in self.sight.compared
        ]
        titles = (self.chain.file.chain[one.name].title.said(say.lang) for one in self._steps())
        return [*norms, *titles]

    def _bound(self, norm: EncodedNorm) -> str:
        """The column of a norm with its title."""
        number, title = self.sight.norms[norm.id], norm.norm.title.said(self.sight.say.lang)
        return self.sight.say.phrase("html.figure.bound", number=number, title=title)

    def _series(self, unit: Unit) -> Iterator[_Series]:
        for norm in self.sight.compared:
            yield self._bounds(unit, norm)
        row = self._rows[unit.code]
        page = FlagPage(self.sight.report, self.sight.ranged)
        for step in self._steps():
            found = [one.flag(step.name) for one in self.sight.ranged.flags(row)]
            amounts = tuple(None if one.because else one.amount for one in found)
            yield _Series(amounts, page.cell(self.chain, step, row), row.id)

    def _bounds(self, unit: Unit, norm: EncodedNorm) -> _Series:
        """From the least to the most that a norm demands of a unit, in each allocation."""
        found = self.sight.by_cell.get((unit.code, norm.id), [])
        if len(found) != 1 or found[0].outcome.verdict == "not applicable":
            return _Series((), _NONE, "")
        each = [one.outcome for one in self.sight.ranged.ranges.finding(found[0])]
        amounts = tuple(between(one.least, one.most) for one in each)
        return _Series(amounts, amounts_said(amounts, self.sight.say), found[0].id)


def between(least: Amount | None, most: Amount | None) -> Amount | None:
    """From the lowest that may be demanded to the highest; no end where none is demanded."""
    if least is None and most is None:
        return None
    return Amount(least.low if least else Fraction(0), most.high if most else None)


def _mark(kind: int, y: float, amounts: Sequence[Amount | None], last: Fraction) -> Mark:
    """How a series is drawn: what is not known goes from nothing past the end."""
    own = amounts[0] if amounts else None
    exact = own.exact if own is not None else None
    whole = joined(amounts)
    across = _ends(whole, last) if len(set(amounts)) > 1 else None
    return Mark(
        kind=kind,
        y=round(y, 1),
        point=None if exact is None else _x(exact, last),
        span=_ends(own, last) if amounts and exact is None else None,
        across=across,
        past=bool(amounts) and (own is None or own.high is None),
    )


def _ends(amount: Amount | None, last: Fraction) -> Ends:
    low = amount.low if amount is not None and amount.low is not None else Fraction(0)
    high = amount.high if amount is not None and amount.high is not None else last
    return _x(low, last), _x(high, last)


def _x(number: Fraction, last: Fraction) -> float:
    """How far from the left of the drawing a number stands; exact up to a tenth."""
    return round(float(_NAME + _PLOT * number / last), 1)


def _greatest(amounts: Sequence[Amount | None]) -> Fraction:
    known = [one for one in amounts if one is not None]
    return max([Fraction(1), *(end for one in known for end in (one.low, one.high) if end)])


def _step(greatest: Fraction) -> Fraction:
    """The least of 1, 2, 5, 10, 20, 50 and so on that makes few enough ticks."""
    power = Fraction(1)
    while True:
        for digit in (1, 2, 5):
            if power * digit * _TICKS >= greatest:
                return power * digit
        power *= 10
