"""What every page for people says of a report as a whole: answers, totals, what to collect, gaps.

Only words and figures are made here; how they are set is the page's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from msgspec import Struct

from dinhbien.explain.numbers import number_said
from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import Report
from dinhbien.judging.totals import Total
from dinhbien.language.pack import EncodedNorm
from dinhbien.report.cautions import modelled_said, stale_said, unread_said
from dinhbien.report.ranged import SUMS, Ranged


class Answer(Struct, frozen=True):
    """What can be answered of all units together: a sentence, and what is to be said with it.

    `figures` are the published ones of the same scope, each a number and what it is.
    """

    said: str
    modelled: str
    cautions: tuple[str, ...]
    source: str
    scope: str
    figures: tuple[tuple[str, str], ...]


class TotalRow(Struct, frozen=True):
    """One total: norm and reading by name, and its numbers as `SUMS` lists them."""

    total: Total
    title: str
    reading: str
    numbers: tuple[str, ...]


class Summary(Struct, frozen=True):
    """The words of one report in one language."""

    report: Report
    say: Teller
    ranged: Ranged

    # -- what can be answered ------------------------------------------------

    def answers(self) -> Iterator[Answer]:
        """The totals that are sure to be above or below what is demanded."""
        for one in self.report.totals:
            norm = self.report.pack.norm(one.norm)
            if norm is not None and norm.used.name == one.reading and _decided(one):
                yield self._answer(one, norm)

    def _answer(self, one: Total, norm: EncodedNorm) -> Answer:
        say = self.say
        source = one.figure.source if one.figure else ""
        guidance = one.force == "guidance"
        scope = one.figure.scope if one.figure else ""
        figures = tuple(self._figures(scope))
        return Answer(
            said=self._net(one, norm),
            modelled=modelled_said(one.modelled, say),
            cautions=(say.phrase("answer.net.guidance"),) if guidance else (),
            source=say.phrase("answer.source", source=source),
            scope=self.report.plan.scopes[scope].said(say.lang) if figures else "",
            figures=figures,
        )

    def _net(self, one: Total, norm: EncodedNorm) -> str:
        say, ranged = self.say, self.ranged
        above = one.net is not None and one.net.low is not None and one.net.low > 0
        verdict = "surplus" if above else "shortage"
        return say.phrase(
            "answer.net",
            title=norm.norm.title.said(say.lang),
            measured=ranged.total(one, lambda each: each.measured),
            required=ranged.total(one, lambda each: each.required[0]),
            verdict=say.verdict(verdict, one.force, norm.norm.glide),
            net=ranged.total(
                one, lambda each: each.net and (each.net if above else each.net.negative)
            ),
            reading=self.reading(norm, one.reading),
        )

    def _figures(self, scope: str) -> Iterator[tuple[str, str]]:
        """The published figures of the same scope, for comparison."""
        plan, say = self.report.plan, self.say
        for one in plan.figures:
            if not scope or one.cell.scope != scope:
                continue
            title = plan.quantities.get(one.quantity)
            name = title.said(say.lang) if title else say.input(f"figures.{one.quantity}")
            number = one.cell.value
            value = number_said(number, say.lang) if isinstance(number, Fraction) else "?"
            origin = say.word("origin", one.cell.origin)
            yield value, f"{name} ({origin}, {one.cell.source})"

    # -- totals --------------------------------------------------------------

    def totals(self) -> Iterator[TotalRow]:
        """The totals that say something, with the reading of each."""
        for one in self.report.totals:
            norm = self.report.pack.norm(one.norm)
            if norm is None or not (one.undetermined < one.subjects or one.figure is not None):
                continue
            reading = self.reading(norm, one.reading)
            if len(norm.readings) > 1 and norm.used.name == one.reading:
                reading += f" ({self.say.phrase('totals.used')})"
            numbers = tuple(self.ranged.total(one, pick) for pick in SUMS)
            yield TotalRow(one, norm.norm.title.said(self.say.lang), reading, numbers)

    def reading(self, norm: EncodedNorm, name: str) -> str:
        """The title of a reading; as written, where it has none."""
        found = next((one for one in norm.readings if one.name == name), None)
        if found and found.title:
            return found.title.said(self.say.lang)
        return self.say.phrase("show.written")

    # -- what is missing -----------------------------------------------------

    def to_collect(self) -> list[tuple[str, int, int, int]]:
        """Missing inputs by name: units, verdicts settled, verdicts open; the most useful first."""
        sums: dict[str, list[int]] = {}
        for one in self.report.lacking:
            row = sums.setdefault(self.say.input(one.path), [0, 0, 0])
            for place, more in enumerate((1, one.settles, one.missing_in)):
                row[place] += more
        found = [(name, units, settles, many) for name, (units, settles, many) in sums.items()]
        return sorted(found, key=lambda row: (-row[2], -row[-1], row[0]))

    def gaps(self) -> list[str]:
        """What is not covered, and which texts must be checked."""
        judged = [one.norm for one in self.report.judged]
        stale = stale_said(judged, self.report.day, self.say)
        return [*unread_said(judged, self.say), *self.lapsed(), *stale, *self.not_encoded()]

    def lapsed(self) -> Iterator[str]:
        """The norms that ended with nothing in their place, and those that begin later."""
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

    def not_encoded(self) -> Iterator[str]:
        """The provisions of the texts that were judged that are not encoded, and why."""
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


def _decided(one: Total) -> bool:
    net = one.net
    if net is None or one.figure is None or net.low is None or net.high is None:
        return False
    return net.low > 0 or net.high < 0
