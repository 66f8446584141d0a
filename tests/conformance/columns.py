"""The corpus on columns: judgements that arrays make, the others being the definition's.

What columns do not tell (what is missing, why, and who is listed with a finding) is not asked of
them: `explain` has it from the definition.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from unittest.mock import patch

from msgspec import Struct, field
from msgspec.structs import replace

from dinhbien.columns.from_plan import TooFineError, table_of, units_by_level
from dinhbien.columns.judged import compiled, judged, outcome_at
from dinhbien.columns.table import Table
from dinhbien.corpus.cases import Case
from dinhbien.judging import check
from dinhbien.language.operators import Program
from dinhbien.language.pack import Pack
from dinhbien.meaning.judge import Judge
from dinhbien.model.finding import Outcome
from dinhbien.model.plan import Unit

UNTOLD = frozenset(["missing", "because", "holders", "head_room"])
TOO_FINE = "the plan's numbers are too fine"
ROW = "rows in which arrays would be more cautious"
OPEN = "it is open whether an exception applies"
TOLD = ""
UNSAID = Outcome("undetermined")
"""What a norm would say, were it to apply: that is not told either."""


class Count(Struct):
    """How many judgements columns made (`TOLD`), and why others were left, by norm."""

    norms: dict[int, str]
    excepting: frozenset[int]
    found: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, pack: Pack) -> Count:
        """Nothing judged yet, by the norms of `pack`."""
        programs = [(one, reading.program) for one in pack.norms for reading in one.readings]
        special = [id(program) for one, program in programs if one.norm.exception_to]
        return cls({id(program): one.id for one, program in programs}, frozenset(special))


Said = tuple[dict[str, Outcome], dict[str, str]]
"""By the path of a unit, what columns say of it; or why they say nothing."""


class ByColumns(Judge, frozen=True, dict=True):
    """Answers as columns do where they tell, and else as the definition does."""

    count: Count = field(default_factory=lambda: Count({}, frozenset()))
    kept: dict[int, Said] = field(default_factory=dict)

    def outcome(self, program: Program, subject: Unit) -> Outcome:
        """What columns say of `subject`, if anything."""
        if id(program) not in self.kept:
            self.kept[id(program)] = self._said(program)
        told, left = self.kept[id(program)]
        norm = self.count.norms[id(program)]
        if subject.path in told:
            self.count.found[norm, TOLD] += 1
            return told[subject.path]
        self.count.found[norm, left[subject.path]] += 1
        return super().outcome(program, subject)

    @cached_property
    def _table(self) -> Table | None:
        try:
            return table_of(self.subjects.plan, self.subjects.vocabulary)
        except TooFineError:
            return None

    @cached_property
    def _units(self) -> dict[str, list[Unit]]:
        return units_by_level(self.subjects.plan, self.subjects.vocabulary)

    def _said(self, program: Program) -> Said:
        units, table = self._units[program.level], self._table
        if table is None:
            return {}, {one.path: TOO_FINE for one in units}
        made = compiled([program], table, self.day)
        (found,) = judged(made, table)
        (asked,) = made.asked
        if found is None or asked is None:
            return {}, {one.path: made.left[0] for one in units}
        told, left = {}, {}
        is_special = id(program) in self.count.excepting
        for place, unit in enumerate(units):
            if found.slow[place]:
                left[unit.path] = ROW
            elif is_special and found.open is not None and found.open[place]:
                left[unit.path] = OPEN
            else:
                told[unit.path] = outcome_at(asked, found, (place,))
                if found.open is not None and found.open[place]:  # no conflict is found there
                    told[unit.path] = replace(told[unit.path], if_applicable=UNSAID)
        return told, left


@contextmanager
def judging(pack: Pack) -> Iterator[Count]:
    """Have runs judge by columns, and count what these leave."""
    count = Count.of(pack)
    with patch.object(check, "Judge", lambda subjects, day: ByColumns(subjects, day, count)):
        yield count


def asked_of_columns(case: Case) -> Case | None:
    """The case without what columns do not tell; None where they are asked nothing."""
    if case.chain or "absent" in case.entry:
        return None
    entry = {key: one for key, one in case.entry.items() if key not in UNTOLD}
    values = tuple((path, one) for path, one in case.values if path.split(".")[0] not in UNTOLD)
    return replace(case, entry=entry, values=values)
