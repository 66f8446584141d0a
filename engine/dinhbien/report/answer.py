"""The answer to a proposal → a page, or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

from msgspec import Struct
from rich import box
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dinhbien.explain.numbers import share_said
from dinhbien.explain.sentences import Teller
from dinhbien.judging.from_files import Asked
from dinhbien.judging.ranges import joined
from dinhbien.language.pack import EncodedNorm, Pack
from dinhbien.model.finding import Finding, Outcome
from dinhbien.model.flag import Flag
from dinhbien.model.plan import Figure, Plan
from dinhbien.model.proposal import Answer, Effect, Shown, Why
from dinhbien.report.layout import page_text, titled
from dinhbien.report.ranged import amounts_said
from dinhbien.report.values_as_json import both, citation, number_body, subject_body
from dinhbien.shipped import VERSION

SCHEMA_VERSION = "1"


def answer_text(asked: Asked, lang: str, *, width: int | None, colour: bool) -> str:
    """The answer as a page; `width` None takes the terminal's."""
    parts = AnswerPage(asked, Teller(asked.pack, lang)).parts()
    return page_text(parts, width=width, colour=colour)


class AnswerPage(Struct, frozen=True):
    """An answer as a page: what is proposed, the numbers, the reasons."""

    asked: Asked
    say: Teller

    @property
    def answer(self) -> Answer:
        """The answer in the plan itself."""
        return self.asked.answer

    @property
    def plan(self) -> Plan:
        """The plan that was asked about."""
        return self.asked.plan

    @property
    def pack(self) -> Pack:
        """The norms it was judged by."""
        return self.asked.pack

    def parts(self) -> Iterator[RenderableType]:
        """Everything that is printed, from the top."""
        say, answer = self.say, self.answer
        given = answer.proposal
        fields = {"people": given.people, "to": given.to, "from_unit": given.from_unit}
        yield Text(say.phrase(f"may.{given.kind}", **fields), style="bold")
        yield Text(self.decision(self.answer.decision), style="bold")
        pack = self.pack.title.said(say.lang)
        yield Text(say.phrase("may.day", day=say.day(answer.day), pack=pack), style="dim")
        yield from self.illustrates()
        if answer.taken:
            words = ", ".join(say.word(name, word) for name, word in answer.taken)
            yield Text(say.phrase("may.taken", words=words))
        yield from self.numbers()
        yield from self.reasons()
        yield from self._choices()
        yield from self._figures()

    def illustrates(self) -> Iterator[RenderableType]:
        """That a plan only illustrates, and how much of it is modelled."""
        if self.plan.illustration is not None:
            text = self.plan.illustration.said(self.say.lang)
            yield Text(self.say.phrase("illustration.heading", text=text), style="bold")
        beside = self.answer.beside
        if beside:
            legend = self.say.phrase("illustration.legend", count=len(beside) + 1)
            yield Text(legend, style="bold")
        if len({one.alone for one in (self.answer, *beside)}) > 1:
            plans = (self.plan, *self.plan.beside)
            for plan, one in zip(plans, (self.answer, *beside), strict=True):
                title, said = plan.title.said(self.say.lang), self.decision(one.alone)
                yield Text("  " + self.say.phrase("may.allocation", title=title, decision=said))
        if self.plan.modelled_share:
            share = share_said(self.plan.modelled_share, self.say.lang)
            yield Text(self.say.phrase("report.modelled", share=share), style="dim")

    def decision(self, decision: str) -> str:
        """A decision in words."""
        return self.say.phrase(f"may.{decision.replace(' ', '_')}")

    # -- numbers -------------------------------------------------------------

    def numbers(self) -> Iterator[RenderableType]:
        """The numbers of each unit concerned, before and after."""
        subjects: dict[str, list[Shown]] = {}
        for one in self.answer.numbers:
            subjects.setdefault(one.subject.code, []).append(one)
        for shown in subjects.values():
            yield titled(f"{shown[0].subject.name} ({shown[0].subject.code})")
            table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
            table.add_column(self.say.phrase("may.number"))
            for key in ("may.before", "may.after"):
                table.add_column(self.say.phrase(key), justify="right")
            for one in shown:
                sides = [one, *(_same(one, other) for other in self.answer.beside)]
                table.add_row(
                    self._title(one),
                    amounts_said([each.before for each in sides], self.say),
                    amounts_said([each.after for each in sides], self.say),
                )
            yield table
        notes = [_flag(self.pack, one.flag) for one in self.answer.numbers if one.flag]
        for said in dict.fromkeys(
            f"{flag.title.said(self.say.lang)}: {flag.note.said(self.say.lang)}"
            for flag in notes
            if flag is not None and flag.note is not None
        ):
            yield Text(f"  {said}", style="dim")

    def _title(self, one: Shown) -> str:
        if one.flag:
            flag = _flag(self.pack, one.flag)
            return flag.title.said(self.say.lang) if flag else one.flag
        norm = self.pack.norm(one.norm)
        assert norm is not None  # noqa: S101 - it is a norm of the pack
        force = self.say.word("force", norm.instrument.force)
        return self.say.phrase("may.bounds", title=norm.norm.title.said(self.say.lang), force=force)

    # -- reasons -------------------------------------------------------------

    def reasons(self) -> Iterator[RenderableType]:
        """Every reason with its citation, what decides first."""
        for effect in get_args(Effect):
            found = [one for one in self.answer.reasons if one.effect == effect]
            if found:
                yield titled(self.say.phrase(f"may.reasons.{effect}"))
            for one in found:
                for place, line in enumerate(self._reason(one)):
                    yield Padding(Text(line), (0, 0, 0, 4 if place else 2))

    def _reason(self, one: Why) -> Iterator[str]:
        if one.after is not None:
            yield from self._norm_said(one, one.after)
        elif one.raised is not None:
            flag = _flag(self.pack, one.flag)
            title = flag.title.said(self.say.lang) if flag else one.flag
            sides = [self.say.amount(each.amount) for each in one.raised]
            fields = {"unit": one.subject.name, "title": title}
            yield self.say.phrase("may.flag", **fields, before=sides[0], after=sides[1])
        else:
            key = "may.there" if one.effect == "refuse" else "may.there.open"
            yield self.say.phrase(key, unit=one.subject.name, there=self.say.amount(one.there))
        if one.missing:
            inputs = ", ".join(dict.fromkeys(self.say.input(path) for path in one.missing))
            yield self.say.phrase("may.lacks", inputs=inputs)
        tried = self.answer.tried
        where = [each for each in tried if one.id in {why.id for why in each.reasons}]
        if len(where) < len(tried):
            yield self.say.phrase("may.only_at", posts="; ".join(" → ".join(x.at) for x in where))

    def _norm_said(self, one: Why, after: Finding) -> Iterator[str]:
        norm = self.pack.norm(one.norm)
        assert norm is not None  # noqa: S101 - it is a norm of the pack
        sides = [self._side(norm, each, one.reading) for each in (one.before, after)]
        title = f"{one.subject.name}: {norm.norm.title.said(self.say.lang)}"
        if sides[0] == sides[1]:
            yield f"{title}: {sides[0]}"
        else:
            yield self.say.phrase("may.finding", title=title, before=sides[0], after=sides[1])
        reading = next(each for each in norm.readings if each.name == one.reading)
        if reading.title is not None:
            yield self.say.phrase("may.reading", reading=reading.title.said(self.say.lang))
        if self.say.due(after):
            yield self.say.due(after)
        read = self.say.word("read", norm.instrument.read)
        yield self.say.phrase("may.cited", citation=self.say.citation(norm), read=read)
        yield after.id

    def _side(self, norm: EncodedNorm, finding: Finding | None, reading: str) -> str:
        if finding is None:
            return self.say.phrase("may.unlisted_before")
        outcome = _outcome(finding, reading)
        verdict = self.say.verdict(outcome.verdict, finding.force, finding.glide)
        if outcome.amount is not None:
            verdict = f"{verdict} {self.say.amount(outcome.amount)}"
        if outcome.measured is None:
            return verdict
        required = self.say.demand(norm, outcome)
        measured = self.say.amount(outcome.measured)
        return self.say.phrase("may.of", measured=measured, required=required, verdict=verdict)

    # -- the rest ------------------------------------------------------------

    def _choices(self) -> Iterator[RenderableType]:
        tried = self.answer.tried
        if len({one.decision for one in tried}) < 2:
            return
        yield titled(self.say.phrase("may.choices"))
        for one in tried:
            decision = self.decision(one.decision)
            yield Text(
                f"  {self.say.phrase('may.choice', posts=' → '.join(one.at), decision=decision)}"
            )

    def _figures(self) -> Iterator[RenderableType]:
        codes = {one.subject.code for one in self.answer.numbers}
        found = [one for one in self.plan.figures if one.code in codes]
        if found:
            yield titled(self.say.phrase("may.figures"))
        for one in found:
            yield Padding(Text(self._figure(one)), (0, 0, 0, 2))

    def _figure(self, one: Figure) -> str:
        lang, cell = self.say.lang, one.cell
        names = {**{k: c.title for k, c in self.pack.rules.counts.items()}, **self.plan.quantities}
        quantity = names[one.quantity].said(lang) if one.quantity in names else one.quantity
        scope = self.plan.scopes[cell.scope].said(lang) if cell.scope in self.plan.scopes else ""
        fields = {"quantity": quantity, "value": cell.value, "scope": scope or "–"}
        note = cell.note.said(lang) if cell.note else ""
        fields |= {"date": cell.date or "–", "source": cell.source or "–", "note": note}
        return self.say.phrase("may.figure", **fields).strip()


