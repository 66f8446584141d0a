"""The findings, a row each, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import BINDING
from dinhbien.judging.ranges import column
from dinhbien.language.chain import Chain, Step
from dinhbien.model.amount import Amount
from dinhbien.model.finding import BROKEN, Finding
from dinhbien.model.flagged import FlagRow
from dinhbien.report.cautions import inputs_said
from dinhbien.report.flags import FlagPage
from dinhbien.report.html.sight import Sight, grave
from dinhbien.report.ranged import Ranged
from dinhbien.report.xlsx.notes import notes
from dinhbien.report.xlsx.page import (
    NAME,
    NUMBER,
    SENTENCE,
    SMALL,
    TEXT,
    TITLE,
    Column,
    Page,
    Styled,
    Value,
    ends,
)

_LEAD = 2
_OTHER = {"vi": "en", "en": "vi"}


class FindingSheet(Struct, frozen=True, dict=True):
    """Every listed finding with its sentence in both languages and all that is said of it."""

    sight: Sight

    def page(self) -> Page:
        """Unit by unit, the gravest first."""
        say = self.sight.say
        return Page(
            name=say.phrase("xlsx.sheet.findings"),
            title=say.phrase("html.part.findings"),
            columns=tuple(self._columns()),
            rows=[self._row(one) for one in self._ordered],
            notes=notes(self.sight, say.phrase("xlsx.findings.note")),
            fixed=_LEAD,
        )

    @cached_property
    def _ordered(self) -> list[Finding]:
        sight = self.sight
        units = {unit.code: place for place, unit in enumerate(sight.rows)}
        return sorted(
            sight.report.rows,
            key=lambda one: (
                units.get(sight.row_of(one), 0),
                0 if column(one) in BROKEN else grave(one),
                sight.norms[one.norm],
            ),
        )

    def _columns(self) -> Iterator[Column]:
        say = self.sight.say
        yield Column(say.phrase("csv.code"), SMALL)
        yield Column(say.phrase("csv.name"), NAME, "label")
        yield Column(say.phrase("rows.verdict"), NAME)
        yield Column(say.phrase("xlsx.amount"), NUMBER, "number")
        yield Column(say.phrase("verdicts.norm"), TEXT)
        yield Column(say.phrase("xlsx.force"), NUMBER)
        yield Column(say.phrase("rows.measured"), NUMBER, "number")
        yield Column(say.phrase("rows.required"), NAME)
        yield Column(say.phrase(f"xlsx.sentence.{say.lang}"), SENTENCE)
        yield Column(say.phrase("xlsx.nearest"), TEXT)
        yield Column(say.phrase("rows.missing"), TEXT)
        yield Column(say.phrase("explain.citation"), TEXT)
        yield Column(say.phrase("html.read"), NUMBER)
        yield Column(say.phrase("html.modelled"), NAME)
        for key in ("xlsx.readings", f"xlsx.sentence.{_OTHER[say.lang]}"):
            yield Column(say.phrase(key), SENTENCE, printed=False)
        yield Column(say.phrase("explain.because"), TEXT, printed=False)
        yield Column(say.phrase("html.exempt_by"), NAME, printed=False)
        yield Column(say.phrase("xlsx.id"), TITLE, "id")

    @cached_property
    def _other(self) -> Ranged:
        """The same, said in the other language."""
        say = Teller(self.sight.report.pack, _OTHER[self.sight.say.lang])
        return Ranged(self.sight.ranged.ranges, say)

    def _row(self, one: Finding) -> list[Value]:
        say, ranged = self.sight.say, self.sight.ranged
        norm = self.sight.report.pack.norm(one.norm)
        assert norm is not None  # noqa: S101 - a finding comes from a norm of the pack
        missing = dict.fromkeys(say.input(path) for path in sorted(one.outcome.missing))
        return [
            one.subject.code,
            one.subject.name,
            self._verdict(one),
            self._number(one, [each.outcome.amount for each in ranged.ranges.finding(one)]),
            norm.norm.title.said(say.lang),
            say.word("force", one.force),
            self._number(one, [each.outcome.measured for each in ranged.ranges.finding(one)]),
            ranged.demand(one, norm),
            ranged.sentence(one, norm),
            say.nearest(norm, one.outcome),
            "; ".join(missing),
            say.citation(norm),
            say.word("read", norm.instrument.read),
            inputs_said(one.outcome.modelled, say),
            "\n".join(ranged.readings(one, norm)),
            self._other.sentence(one, norm),
            "; ".join(map(say.reason, one.outcome.because)),
            one.exempt_by,
            one.id,
        ]

    def _number(self, one: Finding, amounts: list[Amount | None]) -> Value:
        """A number that is known and the same everywhere; else what is known of it."""
        own = amounts[0]
        if own is None and not any(amounts):
            return None
        if own is not None and own.exact is not None and len(set(amounts)) == 1:
            return own.exact
        page = FlagPage(self.sight.report, self.sight.ranged)
        texts = ["–" if each is None else page.brief(each) for each in amounts]
        return self.sight.ranged.flag(texts, amounts)

    def _verdict(self, one: Finding) -> Styled:
        chip = self.sight.chip(one)
        said = f"{chip.sign} {chip.said}"
        if one.standing == "alternative":
            said = f"{said} ({self.sight.say.phrase('rows.aside')})"
        if column(one) not in BROKEN:
            return Styled(said, "open" if one.verdict == "undetermined" else "text")
        binds = one.force in BINDING and one.standing == "used"
        return Styled(said, "breach" if binds else "departs")


class FlagSheet(Struct, frozen=True, dict=True):
    """Every flag that is or may be raised, by chain and priority, with both ends."""

    sight: Sight

    def page(self) -> Page:
        """A row for each flag; what is raised in no allocation is left out."""
        say = self.sight.say
        names = ("chain", "norm", "code", "name", "priority", "flag", "raised", "amount",
                 "from", "to", "missing", "modelled", "id")  # fmt: skip
        widths = (TEXT, TEXT, SMALL, NAME, NAME, TEXT, NUMBER, NUMBER, NUMBER, NUMBER,
                  TEXT, NAME, TITLE)  # fmt: skip
        styles = {"name": "label", "amount": "number", "from": "number", "to": "number",
                  "id": "id"}  # fmt: skip
        columns = tuple(
            Column(say.phrase(f"xlsx.flag.{name}"), width, styles.get(name, "text"))
            for name, width in zip(names, widths, strict=True)
        )
        return Page(
            name=say.phrase("xlsx.sheet.flags"),
            title=say.phrase("html.part.flags"),
            columns=columns,
            rows=list(self._rows()),
            notes=notes(self.sight, *self._notes()),
            fixed=_LEAD * 2,
        )

    @cached_property
    def _page(self) -> FlagPage:
        return FlagPage(self.sight.report, self.sight.ranged)

    @cached_property
    def _chains(self) -> list[Chain]:
        return [one for one in self.sight.report.pack.rules.flags if one.file.shown == "flags"]

    def _notes(self) -> Iterator[str]:
        """The order of remedies, which of them a text lists, and the warnings."""
        for chain in self._chains:
            lines, origins = self._page.foot(chain)
            title = chain.file.title.said(self.sight.say.lang)
            yield from (f"{title}: {line}" for line in (*lines, *origins))

    def _rows(self) -> Iterator[list[Value]]:
        listed = self.sight.report.flag_rows
        for chain in self._chains:
            among = [one for one in listed if one.chain == chain.name]
            for row in sorted(among, key=lambda one: (one.norm, _rank(one), one.subject.code)):
                yield from self._row(chain, row)

    def _row(self, chain: Chain, row: FlagRow) -> Iterator[list[Value]]:
        say = self.sight.say
        norm = self.sight.report.pack.norm(row.norm) if row.norm else None
        priority = [self._page.cell(chain, step, row) for step in chain.shown
                    if step.kind == "rank"]  # fmt: skip
        for step in chain.shown:
            each = [one.flag(step.name) for one in self.sight.ranged.flags(row)]
            hidden = step.kind != "remedy" and chain.file.chain[step.name].shown == "no"
            if step.kind == "rank" or hidden or all(one.raised is False for one in each):
                continue
            own = each[0]
            low, high = (None, None) if own.because else ends(own.amount)
            yield [
                chain.file.title.said(say.lang),
                norm.norm.title.said(say.lang) if norm is not None else "",
                row.subject.code, row.subject.name, ", ".join(priority),
                self._page.title(chain, step, row.force), self._raised(own.raised),
                self._shown(chain, step, row), low, high,
                "; ".join(dict.fromkeys(say.input(path) for path in own.missing)),
                inputs_said(own.modelled or row.modelled, say), row.id,
            ]  # fmt: skip

    def _raised(self, raised: bool | None) -> str:
        key = {True: "yes", False: "no", None: "open"}[raised]
        return self.sight.say.phrase(f"xlsx.raised.{key}")

    def _shown(self, chain: Chain, step: Step, row: FlagRow) -> Value:
        """The amount, as a number where it is known and the same everywhere."""
        each = [one.flag(step.name) for one in self.sight.ranged.flags(row)]
        amounts = {None if one.because else one.amount for one in each}
        own = each[0].amount
        if len(amounts) == 1 and own is not None and own.exact is not None and each[0].raised:
            return own.exact
        return self._page.cell(chain, step, row)


def _rank(row: FlagRow) -> tuple[bool, int]:
    """The place of a row in its chain's order of ranks; last where it is not known."""
    ranks = [one.amount for one in row.flags if one.kind == "rank"]
    exact = ranks[0].exact if ranks and ranks[0] is not None else None
    return (exact is None, int(exact or 0))
