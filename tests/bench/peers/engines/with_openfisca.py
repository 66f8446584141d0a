"""openfisca-core: organisations are its persons, communes its groups, norms its variables.

It has one level of groups, so the sums over posts are made before; those over organisations are
its own.  It knows no missing value: whether one is missing is a variable beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from tests.bench.peers.engines import hand_numpy
from tests.bench.peers.expressions import FALSE, TRUE, Node, written
from tests.bench.peers.findings import Findings
from tests.bench.peers.table import Measure, Table
from tests.bench.peers.workload import Workload

PERIOD = "2026-06"
ENDS = ("verdict", "least", "most")
Prepared = tuple[Any, Workload, Table, dict[str, dict[str, Any]], dict[str, Any]]
System = tuple[Any, dict[str, Any]]


def prepare(plan: Workload, table: Table) -> Prepared:
    """A system of variables; the values of the inputs."""
    organisation = build_entity("organisation", "organisations", "", is_person=True)
    commune = build_entity(
        "commune", "communes", "", roles=[{"key": "member", "plural": "members", "label": ""}]
    )
    entities = {"organisation": organisation, "commune": commune}
    prepared = hand_numpy.prepare(plan, table)
    levels = hand_numpy.levels(*prepared, 0, plan.size)
    inputs = _inputs(table, {level: rows for level, (rows, _) in levels.items()})
    system = TaxBenefitSystem([commune, organisation])
    for level, columns in inputs.items():
        for name, column in columns.items():
            system.add_variable(_variable(name, entities[level], column.dtype == np.bool_))
    for one in table.measures:
        if one.level == "commune":
            _add_sums(system, one, commune)
    for number, row in enumerate(table.rows):
        for end, said in zip(ENDS, (row.verdict, row.least, row.most), strict=True):
            inside = row.scope if end == "verdict" else TRUE
            formula = _formula(said, inside, row.level)
            system.add_variable(
                _variable(f"{end}_{number}", entities[row.level], truth=False, formula=formula)
            )
    keys = {level: plan.keys(level) for level in entities}
    return system, plan, table, inputs, keys


def _inputs(table: Table, levels: dict[str, hand_numpy.Rows]) -> dict[str, dict[str, Any]]:
    """What is stated, and the sums over posts; both with whether they are missing."""
    from tests.bench.peers.workload import NUMBERS, TRUTHS, WORDS

    found: dict[str, dict[str, Any]] = {"organisation": {}, "commune": {}}
    for level, rows in levels.items():
        for one in (*WORDS[f"{level}s"], *TRUTHS[f"{level}s"]):
            found[level][one] = rows.column(one)
        for one in NUMBERS[f"{level}s"]:
            column = rows.column(one)
            found[level][one] = column.clip(0)
            found[level][f"{one}_open"] = column < 0
    for measure in table.measures:
        if measure.level == "organisation":
            rows = levels["organisation"]
            found["organisation"][measure.name] = rows.column(measure.name)
            missing = rows.column(hand_numpy.open_name(measure.name))
            found["organisation"][f"{measure.name}_open"] = missing
    return found


def _variable(name: str, entity: Any, truth: bool, formula: Any = None) -> Any:  # noqa: ANN401
    members: dict[str, Any] = {
        "value_type": bool if truth else int,
        "entity": entity,
        "definition_period": DateUnit.MONTH,
        "label": "",
    }
    if formula is not None:
        members["formula"] = formula
    return type(name, (Variable,), members)


def _add_sums(system: Any, one: Measure, commune: Any) -> None:  # noqa: ANN401 - no types
    def summed(group: Any, period: Any) -> Any:  # noqa: ANN401 - no types
        words = _words(group.members, period, "organisation")
        value = written(one.value, words) * written(one.where, words)
        return group.sum(value + np.zeros(group.members.count, np.int32))

    def is_open(group: Any, period: Any) -> Any:  # noqa: ANN401 - no types
        words = _words(group.members, period, "organisation")
        return group.any(written(one.missing, words) & written(one.where, words))

    system.add_variable(_variable(one.name, commune, truth=False, formula=summed))
    if one.missing is not FALSE:
        system.add_variable(_variable(f"{one.name}_open", commune, truth=True, formula=is_open))


def _formula(said: Node, scope: Node, level: str) -> Any:  # noqa: ANN401 - a formula
    def formula(population: Any, period: Any) -> Any:  # noqa: ANN401 - no types
        words = _words(population, period, level)
        kept: dict[Node, Any] = {}
        value = np.broadcast_to(written(said, words, kept), population.count)
        return value if scope is TRUE else np.where(written(scope, words, kept), value, 0)

    return formula


_OF_COMMUNE = (
    "type",
    "region",
    "unit_grade",
    "mountainous",
    "border",
    "population",
    "files_a_year",
)


def _words(population: Any, period: Any, level: str) -> dict[str, Callable[..., Any]]:  # noqa: ANN401
    """The expressions over the variables of one entity; those of the commune are projected."""

    def column(name: str) -> Any:  # noqa: ANN401 - a column
        if level == "organisation" and name.removesuffix("_open") in _OF_COMMUNE:
            return population.commune(name, period)
        return population(name, period)

    return {
        **PLAIN,
        "value": column,
        "truth": column,
        "missing": lambda name: column(f"{name}_open"),
        "in": lambda name, codes: np.isin(column(name), codes),
        "look": lambda name, pairs, usual: _look(column(name), pairs, usual),
    }


def _look(column: Any, pairs: tuple[tuple[int, int], ...], usual: int) -> Any:  # noqa: ANN401
    return np.select([column == code for code, _ in pairs], [one for _, one in pairs], usual)


def run(prepared: Prepared) -> list[Any]:
    """The findings as columns, sorted; a new simulation, as no result may be kept."""
    system, plan, table, inputs, keys = prepared
    simulation = _simulation(system, plan, inputs)
    parts: list[list[Any]] = []
    for number, row in enumerate(table.rows):
        verdict, least, most = (simulation.calculate(f"{end}_{number}", PERIOD) for end in ENDS)
        said = np.flatnonzero(verdict)
        norm = np.full(len(said), number, np.uint8)
        parts.append([norm, keys[row.level][said], verdict[said], least[said], most[said]])
    return [np.concatenate(column) for column in zip(*parts, strict=True)]


def _simulation(system: Any, plan: Workload, inputs: dict[str, dict[str, Any]]) -> Any:  # noqa: ANN401
    builder = SimulationBuilder()
    builder.create_entities(system)
    many = len(plan.organisations["kind"])
    builder.declare_person_entity("organisation", range(many))
    group = builder.declare_entity("commune", range(plan.size))
    builder.join_with_persons(group, plan.organisations["commune"], ["member"] * many)
    simulation = builder.build(system)
    for columns in inputs.values():
        for name, column in columns.items():
            simulation.set_input(name, PERIOD, column)
    return simulation


def findings(result: list[Any]) -> Findings:
    """The result in the form that is compared."""
    return Findings.of(result)


def _if(condition: Any, one: Any, other: Any) -> Any:  # noqa: ANN401 - columns or numbers
    return np.where(condition, one, other)


PLAIN: dict[str, Callable[..., Any]] = {
    "true": lambda: True,
    "false": lambda: False,
    "whole": np.int32,
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "//": np.floor_divide,
    "<": np.less,
    "<=": np.less_equal,
    "least": np.minimum,
    "greatest": np.maximum,
    "and": np.logical_and,
    "or": np.logical_or,
    "not": np.logical_not,
    "if": _if,
}
