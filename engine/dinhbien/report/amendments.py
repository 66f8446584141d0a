"""What is different in the norms → lines for people, in Vietnamese or English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from rich.console import RenderableType
from rich.text import Text

from dinhbien.explain.numbers import value_said
from dinhbien.explain.sentences import Teller
from dinhbien.explain.spoken import sentence
from dinhbien.judging.amendments import Amendment, Amendments, NumberChange, Side, Stated
from dinhbien.language.operators import LawNumber, Row
from dinhbien.language.pack import EncodedNorm, Pack
from dinhbien.model.exemption import Exemption
from dinhbien.model.norm import Grace
from dinhbien.model.period import Moment
from dinhbien.report.cautions import stale_said, unread_said
from dinhbien.report.layout import heading, page_text

_ORDER = ("begins", "superseded", "ends", "amended", "in between")


def amendments_text(
    found: Iterable[Amendments], lang: str, *, width: int | None, colour: bool
) -> str:
    """What changes in the norms of some packs from one day to another, as a page."""
    parts = (part for one in found for part in AmendmentPage(one, lang).page())
    return page_text(parts, width=width, colour=colour)


class AmendmentPage(Struct, frozen=True):
    """What is different in the norms, in one language."""

    found: Amendments
    lang: str

    @property
    def say(self) -> Teller:
        """The words of the second pack."""
        return Teller(self.found.after, self.lang)

    def page(self) -> Iterator[RenderableType]:
        """The days and the pack, what is different, and how many norms stay as they are."""
        say, found = self.say, self.found
        days = {"start": say.day(found.start), "end": say.day(found.end)}
        yield Text(say.phrase("amend.title", **days), style="bold")
        yield Text(say.phrase("report.pack", pack=found.after.title.said(self.lang)))
        yield from self.parts()
        if not found.norms and not found.exemptions:
            yield Text(say.phrase("amend.nothing"))
        yield Text("")
        named = [one.last for one in found.norms]
        judged = [one.last for one in found.norms if one.after is not None and one.after.is_judged]
        for line in (*unread_said(named, say), *stale_said(judged, found.end, say)):
            yield Text(f"• {line}")
        yield Text(say.phrase("amend.unchanged", count=found.unchanged), style="dim")

    def parts(self) -> Iterator[RenderableType]:
        """What is different, under a heading for each kind."""
        for what in _ORDER:
            among = [one for one in self.found.norms if one.what == what]
            if among:
                yield heading(self.say, f"amend.{what.replace(' ', '_')}")
            for one in among:
                yield from self._norm(one)
        if self.found.exemptions:
            yield heading(self.say, "amend.exemptions")
        for happens, exemption in self.found.exemptions:
            yield Text(f"• {self._exemption(happens, exemption)}")

    # -- one norm ------------------------------------------------------------

    def _norm(self, one: Amendment) -> Iterator[RenderableType]:
        say = self._teller(one)
        norm = one.last
        about = {
            "begins": self._begins, "amended": self._amended, "in between": self._passes,
            "ends": self._ends, "superseded": self._ends,
        }[one.what]  # fmt: skip
        yield Text(f"• {norm.norm.title.said(self.lang)}: {say.citation(norm)}")
        yield Text(f"  {norm.id}", style="dim")
        for line in about(one):
            yield Text(f"  {line}")
        if norm.norm.glide:
            yield Text(f"  {say.phrase('glide.norm')}", style="italic")

    def _teller(self, one: Amendment) -> Teller:
        """The words of the pack that the norm is told from."""
        is_new = one.after is not None and one.last is one.after.norm
        return Teller(self.found.after if is_new else self.found.before, self.lang)

    def _begins(self, one: Amendment) -> Iterator[str]:
        if one.after is None:
            return
        norm, say = one.after.norm, self.say
        yield sentence(norm, say)
        yield self._starts(one)
        for name in norm.norm.supersedes:
            old = self._named(name)
            if old is not None:
                yield self._cited("amend.in_place_of", old)
        yield from self._transition(one.after)
        if not one.after.certain:
            yield say.phrase("amend.uncertain")
        if one.after.standing == "alternative":
            yield say.phrase("rows.alternative")

    def _starts(self, one: Amendment) -> str:
        """The first day; or, where it is the change and no date that makes the difference, so."""
        say, before = self.say, one.before
        if before is None:
            return say.phrase("amend.not_before")
        if before.why == "draft":
            return say.phrase("amend.was_draft")
        return say.phrase("amend.from", day=self._moment(one.last.period.start))

    def _transition(self, side: Side) -> Iterator[str]:
        grace = side.norm.norm.transition
        if grace is None:
            return
        if side.grace is not None:
            yield self._grace("amend.transition", grace)
        elif self.found.end >= grace.until:
            yield self._grace("amend.transition_over", grace)
        elif grace.start is not None:
            start = self.say.day(grace.start)
            yield self._grace("amend.transition_later", grace, start=start)

    def _ends(self, one: Amendment) -> Iterator[str]:
        say, after = self.say, one.after
        if after is None:
            yield say.phrase("amend.not_after")
            return
        if after.why == "draft":
            yield say.phrase("amend.is_draft")
        last = after.norm.period.last_day
        if after.why == "ended" and last is not None:
            yield say.phrase("amend.last_day", day=say.day(last))
        if after.why == "not yet":
            yield say.phrase("amend.from", day=self._moment(after.norm.period.start))
        successor = self._named(after.successor)
        if successor is not None:
            yield self._cited("amend.instead", successor)

    def _passes(self, one: Amendment) -> Iterator[str]:
        period = one.last.period
        yield self.say.phrase("amend.from", day=self._moment(period.start))
        if period.last_day is not None:
            yield self.say.phrase("amend.last_day", day=self.say.day(period.last_day))

    def _amended(self, one: Amendment) -> Iterator[str]:
        before, after, say = one.before, one.after, self.say
        if before is None or after is None:
            return
        for number in one.numbers:
            yield from self._number(number, one)
        for aspect in one.aspects:
            yield self._aspect(aspect, before, after, say)

    def _aspect(self, aspect: str, before: Side, after: Side, say: Teller) -> str:
        if aspect == "grace":
            return self._graces(before.grace, after.grace)
        pairs = {
            "force": [say.word("force", one.norm.instrument.force) for one in (before, after)],
            "standing": [say.phrase(f"compare.as.{one.standing}") for one in (before, after)],
            "reading": [self._reading(one.norm) for one in (before, after)],
        }
        if aspect in pairs:
            was, is_ = pairs[aspect]
            return say.phrase(f"amend.change.{aspect}", before=was, after=is_)
        if aspect == "certain":
            return say.phrase("amend.certain" if after.certain else "amend.uncertain")
        return say.phrase("amend.text")

    def _graces(self, before: Grace | None, after: Grace | None) -> str:
        if after is None:
            return self._grace("amend.transition_over", before)
        return self._grace("amend.transition", after)

    def _grace(self, key: str, grace: Grace | None, **fields: object) -> str:
        if grace is None:
            return ""
        said = self.say.phrase(key, day=self.say.day(grace.until), **fields)
        why = grace.derived.said(self.lang) if grace.derived else ""
        return said + (f" ({self.say.phrase('amend.derived', why=why)})" if why else "")

    def _reading(self, norm: EncodedNorm) -> str:
        title = norm.used.title
        return title.said(self.lang) if title else self.say.phrase("show.written")

    # -- one number ----------------------------------------------------------

    def _number(self, one: NumberChange, amendment: Amendment) -> Iterator[str]:
        say = self.say
        was, is_ = (self._stated(each) for each in (one.before, one.after))
        said = say.phrase("amend.number", name=one.name, before=was, after=is_)
        if one.reading:
            said += f" ({say.phrase('totals.reading').lower()}: {one.reading})"
        new = one.after
        if new is not None and new.row is not None and new.row.period.start is not None:
            said += f", {say.phrase('amend.from', day=self._moment(new.row.period.start))}"
        stated = one.after or one.before
        if stated is None:
            return
        values = [self._value(row, stated.number) for row in one.between]
        if values:
            said += f"; {say.phrase('amend.number_between', values=', '.join(values))}"
        yield f"{said}; {self._sources(stated.number, amendment.last)}"

    def _stated(self, one: Stated | None) -> str:
        if one is None:
            return self.say.phrase("amend.no_value")
        if not one.certain:
            return self.say.phrase("amount.unknown")
        return self._value(one.row, one.number)

    def _value(self, row: Row | None, number: LawNumber) -> str:
        if row is None or (row.value is None and row.suspended is None):
            return self.say.phrase("amend.no_value")
        if row.suspended is not None:
            return self.say.phrase("amend.suspended", why=row.suspended.said(self.lang))
        if row.value is None:
            return self.say.phrase("amend.no_value")
        value = value_said(row.value, number.kind, self.lang)
        return value if number.kind == "date" else f"{value} [{number.measure}]"

    def _sources(self, number: LawNumber, norm: EncodedNorm) -> str:
        """Where the number was read; an assumption is said to be one."""
        known = norm.instrument.sources
        titles = [known[key].title or known[key].url for key in number.source if key in known]
        said = f"{self.say.phrase('explain.source')}: {'; '.join(titles) or '—'}"
        parameter = f" · {self.say.phrase('show.parameter')}" if number.parameter else ""
        return said + parameter

    # -- words ---------------------------------------------------------------

    def _moment(self, moment: Moment | None) -> str:
        if moment is None:
            return self.say.phrase("amount.unknown")
        return self.say.day(moment.first) if moment.first == moment.last else str(moment)

    def _named(self, name: str) -> EncodedNorm | None:
        packs: tuple[Pack, ...] = (self.found.after, self.found.before)
        return next((one for pack in packs for one in pack.norms if one.id == name), None)

    def _cited(self, key: str, norm: EncodedNorm) -> str:
        title = norm.norm.title.said(self.lang)
        return self.say.phrase(key, title=title, citation=self.say.citation(norm))

    def _exemption(self, happens: str, one: Exemption) -> str:
        norm = self._named(one.norm)
        return self.say.phrase(
            f"amend.exemption.{happens.replace(' ', '_')}",
            title=norm.norm.title.said(self.lang) if norm else one.norm,
            units=", ".join(one.units),
            by=one.by,
            start=self.say.day(one.start),
            end=self.say.day(one.until),
        )