def _same(one: Shown, other: Answer) -> Shown:
    """The same number in another allocation."""
    return next(
        each
        for each in other.numbers
        if (each.subject.code, each.flag, each.norm) == (one.subject.code, one.flag, one.norm)
    )


def _flag(pack: Pack, name: str) -> Flag | None:
    found = (chain.file.chain.get(name) for chain in pack.rules.flags)
    return next((one for one in found if one is not None), None)


def _outcome(finding: Finding, reading: str) -> Outcome:
    return finding.outcome if reading == finding.reading else finding.others[reading]


# -- JSON -------------------------------------------------------------------------


def answer_json(asked: Asked) -> str:
    """The answer as JSON text; decimals are strings, and the same input gives the same bytes."""
    answer, plan, pack = asked
    body = {
        "schema_version": SCHEMA_VERSION,
        "engine_version": VERSION,
        "judged_by": ["meaning"],
        "as_of": answer.day.isoformat(),
        "pack": pack.id,
        "plan": {"title": both(plan.title), "sha256": plan.sha256},
        "proposal": _proposal(answer),
        "illustration": _allocations(asked),
        "decision": answer.decision,
        "room": number_body(answer.room),
        "numbers": [shown_body(one, answer.beside) for one in answer.numbers],
        "reasons": [why_body(one, pack) for one in answer.reasons],
        "tried": [
            {"at": list(one.at), "decision": one.decision, "reasons": [x.id for x in one.reasons]}
            for one in answer.tried
        ],
    }
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def _allocations(asked: Asked) -> list[dict[str, Any]] | None:
    """What each allocation of an illustration answers; none for any other plan."""
    if asked.plan.illustration is None:
        return None
    plans, answers = (asked.plan, *asked.plan.beside), (asked.answer, *asked.answer.beside)
    return [
        {"title": both(plan.title), "decision": one.alone, "room": number_body(one.room)}
        for plan, one in zip(plans, answers, strict=True)
    ]


