"""What a session answers to an event → a page, or JSON.  §16, §17"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from dinhbien.explain.sentences import Teller
from dinhbien.judging.compared import FindingChange, FlagChange
from dinhbien.judging.from_files import Asked
from dinhbien.language.chain import Chain
from dinhbien.live.decided import Ruling
from dinhbien.live.delta import Delta
from dinhbien.live.events import line_of
from dinhbien.live.session import Session
from dinhbien.model.finding import Finding
from dinhbien.model.flagged import Flagged
from dinhbien.model.proposal import Answer, Proposal, Tried
from dinhbien.report.answer import AnswerPage, shown_body, side_body, why_body
from dinhbien.report.as_json import flag_body
from dinhbien.report.layout import page_text, titled
from dinhbien.report.values_as_json import citation, subject_body
from dinhbien.shipped import VERSION

SCHEMA_VERSION = "1"


def ruling_text(
    ruling: Ruling, session: Session, lang: str, *, width: int | None, colour: bool
) -> str:
    """The ruling as a page; `width` None takes the terminal's."""
    page = RulingPage(ruling, session, Teller(session.pack, lang))
    return page_text(page.parts(), width=width, colour=colour)


def _answer(ruling: Ruling, session: Session) -> Answer:
    """The ruling as `may` answers."""
    tried = (Tried((), ruling.alone, ruling.reasons, ruling.numbers),)
    told = (one for one in ruling.beside if one.numbers or not ruling.numbers)
    beside = tuple(_answer(one, session) for one in told)
    proposal = Proposal("recruit", "")
    return Answer(
        proposal, session.day, ruling.alone, ruling.reasons, ruling.numbers, tried, beside=beside
    )


class RulingPage(Struct, frozen=True):
    """A ruling as a page."""

    ruling: Ruling
    session: Session
    say: Teller

    def parts(self) -> Iterator[RenderableType]:
        """The decision, the numbers, the reasons, and what is different."""
        asked = Asked(_answer(self.ruling, self.session), self.session.plan, self.session.pack)
        page = AnswerPage(asked, self.say)
        yield Text(line_of(self.ruling.event), style="dim")
        yield Text(page.decision(self.ruling.decision), style="bold")
        yield from page.illustrates()
        yield from page.numbers()
        yield from page.reasons()
        if self.ruling.delta is not None:
            yield from self._delta(self.ruling.delta)

    def _delta(self, delta: Delta) -> Iterator[RenderableType]:
        if delta.is_empty:
            yield Text(self.say.phrase("live.nothing"))
        told = {one.id for one in self.ruling.reasons}
        findings = [one for one in delta.findings if one.last.id not in told]
        if findings:
            yield titled(self.say.phrase("live.findings"))
        for one in findings:
            yield Padding(Text(self._finding(one)), (0, 0, 0, 2))
        flags = list(self._flags(delta))
        if flags:
            yield titled(self.say.phrase("live.flags"))
        for said in flags:
            yield Padding(Text(said), (0, 0, 0, 2))
        if delta.pools:
            norms = "; ".join(self._title(one) for one in delta.pools)
            yield Text(self.say.phrase("live.elsewhere", norms=norms), style="dim")

    def _finding(self, one: FindingChange) -> str:
        was, is_ = (self._sentence(each) for each in (one.before, one.after))
        if one.what == "appeared":
            return self.say.phrase("live.appeared", text=is_)
        if one.what == "gone":
            return self.say.phrase("live.gone", text=was)
        return self.say.phrase("live.changed", before=was, after=is_) if was != is_ else is_

    def _sentence(self, finding: Finding | None) -> str:
        norm = self.session.pack.norm(finding.norm) if finding is not None else None
        return self.say.sentence(finding, norm) if finding is not None and norm is not None else ""

    def _title(self, norm: str) -> str:
        found = self.session.pack.norm(norm)
        return found.norm.title.said(self.say.lang) if found is not None else norm

    def _flags(self, delta: Delta) -> Iterator[str]:
        chains = {one.name: one for one in self.session.pack.rules.flags}
        for one in delta.flags:
            title = _flag_title(chains[one.row.chain], one.flag, self.say.lang)
            known = any(
                each is not None and each.raised is not None for each in (one.before, one.after)
            )
            if title is None or not known or self._amount(one.before) == self._amount(one.after):
                continue
            sides = {"before": self._amount(one.before), "after": self._amount(one.after)}
            about = {"unit": one.row.subject.name, "title": title, **sides}
            if one.row.norm:
                yield self.say.phrase("live.flag_of", norm=self._title(one.row.norm), **about)
            else:
                yield self.say.phrase("live.flag", **about)

    def _amount(self, flag: Flagged | None) -> str:
        return "—" if flag is None else self.say.amount(flag.amount)


def _flag_title(chain: Chain, name: str, lang: str) -> str | None:
    """The title of a flag or remedy that a page shows."""
    flag = chain.file.chain.get(name)
    if flag is not None:
        return flag.title.said(lang) if flag.shown == "yes" else None
    remedy = chain.file.remedies.get(name)
    return remedy.title.said(lang) if remedy is not None else None


# -- JSON -------------------------------------------------------------------------


def ruling_json(ruling: Ruling, session: Session, *, accepted: bool) -> str:
    """The ruling as one line of JSON; the same input gives the same bytes."""
    return json.dumps(ruling_body(ruling, session, accepted=accepted), ensure_ascii=False) + "\n"


def ruling_body(ruling: Ruling, session: Session, *, accepted: bool) -> dict[str, Any]:
    """The ruling as plain data: what is different, and the sentences in both languages."""
    answer = _answer(ruling, session)
    return {
        "schema_version": SCHEMA_VERSION,
        "engine_version": VERSION,
        "as_of": session.day.isoformat(),
        "pack": session.pack.id,
        "event": json.loads(line_of(ruling.event)),
        "accepted": accepted,
        "decision": ruling.decision,
        "alone": ruling.alone,
        "beside": [one.alone for one in ruling.beside],
        "numbers": [shown_body(one, answer.beside) for one in ruling.numbers],
        "reasons": [why_body(one, session.pack) for one in ruling.reasons],
        **_delta(ruling.delta, session),
    }


def _delta(delta: Delta | None, session: Session) -> dict[str, Any]:
    if delta is None:
        return {"findings": [], "flags": [], "pools": []}
    return {
        "findings": [_finding_change(one, session) for one in delta.findings],
        "flags": [_flag_change(one, session) for one in delta.flags],
        "pools": list(delta.pools),
    }


def _finding_change(one: FindingChange, session: Session) -> dict[str, Any]:
    norm = session.pack.norm(one.norm)
    last = one.last
    return {
        "id": last.id,
        "what": one.what,
        "changed": list(one.aspects),
        "subject": subject_body(last.subject),
        "norm": one.norm,
        "force": last.force,
        "before": side_body(one.before, _read(one.before)),
        "after": side_body(one.after, _read(one.after)),
        "sentence": {
            lang: Teller(session.pack, lang).sentence(last, norm) for lang in ("vi", "en") if norm
        },
        "citation": citation(norm) if norm else None,
    }


def _read(finding: Finding | None) -> str:
    return finding.reading if finding is not None else ""


def _flag_change(one: FlagChange, session: Session) -> dict[str, Any]:
    sides = [flag_body(each, session.pack) if each else None for each in (one.before, one.after)]
    return {
        "id": one.row.id,
        "flag": one.flag,
        "what": one.what,
        "subject": subject_body(one.row.subject),
        "norm": one.row.norm or None,
        "before": sides[0],
        "after": sides[1],
    }
