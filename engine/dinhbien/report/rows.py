"""The rows of a result in a terminal, norm by norm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from msgspec import Struct
from rich.console import RenderableType
from rich.text import Text

from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import Report
from dinhbien.language.pack import EncodedNorm
from dinhbien.model.finding import Finding, Subject
from dinhbien.model.plan import Unit
from dinhbien.report.layout import headed, heading, modelled
from dinhbien.report.ranged import Ranged

_Thing = TypeVar("_Thing")
_STYLES = {"shortage": "bold red", "surplus": "bold yellow", "breach": "bold red",
           "conflict": "bold magenta", "undetermined": "dim", "exempt": "cyan"}  # fmt: skip
_WIDE = 2
_WITHIN = " – "
"""Between the names of a unit and of the one that it lies within."""


class RowPage(Struct, frozen=True):
    """Each norm with the units that it speaks of; those of which nothing can be told at the end."""

    report: Report
    say: Teller
    ranged: Ranged

    def parts(self) -> Iterator[RenderableType]:
        """A table for each norm that says something; one line for each other."""
        silent: list[tuple[EncodedNorm, list[Finding]]] = []
        by_norm: dict[str, list[Finding]] = {}
        for one in self.report.rows:
            by_norm.setdefault(one.norm, []).append(one)
        told = {
            one.id
            for each in (self.report, *self.report.beside)
            for one in each.rows
            if one.verdict != "undetermined"
        }
        for norm in self.report.pack.norms:
            rows = by_norm.get(norm.id, [])
            if rows and told.isdisjoint(one.id for one in rows):
                silent.append((norm, rows))
            elif rows:
                yield from self._rows(norm, rows)
        yield from self._silent(silent)

    def _silent(self, silent: list[tuple[EncodedNorm, list[Finding]]]) -> Iterator[RenderableType]:
        if not silent:
            return
        yield heading(self.say, "silent.heading")
        table = headed(self.say, "silent", "norm", "unit", "missing")
        table.columns[0].ratio, table.columns[2].ratio = _WIDE, _WIDE
        for norm, rows in silent:
            because: Counter[str] = Counter()
            for one in rows:
                inputs = {self.say.input(path) for path in one.outcome.missing}
                because.update(sorted(inputs | set(map(self.say.reason, one.outcome.because))))
            said = "; ".join(name for name, _ in because.most_common())
            table.add_row(norm.norm.title.said(self.say.lang), self._names(rows), said)
        yield table

    def _rows(self, norm: EncodedNorm, rows: list[Finding]) -> Iterator[RenderableType]:
        say = self.say
        yield from norm_head(norm, say, aside=rows[0].standing == "alternative")
        table = headed(self.say, "rows", "unit", ">measured", "required", "verdict", "missing")
        table.columns[0].ratio, table.columns[-1].ratio = _WIDE, 1
        for cells, among in alike((self._cells(one, norm), one) for one in rows):
            verdict = Text(cells[2], style=_STYLES.get(among[0].verdict, ""))
            table.add_row(self._names(among), cells[0], cells[1], verdict, cells[3])
        yield table
        yield from modelled(self.say, [path for one in rows for path in one.outcome.modelled])
        for due in sorted({say.due(one) for one in rows} - {""}):
            within = [one.subject.name for one in rows if say.due(one) == due]
            names = "" if len(within) == len(rows) else f" ({', '.join(within)})"
            unseen = due == say.phrase("due.not_seen")
            said = f"{due[0].upper()}{due[1:]}" if unseen else say.phrase("rows.due", due=due)
            yield Text(f"  {said}{names}")
        yield from self._groups(rows)

    def _names(self, among: list[Finding]) -> str:
        return units_said([one.subject for one in among], self.report.plan.root, self.say)

    def _cells(self, finding: Finding, norm: EncodedNorm) -> tuple[str, str, str, str]:
        outcome, say, ranged = finding.outcome, self.say, self.ranged
        missing = sorted({say.input(path) for path in outcome.missing})
        because = "; ".join([*missing, *map(say.reason, outcome.because)])
        demand = ranged.demand(finding, norm)
        return ranged.measured(finding), demand, ranged.conclusion(finding), because

    def _groups(self, rows: Iterable[Finding]) -> Iterator[RenderableType]:
        for holders in filter(None, map(self.ranged.holders, rows)):
            yield Text(f"  {self.say.phrase('rows.holders', holders=holders)}")


def norm_head(norm: EncodedNorm, say: Teller, *, aside: bool) -> Iterator[RenderableType]:
    """The title of a norm, its citation, what it counts, and what it is not (`aside`)."""
    yield heading(say, "rows.heading", title=norm.norm.title.said(say.lang))
    if aside:
        yield Text(say.phrase("rows.alternative"), style="italic")
    basis = f" ({say.basis(norm)})" if say.basis(norm) else ""
    counted = f" · {say.counted(norm)}{basis}" if say.counted(norm) else ""
    yield Text(f"{say.citation(norm)}{counted}", "dim")
    if norm.norm.glide:
        yield Text(say.phrase("glide.norm"), style="italic")


def units_said(among: Sequence[Subject], root: Unit, say: Teller) -> str:
    """The name of one unit, the names of several, or that it is all of their level."""
    if len(among) == 1:
        return among[0].name
    level = among[0].level
    units = sum(1 for unit in root.walk() if unit.level == level)
    if len(among) == units:
        plural = say.pack.rules.vocabulary.units[level].name.said(say.lang)
        return f"{say.phrase('rows.all', count=units)} {plural}"
    return say.phrase("rows.same", count=len(among), names=_listed(among))


def _listed(among: Sequence[Subject]) -> str:
    """The names of units; those within one other are counted together."""
    above = Counter(one.name.rpartition(_WITHIN)[0] for one in among)
    names: dict[str, str] = {}
    for one in among:
        outer = one.name.rpartition(_WITHIN)[0]
        counted = f"{outer} ({above[outer]})"
        names.setdefault(outer or one.name, counted if above[outer] > 1 and outer else one.name)
    return ", ".join(names.values())


def alike(
    rows: Iterable[tuple[tuple[str, ...], _Thing]],
) -> Iterator[tuple[tuple[str, ...], list[_Thing]]]:
    """Rows that say the same of several units, together; the first one's place is kept."""
    found: dict[tuple[str, ...], list[_Thing]] = {}
    for cells, one in rows:
        found.setdefault(cells, []).append(one)
    yield from found.items()
