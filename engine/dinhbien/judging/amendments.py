"""A pack on a day, and a pack on a day → what is different in the norms.  §4, §5, §8"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

from msgspec import Struct

from dinhbien.judging.standing import Absence, standings, transition
from dinhbien.language.operators import LawNumber, Program, Row
from dinhbien.language.pack import EncodedNorm, Pack
from dinhbien.model.exemption import Exemption
from dinhbien.model.finding import Standing
from dinhbien.model.norm import Grace
from dinhbien.model.period import Period

What = Literal["begins", "ends", "superseded", "in between", "amended"]


class Side(Struct, frozen=True):
    """A norm on one of the two days: as what it is judged, or why it is not.

    `certain` is false inside a month whose day was not seen; `supersedes` names the norms
    in whose place it is judged.
    """

    norm: EncodedNorm
    standing: Standing | None
    certain: bool = True
    why: Absence | None = None
    successor: str = ""
    grace: Grace | None = None

    @property
    def is_judged(self) -> bool:
        """Whether it is judged on that day."""
        return self.standing is not None


class Stated(Struct, frozen=True):
    """What a number of the law is on a day; `row` None where it has no value.

    `certain` is false where the day on which it changes was not seen.
    """

    number: LawNumber
    row: Row | None
    certain: bool = True

    @property
    def said(self) -> tuple[Fraction | None, object, object, bool]:
        """What makes two of them the same."""
        row = self.row
        value, suspended = (row.value, row.suspended) if row else (None, None)
        return value, suspended, self.number.measure, self.certain


class NumberChange(Struct, frozen=True):
    """A number of a norm that is another one; `reading` is empty for the one that is used.

    `between` are the rows that hold on neither day, only in between.
    """

    name: str
    reading: str
    before: Stated | None
    after: Stated | None
    between: tuple[Row, ...] = ()


class Amendment(Struct, frozen=True):
    """A norm that is another one on the second day; a side is None where a pack lacks it.

    `aspects` name what else is different in a norm that is judged on both.
    """

    norm: str
    before: Side | None
    after: Side | None
    numbers: tuple[NumberChange, ...] = ()
    aspects: tuple[str, ...] = ()

    @property
    def what(self) -> What:
        """What happens to it from the first day to the second."""
        held, holds = (one is not None and one.is_judged for one in (self.before, self.after))
        if held and holds:
            return "amended"
        if not held:
            return "begins" if holds else "in between"
        return "superseded" if self.after is not None and self.after.successor else "ends"

    @property
    def last(self) -> EncodedNorm:
        """The norm as it is on the second day, or was."""
        if self.after is not None and (self.after.is_judged or self.before is None):
            return self.after.norm
        assert self.before is not None  # noqa: S101 - one side is always there
        return self.before.norm


class Amendments(Struct, frozen=True, dict=True):
    """What is different in the norms of `after` on `end` from those of `before` on `start`.

    Drafts are left out on both sides; what holds only between the days is told where both
    packs hold the same text of it.
    """

    before: Pack
    start: date
    after: Pack
    end: date

    @cached_property
    def norms(self) -> tuple[Amendment, ...]:
        """The norms that are different, by their ids."""
        first, second = _sides(self.before, self.start), _sides(self.after, self.end)
        made = (
            self._amendment(name, first.get(name), second.get(name))
            for name in sorted({*first, *second})
        )
        return tuple(one for one in made if one is not None)

    @property
    def unchanged(self) -> int:
        """How many norms are judged on both days, and are the same."""
        first, second = _sides(self.before, self.start), _sides(self.after, self.end)
        both = {name for name, one in first.items() if one.is_judged}
        both &= {name for name, one in second.items() if one.is_judged}
        return len(both - {one.norm for one in self.norms})

    @cached_property
    def exemptions(self) -> tuple[tuple[What, Exemption], ...]:
        """The decisions that begin or end to excuse units, or do both in between."""
        first, second = (
            _excusing(pack, day)
            for pack, day in ((self.before, self.start), (self.after, self.end))
        )
        found: list[tuple[What, Exemption]] = [("ends", one) for one in first if one not in second]
        found += [("begins", one) for one in second if one not in first]
        known = [*self.before.exemptions] if self.start < self.end else []
        found += [
            ("in between", one)
            for one in known
            if self.start < one.start and one.until <= self.end and one in self.after.exemptions
        ]
        return tuple(found)

    def _amendment(self, name: str, first: Side | None, second: Side | None) -> Amendment | None:
        held, holds = (one is not None and one.is_judged for one in (first, second))
        if not held and not holds:
            passed = first is not None and second is not None and self._passes(first, second)
            return Amendment(name, first, second) if passed else None
        if first is None or second is None or held != holds:
            return Amendment(name, first, second)
        numbers = tuple(self._numbers(first.norm, second.norm))
        aspects = tuple(_aspects(first, second))
        return Amendment(name, first, second, numbers, aspects) if numbers or aspects else None

    def _passes(self, first: Side, second: Side) -> bool:
        same = first.norm.sha256 == second.norm.sha256
        return same and "draft" not in {first.why, second.why} and self._inside(first.norm.period)

    def _inside(self, period: Period) -> bool:
        """Whether a period lies after the first day, and ends by the second."""
        if period.start is None or period.end is None:
            return False
        return self.start < period.start.first and period.end.last <= self.end

    def _numbers(self, first: EncodedNorm, second: EncodedNorm) -> Iterator[NumberChange]:
        old, new = _rows(first), _rows(second)
        for key in sorted({*old, *new}):
            reading, name, _ = key
            before = _stated(*old[key], self.start) if key in old else None
            after = _stated(*new[key], self.end) if key in new else None
            between = self._between(key, old, new)
            said = [one.said if one is not None else None for one in (before, after)]
            if said[0] != said[1] or between:
                label = ".".join(part for part in key[1:] if part) or name
                yield NumberChange(label, reading, before, after, between)

    def _between(
        self, key: tuple[str, str, str], old: _Rows, new: _Rows
    ) -> tuple[Row, ...]:  # fmt: skip
        rows = old[key][1] if key in old and old.get(key) == new.get(key) else ()
        return tuple(row for row in rows if self._inside(row.period))


_Rows = dict[tuple[str, str, str], tuple[LawNumber, tuple[Row, ...]]]


def _sides(pack: Pack, day: date) -> dict[str, Side]:
    judged, absent = standings(pack, day)
    found = {
        one.norm.id: Side(one.norm, one.standing, one.certain, grace=transition(one.norm, day))
        for one in judged
    }
    return found | {
        one.norm.id: Side(one.norm, None, why=one.why, successor=one.successor) for one in absent
    }


def _excusing(pack: Pack, day: date) -> list[Exemption]:
    return [one for one in pack.exemptions if one.start <= day < one.until]


def _rows(norm: EncodedNorm) -> _Rows:
    """The rows of each number: of the used reading, and where another reading has others."""
    used = {
        (name, key): (number, rows)
        for name, number in _read(norm.used.program)
        for key, rows in number.rows.items()
    }
    found: _Rows = {("", *key): one for key, one in used.items()}
    for reading in norm.readings[1:]:
        for name, number in _read(reading.program):
            for key, rows in number.rows.items():
                if used.get((name, key), (number, None))[1] != rows:
                    found[reading.name, name, key] = (number, rows)
    return found


def _read(program: Program) -> list[tuple[str, LawNumber]]:
    """The numbers that a program reads, and not the others of its article."""
    return [(name, number) for name, number in program.numbers.items() if name in program.used]


def _stated(number: LawNumber, rows: tuple[Row, ...], day: date) -> Stated:
    for row in rows:
        holds = row.period.holds(day)
        if holds is None:
            return Stated(number, None, certain=False)
        if holds:
            return Stated(number, row)
    return Stated(number, None)


def _aspects(first: Side, second: Side) -> Iterator[str]:
    """What else is different in a norm that is judged on both sides."""
    one, other = first.norm, second.norm
    pairs: dict[str, tuple[object, object]] = {
        "force": (one.instrument.force, other.instrument.force),
        "standing": (first.standing, second.standing),
        "certain": (first.certain, second.certain),
        "reading": (one.used.name, other.used.name),
        "grace": (first.grace, second.grace),
    }
    yield from (name for name, (before, after) in pairs.items() if before != after)
    if one.sha256 != other.sha256 and _wording(one) != _wording(other):
        yield "text"


def _wording(norm: EncodedNorm) -> list[dict[str, Any]]:
    """All that a norm says but what is told apart: numbers, force, readings and transition."""
    return [
        norm.norm.model_dump(exclude={"numbers": True, "grace": True, "readings": {"used"}}),
        norm.instrument.model_dump(exclude={"force"}),
    ]
