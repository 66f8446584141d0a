"""Comparison → tables of what is different, before and after, whatever they are set in."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property

from msgspec import Struct

from dinhbien.explain.contradictions import conflict_said
from dinhbien.explain.numbers import number_said
from dinhbien.explain.sentences import Teller
from dinhbien.judging.compared import Comparison, FindingChange, FlagChange, TotalChange
from dinhbien.model.amount import Amount
from dinhbien.model.finding import Finding
from dinhbien.report.amendments import AmendmentPage
from dinhbien.report.cautions import modelled_cells, stale_said, unread_said
from dinhbien.report.compared_flags import FlagChanges, is_shown
from dinhbien.report.compared_rows import FindingRows, Side, cells_of, reading_said
from dinhbien.report.layout import page_text
from dinhbien.report.ranged import SUMS

_SUMS = ("required", "measured", "short", "over", "net")
_LONG = 10_000
"""As wide as a line of the norms may be: it is set elsewhere."""


class Shown(Struct, frozen=True):
    """What a cell says, and its number where it says nothing but that."""

    text: str
    number: Fraction | None = None


class ChangeTable(Struct, frozen=True):
    """A table of what is different; each row has the id that it has in JSON.

    `heads` go with the cells; `bands` say which of them stand before and which after.
    """

    name: str
    title: str
    heads: tuple[str, ...]
    bands: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Shown, ...]], ...]


class Changes(Struct, frozen=True, dict=True):
    """What is different between two reports, in one language."""

    comparison: Comparison
    lang: str

    @cached_property
    def before(self) -> Side:
        """What it is compared with."""
        report = self.comparison.before
        return Side(report, Teller(report.pack, self.lang))

    @cached_property
    def after(self) -> Side:
        """What it is now; its words say what is common to both."""
        report = self.comparison.after
        return Side(report, Teller(report.pack, self.lang))

    @property
    def say(self) -> Teller:
        """The words of the second report."""
        return self.after.say

    @property
    def title(self) -> str:
        """What is compared."""
        return self.say.phrase("compare.title", province=self.after.report.plan.root.name)

    def head(self) -> Iterator[str]:
        """Both sides with their days, hashes, modelled shares, changes, and the counts."""
        for key, side in (("compare.before", self.before), ("compare.after", self.after)):
            plan, say = side.report.plan, side.say
            title, day = plan.title.said(self.lang), say.day(side.report.day)
            yield say.phrase(key, title=title, day=day, plan=plan.sha256)
            yield from (say.phrase("report.change", title=one.said(self.lang))
                        for one in plan.changes)  # fmt: skip
            yield from (say.phrase("report.note", note=one.said(self.lang)) for one in plan.notes)
        found = self.comparison.findings
        counts = {what: sum(1 for one in found if one.what == what)
                  for what in ("changed", "appeared", "gone")}  # fmt: skip
        if self.comparison.is_empty:
            yield self.say.phrase("compare.nothing")
        yield self.say.phrase("compare.counts", **counts, unchanged=self.comparison.unchanged)

    def loud(self) -> Iterator[str]:
        """What is modelled or only illustrated, on either side."""
        from dinhbien.explain.numbers import share_said

        said = [line for side in (self.before, self.after) for line in side.ranged.head()]
        for side in (self.before, self.after):
            share = side.report.plan.modelled_share
            if share:
                said.append(side.say.phrase("report.modelled", share=share_said(share, self.lang)))
        yield from dict.fromkeys(said)

    def norms(self) -> list[str]:
        """What is different in the norms, line by line."""
        parts = AmendmentPage(self.comparison.amendments, self.lang).parts()
        return [line for line in page_text(parts, width=_LONG, colour=False).splitlines() if line]

    def cautions(self) -> Iterator[str]:
        """What was not read in full, what is not verified, and that the rest is elsewhere."""
        before, after = ([one.norm for one in side.report.judged]
                         for side in (self.before, self.after))  # fmt: skip
        yield from unread_said([*before, *after], self.say)
        yield from stale_said(after, self.after.report.day, self.say)
        yield self.say.phrase("compare.rest")

    def tables(self) -> Iterator[ChangeTable]:
        """Findings, totals, flags and conflicts; those in which something is different."""
        made = (self._findings(), self._totals(), self._flags(), self._conflicts())
        yield from (one for one in made if one.rows)

    # -- findings ------------------------------------------------------------

    def _findings(self) -> ChangeTable:
        say = self.say
        sides = ("measured", "required", "verdict")
        heads = [say.phrase(key) for key in ("verdicts.norm", "csv.code", "csv.name",
                                             "changes.what")]  # fmt: skip
        twice = [say.phrase(f"rows.{name}") for name in sides] * 2
        rest = [say.phrase("compare.also"), say.phrase("html.modelled")]
        return ChangeTable(
            "findings",
            say.phrase("html.part.findings"),
            (*heads, *twice, *rest),
            ("",) * len(heads) + self._bands(len(sides)) + ("",) * len(rest),
            tuple((one.last.id, tuple(self._finding(one))) for one in self.comparison.findings),
        )

    def _bands(self, many: int) -> tuple[str, ...]:
        before, after = (self.say.phrase(f"changes.{one}") for one in ("before", "after"))
        return (before,) * many + (after,) * many

    def _finding(self, one: FindingChange) -> Iterator[Shown]:
        side = self.after if one.after is not None else self.before
        rows = FindingRows(self.before, self.after)
        yield Shown(side.norm(one.last).norm.title.said(self.lang))
        yield Shown(one.subject.code)
        yield Shown(one.subject.name)
        yield Shown(self.say.phrase(f"changes.{one.what}"))
        yield from self._cells(one.before, self.before)
        yield from self._cells(one.after, self.after)
        new = one.before is None and one.after is not None
        also = rows.beside_new(one.last) if new else rows.also(one)
        yield Shown("; ".join(also))
        paths = {path for each in (one.before, one.after) if each
                 for path in each.outcome.modelled}  # fmt: skip
        yield Shown(modelled_cells(paths, self.say))

    def _cells(self, one: Finding | None, side: Side) -> Iterator[Shown]:
        if one is None:
            yield from (Shown("—"),) * len(("measured", "required", "verdict"))
            return
        measured, demand, verdict = cells_of(one, side)
        yield self._shown(measured, one.outcome.measured)
        yield Shown(demand)
        yield Shown(verdict)

    def _shown(self, text: str, amount: Amount | None) -> Shown:
        exact = amount.exact if amount is not None else None
        same = exact is not None and text == number_said(exact, self.lang)
        return Shown(text, exact if same else None)

    # -- totals --------------------------------------------------------------

    def _totals(self) -> ChangeTable:
        say = self.say
        heads = (say.phrase("verdicts.norm"), say.phrase("totals.reading"))
        twice = tuple(say.phrase(f"totals.{one}") for one in _SUMS) * 2
        rows = tuple(
            (f"{one.last.baseline}/{one.last.norm}/{one.last.reading}", tuple(self._total(one)))
            for one in self.comparison.totals
        )
        bands = ("", "", *self._bands(len(_SUMS)), "")
        title = say.phrase("html.part.totals")
        return ChangeTable("totals", title, (*heads, *twice, say.phrase("html.modelled")), bands,
                           rows)  # fmt: skip

    def _total(self, one: TotalChange) -> Iterator[Shown]:
        side = self.after if one.after is not None else self.before
        norm = side.norm(one.last)
        yield Shown(norm.norm.title.said(self.lang))
        yield Shown(reading_said(norm, one.last.reading, side.say))
        for total, each in ((one.before, self.before), (one.after, self.after)):
            for pick in SUMS:
                if total is None:
                    yield Shown("—")
                else:
                    yield self._shown(each.ranged.total(total, pick), pick(total))
        paths = {path for each in (one.before, one.after) if each for path in each.modelled}
        yield Shown(modelled_cells(paths, self.say))

    # -- flags and conflicts -------------------------------------------------

    def _flags(self) -> ChangeTable:
        say = self.say
        names = ("xlsx.flag.chain", "verdicts.norm", "csv.code", "csv.name", "compare.flag")
        heads = [say.phrase(key) for key in names]
        amount = say.phrase("compare.flag.amount")
        chains = {chain.name: chain for side in (self.before, self.after)
                  for chain in side.report.pack.rules.flags}  # fmt: skip
        rows = tuple(
            (one.row.id, tuple(self._flag(one)))
            for one in self.comparison.flags
            if chains[one.row.chain].file.shown != "form" and is_shown(one, chains[one.row.chain])
        )
        bands = (*("" for _ in heads), *self._bands(1))
        return ChangeTable("flags", say.phrase("html.part.flags"), (*heads, amount, amount), bands,
                           rows)  # fmt: skip

    def _flag(self, one: FlagChange) -> Iterator[Shown]:
        chains = {chain.name: chain for side in (self.before, self.after)
                  for chain in side.report.pack.rules.flags}  # fmt: skip
        chain = chains[one.row.chain]
        told = FlagChanges(self.before, self.after, (one,))
        yield Shown(chain.file.title.said(self.lang))
        yield Shown(told.norm(one))
        yield Shown(one.row.subject.code)
        yield Shown(one.row.subject.name)
        yield Shown(told.title(chain, one))
        for flag, side in ((one.before, self.before), (one.after, self.after)):
            amount = None if flag is None or flag.kind == "rank" else flag.amount
            yield self._shown(told.amount(chain, one, flag, side), amount)

    def _conflicts(self) -> ChangeTable:
        new, gone = self.comparison.conflicts
        rows = [
            ("\n".join(one.norms), (Shown(self.say.phrase(key)),
                                    Shown(conflict_said(one, side.report, side.say))))
            for key, side, among in (("changes.appeared", self.after, new),
                                     ("changes.gone", self.before, gone))
            for one in among
        ]  # fmt: skip
        heads = (self.say.phrase("changes.what"), self.say.phrase("xlsx.what"))
        title = self.say.phrase("html.part.conflicts")
        return ChangeTable("conflicts", title, heads, ("", ""), tuple(rows))
