"""The values of an allocation → the rows of its tables.

Professionals of a division are spread over the fields that have somebody as evenly as can be,
the earlier fields first.  A quota differs from the people only in the divisions: what is more
goes to fields without anybody, then round the fields; what is less is taken from the largest.
"""

from __future__ import annotations

from typing import Any

from dinhbien import read_change, read_plan
from dinhbien.reading.to_rules import read_rules
from dinhbien.shipped import content

from .program import FOLDER, Commune, Program
from .solve import gap, of_division, staff

Row = dict[str, str]
POSTS = (
    "commune", "organisation", "code", "category", "rank", "position", "held_by", "field",
    "on_books", "concurrent",
)  # fmt: skip
QUOTAS = ("code", "name", "figures.government_quota")
ORGANISATIONS = ("commune", "code", "kind")
COMMUNES = (
    "code", "name", "population", "population.origin", "population.how",
    "figures.government_staff", "figures.organisations", "figures.vice_chairs",
)  # fmt: skip
NO_FIELD = "other_field"


def organisations(program: Program) -> list[Row]:
    """The organisations of every unit."""
    return [
        {"commune": one.code, "code": kind, "kind": kind}
        for one in program.communes
        for kind in kinds(program, one)
    ]


def kinds(program: Program, one: Commune) -> list[str]:
    """The organisations of a unit, in order."""
    fixed = list(program.body["blocks"]["fixed"])
    divisions = [program.kind(name, one) for name in program.divisions]
    return [*fixed[:-1], *divisions, fixed[-1]]


def posts(program: Program, values: dict[str, int]) -> list[Row]:
    """The posts of every unit, those of a field without anybody included."""
    rows: list[Row] = []
    blocks = program.body["blocks"]
    for one in program.communes:
        for kind in kinds(program, one):
            here = {"commune": one.code, "organisation": kind}
            given = blocks["fixed"].get(kind, blocks["leaders_of_a_division"])
            rows += [
                {**here, "code": code, "held_by": "", "field": NO_FIELD, **post}
                for code, post in given.items()
            ]
            rows += [{**here, **row} for row in _professionals(program, values, one, kind)]
    return rows


def _professionals(program: Program, values: dict[str, int], one: Commune, kind: str) -> list[Row]:
    division = next((name for name in program.divisions if program.kind(name, one) == kind), "")
    fields = program.divisions.get(division, [])
    covered = [name for name in fields if not values.get(gap(one, name))]
    people = values[of_division(one, division)] - program.leaders if division else 0
    in_field = {
        name: people // len(covered) + (place < people % len(covered))
        for place, name in enumerate(covered)
    }
    about = {
        "category": "civil_servant", "rank": "professional", "position": "other_position",
        "held_by": "", "concurrent": "0",
    }  # fmt: skip
    return [
        {"code": name, "field": name, "on_books": str(in_field.get(name, 0)), **about}
        for name in fields
    ]


def communes(program: Program, values: dict[str, int]) -> list[Row]:
    """The totals of every unit, and the three likely populations."""
    change = read_change(FOLDER / program.body["frames"]["change"])
    changed = read_plan(FOLDER / "plan.yaml", read_rules(content("rules")), change)
    units = {unit.code: unit for unit in changed.root.children["commune"]}
    rows: list[Row] = []
    for one in program.communes:
        cell = units[one.code].cells["population"]
        population = {"population": "", "population.origin": "", "population.how": ""}
        if cell.how is not None:
            population["population"] = str(cell.value)
            population["population.origin"] = cell.origin
            population["population.how"] = f"{cell.how.vi} / {cell.how.en}"
        totals = {
            "government_staff": str(values[staff(one)]),
            "organisations": str(len(program.divisions) + 1),
            "vice_chairs": program.body["blocks"]["fixed"]["leadership"]["vice_chairs"]["on_books"],
        }
        stated = {f"figures.{name}": value for name, value in totals.items()}
        rows.append({"code": one.code, "name": one.name, **population, **stated})
    return rows


# -- quotas -------------------------------------------------------------------


def quotas(program: Program, name: str, made: list[Row]) -> list[Row]:
    """The modelled quota of every unit, whose people are those of `made`."""
    declared = program.body["allocations"][name]["quota"]
    rows: list[Row] = []
    for one in program.communes:
        books = sum(int(row["on_books"]) for row in made if row["commune"] == one.code)
        total = str(quota(one, declared, books))
        rows.append(dict(zip(QUOTAS, (one.code, one.name, total), strict=True)))
    return rows


def quota(one: Commune, declared: dict[str, Any], books: int) -> int:
    """The modelled quota of a unit with so many people on the books."""
    if one.code in declared["stated"]:
        return int(declared["stated"][one.code])
    return one.frame if declared["is"] == "frame" else max(one.frame, books)
