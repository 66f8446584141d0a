"""The program as whole-number optimisation: HiGHS solves it, one goal after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from .program import Commune, Program

Terms = dict[str, int]
"""A linear expression: a whole coefficient for each variable."""
_MOST = 10_000
_PEOPLE, _YES_OR_NO = (2, 1000), (15, 2)
"""How many variables are settled at once, and the weight of each over the next."""
_INFEASIBLE = 2


class ConflictError(Exception):
    """No allocation meets the program: the groups of constraints that exclude each other."""

    def __init__(self, groups: Iterable[str]) -> None:
        self.groups = tuple(groups)
        super().__init__(", ".join(self.groups))


@dataclass(frozen=True)
class Line:
    """`low` ≤ terms ≤ `high`, and the group of constraints that demands it."""

    terms: Terms
    low: int
    high: int
    group: str


@dataclass
class Model:
    """The variables with their bounds, and the lines."""

    program: Program
    variables: dict[str, tuple[int, int]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def variable(self, name: str, low: int = 0, high: int = _MOST) -> Terms:
        """A new whole variable, as an expression."""
        self.variables[name] = (low, high)
        return {name: 1}

    def demand(self, group: str, terms: Terms, low: int = -_MOST, high: int = _MOST) -> None:
        """One more line; `group` is the constraint that it stands for."""
        self.lines.append(Line(terms, low, high, group))

    def best(self, terms: Terms, without: Iterable[str] = ()) -> dict[str, int] | None:
        """The values with the least `terms`, or None where nothing meets the lines."""
        names = list(self.variables)
        place = {name: at for at, name in enumerate(names)}
        lines = [one for one in self.lines if one.group not in without]
        filled = [(row, place[k], v) for row, one in enumerate(lines) for k, v in one.terms.items()]
        rows, columns, values = zip(*filled, strict=True)
        matrix = csr_array((values, (rows, columns)), shape=(len(lines), len(names)))
        cost = np.zeros(len(names))
        for name, weight in terms.items():
            cost[place[name]] = weight
        bounds = Bounds(*(np.array(ends) for ends in zip(*self.variables.values(), strict=True)))
        limits = LinearConstraint(matrix, [one.low for one in lines], [one.high for one in lines])
        found = milp(
            cost, constraints=limits, bounds=bounds, integrality=np.ones(len(names)),
            options={"mip_rel_gap": 0},
        )  # fmt: skip
        if found.status == _INFEASIBLE:
            return None
        assert found.success, found.message
        whole = {name: round(value) for name, value in zip(names, found.x, strict=True)}
        self._verify(whole, lines)
        return whole

    def _verify(self, values: dict[str, int], lines: list[Line]) -> None:
        """Every line and bound again, in whole numbers: the solver reckons in floats."""
        for name, (low, high) in self.variables.items():
            assert low <= values[name] <= high, name
        for one in lines:
            assert one.low <= worth(one.terms, values) <= one.high, one


def worth(terms: Terms, values: dict[str, int]) -> int:
    """The value of an expression."""
    return sum(weight * values[name] for name, weight in terms.items())


def added(*parts: Terms) -> Terms:
    """The sum of expressions."""
    total: Terms = {}
    for part in parts:
        for name, weight in part.items():
            total[name] = total.get(name, 0) + weight
    return total


def times(factor: int, terms: Terms) -> Terms:
    """An expression times a whole number."""
    return {name: factor * weight for name, weight in terms.items()}


def built(program: Program) -> Model:
    """The variables and the constraints of a program; no goal yet."""
    model = Model(program)
    for one in program.communes:
        model.variable(staff(one))
        for division in program.divisions:
            model.variable(of_division(one, division))
        for name in program.open_fields:
            model.variable(gap(one, name), high=1)
    _people(model)
    for one in program.communes:
        _divisions(model, one)
        _fields(model, one)
    _gaps(model)
    return model


def staff(one: Commune) -> str:
    """The variable of a unit's people."""
    return f"staff {one.code}"


def of_division(one: Commune, division: str) -> str:
    """The variable of a division's people."""
    return f"division {one.code} {division}"


def gap(one: Commune, name: str) -> str:
    """The variable that is 1 where a field has nobody."""
    return f"gap {one.code} {name}"


