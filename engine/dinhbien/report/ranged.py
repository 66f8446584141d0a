"""What an illustration prints: each result followed by its range over the allocations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from dinhbien.explain.numbers import number_said
from dinhbien.explain.sentences import Teller
from dinhbien.judging.ranges import Ranges, joined
from dinhbien.judging.totals import Total
from dinhbien.language.pack import EncodedNorm
from dinhbien.model.amount import Amount
from dinhbien.model.finding import Finding
from dinhbien.model.flagged import FlagRow

_NONE = "—"
SUMS: tuple[Callable[[Total], Amount | None], ...] = (
    lambda one: one.required[1] or one.required[0], lambda one: one.measured,
    lambda one: one.shortage, lambda one: one.surplus, lambda one: one.net,
)  # fmt: skip
"""Of a total: required, measured, short, over, net."""


def amounts_said(amounts: Sequence[Amount | None], say: Teller) -> str:
    """The first, and the range of all where they differ."""
    own = say.amount(amounts[0])
    return own if len(set(amounts)) == 1 else f"{own} ({_across(amounts, say)})"


def _across(amounts: Sequence[Amount | None], say: Teller) -> str:
    """From the least to the greatest where both are known, else each that differs."""
    whole = joined(amounts)
    if whole is None or whole.low is None or whole.high is None:
        return " / ".join(dict.fromkeys(map(say.amount, amounts)))
    ends = dict.fromkeys((whole.low, whole.high))
    return "–".join(number_said(one, say.lang) for one in ends)


class Ranged(Struct, frozen=True):
    """Says results with their ranges; a plan that is no illustration has none to add."""

    ranges: Ranges
    say: Teller

    def head(self) -> Iterator[str]:
        """What is illustrated, and how to read the ranges; nothing for any other plan."""
        plan, say = self.ranges.report.plan, self.say
        if plan.illustration is None:
            return
        yield say.phrase("illustration.heading", text=plan.illustration.said(say.lang))
        yield say.phrase("illustration.legend", count=self.ranges.many)
        for other in plan.beside:
            yield say.phrase("illustration.beside", title=other.title.said(say.lang))

    def conclusion(self, finding: Finding) -> str:
        """The verdict with its amount, and what it is in the other allocations."""
        own = self.say.conclusion(finding)
        return f"{own} ({self.across(finding)})" if self.ranges.many > 1 else own

    def about(self, finding: Finding) -> Iterator[str]:
        """What an explanation of one finding says of the illustration."""
        yield from self.head()
        if self.ranges.many > 1:
            yield self.across(finding)

    def across(self, finding: Finding, reading: str = "") -> str:
        """Every verdict that an allocation gives, each with the range of its amounts.

        `reading` names one that is not the used one.
        """
        found = self.ranges.finding(finding)
        if reading:
            found = tuple(replace(one, outcome=one.others[reading], others={}) for one in found)
        alike: dict[tuple[str, bool, tuple[str, ...]], list[Finding]] = {}
        for one in found:
            key = (one.verdict, one.depends_on_reading, one.outcome.failed)
            alike.setdefault(key, []).append(one)
        if len(alike) > 1:
            return self._range("; ".join(map(self._verdict, alike.values())))
        if len({one.outcome.amount for one in found}) == 1:
            return self._range(self.say.phrase("illustration.same"))
        return self._range(self._across([one.outcome.amount for one in found]))

    def _verdict(self, alike: list[Finding]) -> str:
        """A verdict that some allocations give, with the range of its amounts."""
        said = self.say.conclusion(
            replace(alike[0], outcome=replace(alike[0].outcome, amount=None))
        )
        amounts = [one.outcome.amount for one in alike]
        word = self.say.verdict(alike[0].verdict, alike[0].force)
        return said.replace(word, f"{word} {self._across(amounts)}", 1) if any(amounts) else said

    def sentence(self, finding: Finding, norm: EncodedNorm) -> str:
        """The finding in one sentence, and what it is in the other allocations."""
        said = self.say.sentence(finding, norm)
        return f"{said} ({self.across(finding)})" if self.ranges.many > 1 else said

    def readings(self, finding: Finding, norm: EncodedNorm) -> Iterator[str]:
        """What each reading of a norm gives, the used one marked; nothing where there is one."""
        for reading in norm.readings if norm.norm.readings else ():
            used = reading.name == finding.reading
            outcome = finding.outcome if used else finding.others[reading.name]
            title = reading.title.said(self.say.lang) if reading.title else reading.name
            mark = f" ({self.say.phrase('totals.used')})" if used else ""
            amount = f" {self.say.amount(outcome.amount)}" if outcome.amount else ""
            verdict = self.say.verdict(outcome.verdict, finding.force, finding.glide)
            across = self.across(finding, "" if used else reading.name)
            others = f" ({across})" if self.ranges.many > 1 else ""
            demand = self.say.demand(norm, outcome)
            yield f"{title}{mark}: {demand} → {verdict}{amount}{others}"

    def measured(self, finding: Finding) -> str:
        """What was counted; nothing where the norm counts nothing."""
        norm = self.ranges.report.pack.norm(finding.norm)
        if norm is not None and norm.used.program.measured is None:
            return ""
        return self._amount([one.outcome.measured for one in self.ranges.finding(finding)])

    def demand(self, finding: Finding, norm: EncodedNorm) -> str:
        """What the norm demands, and over which range."""
        outcomes = [one.outcome for one in self.ranges.finding(finding)]
        own = outcomes[0]
        if own.least is None and own.most is None:
            return ""
        said = self.say.demand(norm, own)
        if all((one.least, one.most) == (own.least, own.most) for one in outcomes):
            return said
        least, most = joined(one.least for one in outcomes), joined(one.most for one in outcomes)
        whole = self.say.demand(norm, replace(own, least=least, most=most))
        return f"{said} ({self._range(whole)})"

    def total(self, total: Total, pick: Callable[[Total], Amount | None]) -> str:
        """One number of a total, or a dash where there is none."""
        found = [None if one is None else pick(one) for one in self.ranges.total(total)]
        return self._amount(found) if any(found) else _NONE

    def count(self, norm: str, column: str) -> str:
        """How many findings of a norm are counted in a column, or a dot for none."""
        counts = self.ranges.count(norm, column)
        own = str(counts[0] or "·")
        return own if len(set(counts)) == 1 else f"{own} ({min(counts)}–{max(counts)})"

    def flags(self, row: FlagRow) -> tuple[FlagRow, ...]:
        """A row of flags in each allocation."""
        return self.ranges.flags(row)

    def flag(self, texts: Sequence[str], amounts: Sequence[Amount | None]) -> str:
        """A flag as each allocation says it, and its amounts, None where it is open or a rank."""
        if len(set(texts)) == 1:
            return texts[0]
        known = all(one is not None and one.exact is not None for one in amounts)
        return (
            f"{texts[0]} ({self._across(amounts) if known else ' / '.join(dict.fromkeys(texts))})"
        )

    def holders(self, finding: Finding) -> str:
        """The members above the average in any allocation, with the range of their numbers."""
        found: dict[str, list[Amount]] = {}
        for one in self.ranges.finding(finding):
            for holder in one.outcome.holders:
                found.setdefault(holder.name, []).append(holder.measured)
        said = (
            f"{name} ({self._amount(amounts)}{self._elsewhere(amounts)})"
            for name, amounts in found.items()
        )
        return ", ".join(said)

    def _elsewhere(self, amounts: list[Amount]) -> str:
        part = self.say.phrase("illustration.some", count=len(amounts), of=self.ranges.many)
        return f"; {part}" if len(amounts) < self.ranges.many else ""

    def _amount(self, amounts: Iterable[Amount | None]) -> str:
        return amounts_said(list(amounts), self.say)

    def _across(self, amounts: Sequence[Amount | None]) -> str:
        return _across(amounts, self.say)

    def _range(self, said: str) -> str:
        return self.say.phrase("illustration.range", range=said)
