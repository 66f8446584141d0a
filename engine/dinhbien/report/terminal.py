"""Report → a page in a terminal, Vietnamese or English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from io import StringIO

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dinhbien.explain.contradictions import conflict_said
from dinhbien.explain.numbers import number_said
from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import Report
from dinhbien.judging.totals import Total
from dinhbien.language.pack import EncodedNorm
from dinhbien.model.finding import Finding
from dinhbien.report.as_json import unread_texts
from dinhbien.report.cautions import modelled_said, stale_said
from dinhbien.report.flags import FlagPage
from dinhbien.report.rows import holders_said, norm_head, units_said
from dinhbien.shipped import VERSION

_STYLES = {"shortage": "bold red", "surplus": "bold yellow", "breach": "bold red",
           "conflict": "bold magenta", "undetermined": "dim", "exempt": "cyan"}  # fmt: skip
_DEPENDS = "depends on the reading"
_COUNTED = (
    "met", "holds", "shortage", "surplus", "off by", "breach", "conflict", _DEPENDS,
    "undetermined", "exempt", "not applicable",
)  # fmt: skip
_HASH = slice(None, 12)
_WIDE = 2


def terminal_text(report: Report, lang: str, *, width: int | None, colour: bool) -> str:
    """The page as text; `width` None takes the terminal's."""
    out = StringIO()
    console = Console(
        file=out, width=width, force_terminal=colour, no_color=not colour, highlight=False
    )
    for part in _Page(report, Teller(report.pack, lang)).parts():
        console.print(part)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


