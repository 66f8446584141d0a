"""What the norms cover: the register and every text, entry by entry and clause by clause.  §7"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import Struct
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from dinhbien.explain.sentences import Teller
from dinhbien.language.pack import EncodedNorm, Pack
from dinhbien.model.citation import NOT_SEEN, Instrument
from dinhbien.model.register import STATUSES, Entry
from dinhbien.model.wording import Bilingual
from dinhbien.report.layout import headed, heading, page_text, titled


class Provision(Struct, frozen=True):
    """A clause of a text: the norms that it became, or what was left out and why."""

    clause: Bilingual
    norms: tuple[EncodedNorm, ...] = ()
    what: Bilingual | None = None
    why: str = ""
    source: str = ""

    @property
    def status(self) -> str:
        """As in the register."""
        drafts = {norm.instrument.force == "draft" for norm in self.norms}
        return "not encoded" if not self.norms else "draft" if drafts == {True} else "encoded"


class Coverage(Struct, frozen=True):
    """The register, and the texts of some packs with their provisions, by id."""

    entries: tuple[Entry, ...]
    instruments: dict[str, Instrument]
    provisions: dict[str, tuple[Provision, ...]]

    def named_in(self, norm: str) -> list[str]:
        """The entries of the register that a norm stands for."""
        return [entry.id for entry in self.entries if norm in entry.norms]

    @property
    def every_provision(self) -> list[Provision]:
        """The provisions of all texts."""
        return [one for found in self.provisions.values() for one in found]


def covered(entries: tuple[Entry, ...], packs: Iterable[Pack]) -> Coverage:
    """What is covered by the register's `entries` and by the texts of `packs`; no text twice."""
    instruments: dict[str, Instrument] = {}
    norms: dict[str, EncodedNorm] = {}
    for pack in packs:
        instruments |= pack.instruments
        norms |= {norm.id: norm for norm in pack.norms}
    provisions = {
        identity: tuple(
            _provisions(one, [n for n in norms.values() if n.instrument_id == identity])
        )
        for identity, one in instruments.items()
    }
    return Coverage(entries, dict(sorted(instruments.items())), provisions)


def _provisions(instrument: Instrument, norms: list[EncodedNorm]) -> Iterator[Provision]:
    by_clause: dict[tuple[str, str], list[EncodedNorm]] = {}
    for norm in norms:
        clause = norm.norm.clause
        by_clause.setdefault((clause.vi, clause.en), []).append(norm)
    for (vi, en), found in by_clause.items():
        yield Provision(Bilingual(vi=vi, en=en), norms=tuple(found))
    for left in instrument.not_encoded:
        yield Provision(left.clause, what=left.what, why=left.why, source=left.source)


def _by_status(statuses: Iterable[str]) -> dict[str, int]:
    many = Counter(statuses)
    return {status: many[status] for status in STATUSES}


def _by_reason(reasons: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(filter(None, reasons)).items()))


# -- JSON --------------------------------------------------------------------------


def coverage_json(found: Coverage) -> str:
    """What is covered as JSON text."""
    body = {
        "register": [_entry_body(one) for one in found.entries],
        "instruments": [
            _instrument_body(identity, one, found) for identity, one in found.instruments.items()
        ],
        "totals": {
            "register": _by_status(one.status for one in found.entries),
            "register_reasons": _by_reason(one.why for one in found.entries),
            "norms": sum(len(one.norms) for one in found.every_provision),
            "provisions": _by_status(one.status for one in found.every_provision),
            "provision_reasons": _by_reason(one.why for one in found.every_provision),
        },
    }
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def _said(text: Bilingual | None) -> dict[str, str] | None:
    return None if text is None else {"vi": text.vi, "en": text.en}


def _entry_body(one: Entry) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": _said(one.title),
        "citation": one.citation,
        "sources": list(one.sources),
        "status": one.status,
        "norms": list(one.norms),
        "why": one.why or None,
        "remark": _said(one.remark),
    }


def _instrument_body(identity: str, one: Instrument, found: Coverage) -> dict[str, Any]:
    return {
        "id": identity,
        "number": one.number,
        "title": _said(one.title),
        "force": one.force,
        "provisions": [_provision_body(each, found) for each in found.provisions[identity]],
    }