def gaps_of(one: Commune, program: Program) -> Terms:
    """A unit's gaps."""
    return {gap(one, name): 1 for name in program.open_fields}


def excess_holders(program: Program) -> list[Commune]:
    """The units that may share the excess."""
    merged = int(program.groups["excess_only_where_merged"]["former_units"])
    named = program.names("below_frame") | program.names("stated")
    units = program.communes
    return [one for one in units if one.former_units >= merged and one.code not in named]


def _people(model: Model) -> None:
    program, groups = model.program, model.program.groups
    total = int(groups["total"]["people"])
    model.demand("total", {staff(one): 1 for one in program.communes}, total, total)
    below, stated = program.names("below_frame"), groups["stated"]["communes"]
    holders = {one.code for one in excess_holders(program)}
    for one in program.communes:
        terms = {staff(one): 1}
        if one.code in below:
            least = int(groups["below_frame"]["by_at_least"])
            model.demand("below_frame", terms, high=one.least_frame - least)
        else:
            model.demand("nobody_else_below", terms, low=one.frame)
        if one.code in stated:
            model.demand("stated", terms, int(stated[one.code]), int(stated[one.code]))
        elif one.code not in holders:
            model.demand("excess_only_where_merged", terms, high=one.frame)


def _divisions(model: Model, one: Commune) -> None:
    program = model.program
    parts = [{of_division(one, name): 1} for name in program.divisions]
    whole = added({staff(one): 1}, *(times(-1, part) for part in parts))
    model.demand("blocks", whole, program.outside, program.outside)
    least = int(program.groups["division_floor"]["civil_servants"])
    for part in parts:
        model.demand("division_floor", part, low=least)
    for large, small in [*pairwise(parts), (parts[0], parts[-1])]:
        model.demand("divisions_alike", added(large, times(-1, small)), 0, 1)


def _fields(model: Model, one: Commune) -> None:
    program = model.program
    for division, fields in program.divisions.items():
        gaps = {gap(one, name): 1 for name in fields if name in program.open_fields}
        model.demand("fields_held", gaps, high=len(fields) - 1)
        covered = added(gaps, {of_division(one, division): 1})
        model.demand("fields_held", covered, low=len(fields) + program.leaders)


def _gaps(model: Model) -> None:
    program, groups = model.program, model.program.groups
    units = program.communes
    total = int(groups["gaps_total"]["gaps"])
    every = added(*(gaps_of(one, program) for one in units))
    model.demand("gaps_total", every, total, total)
    reported = groups["gaps_reported"]
    for kind, value in (("gaps", 1), ("covered", 0)):
        for code, fields in reported[kind].items():
            for name in fields:
                model.demand("gaps_reported", {f"gap {code} {name}": 1}, value, value)
    most = model.variable("gaps of the others")
    six = program.names("below_frame")
    for one in units:
        difference = added(gaps_of(one, program), times(-1, most))
        low, high = (0, _MOST) if one.code in six else (-_MOST, 0)
        model.demand("gaps_most_where_short", difference, low, high)


# -- goals --------------------------------------------------------------------


def allocation(program: Program, name: str) -> dict[str, int]:
    """The values of the allocation `name`: unique, by its goals and then by the codes.

    Raises `ConflictError` where nothing meets the constraints.
    """
    model = built(program)
    if model.best({}) is None:
        raise ConflictError(conflict(model))
    for goal in program.body["allocations"][name]["goals"]:
        for terms in GOALS[goal](model):
            _settle(model, terms)
    for terms in _by_code(program):
        _settle_each(model, terms)
    values = model.best({})
    assert values is not None
    return values


def conflict(model: Model) -> list[str]:
    """Groups that exclude each other, and of which none can be left out: a deletion filter."""
    out: list[str] = []
    for group in dict.fromkeys(one.group for one in model.lines):
        if model.best({}, without=[*out, group]) is None:
            out.append(group)
    return [one for one in dict.fromkeys(line.group for line in model.lines) if one not in out]


def _settle(model: Model, terms: Terms) -> None:
    """Hold an expression at its least from here on."""
    found = model.best(terms)
    assert found is not None
    least = worth(terms, found)
    model.demand("goal", terms, -_MOST * _MOST, least)


