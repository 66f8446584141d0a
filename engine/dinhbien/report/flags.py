"""Flags in a terminal: one table per chain, or per norm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property

from msgspec import Struct
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import Report
from dinhbien.language.chain import Chain, Step
from dinhbien.model.amount import Amount
from dinhbien.model.flagged import Flagged, FlagRow
from dinhbien.report.layout import titled
from dinhbien.report.ranged import Ranged

_MODELLED = "*"
_NAMED, _LAST = 3, 99


class FlagTable(Struct, frozen=True):
    """The rows of a chain, or of one norm in it: heads, and for each row its cells.

    `modelled` holds the ids of the rows that rest on modelled cells.
    """

    said: str
    heads: tuple[str, ...]
    rows: tuple[tuple[FlagRow, tuple[str, ...]], ...]
    modelled: frozenset[str]


class FlagPage(Struct, frozen=True, dict=True):
    """What the flags of a report say, in one language."""

    report: Report
    ranged: Ranged

    @property
    def say(self) -> Teller:
        """Says it all in one language."""
        return self.ranged.say

    def parts(self) -> Iterator[RenderableType]:
        """A table for each chain; the rows that say nothing are left out."""
        for chain in self.report.pack.rules.flags:
            rows = [one for one in self.report.flags if one.chain == chain.name]
            if rows and chain.file.shown != "form":
                title = chain.file.title.said(self.say.lang)
                yield titled(title)
                yield from self._chain(chain, rows)

    def _chain(self, chain: Chain, rows: list[FlagRow]) -> Iterator[RenderableType]:
        tables, opened = self.tables(chain, rows)
        for table in tables:
            yield from self._set(table)
        for line in opened:
            yield Text(f"  {line}", style="dim")
        if not tables and not opened:
            yield Text(f"  {self.say.phrase('flags.nothing')}", style="dim")
        if tables:
            lines, origins = self.foot(chain)
            yield from (Text(f"  {line}") for line in lines)
            yield from (Text(f"  {line}", style="dim") for line in origins)

    def tables(self, chain: Chain, rows: list[FlagRow]) -> tuple[list[FlagTable], list[str]]:
        """A table for each norm of `rows` of which something is told, and what is left open."""
        by_norm: dict[str, list[FlagRow]] = {}
        for row in rows:
            by_norm.setdefault(row.norm, []).append(row)
        made: list[FlagTable] = []
        opened: list[str] = []
        for norm, among in by_norm.items():
            told = [one for one in among if self._is_told(chain, one)]
            listed = [one for one in among if one.id in self._listed]
            if told:
                made.append(self._table(chain, norm, told))
            opened += self._open(norm, listed, told)
        return made, opened

    @cached_property
    def _listed(self) -> set[str]:
        return {one.id for one in self.report.flag_rows}

    def _each(self, row: FlagRow) -> list[Flagged]:
        """The flags of a row in every allocation."""
        return [flag for one in self.ranged.flags(row) for flag in one.flags]

    def _is_told(self, chain: Chain, row: FlagRow) -> bool:
        """Whether something is raised for certain; in a table of figures, known."""
        flags = [one for one in self._each(row) if one.kind != "rank"]
        if chain.file.shown == "table":
            return any(_is_known(one) for one in flags)
        return any(one.raised for one in flags)

    def _open(self, norm: str, rows: list[FlagRow], told: list[FlagRow]) -> Iterator[str]:
        """What is neither raised nor not, and for want of what."""
        known = {one.id for one in told}
        left = [one for one in rows if one.id not in known]
        missing: Counter[str] = Counter()
        for row in left:
            inputs = {path for flag in self._each(row) for path in flag.missing}
            missing.update({self.say.input(path) for path in inputs})
        if left:
            first = sorted(missing, key=lambda name: (-missing[name], name))[:_NAMED]
            inputs_said = ", ".join(first)
            title = self._norm_title(norm) or self.say.phrase("flags.unit")
            yield self.say.phrase("flags.open", title=title, count=len(left), inputs=inputs_said)

    def _norm_title(self, norm: str) -> str:
        found = self.report.pack.norm(norm)
        return found.norm.title.said(self.say.lang) if found else ""

    def _table(self, chain: Chain, norm: str, rows: list[FlagRow]) -> FlagTable:
        said = ""
        if norm:
            force = self.say.word("force", rows[0].force)
            said = self.say.phrase("flags.norm", title=self._norm_title(norm), force=force)
        steps = [step for step in chain.shown if self._is_shown(chain, step, rows)]
        ordered = sorted(rows, key=lambda one: (_rank(one), one.subject.code))
        return FlagTable(
            said=said,
            heads=tuple(self.title(chain, step, rows[0].force) for step in steps),
            rows=tuple(
                (row, tuple(self.cell(chain, step, row) for step in steps)) for row in ordered
            ),
            modelled=frozenset(row.id for row in rows if self._is_modelled(row)),
        )

    def _set(self, one: FlagTable) -> Iterator[RenderableType]:
        if one.said:
            yield Text(one.said, style="dim")
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        table.add_column(self.say.phrase("flags.unit"))
        for title in one.heads:
            table.add_column(title, justify="right", overflow="fold")
        for row, cells in one.rows:
            name = row.subject.name + (_MODELLED if row.id in one.modelled else "")
            table.add_row(name, *cells)
        yield table
        if one.modelled:
            yield Text(f"  {_MODELLED} {self.say.phrase('flags.modelled')}", style="italic")

    def _is_modelled(self, row: FlagRow) -> bool:
        return any(one.modelled for one in self.ranged.flags(row))

    def _is_shown(self, chain: Chain, step: Step, rows: Iterable[FlagRow]) -> bool:
        if chain.file.shown == "table":
            return True
        if step.kind != "remedy" and chain.file.chain[step.name].shown == "no":
            return False
        flags = (one for row in rows for one in self._each(row) if one.flag == step.name)
        return any(one.raised is not False for one in flags)

    def title(self, chain: Chain, step: Step, force: str) -> str:
        """The heading of a flag or a remedy; guidance is departed from, never broken.  §5"""
        if step.kind == "remedy":
            return chain.file.remedies[step.name].title.said(self.say.lang)
        flag = chain.file.chain[step.name]
        return (
            self.say.verdict(flag.verdict, force)
            if flag.verdict
            else flag.title.said(self.say.lang)
        )

    def cell(self, chain: Chain, step: Step, row: FlagRow) -> str:
        """One flag of one row: its amount, its rank, or what is known of them, and its range."""
        found = [one.flag(step.name) for one in self.ranged.flags(row)]
        texts = [self._said(chain, step, one) for one in found]
        is_open = step.kind == "rank" or any(one.raised is None or one.because for one in found)
        in_numbers = chain.file.shown == "table" or not is_open
        return self.ranged.flag(texts, [one.amount if in_numbers else None for one in found])

    def _said(self, chain: Chain, step: Step, one: Flagged) -> str:
        if step.kind == "rank":
            return self._rank_said(chain, one)
        if one.amount is None or one.because:
            return self.say.phrase("flags.unknown")
        if chain.file.shown == "table" or one.raised:
            return self.brief(one.amount)
        if one.raised is None:
            said, unknown = self.brief(one.amount), self.say.phrase("flags.unknown")
            return unknown if said == unknown else self.say.phrase("flags.possible", amount=said)
        return "·"

    def brief(self, amount: Amount) -> str:
        """A number, or the interval it lies in, in few letters."""
        if amount.exact is not None:
            return self.say.amount(amount)
        low, high = (
            "" if end is None else self.say.amount(Amount(end, end))
            for end in (amount.low, amount.high)
        )
        if not high:
            return f"≥ {low}" if amount.low else self.say.phrase("flags.unknown")
        return f"{low or '…'}–{high}"

    def _rank_said(self, chain: Chain, one: Flagged) -> str:
        ranks = chain.file.chain[one.flag].ranks
        if one.amount is None or one.amount.exact is None:
            return self.say.phrase("flags.unknown")
        place = int(one.amount.exact) - 1
        return ranks[place].title.said(self.say.lang) if place < len(ranks) else "·"

    def foot(self, chain: Chain) -> tuple[list[str], list[str]]:
        """Which steps a text lists and which are ours, and the warnings; apart, the origins."""
        remedies = [step.name for step in chain.steps if step.kind == "remedy"]
        listed: list[str] = []
        for name in remedies:
            remedy = chain.file.remedies[name]
            text = remedy.listed_in
            by = text.said(self.say.lang) if text else self.say.phrase("flags.ours")
            title = remedy.title.said(self.say.lang)
            listed.append(self.say.phrase("flags.listed", step=title, text=by))
        order = self.say.phrase("flags.order", steps=" → ".join(listed)) if listed else ""
        lines = [order] if order else []
        for name in remedies:
            remedy = chain.file.remedies[name]
            if remedy.warning:
                title, warns = remedy.title.said(self.say.lang), remedy.warning.said(self.say.lang)
                lines.append(self.say.phrase("flags.warning", step=title, text=warns))
        origins = self._origins(chain)
        return lines, [self.say.phrase("flags.origins", inputs=origins)] if origins else []

    def _origins(self, chain: Chain) -> str:
        """The facts behind the ranks, each with its origin and source."""
        found: dict[str, set[str]] = {}
        names = {cell.attribute for cell in chain.cells}
        for unit in self.report.plan.root.walk():
            for name in sorted(names & set(unit.cells)):
                cell = unit.cells[name]
                origin = self.say.word("origin", cell.origin)
                source = f", {cell.source}" if cell.source else ""
                how = f": {cell.how.said(self.say.lang)}" if cell.how else ""
                found.setdefault(self.say.input(name), set()).add(f"{origin}{source}{how}")
        return "; ".join(f"{name} ({' | '.join(sorted(said))})" for name, said in found.items())


def _is_known(one: Flagged) -> bool:
    """Whether a figure is known exactly."""
    return one.amount is not None and one.amount.exact is not None


def _rank(row: FlagRow) -> int:
    """The place of a row in its chain's order of ranks; last where it is not known."""
    ranks = [one.amount for one in row.flags if one.kind == "rank"]
    exact = ranks[0].exact if ranks and ranks[0] is not None else None
    return int(exact) if exact is not None else _LAST
