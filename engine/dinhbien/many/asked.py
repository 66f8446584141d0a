"""Norms asked of arrays, and one of them asked of one unit by the definition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from msgspec.structs import replace

from dinhbien.columns.completions import Reach, completed, reach
from dinhbien.columns.judged import Compiled
from dinhbien.columns.on_numpy import evaluated
from dinhbien.columns.outcome import outcomes
from dinhbien.columns.table import Table
from dinhbien.columns.values import Bound
from dinhbien.judging.check import finding_on
from dinhbien.judging.precedence import conflicts, excepted, exempted, opposed
from dinhbien.judging.standing import Judged
from dinhbien.language.pack import Pack
from dinhbien.many.settled import Findings, nothing
from dinhbien.meaning.judge import Judge
from dinhbien.model.finding import Finding
from dinhbien.model.plan import Unit


@dataclass
class Asking:
    """Norms that are certainly in force, their readings on one tape in their order."""

    certain: Sequence[Judged]
    made: Compiled
    table: Table
    reads: list[Reach | None] = field(init=False)

    def __post_init__(self) -> None:
        tape = self.made.lowering.tape
        self.reads = [
            None if one is None else reach(tape, one, self.table) for one in self.made.asked
        ]

    def found(self, bound: Bound) -> list[Findings]:
        """What each says of all units, before texts give way to others."""
        tape, at = self.made.lowering.tape, 0
        values = evaluated(tape, bound)
        found = []
        for one in self.certain:
            told = []
            for reading in one.norm.readings:
                asked = self.made.asked[at]
                many = self.table.size(reading.program.level)
                if asked is None:
                    told.append(nothing(many))
                else:
                    first = outcomes(asked, values, many)
                    told.append(completed(asked, first, tape, bound, self.reads[at]))
                at += 1
            found.append(Findings(one, told[0], tuple(told[1:])))
        return found


def finding_alone(  # noqa: PLR0913, PLR0917 - all that a finding hangs on
    norm: str, unit: Unit, judge: Judge, group: Sequence[Judged], pack: Pack, names: set[str]
) -> Finding:
    """What the definition says of a norm and a unit, asked with the norms of its `group`.

    These are the ones that it may give way to, or that may give way to it; `names` are all that
    are certainly in force.
    """
    day: date = judge.day
    found = [
        finding_on(replace(each, norm=known), unit, judge)
        for each in group
        if (known := pack.norm(each.norm.id)) is not None
    ]
    told, _ = opposed(found, pack, names)
    settled, _ = conflicts(excepted(exempted(told, pack, day), pack), pack)
    return next(each for each in settled if each.norm == norm)
