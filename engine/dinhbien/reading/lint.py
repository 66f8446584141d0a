"""What reads, and is still doubtful: notes on a pack of norms, each with its place.

Faults that make a norm unreadable are errors of reading; these are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from msgspec import Struct

from dinhbien.errors import Position, Problem, Problems
from dinhbien.language.pack import EncodedNorm, Pack
from dinhbien.model.amount import decimal_text
from dinhbien.model.citation import Instrument
from dinhbien.reading.document import Mapping, Node, node_at, read_document
from dinhbien.reading.typed import position_in

Level = Literal["warning", "note"]
LINTS: dict[str, Level] = {
    "band-begins-late": "warning",
    "digits-in-text": "note",
    "listed-in-vain": "warning",
    "number-unnoticed": "note",
    "press-only": "note",
    "scenario-fails": "warning",
    "source-unused": "warning",
    "supersedes-equal-force": "note",
    "supersedes-greater-force": "warning",
    "verdict-without-scenario": "note",
}
"""Every doubt by its stable name, and how grave it is."""
_RANKS = {"binding": 0, "party": 0, "guidance": 1, "local": 2, "draft": 3}


class Doubt(Struct, frozen=True):
    """One doubtful thing: its name in `LINTS`, and where and what it is."""

    name: str
    problem: Problem

    @property
    def level(self) -> Level:
        """How grave it is."""
        return LINTS[self.name]

    def __str__(self) -> str:
        return f"{self.level} {self.name}: {self.problem}"


def doubts(pack: Pack, norms: Path) -> list[Doubt]:
    """Everything doubtful in `pack`, whose folder of norms is `norms`, in order of place."""
    found = list(_Linter(pack, norms).all())
    return sorted(found, key=lambda one: (str(one.problem.position), one.problem.message))


class _Linter(Struct, frozen=True):
    pack: Pack
    norms: Path

    def all(self) -> Iterator[Doubt]:
        """Every doubt."""
        for identity, instrument in self.pack.instruments.items():
            yield from self._instrument(identity, instrument)
        for norm in self.pack.norms:
            yield from self._order(norm)
            yield from self._bands(norm)
            yield from self._digits(norm)

    def _tree(self, file: str) -> Node | None:
        return read_document(self.norms / file, f"norms/{file}", Problems())

    def _instrument(self, identity: str, instrument: Instrument) -> Iterator[Doubt]:
        file = f"{identity}/instrument.yaml"
        node = self._tree(file)
        used = set(self._sources_used(identity, instrument))
        for key in instrument.sources:
            if key not in used and node is not None:
                sources = node_at(node, ("sources",))
                at = sources.keys[key] if isinstance(sources, Mapping) else sources.at
                way_out = "cite it where it is used, or remove it"
                problem = Problem(f"the source `{key}` is never used", at, "sources", way_out)
                yield Doubt("source-unused", problem)
        if instrument.force in {"binding", "party"} and instrument.read == "press":
            at = position_in(node, ("read",)) if node is not None else Position(f"norms/{file}")
            message = "a binding text was read in the press only"
            way_out = "read it in full, or say so again"
            yield Doubt("press-only", Problem(message, at, "read", way_out))

    def _sources_used(self, identity: str, instrument: Instrument) -> Iterator[str]:
        for check in instrument.checked:
            yield from check.against
        for one in instrument.not_encoded:
            yield one.source
        for norm in self.pack.norms:
            if norm.instrument_id == identity:
                yield from norm.norm.source
                yield from norm.norm.transition.source if norm.norm.transition else ()
                for number in norm.used.program.numbers.values():
                    yield from number.source

    def _order(self, norm: EncodedNorm) -> Iterator[Doubt]:
        """A norm that begins before the one it supersedes has ended, with no force above it."""
        for name in norm.norm.supersedes:
            old = self.pack.norm(name)
            if old is None or norm.period.start is None:
                continue
            ends = old.period.end
            overlap = ends is None or ends.first > norm.period.start.first
            ranks = _RANKS[norm.instrument.force], _RANKS[old.instrument.force]
            if overlap and ranks[0] >= ranks[1]:
                greater = "greater" if ranks[0] > ranks[1] else "equal"
                message = f"it supersedes `{name}` of {greater} force while that is in force"
                way_out = "end the other by `to:`, or say `exception_to`"
                problem = Problem(message, norm_place(self.norms, norm.id), norm.id, way_out)
                yield Doubt(f"supersedes-{greater}-force", problem)

    def _bands(self, norm: EncodedNorm) -> Iterator[Doubt]:
        """A table by size that does not begin at the least possible value."""
        for name, number in norm.norm.numbers.items():
            first = number.bands[0] if number.bands else None
            if first is None or first.start is None or not first.start[:1].isdigit():
                continue
            if not re.match(r"0\b", first.start):
                message = f"`{name}` says nothing below `{first.start}`"
                way_out = "begin at 0, or say why below it nothing is asked"
                path = f"{norm.id}:numbers.{name}"
                problem = Problem(message, norm_place(self.norms, norm.id), path, way_out)
                yield Doubt("band-begins-late", problem)

    def _digits(self, norm: EncodedNorm) -> Iterator[Doubt]:
        """A text that repeats a number of the law as digits would not follow a change of it."""
        values = {
            decimal_text(row.value)
            for number in norm.used.program.numbers.values()
            for rows in number.rows.values()
            for row in rows
            if row.value is not None
        } - {"0", "1", "2"}
        texts = {"title": norm.norm.title, "note": norm.norm.note}
        for key, text in texts.items():
            for lang, said in (("vi", text.vi), ("en", text.en)) if text else ():
                for value in sorted(values & set(_said(said, lang))):
                    message = f"the {key} repeats the number `{value}`, and follows no change of it"
                    path, way_out = f"{norm.id}:{key}.{lang}", "name the number, or leave it out"
                    at = norm_place(self.norms, norm.id)
                    yield Doubt("digits-in-text", Problem(message, at, path, way_out))


def _said(text: str, lang: str) -> Iterator[str]:
    """The numbers in a text, spelt alike: `2,5` and `16.000` in Vietnamese, `2.5` in English."""
    thousands, point = (".", ",") if lang == "vi" else (",", ".")
    for found in re.findall(r"\d+(?:[.,]\d+)*", text):
        yield found.replace(thousands, "").replace(point, ".")


def norm_place(norms: Path, identity: str) -> Position:
    """Where the norm of that id stands in the folder `norms`."""
    article, _, name = identity.partition("#")
    node = read_document(norms / f"{article}.yaml", f"norms/{article}.yaml", Problems())
    found = node_at(node, ("norms",)) if node is not None else None
    key = name.partition("/")[0]
    if isinstance(found, Mapping) and key in found.keys:
        return found.keys[key]
    return Position(f"norms/{article}.yaml")
