"""Flags in a terminal: one table per chain, or per norm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich import box
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import Report
from dinhbien.language.chain import Chain, Step
from dinhbien.model.amount import Amount
from dinhbien.model.flagged import Flagged, FlagRow

_MODELLED = "*"
_NAMED, _LAST = 3, 99


@dataclass(frozen=True)
class FlagPage:
    """What the flags of a report say, in one language."""

    report: Report
    say: Teller

    def parts(self) -> Iterator[RenderableType]:
        """A table for each chain; the rows that say nothing are left out."""
        for chain in self.report.pack.rules.flags:
            rows = [one for one in self.report.flags if one.chain == chain.name]
            if rows:
                title = chain.file.title.said(self.say.lang)
                yield Padding(Text(title, style="bold underline"), (1, 0, 0, 0))
                yield from self._chain(chain, rows)

    def _chain(self, chain: Chain, rows: list[FlagRow]) -> Iterator[RenderableType]:
        by_norm: dict[str, list[FlagRow]] = {}
        for row in rows:
            by_norm.setdefault(row.norm, []).append(row)
        opened: list[str] = []
        sure = 0
        for norm, among in by_norm.items():
            told = [one for one in among if self._is_told(chain, one)]
            if told:
                sure += 1
                yield from self._table(chain, norm, told)
            opened += self._open(norm, [one for one in among if one.says_something], told)
        for line in opened:
            yield Text(f"  {line}", style="dim")
        if not sure and not opened:
            yield Text(f"  {self.say.phrase('flags.nothing')}", style="dim")
        if sure:
            yield from self._foot(chain)

    def _is_told(self, chain: Chain, row: FlagRow) -> bool:
        """Whether something is raised for certain; in a table of figures, known."""
        flags = [one for one in row.flags if one.kind != "rank"]
        if chain.file.shown == "table":
            return any(_is_known(one) for one in flags)
        return any(one.raised for one in flags)

    def _open(self, norm: str, rows: list[FlagRow], told: list[FlagRow]) -> Iterator[str]:
        """What is neither raised nor not, and for want of what."""
        left = [one for one in rows if one not in told]
        missing: Counter[str] = Counter()
        for row in left:
            inputs = {path for flag in row.flags for path in flag.missing}
            missing.update({self.say.input(path) for path in inputs})
        if left:
            inputs_said = ", ".join(name for name, _ in missing.most_common(_NAMED))
            title = self._norm_title(norm) or self.say.phrase("flags.unit")
            yield self.say.phrase("flags.open", title=title, count=len(left), inputs=inputs_said)

    def _norm_title(self, norm: str) -> str:
        found = self.report.pack.norm(norm)
        return found.norm.title.said(self.say.lang) if found else ""

    def _table(self, chain: Chain, norm: str, rows: list[FlagRow]) -> Iterator[RenderableType]:
        if norm:
            force = self.say.word("force", rows[0].force)
            said = self.say.phrase("flags.norm", title=self._norm_title(norm), force=force)
            yield Text(said, style="dim")
        steps = [step for step in chain.shown if self._is_shown(chain, step, rows)]
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        table.add_column(self.say.phrase("flags.unit"))
        for step in steps:
            title = self.title(chain, step, rows[0].force)
            table.add_column(title, justify="right", overflow="fold")
        for row in sorted(rows, key=lambda one: (_rank(one), one.subject.code)):
            name = row.subject.name + (_MODELLED if row.modelled else "")
            table.add_row(name, *(self.cell(chain, step, row) for step in steps))
        yield table
        if any(row.modelled for row in rows):
            yield Text(f"  {_MODELLED} {self.say.phrase('flags.modelled')}", style="italic")

    @staticmethod
    def _is_shown(chain: Chain, step: Step, rows: Iterable[FlagRow]) -> bool:
        if chain.file.shown == "table":
            return True
        if step.kind != "remedy" and chain.file.chain[step.name].shown == "no":
            return False
        return any(row.flag(step.name).raised is not False for row in rows)

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
        """One flag of one row: its amount, its rank, or what is known of them."""
        one = row.flag(step.name)
        if step.kind == "rank":
            return self._rank_said(chain, one)
        if one.amount is None or one.because:
            return self.say.phrase("flags.unknown")
        if chain.file.shown == "table" or one.raised:
            return self._brief(one.amount)
        if one.raised is None and self._brief(one.amount) != self.say.phrase("flags.unknown"):
            return self.say.phrase("flags.possible", amount=self._brief(one.amount))
        return self.say.phrase("flags.unknown") if one.raised is None else "·"

    def _brief(self, amount: Amount) -> str:
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

    def _foot(self, chain: Chain) -> Iterator[RenderableType]:
        """Which steps a text lists and which are ours, the warnings, and the origins."""
        remedies = [step.name for step in chain.steps if step.kind == "remedy"]
        said: list[str] = []
        for name in remedies:
            remedy = chain.file.remedies[name]
            text = remedy.listed_in
            listed = text.said(self.say.lang) if text else self.say.phrase("flags.ours")
            title = remedy.title.said(self.say.lang)
            said.append(self.say.phrase("flags.listed", step=title, text=listed))
        if said:
            yield Text(f"  {self.say.phrase('flags.order', steps=' → '.join(said))}")
        for name in remedies:
            remedy = chain.file.remedies[name]
            if remedy.warning:
                title, warns = remedy.title.said(self.say.lang), remedy.warning.said(self.say.lang)
                yield Text(f"  {self.say.phrase('flags.warning', step=title, text=warns)}")
        origins = self._origins(chain)
        if origins:
            yield Text(f"  {self.say.phrase('flags.origins', inputs=origins)}", style="dim")

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
