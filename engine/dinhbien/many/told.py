"""Findings of one plan as arrays, and the sentences of rows on request.  §16

A sentence is made of the numbers that the norm's program gave; what is missing, and the numbers
of a row that arrays leave, are asked of the definition for that row alone.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from datetime import date
from functools import cached_property

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from dinhbien.columns.from_plan import table_of, units_by_level
from dinhbien.columns.judged import compiled, outcome_at
from dinhbien.columns.outcome import CODES
from dinhbien.errors import InputError, UsageError, nearest
from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import finding_of
from dinhbien.judging.contradictions import refuse_contradictions
from dinhbien.judging.standing import Judged, standings
from dinhbien.language.pack import Pack
from dinhbien.many.asked import Asking, finding_alone
from dinhbien.many.settled import STANDINGS, Findings, nothing, related, settle
from dinhbien.meaning.judge import Judge
from dinhbien.meaning.subjects import Subjects
from dinhbien.model.finding import ROWS, Finding, Outcome, Subject
from dinhbien.model.plan import Plan, Unit

_ANYBODY = Subject("", "", "")
_LISTED = [CODES[one] for one in ROWS]


class Told(Struct, dict=True):
    """What norms say of the units of one plan, row by row; told when it is asked for.

    Norms are put on a tape once, when the first row is asked for.  Units that a list may hold
    beside those it shows, and norms of which it is open whether they are in force, have no rows.
    """

    plan: Plan
    pack: Pack
    day: date
    _said: dict[Hashable, str] = field(default_factory=dict)

    def sentences(self, lang: str = "vi") -> dict[str, str]:
        """The rows of a result, each in one sentence, by the id of the finding."""
        say = Teller(self.pack, lang)
        made: dict[str, str] = {}
        for found in self._settled():
            program, reading = found.norm.used.program, found.norm.used.name
            tail = f"/{program.baseline}/{reading}"
            kinds = _kinds(found)
            for place, unit in self._listed(found):
                if self._is_left(found, place):
                    one = self._by_definition(found.judged, unit)
                    if one.is_row:
                        made[one.id] = self._sentence(one, say)
                    continue
                key = found.norm.id, lang, kinds[place]
                if key not in self._said:
                    self._said[key] = self._unnamed(self._finding(found, place, unit), say)
                name = self.subjects.full_name(unit)
                made[f"{found.norm.id}@{unit.code}{tail}"] = name + self._said[key]
        return made

    def sentence(self, norm: str, code: str, lang: str = "vi") -> str:
        """One finding in one sentence, in Vietnamese (``vi``) or English (``en``).

        Only `norm` is asked, of the unit with that full code, and the norms that it may give way
        to.  Raises `UsageError` where it is not in force, or asks nothing of the unit.
        """
        return self._sentence(self.finding(norm, code), Teller(self.pack, lang))

    def finding(self, norm: str, code: str) -> Finding:
        """One finding in full, as the definition gives it; see `sentence`."""
        judged = next((one for one in self._certain if one.norm.id == norm), None)
        if judged is None:
            known = [one.norm.id for one in self._certain]
            message = f"`{norm}` is no norm in force; {nearest(norm, known)}"
            raise UsageError(message)
        level = judged.norm.used.program.level
        unit = next((one for one in self._units[level] if one.code == code), None)
        if unit is None:
            message = f"`{norm}` asks nothing of `{code}`: it asks of each {level}"
            raise UsageError(message)
        return self._by_definition(judged, unit)

    # -- what is kept --------------------------------------------------------

    @cached_property
    def subjects(self) -> Subjects:
        """The units of the plan."""
        return Subjects(self.plan, self.pack.rules.vocabulary)

    @cached_property
    def _judge(self) -> Judge:
        return Judge(self.subjects, self.day)

    @cached_property
    def _certain(self) -> list[Judged]:
        return [one for one in standings(self.pack, self.day)[0] if one.certain]

    @cached_property
    def _units(self) -> dict[str, list[Unit]]:
        return units_by_level(self.plan, self.pack.rules.vocabulary)

    @cached_property
    def _asking(self) -> Asking:
        table = table_of(self.plan, self.pack.rules.vocabulary)
        programs = [one.program for each in self._certain for one in each.norm.readings]
        return Asking(self._certain, compiled(programs, table, self.day), table)

    @cached_property
    def _groups(self) -> dict[str, list[Judged]]:
        return related([Findings(one, nothing(0), ()) for one in self._certain])

    @cached_property
    def _first(self) -> dict[str, int]:
        """Where the first reading of each norm stands on the tape."""
        many = [len(one.norm.readings) for one in self._certain]
        return {one.norm.id: sum(many[:at]) for at, one in enumerate(self._certain)}

    def _by_definition(self, judged: Judged, unit: Unit) -> Finding:
        names, norm = {one.norm.id for one in self._certain}, judged.norm.id
        return finding_alone(norm, unit, self._judge, self._groups[norm], self.pack, names)

    # -- rows ----------------------------------------------------------------

    def _settled(self) -> list[Findings]:
        """What norms say of all units, once texts gave way to others."""
        found = self._asking.found(self._asking.made.bound(self._asking.table))
        names = {one.norm.id for one in self._certain}
        settle(found, self.pack, self.day,
               lambda level: [one.code for one in self._units[level]], names)  # fmt: skip
        return found

    def _listed(self, found: Findings) -> Iterator[tuple[int, Unit]]:
        """The units of which a result may list what a norm says."""
        shown = found.unsettled | found.depends | np.isin(found.verdict, _LISTED)
        units = self._units[found.norm.used.program.level]
        return ((place, units[place]) for place in np.flatnonzero(shown).tolist())

    def _is_left(self, found: Findings, place: int) -> bool:
        """Whether the definition says it: arrays do not, or another text changed it."""
        untouched = found.verdict[place] == found.used.verdict[place]
        is_used = STANDINGS[found.standing[place]] == found.judged.standing
        return bool(found.unsettled[place]) or not (untouched and is_used)

    def _finding(self, found: Findings, place: int, unit: Unit) -> Finding:
        """A row as arrays tell it."""
        readings = [one.name for one in found.norm.readings]
        outcomes = dict(zip(readings, self._outcomes(found, place), strict=True))
        return finding_of(found.judged, unit, self._judge, outcomes)

    def _outcomes(self, found: Findings, place: int) -> list[Outcome]:
        """What each reading says of a unit, the used one first."""
        asked = self._asking.made.asked[self._first[found.norm.id] :]
        return [
            outcome_at(program, one, (place,))
            for one, program in zip((found.used, *found.others), asked, strict=False)
            if program is not None
        ]

    def _sentence(self, one: Finding, say: Teller) -> str:
        return one.subject.name + self._unnamed(one, say)

    def _unnamed(self, one: Finding, say: Teller) -> str:
        """A sentence without the name that it begins with."""
        norm = self.pack.norm(one.norm)
        assert norm is not None  # noqa: S101 - it was asked
        return say.sentence(replace(one, subject=_ANYBODY), norm)


def told(plan: Plan, pack: Pack, as_of: date | None = None) -> Told:
    """What the norms of `pack` say of `plan`, told row by row; by default on the plan's own day.

    Raises `InputError` where there is no day, or where stated totals contradict cells.
    """
    day = as_of or plan.as_of
    if day is None:
        message = "no day to judge by: the plan states no `as_of`, and none was given"
        raise InputError(message)
    made = Told(plan, pack, day)
    refuse_contradictions(made.subjects, pack.rules)
    return made


def _kinds(found: Findings) -> list[tuple[Hashable, ...]]:
    """By unit, all that its sentence is made of but its name."""
    used = found.used
    ends = [used.measured, used.least, used.most, used.short_by, used.over_by]
    arrays = [used.verdict, used.side, used.told, found.depends, *used.failed]
    arrays += [one.verdict for one in found.others]
    arrays += [end for one in ends if one is not None for end in one]
    return list(zip(*(np.broadcast_to(one, found.shape).tolist() for one in arrays), strict=True))
