"""Report → a page in a terminal, Vietnamese or English."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dinhbien.explain.contradictions import conflict_said
from dinhbien.explain.numbers import share_said
from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import Report
from dinhbien.judging.ranges import DEPENDS, Ranges, column
from dinhbien.judging.standing import Judged
from dinhbien.report.cautions import evaluators_said
from dinhbien.report.flags import FlagPage
from dinhbien.report.layout import headed, heading, page_text, table_of
from dinhbien.report.ranged import Ranged
from dinhbien.report.rows import RowPage
from dinhbien.report.summary import Summary
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


class _Page(Struct, frozen=True):
    """The page's parts in order."""

    report: Report
    say: Teller
    ranged: Ranged

    @property
    def summary(self) -> Summary:
        """The words of the report as a whole."""
        return Summary(self.report, self.say, self.ranged)

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
        yield Text(f"{modelled} · {evaluators_said(self.report, say)}", style="dim")
        for change in plan.changes:
            yield Text(say.phrase("report.change", title=change.said(say.lang)))
        for note in plan.notes:
            yield Text(say.phrase("report.note", note=note.said(say.lang)), style="italic")

    # -- what can be answered ------------------------------------------------

    def _answers(self) -> Iterator[RenderableType]:
        answers = list(self.summary.answers())
        if answers:
            yield heading(self.say, "answer.heading")
        for one in answers:
            yield Text(f"• {one.said}")
            if one.modelled:
                yield Text(f"  {one.modelled}", style="italic")
            yield from (Text(f"  {said}") for said in one.cautions)
            yield Text(f"  {one.source}", style="dim")
            if one.figures:
                yield Text(f"  {self.say.phrase('figures.heading')} ({one.scope}):")
            yield from (Text(f"    {value:>6}  {said}") for value, said in one.figures)

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
        say, known = self.say, list(self.summary.totals())
        if not known:
            return
        yield heading(self.say, "totals.heading")
        names = ("required", "measured", "short", "over", "net")
        heads = [(say.phrase("verdicts.norm"), "left"), (say.phrase("totals.reading"), "left")]
        table = table_of(*heads, *((say.phrase(f"totals.{one}"), "right") for one in names))
        last = ""
        for one in known:
            title = one.title if one.total.norm != last else ""
            table.add_row(title, one.reading, *one.numbers)
            last = one.total.norm
        yield table

    # -- what is missing -----------------------------------------------------

    def _collect(self) -> Iterator[RenderableType]:
        rows = self.summary.to_collect()
        if not rows:
            return
        yield heading(self.say, "collect.heading")
        table = headed(self.say, "collect", "input", ">units", ">settles", ">missing_in")
        for name, *numbers in rows:
            table.add_row(name, *map(str, numbers))
        yield table

    def _gaps(self) -> Iterator[RenderableType]:
        yield heading(self.say, "gaps.heading")
        yield Group(*(Text(f"• {line}") for line in self.summary.gaps()))
