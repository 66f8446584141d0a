"""Norm files → the same with one number or one date changed by one: patches, no file is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from msgspec import Struct

from dinhbien.errors import Position, Problems
from dinhbien.model.period import Moment
from dinhbien.reading.document import Mapping, Node, Scalar, Sequence, read_document
from dinhbien.reading.patch import Patch

_NUMBER = re.compile(r"-?[0-9][0-9_]*(?:\.[0-9]+)?(?:/([0-9][0-9_]*))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_ABOUT = frozenset(["by", "confidence", "note", "source", "status", "suspended", "title"])
_CHAINS = frozenset(["dated", "bands"])
_STEPS = (-1, 1)

Way = tuple[str, ...]


class Mutant(Struct, frozen=True):
    """One value of an instrument and what it becomes; `patches` are for the text `identity`."""

    instrument: str
    identity: str
    path: str
    at: Position
    old: str
    new: str
    patches: tuple[tuple[str, str], ...]

    @property
    def asked(self) -> dict[str, list[Patch]]:
        """Its patches, as a reader of norms takes them."""
        made = [Patch(path, Scalar(new, self.at), self.at) for path, new in self.patches]
        return {self.identity: made}


def mutants(instrument: str, norms: Path) -> Iterator[Mutant]:
    """Every number and date of an instrument's folder below `norms`, one less and one more."""
    for path in sorted((norms / instrument).glob("*.yaml")):
        shown = f"norms/{instrument}/{path.name}"
        node = read_document(path, shown, Problems())
        identity = f"{instrument}/{path.stem}"
        if not isinstance(node, Mapping) or path.name == "pack.yaml":
            continue
        if path.name == "instrument.yaml":
            found = [(instrument, one) for one in _period(node.entries.get("in_force"), "in_force")]
        elif path.name.startswith("exempt-"):
            found = [(identity, one) for one in _period(node)]
        else:
            found = list(_article(identity, node))
        for name, places in found:
            yield from _changed(instrument, name, places)


Places = tuple[tuple[Way, Scalar], ...]
"""One value, and the places that must hold the same."""


def _changed(instrument: str, identity: str, places: Places) -> Iterator[Mutant]:
    _, value = places[0]
    steps = [".".join(way) for way, _ in places]
    for by in _STEPS:
        new = [moved(scalar.text, by) for _, scalar in places]
        if all(one is not None for one in new):
            patches = tuple((step, str(one)) for step, one in zip(steps, new, strict=True))
            path = f"{identity}:{steps[0]}"
            yield Mutant(instrument, identity, path, value.at, value.text, str(new[0]), patches)


def moved(text: str, by: int) -> str | None:
    """A number `by` units of its last written place further, a date by days or months.

    None where there is no such value, or it would be negative.

    >>> [moved("2.5 people", 1), moved("1/3", -1), moved("16_000 inhabitants", 1), moved("0", -1)]
    ['2.6 people', '1/2', '16001 inhabitants', None]
    >>> [moved("2025-03-01", -1), moved("2025-12", 1), moved("open", 1)]
    ['2025-02-28', '2026-01', None]
    """
    if _DAY.fullmatch(text):
        return (date.fromisoformat(text) + timedelta(days=by)).isoformat()
    if _MONTH.fullmatch(text):
        month = Moment.read(text)
        day = month.first if by < 0 else month.last
        return f"{day + timedelta(days=by):%Y-%m}"
    found = _NUMBER.match(text)
    if found is None:
        return None
    rest, number = text[found.end() :], found[0].replace("_", "")
    above, slash, below = number.partition("/")
    last = below if slash else above
    digits = len(last.partition(".")[2])
    value = int(last.replace(".", "")) + by
    if value < 0 or (slash and value == 0):
        return None
    made = str(value).rjust(digits + 1, "0")
    made = f"{made[:-digits]}.{made[-digits:]}" if digits else made
    return f"{above}/{made}{rest}" if slash else f"{made}{rest}"


def _period(node: Node | None, *before: str) -> Iterator[Places]:
    """The days of a period, each alone."""
    for key in ("from", "to", "until"):
        value = node.entries.get(key) if isinstance(node, Mapping) else None
        if isinstance(value, Scalar):
            yield (((*before, key), value),)


def _article(identity: str, node: Mapping) -> Iterator[tuple[str, Places]]:
    for one in _numbers(node.entries.get("numbers"), ("numbers",)):
        yield identity, one
    norms = node.entries.get("norms")
    for name, norm in norms.entries.items() if isinstance(norms, Mapping) else ():
        for one in _norm(norm, ()):
            yield f"{identity}#{name}", one
        outputs = norm.entries.get("outputs") if isinstance(norm, Mapping) else None
        for output, own in outputs.entries.items() if isinstance(outputs, Mapping) else ():
            for one in _norm(own, ("outputs", output)):
                yield f"{identity}#{name}", one


def _norm(node: Node, before: Way) -> Iterator[Places]:
    if isinstance(node, Mapping):
        yield from _period(node, *before)
        yield from _period(node.entries.get("grace"), *before, "grace")
        yield from _numbers(node.entries.get("numbers"), (*before, "numbers"))


def _numbers(node: Node | None, way: Way) -> Iterator[Places]:
    for name, one in node.entries.items() if isinstance(node, Mapping) else ():
        yield from _values(one, (*way, name))


def _values(node: Node, way: Way) -> Iterator[Places]:
    """The values of one number, or of one row of its table."""
    if isinstance(node, Scalar):
        yield ((way, node),)
    if not isinstance(node, Mapping):
        return
    words = _words(node.entries.get("by"))
    for key, one in node.entries.items():
        if key in _CHAINS and isinstance(one, Sequence):
            yield from _chained([row for row in one.items if isinstance(row, Mapping)], (*way, key))
        elif key == "rows" and isinstance(one, Sequence):
            for place, row in enumerate(one.items):
                yield from _values(_without(row, words), (*way, key, str(place)))
        elif key not in _ABOUT:
            yield from _values(one, (*way, key))


def _words(by: Node | None) -> frozenset[str]:
    items = by.items if isinstance(by, Sequence) else ()
    return frozenset(one.text for one in items if isinstance(one, Scalar))


def _without(row: Node, words: frozenset[str]) -> Node:
    """A row of a table by several words, its words left out."""
    if not isinstance(row, Mapping):
        return row
    entries = {key: one for key, one in row.entries.items() if key not in words}
    return Mapping(entries, row.at, row.keys)


def _chained(rows: list[Mapping], way: Way) -> Iterator[Places]:
    """Rows of which each ends where the next begins: both ends are changed together."""
    for place, row in enumerate(rows):
        before = rows[place - 1].entries.get("to") if place else None
        for key, one in row.entries.items():
            joint = key == "to" and place + 1 < len(rows)
            if not isinstance(one, Scalar) or key in _ABOUT or joint:
                continue
            here = ((*way, str(place), key), one)
            if key in {"from", "over"} and isinstance(before, Scalar):
                yield (here, ((*way, str(place - 1), "to"), before))
            else:
                yield (here,)