@dataclass(frozen=True)
class _Page:
    """The page's parts in order."""

    report: Report
    say: Teller

    def parts(self) -> Iterator[RenderableType]:
        """Everything that is printed, from the top."""
        yield from self._head()
        yield from self._answers()
        yield from self._verdicts()
        yield from self._conflicts()
        yield from self._totals()
        for norm in sorted(self.report.pack.norms, key=self._without_answer):
            yield from self._rows(norm)
        yield from FlagPage(self.report, self.say).parts()
        yield from self._collect()
        yield from self._gaps()
        plan = self.report.plan.sha256[_HASH]
        yield Text(self.say.phrase("footer", plan=plan, version=VERSION), style="dim")

    def _heading(self, key: str, **fields: object) -> RenderableType:
        return Padding(Text(self.say.phrase(key, **fields), style="bold underline"), (1, 0, 0, 0))

    @staticmethod
    def _table(*columns: tuple[str, str]) -> Table:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for name, justify in columns:
            table.add_column(name, justify="right" if justify == "right" else "left")
        return table

    def _headed(self, section: str, *names: str) -> Table:
        """A table with the section's own column names; `>` before one sets it to the right."""
        return self._table(
            *(
                (
                    self.say.phrase(f"{section}.{name.removeprefix('>')}"),
                    "right" if name.startswith(">") else "left",
                )
                for name in names
            )
        )

    # -- head ----------------------------------------------------------------

    def _head(self) -> Iterator[RenderableType]:
        plan, say = self.report.plan, self.say
        day = say.day(self.report.day)
        yield Text(say.phrase("report.title", province=plan.root.name, day=day), style="bold")
        yield Text(plan.title.said(say.lang))
        yield Text(say.phrase("report.pack", pack=self.report.pack.title.said(say.lang)))
        share = round(plan.modelled_share * 1000) / Fraction(10)
        modelled = say.phrase("report.modelled", share=number_said(share, say.lang))
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
        yield self._heading("answer.heading")
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
                measured=say.amount(one.measured),
                required=say.amount(one.required[0]),
                verdict=say.verdict(verdict, one.force, norm.norm.glide),
                net=say.amount(one.net if above else one.net.negative),
                reading=self._reading(norm, one.reading),
            )
        )
        yield from self._modelled(one.modelled)
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
        say = self.say
        yield self._heading("verdicts.heading")
        columns = [(say.phrase("verdicts.norm"), "left"), (say.phrase("verdicts.force"), "left")]
        given = {_column(finding) for finding in self.report.findings}
        shown = [one for one in _COUNTED if one in given or one == "undetermined"]
        table = self._table(*columns, *((self._column_name(one), "right") for one in shown))
        for one in self.report.judged:
            counts: Counter[str] = Counter(
                _column(finding) for finding in self.report.findings if finding.norm == one.norm.id
            )
            title = one.norm.norm.title.said(say.lang)
            if one.standing == "alternative":
                title += f" ({say.phrase('rows.aside')})"
            force = say.word("force", one.norm.instrument.force)
            table.add_row(title, force, *(str(counts[key] or "·") for key in shown))
        yield table

    def _conflicts(self) -> Iterator[RenderableType]:
        if self.report.conflicts:
            yield self._heading("conflicts.heading")
        for one in self.report.conflicts:
            yield Text(f"• {conflict_said(one, self.report, self.say)}")

    def _column_name(self, column: str) -> str:
        if column == _DEPENDS:
            return self.say.phrase("depends_on_reading")
        return self.say.word("verdict", column)

    def _totals(self) -> Iterator[RenderableType]:
        say = self.say
        known = [one for one in self.report.totals if self._says_something(one)]
        if not known:
            return
        yield self._heading("totals.heading")
        names = ("required", "measured", "short", "over", "net")
        heads = [(say.phrase("verdicts.norm"), "left"), (say.phrase("totals.reading"), "left")]
        table = self._table(*heads, *((say.phrase(f"totals.{one}"), "right") for one in names))
        last = ""
        for one in known:
            norm = self.report.pack.norm(one.norm)
            if norm is None:
                continue
            title = norm.norm.title.said(say.lang) if one.norm != last else ""
            reading = self._reading(norm, one.reading)
            if len(norm.readings) > 1 and self._is_used(one):
                reading += f" ({say.phrase('totals.used')})"
            required = one.required[1] or one.required[0]
            amounts = (required, one.measured, one.shortage, one.surplus, one.net)
            said = ("—" if amount is None else say.amount(amount) for amount in amounts)
            table.add_row(title, reading, *said)
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

    def _without_answer(self, norm: EncodedNorm) -> bool:
        """Norms of which all is undetermined come last."""
        rows = [one for one in self.report.rows if one.norm == norm.id]
        return all(one.verdict == "undetermined" for one in rows)

    def _modelled(self, paths: Iterable[str]) -> Iterator[RenderableType]:
        """Which modelled inputs stand behind what was just said."""
        said = modelled_said(paths, self.say)
        if said:
            yield Text(f"  {said}", style="italic")

    # -- rows ----------------------------------------------------------------

    def _rows(self, norm: EncodedNorm) -> Iterator[RenderableType]:
        rows = [one for one in self.report.rows if one.norm == norm.id]
        if not rows:
            return
        say = self.say
        yield from norm_head(norm, say, aside=rows[0].standing == "alternative")
        table = self._headed("rows", "unit", ">measured", "required", "verdict", "missing")
        table.columns[0].ratio, table.columns[-1].ratio = _WIDE, 1
        for cells, among in _alike((self._cells(one, norm), one) for one in rows):
            verdict = Text(cells[2], style=_STYLES.get(among[0].verdict, ""))
            names = units_said([one.subject for one in among], self.report.plan.root, say)
            table.add_row(names, cells[0], cells[1], verdict, cells[3])
        yield table
        yield from self._modelled([path for one in rows for path in one.outcome.modelled])
        for due in sorted({say.due(one) for one in rows} - {""}):
            within = [one.subject.name for one in rows if say.due(one) == due]
            names = "" if len(within) == len(rows) else f" ({', '.join(within)})"
            unseen = due == say.phrase("due.not_seen")
            said = f"{due[0].upper()}{due[1:]}" if unseen else say.phrase("rows.due", due=due)
            yield Text(f"  {said}{names}")
        yield from holders_said(rows, say)

    def _cells(self, finding: Finding, norm: EncodedNorm) -> tuple[str, str, str, str]:
        outcome, say = finding.outcome, self.say
        has_bound = outcome.least is not None or outcome.most is not None
        demand = say.demand(norm, outcome) if has_bound else ""
        missing = sorted({say.input(path) for path in outcome.missing})
        because = [*missing, *map(say.reason, outcome.because)]
        return say.amount(outcome.measured), demand, say.conclusion(finding), "; ".join(because)

    # -- what is missing -----------------------------------------------------

    def _collect(self) -> Iterator[RenderableType]:
        if not self.report.lacking:
            return
        say = self.say
        yield self._heading("collect.heading")
        table = self._headed("collect", "input", ">units", ">settles", ">missing_in")
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
        yield self._heading("gaps.heading")
        lines = [*self._lapsed(), *self._stale(), *self._not_encoded()]
        texts = ", ".join(unread_texts(self.report))
        if texts:
            lines.insert(0, say.phrase("gaps.unread", texts=texts))
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

    def _stale(self) -> Iterator[str]:
        return stale_said((one.norm for one in self.report.judged), self.report.day, self.say)

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


def _column(finding: Finding) -> str:
    """Where a finding is counted: one that depends on the reading is never plainly met.  §3"""
    return _DEPENDS if finding.depends_on_reading else finding.verdict


def _alike(
    rows: Iterable[tuple[tuple[str, str, str, str], Finding]],
) -> Iterator[tuple[tuple[str, str, str, str], list[Finding]]]:
    """Rows that say the same of several units, together; the first one's place is kept."""
    found: dict[tuple[str, str, str, str], list[Finding]] = {}
    for cells, finding in rows:
        found.setdefault(cells, []).append(finding)
    yield from found.items()