def _provision_body(one: Provision, found: Coverage) -> dict[str, Any]:
    return {
        "clause": _said(one.clause),
        "status": one.status,
        "norms": [norm.id for norm in one.norms],
        "entries": sorted({entry for norm in one.norms for entry in found.named_in(norm.id)}),
        "what": _said(one.what),
        "why": one.why or None,
        "source": one.source or None,
    }


# -- the page ----------------------------------------------------------------------


def coverage_text(found: Coverage, say: Teller, *, width: int | None, colour: bool) -> str:
    """What is covered as a page for people, totals at its end."""
    page = _Page(found, say)
    return page_text(page.parts(), width=width, colour=colour)


def _cell(text: str) -> Text:
    """A cell that is folded where it is too long, and never cut."""
    return Text(text, overflow="fold")


class _Page(Struct, frozen=True):
    """The coverage as a page in one language."""

    found: Coverage
    say: Teller

    def parts(self) -> Iterator[RenderableType]:
        """The register, the texts, the totals."""
        yield heading(self.say, "coverage.register")
        yield self._register()
        yield heading(self.say, "coverage.texts")
        for identity, instrument in self.found.instruments.items():
            yield titled(self.say.document(instrument))
            yield Text(f"{identity} · {self.say.word('force', instrument.force)}", style="dim")
            yield self._provisions(self.found.provisions[identity])
        yield heading(self.say, "coverage.totals")
        yield from (Text(line) for line in self._totals())

    def _register(self) -> Table:
        table = headed(self.say, "coverage", "entry", "provision", "status", "norm_or_reason")
        for one in self.found.entries:
            title = f"{one.title.said(self.say.lang)}\n{one.citation}"
            table.add_row(*map(_cell, (one.id, title, self._status(one.status), self._said(one))))
        return table

    def _said(self, one: Entry) -> str:
        said = ["\n".join(one.norms) or self._why(one.why)]
        return "\n".join([*said, *([one.remark.said(self.say.lang)] if one.remark else [])])

    def _provisions(self, provisions: Iterable[Provision]) -> Table:
        table = headed(self.say, "coverage", "clause", "status", "norm_or_reason", "entries")
        for one in provisions:
            said = "\n".join(norm.norm.title.said(self.say.lang) for norm in one.norms)
            if one.what is not None:
                said = f"{self._why(one.why)}: {one.what.said(self.say.lang)}"
            entries = {entry for norm in one.norms for entry in self.found.named_in(norm.id)}
            cells = (self._clause(one.clause), self._status(one.status), said)
            table.add_row(*map(_cell, (*cells, ", ".join(sorted(entries)))))
        return table

    def _clause(self, clause: Bilingual) -> str:
        if clause.en == NOT_SEEN:
            return self.say.phrase("coverage.clause_not_seen")
        return "" if clause.en == "none" else clause.said(self.say.lang)

    def _status(self, status: str) -> str:
        return self.say.phrase(f"coverage.{status.replace(' ', '_')}")

    def _why(self, why: str) -> str:
        words = self.say.pack.rules.vocabulary.lists["why_not_encoded"]
        key = why.replace(" ", "_")
        return (
            words[key].said(self.say.lang) if key in words else self.say.phrase("coverage.memory")
        )

    def _totals(self) -> Iterator[str]:
        entries, provisions = self.found.entries, self.found.every_provision
        said = self._counted(_by_status(one.status for one in entries), self._status)
        yield self.say.phrase("coverage.of_entries", count=len(entries), said=said)
        yield self._reasons(one.why for one in entries)
        norms = sum(len(one.norms) for one in provisions)
        texts = len(self.found.instruments)
        said = self._counted(_by_status(one.status for one in provisions), self._status)
        yield self.say.phrase("coverage.of_texts", texts=texts, norms=norms, said=said)
        yield self._reasons(one.why for one in provisions)

    def _reasons(self, reasons: Iterable[str]) -> str:
        return f"  {self._counted(_by_reason(reasons), self._why)}"

    @staticmethod
    def _counted(many: dict[str, int], word: Callable[[str], str]) -> str:
        return ", ".join(f"{word(one)} {count}" for one, count in many.items() if count)