def _settle_each(model: Model, terms: Terms) -> None:
    """Hold every variable of an expression whose least value leaves it no choice."""
    found = model.best(terms)
    assert found is not None
    for name in terms:
        model.variables[name] = (found[name], found[name])


def _below(program: Program) -> list[tuple[Commune, Terms]]:
    """By how many each of the six is short, but for its frame: −staff."""
    six = program.names("below_frame")
    return [(one, {staff(one): -1}) for one in program.communes if one.code in six]


def _least_shortage(model: Model) -> list[Terms]:
    return [added(*(terms for _, terms in _below(model.program)))]


def _greatest_equal_shortage(model: Model) -> list[Terms]:
    common = model.variable("common shortage")
    for one, short in _below(model.program):
        model.demand("goal", added(short, times(-1, common)), -one.frame, -one.frame)
    return [times(-1, common), added(*(short for _, short in _below(model.program)))]


def _excess_by_former_units(model: Model) -> list[Terms]:
    holders = excess_holders(model.program)
    merged = int(model.program.groups["excess_only_where_merged"]["former_units"]) - 1
    weights = {one.code: one.former_units - merged for one in holders}
    whole, frames = sum(weights.values()), sum(one.frame for one in holders)
    everybody = {staff(one): 1 for one in holders}
    deviations: list[Terms] = []
    for one in holders:
        deviation = model.variable(f"deviation {one.code}")
        weight = weights[one.code]
        off = added(times(whole, {staff(one): 1}), times(-weight, everybody))
        aim = whole * one.frame - weight * frames
        model.demand("goal", added(off, times(-1, deviation)), -_MOST * _MOST, aim)
        model.demand("goal", added(off, deviation), aim, _MOST * _MOST)
        deviations.append(deviation)
    return [added(*deviations)]


def _even(model: Model, name: str, parts: Iterable[tuple[Terms, int]]) -> list[Terms]:
    """The least greatest of `terms − constant`, then the greatest least."""
    top, bottom = model.variable(f"most {name}"), model.variable(f"least {name}")
    for terms, constant in parts:
        model.demand("goal", added(terms, times(-1, top)), high=constant)
        model.demand("goal", added(terms, times(-1, bottom)), low=constant)
    return [top, times(-1, bottom)]


def _excess_even(model: Model) -> list[Terms]:
    holders = excess_holders(model.program)
    return _even(model, "excess", [({staff(one): 1}, one.frame) for one in holders])


def _gaps_as_named(model: Model) -> list[Terms]:
    named = list(model.program.groups["gaps_in_named_fields"]["named"].values())
    units = model.program.communes
    return [{gap(one, name): -1 for one in units for name in fields} for fields in named[:2]]


def _gaps_even_by_field(model: Model) -> list[Terms]:
    units = model.program.communes
    fields = model.program.open_fields
    parts = [({gap(one, name): 1 for one in units}, 0) for name in fields]
    return _even(model, "by field", parts)


def _gaps_even_by_unit(model: Model) -> list[Terms]:
    parts = [(gaps_of(one, model.program), 0) for one in model.program.communes]
    return _even(model, "by unit", parts)


GOALS: dict[str, Callable[[Model], list[Terms]]] = {
    "least_shortage": _least_shortage,
    "greatest_equal_shortage": _greatest_equal_shortage,
    "excess_by_former_units": _excess_by_former_units,
    "excess_even": _excess_even,
    "gaps_as_named": _gaps_as_named,
    "gaps_even_by_field": _gaps_even_by_field,
    "gaps_even_by_unit": _gaps_even_by_unit,
}


def _by_code(program: Program) -> Iterable[Terms]:
    """Ties: the most people, unit after unit; then the most gaps, unit by unit, field by field.

    Several variables are settled at once, each with more weight than all that follow it: the
    same as one after the other.
    """
    people = [staff(one) for one in program.communes]
    gaps = [gap(one, name) for one in program.communes for name in program.open_fields]
    for names, size, weight in ((people, *_PEOPLE), (gaps, *_YES_OR_NO)):
        for start in range(0, len(names), size):
            pack = names[start : start + size]
            yield {name: -(weight ** (len(pack) - 1 - at)) for at, name in enumerate(pack)}
