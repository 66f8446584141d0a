"""Report → a page in a terminal, Vietnamese or English."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dinhbien.explain.contradictions import conflict_said
from dinhbien.explain.numbers import number_said, share_said
from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import Report
from dinhbien.judging.ranges import DEPENDS, Ranges, column
from dinhbien.judging.standing import Judged
from dinhbien.judging.totals import Total
from dinhbien.language.pack import EncodedNorm
from dinhbien.report.cautions import stale_said, unread_said
from dinhbien.report.flags import FlagPage
from dinhbien.report.layout import headed, heading, modelled, page_text, table_of
from dinhbien.report.ranged import SUMS, Ranged
from dinhbien.report.rows import RowPage
from dinhbien.shipped import VERSION

_COUNTED = (
    "met", "holds", "shortage", "surplus", "off by", "breach", "conflict", DEPENDS,
    "undetermined", "exempt",
)  # fmt: skip
_SILENT = frozenset(["undetermined", "not applicable"])
_HASH = slice(None, 12)


def terminal_text(report: Report, lang: str, *, width: int | None, colour: bool) -> str:
    """The page as text; `width` None takes the terminal's."""
    say = Teller(report.pack, lang)
    parts = _Page(report, say, Ranged(Ranges(report), say)).parts()
    return page_text(parts, width=width, colour=colour)