def _proposal(answer: Answer) -> dict[str, Any]:
    one = answer.proposal
    days = {"first_day": one.first_day, "until": one.until}
    words = ("from_unit", "to", "out_of", "into", "post", "category", "rank", "position")
    return {
        "kind": one.kind,
        "people": str(one.people),
        **{name: getattr(one, name) or None for name in words},
        **{name: None if day is None else day.isoformat() for name, day in days.items()},
        "taken_as": dict(answer.taken),
    }


def shown_body(one: Shown, beside: tuple[Answer, ...] = ()) -> dict[str, Any]:
    """A number before and after, and over the allocations of an illustration."""
    sides = {"before": one.before, "after": one.after}
    numbers: dict[str, Any] = {name: number_body(side) for name, side in sides.items()}
    if beside:
        each = [one, *(_same(one, other) for other in beside)]
        numbers["illustration"] = {
            "before": number_body(joined(one.before for one in each)),
            "after": number_body(joined(one.after for one in each)),
        }
    return {
        "subject": subject_body(one.subject), "flag": one.flag or None, "norm": one.norm or None,
        **numbers,
    }  # fmt: skip


def why_body(one: Why, pack: Pack) -> dict[str, Any]:
    """A reason with both sides and its citation."""
    norm = pack.norm(one.norm)
    sides: list[Any] = [side_body(each, one.reading) for each in (one.before, one.after)]
    if one.raised is not None:
        sides = [{"raised": each.raised, "amount": number_body(each.amount)} for each in one.raised]
    return {
        "effect": one.effect,
        "id": one.id,
        "subject": subject_body(one.subject),
        "norm": one.norm or None,
        "flag": one.flag or None,
        "force": norm.instrument.force if norm else None,
        "reading": one.reading or None,
        "before": sides[0],
        "after": sides[1],
        "there": number_body(one.there),
        "missing": list(one.missing),
        "citation": citation(norm) if norm else None,
    }


def side_body(finding: Finding | None, reading: str) -> dict[str, Any] | None:
    """A finding under one reading: verdict, numbers, day that is due."""
    if finding is None:
        return None
    one = _outcome(finding, reading)
    numbers = {"measured": one.measured, "min": one.least, "max": one.most, "amount": one.amount}
    told = {name: number_body(number) for name, number in numbers.items()}
    required = {"min": told.pop("min"), "max": told.pop("max")}
    due = {"day": str(finding.due.day), "derived": finding.due.derived} if finding.due else None
    return {"verdict": one.verdict, **told, "required": required, "due": due}
