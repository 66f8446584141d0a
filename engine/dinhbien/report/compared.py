"""Comparison → a page in a terminal, Vietnamese or English: only what is different."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct
from rich.console import RenderableType
from rich.text import Text

from dinhbien.explain.contradictions import conflict_said
from dinhbien.explain.numbers import share_said
from dinhbien.explain.sentences import Teller
from dinhbien.judging.compared import Comparison, FindingChange, TotalChange
from dinhbien.judging.totals import Total
from dinhbien.report.amendments import AmendmentPage
from dinhbien.report.cautions import evaluators_said, stale_said, unread_said
from dinhbien.report.compared_flags import FlagChanges
from dinhbien.report.compared_rows import FindingRows, Side, from_to, reading_said, table
from dinhbien.report.layout import heading, modelled, page_text
from dinhbien.report.ranged import SUMS
from dinhbien.report.rows import norm_head
from dinhbien.shipped import VERSION

_HASH = slice(None, 12)


def compared_text(comparison: Comparison, lang: str, *, width: int | None, colour: bool) -> str:
    """The page as text; `width` None takes the terminal's."""
    return page_text(_Page(comparison, lang).parts(), width=width, colour=colour)


class _Page(Struct, frozen=True, dict=True):
    """The page's parts in order."""

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

    def parts(self) -> Iterator[RenderableType]:
        """Everything that is printed, from the top."""
        yield from self._head()
        yield from AmendmentPage(self.comparison.amendments, self.lang).parts()
        by_norm: dict[str, list[FindingChange]] = {}
        for one in self.comparison.findings:
            by_norm.setdefault(one.norm, []).append(one)
        for among in sorted(by_norm.values(), key=_without_answer):
            yield from self._norm(among)
        yield from self._conflicts()
        yield from self._totals()
        yield from FlagChanges(self.before, self.after, self.comparison.flags).parts()
        yield from self._cautions()
        yield Text(self.say.phrase("compare.footer", version=VERSION), style="dim")

    # -- head ----------------------------------------------------------------

    def _head(self) -> Iterator[RenderableType]:
        say, found = self.say, self.comparison
        province = self.after.report.plan.root.name
        yield Text(say.phrase("compare.title", province=province), style="bold")
        for key, side in (("compare.before", self.before), ("compare.after", self.after)):
            yield from self._about(key, side)
        was, is_ = (one.report.pack.title.said(self.lang) for one in (self.before, self.after))
        yield Text(say.phrase("report.pack", pack=from_to(was, is_, say)))
        sides = (self.before.report, self.after.report)
        yield from (Text(one, style="dim") for one in dict.fromkeys(
            evaluators_said(each, say) for each in sides))  # fmt: skip
        many = Counter(one.what for one in found.findings)
        yield Text("")
        if found.is_empty:
            yield Text(say.phrase("compare.nothing"), style="bold")
        counts = {what: many[what] for what in ("changed", "appeared", "gone")}
        said = say.phrase("compare.counts", **counts, unchanged=found.unchanged)
        yield Text(said, style="bold")

    def _about(self, key: str, side: Side) -> Iterator[RenderableType]:
        say, plan = side.say, side.report.plan
        share = share_said(plan.modelled_share, self.lang)
        yield Text(
            say.phrase(
                key,
                title=plan.title.said(self.lang),
                day=say.day(side.report.day),
                plan=plan.sha256[_HASH],
            )
        )
        yield Text("  " + say.phrase("report.modelled", share=share), style="dim")
        yield from (Text(f"  {line}", style="bold") for line in side.ranged.head())
        for change in plan.changes:
            yield Text(say.phrase("report.change", title=change.said(self.lang)))
        for note in plan.notes:
            yield Text(say.phrase("report.note", note=note.said(self.lang)), style="italic")

    # -- findings ------------------------------------------------------------

    def _norm(self, among: list[FindingChange]) -> Iterator[RenderableType]:
        side = self.after if among[-1].after is not None else self.before
        say, norm = side.say, side.norm(among[-1].last)
        yield from norm_head(norm, say, aside=among[-1].last.standing == "alternative")
        rows = [one for one in among if one.is_row]
        if rows:
            yield FindingRows(self.before, self.after).table(rows)
        for holders in (self.after.ranged.holders(one.after) for one in rows if one.after):
            if holders:
                yield Text(f"  {say.phrase('rows.holders', holders=holders)}")
        yield from self._others([one for one in among if not one.is_row])
        sides = [finding for one in rows for finding in (one.before, one.after) if finding]
        yield from modelled(say, [path for one in sides for path in one.outcome.modelled])

    def _others(self, left: list[FindingChange]) -> Iterator[RenderableType]:
        """Findings that appeared or are gone, and are met or do not apply: only counted."""
        for what in ("appeared", "gone"):
            among = [one for one in left if one.what == what]
            many = Counter(str(one.last.verdict) for one in among)
            side = self.after if what == "appeared" else self.before
            said = ", ".join(f"{side.say.word('verdict', key)} {many[key]}" for key in sorted(many))
            if said:
                yield Text("  " + self.say.phrase(f"compare.also.{what}", verdicts=said))

    # -- conflicts and totals ------------------------------------------------

    def _conflicts(self) -> Iterator[RenderableType]:
        new, gone = self.comparison.conflicts
        if new or gone:
            yield heading(self.say, "conflicts.heading")
        for key, side, among in (
            ("compare.new", self.after, new), ("compare.gone", self.before, gone),
        ):  # fmt: skip
            for one in among:
                said = conflict_said(one, side.report, side.say)
                yield Text(f"• {self.say.phrase(key, one=said)}")

    def _totals(self) -> Iterator[RenderableType]:
        changed = self.comparison.totals
        if not changed:
            return
        say = self.say
        yield heading(self.say, "totals.heading")
        names = ("required", "measured", "short", "over", "net")
        heads = [say.phrase("verdicts.norm"), say.phrase("totals.reading")]
        shown = table(*heads, *(say.phrase(f"totals.{one}") for one in names), right=names)
        last = ""
        for one in changed:
            title, *cells = self._total(one)
            shown.add_row("" if title == last else title, *cells)
            last = title
        yield shown
        same = say.phrase("compare.totals_unchanged", count=self.comparison.totals_unchanged)
        yield Text(f"  {same}", style="dim")
        yield from modelled(say, [path for one in changed for path in one.last.modelled])

    def _total(self, one: TotalChange) -> list[str]:
        side = self.after if one.after is not None else self.before
        norm = side.norm(one.last)
        reading = reading_said(norm, one.last.reading, side.say)
        if len(norm.readings) > 1 and norm.used.name == one.last.reading:
            reading += f" ({self.say.phrase('totals.used')})"
        was = self._sums(one.before, self.before)
        is_ = self._sums(one.after, self.after)
        sums = [from_to(*pair, self.say) for pair in zip(was, is_, strict=True)]
        return [norm.norm.title.said(self.lang), reading, *sums]

    @staticmethod
    def _sums(one: Total | None, side: Side) -> list[str]:
        return ["—" if one is None else side.ranged.total(one, pick) for pick in SUMS]

    # -- the foot ------------------------------------------------------------

    def _cautions(self) -> Iterator[RenderableType]:
        say = self.say
        yield heading(self.say, "gaps.heading")
        reports = (self.before.report, self.after.report)
        before, after = ([one.norm for one in report.judged] for report in reports)
        stale = stale_said(after, self.after.report.day, say)
        for line in (*unread_said([*before, *after], say), *stale):
            yield Text(f"• {line}")
        yield Text("• " + say.phrase("compare.rest"))


def _without_answer(among: list[FindingChange]) -> bool:
    """Norms of which nothing is known, before and after, come last."""
    return all(
        finding is None or finding.verdict in {"undetermined", "not applicable"}
        for one in among
        for finding in (one.before, one.after)
    )