@dataclass(frozen=True)
class _Page:
    """The page's parts in order."""

    report: Report
    say: Teller
    ranged: Ranged

    def parts(self) -> Iterator[RenderableType]:
        """Everything that is printed, from the top."""
        yield from self._head()
        yield from self._answers()
        yield from self._verdicts()
        yield from self._conflicts()
        yield from self._totals()
        yield from RowPage(self.report, self.say, self.ranged).parts()
        yield from FlagPage(self.report, self.ranged).parts()
        yield from self._collect()
        yield from self._gaps()
        plan = self.report.plan.sha256[_HASH]
        yield Text(self.say.phrase("footer", plan=plan, version=VERSION), style="dim")

    # -- head ----------------------------------------------------------------

    def _head(self) -> Iterator[RenderableType]:
        plan, say = self.report.plan, self.say
        day = say.day(self.report.day)
        yield Text(say.phrase("report.title", province=plan.root.name, day=day), style="bold")
        yield Text(plan.title.said(say.lang))
        yield from (Text(line, style="bold") for line in self.ranged.head())
        yield Text(say.phrase("report.pack", pack=self.report.pack.title.said(say.lang)))
        share = share_said(plan.modelled_share, say.lang)
        modelled = say.phrase("report.modelled", share=share)
        yield Text(f"{modelled} · {say.phrase('report.evaluator')}", style="dim")
        for change in plan.changes:
            yield Text(say.phrase("report.change", title=change.said(say.lang)))
        for note in plan.notes:
            yield Text(say.phrase("report.note", note=note.said(say.lang)), style="italic")

    # -- what can be answered ------------------------------------------------

    def _answers(self) -> Iterator[RenderableType]:
        answered = [one for one in self.report.totals if self._decided(one) and self._is_used(one)]
        if not answered:
            return
        yield heading(self.say, "answer.heading")
        for one in answered:
            yield from self._answer(one)

    @staticmethod
    def _decided(one: Total) -> bool:
        net = one.net
        if net is None or one.figure is None or net.low is None or net.high is None:
            return False
        return net.low > 0 or net.high < 0

    def _is_used(self, one: Total) -> bool:
        norm = self.report.pack.norm(one.norm)
        return norm is not None and norm.used.name == one.reading

    def _answer(self, one: Total) -> Iterator[RenderableType]:
        say, norm = self.say, self.report.pack.norm(one.norm)
        if norm is None or one.net is None or one.figure is None or one.net.low is None:
            return
        above = one.net.low > 0
        verdict = "surplus" if above else "shortage"
        yield Text(
            "• "
            + say.phrase(
                "answer.net",
                title=norm.norm.title.said(say.lang),
                measured=self.ranged.total(one, lambda each: each.measured),
                required=self.ranged.total(one, lambda each: each.required[0]),
                verdict=say.verdict(verdict, one.force, norm.norm.glide),
                net=self.ranged.total(
                    one, lambda each: each.net and (each.net if above else each.net.negative)
                ),
                reading=self._reading(norm, one.reading),
            )
        )
        yield from modelled(self.say, one.modelled)
        if one.force == "guidance":
            yield Text("  " + say.phrase("answer.net.guidance"))
        yield Text("  " + say.phrase("answer.source", source=one.figure.source), style="dim")
        yield from self._figures(one.figure.scope)

    def _figures(self, scope: str) -> Iterator[RenderableType]:
        """The published figures of the same scope, for comparison."""
        plan, say = self.report.plan, self.say
        alike = [one for one in plan.figures if scope and one.cell.scope == scope]
        if not alike:
            return
        yield Text(f"  {say.phrase('figures.heading')} ({plan.scopes[scope].said(say.lang)}):")
        for one in alike:
            title = plan.quantities.get(one.quantity)
            name = title.said(say.lang) if title else say.input(f"figures.{one.quantity}")
            number = one.cell.value
            value = number_said(number, say.lang) if isinstance(number, Fraction) else "?"
            origin = say.word("origin", one.cell.origin)
            yield Text(f"    {value:>6}  {name} ({origin}, {one.cell.source})")

    # -- tables --------------------------------------------------------------

    def _verdicts(self) -> Iterator[RenderableType]:
        """How many subjects of each norm got which verdict; norms without one below."""
        say = self.say
        yield heading(self.say, "verdicts.heading")
        rows = [one for each in (self.report, *self.report.beside) for one in each.findings]
        found: dict[str, set[str]] = {}
        for finding in rows:
            found.setdefault(finding.norm, set()).add(column(finding))
        told = set[str]().union(*(each - _SILENT for each in found.values()))
        shown = [one for one in _COUNTED if one in told or one == "undetermined"]
        alone: dict[str, list[str]] = {}
        by_force: dict[str, list[tuple[str, ...]]] = {}
        for one in self.report.judged:
            title, verdicts = self._title(one), found.get(one.norm.id, set())
            if verdicts <= _SILENT:
                alone.setdefault(max(verdicts, default="not applicable"), []).append(title)
                continue
            counts = (self.ranged.count(one.norm.id, key) for key in shown)
            by_force.setdefault(one.norm.instrument.force, []).append((title, *counts))
        yield self._counted(shown, by_force)
        for verdict, titles in sorted(alone.items()):
            said = say.phrase("verdicts.alone", verdict=say.word("verdict", verdict))
            yield Text(f"  {said}: {'; '.join(titles)}.", style="dim")

    def _counted(self, shown: list[str], by_force: dict[str, list[tuple[str, ...]]]) -> Table:
        """The counts of each norm, below its force; headings and ranges break between words."""
        heads = [self.say.phrase("verdicts.norm"), *map(self._column_name, shown)]
        table = table_of((heads[0], "left"), *((head, "right") for head in heads[1:]))
        rows = [heads, *(cells for among in by_force.values() for cells in among)]
        for place, each in enumerate(table.columns[1:], 1):
            each.width = max(len(word) for cells in rows for word in cells[place].split())
        for force in self.say.pack.rules.vocabulary.lists["force"]:
            if force in by_force:
                table.add_row(Text(self.say.word("force", force), "italic"))
            for cells in by_force.get(force, ()):
                table.add_row(*cells)
        return table

    def _title(self, one: Judged) -> str:
        title = one.norm.norm.title.said(self.say.lang)
        if one.standing == "alternative":
            title += f" ({self.say.phrase('rows.aside')})"
        return title

    def _conflicts(self) -> Iterator[RenderableType]:
        if self.report.conflicts:
            yield heading(self.say, "conflicts.heading")
        for one in self.report.conflicts:
            yield Text(f"• {conflict_said(one, self.report, self.say)}")

    def _column_name(self, column: str) -> str:
        if column == DEPENDS:
            return self.say.phrase("depends_on_reading")
        return self.say.word("verdict", column)

    def _totals(self) -> Iterator[RenderableType]:
        say = self.say
        known = [one for one in self.report.totals if self._says_something(one)]
        if not known:
            return
        yield heading(self.say, "totals.heading")
        names = ("required", "measured", "short", "over", "net")
        heads = [(say.phrase("verdicts.norm"), "left"), (say.phrase("totals.reading"), "left")]
        table = table_of(*heads, *((say.phrase(f"totals.{one}"), "right") for one in names))
        last = ""
        for one in known:
            norm = self.report.pack.norm(one.norm)
            if norm is None:
                continue
            title = norm.norm.title.said(say.lang) if one.norm != last else ""
            reading = self._reading(norm, one.reading)
            if len(norm.readings) > 1 and self._is_used(one):
                reading += f" ({say.phrase('totals.used')})"
            table.add_row(title, reading, *(self.ranged.total(one, pick) for pick in SUMS))
            last = one.norm
        yield table

    @staticmethod
    def _says_something(one: Total) -> bool:
        return one.undetermined < one.subjects or one.figure is not None

    def _reading(self, norm: EncodedNorm, name: str) -> str:
        found = next((one for one in norm.readings if one.name == name), None)
        if found and found.title:
            return found.title.said(self.say.lang)
        return self.say.phrase("show.written")

    # -- what is missing -----------------------------------------------------

    def _collect(self) -> Iterator[RenderableType]:
        if not self.report.lacking:
            return
        say = self.say
        yield heading(self.say, "collect.heading")
        table = headed(self.say, "collect", "input", ">units", ">settles", ">missing_in")
        sums: dict[str, list[int]] = {}
        for one in self.report.lacking:
            row = sums.setdefault(say.input(one.path), [0, 0, 0])
            for place, more in enumerate((1, one.settles, one.missing_in)):
                row[place] += more
        for name, row in sorted(sums.items(), key=lambda item: (-item[1][1], -item[1][2], item[0])):
            table.add_row(name, *map(str, row))
        yield table

    def _gaps(self) -> Iterator[RenderableType]:
        say = self.say
        yield heading(self.say, "gaps.heading")
        judged = [one.norm for one in self.report.judged]
        unread = unread_said(judged, say)
        stale = stale_said(judged, self.report.day, say)
        lines = [*unread, *self._lapsed(), *stale, *self._not_encoded()]
        yield Group(*(Text(f"• {line}") for line in lines))

    def _lapsed(self) -> Iterator[str]:
        say = self.say
        for one in self.report.absent:
            last = one.norm.period.last_day
            if one.leaves_a_gap and last is not None:
                title = one.norm.norm.title.said(say.lang)
                yield say.phrase("gaps.lapsed", title=title, day=say.day(last))
        later = [one.norm for one in self.report.absent if one.why == "not yet"]
        if later:
            texts = "; ".join(
                f"{norm.norm.title.said(say.lang)} ({norm.period.start})" for norm in later
            )
            yield say.phrase("gaps.not_yet", texts=texts)

    def _not_encoded(self) -> Iterator[str]:
        say = self.say
        used = {one.norm.instrument_id for one in self.report.judged}
        for identity, instrument in sorted(self.report.pack.instruments.items()):
            for one in instrument.not_encoded if identity in used else ():
                title = instrument.title.said(say.lang)
                number = instrument.number if instrument.has_number else title
                yield say.phrase(
                    "gaps.not_encoded",
                    number=number,
                    clause=one.clause.said(say.lang),
                    what=one.what.said(say.lang),
                    why=say.word("why_not_encoded", one.why),
                )
