"""The committed tables against the declared constraints, in whole numbers and from the files.

It shares nothing with the solver but the program: a wrong model would not pass its own check.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from .posts import NO_FIELD, QUOTAS, Row, kinds, quota
from .program import Commune, Program


def rows(path: Path) -> list[Row]:
    """A table as texts."""
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def faults(program: Program, folder: Path, name: str) -> Iterator[str]:
    """What the tables of the allocation `name` in `folder` do not meet, by constraint."""
    posts, totals = rows(folder / name / "posts.csv"), rows(folder / name / "communes.csv")
    by_unit = {one.code: [row for row in posts if row["commune"] == one.code] for one in
               program.communes}  # fmt: skip
    people = {code: _people(own) for code, own in by_unit.items()}
    yield from _units(program, people, {row["code"]: row for row in totals})
    yield from _listed(program, rows(folder / "organisations.csv"), by_unit)
    gaps: dict[str, list[str]] = {}
    for one in program.communes:
        yield from _divisions(program, one, by_unit[one.code])
        gaps[one.code] = _gaps(program, one, by_unit[one.code])
    yield from _gap_constraints(program, gaps)
    if (folder / name / "quotas.csv").exists():
        yield from _quotas(program, name, people, rows(folder / name / "quotas.csv"))


def _people(own: list[Row]) -> int:
    return sum(int(row["on_books"]) for row in own)


def _units(program: Program, people: dict[str, int], totals: dict[str, Row]) -> Iterator[str]:
    groups = program.groups
    if sum(people.values()) != int(groups["total"]["people"]):
        yield f"total: {sum(people.values())}"
    six, stated = program.names("below_frame"), groups["stated"]["communes"]
    least, merged = int(groups["below_frame"]["by_at_least"]), int(
        groups["excess_only_where_merged"]["former_units"]
    )  # fmt: skip
    for one in program.communes:
        number = people[one.code]
        if int(totals[one.code]["figures.government_staff"]) != number:
            yield f"total of {one.code}: not the sum of its posts"
        if one.code in six and number > one.least_frame - least:
            yield f"below_frame: {one.code}"
        if one.code not in six and number < one.frame:
            yield f"nobody_else_below: {one.code}"
        if one.code in stated and number != int(stated[one.code]):
            yield f"stated: {one.code}"
        if number > one.frame and one.former_units < merged and one.code not in stated:
            yield f"excess_only_where_merged: {one.code}"


def _listed(program: Program, listed: list[Row], by_unit: dict[str, list[Row]]) -> Iterator[str]:
    for one in program.communes:
        own = [row["kind"] for row in listed if row["commune"] == one.code]
        if own != kinds(program, one) or {row["organisation"] for row in by_unit[one.code]} != {
            *own
        }:
            yield f"blocks: organisations of {one.code}"
        for kind, fixed in program.body["blocks"]["fixed"].items():
            held = {row["code"]: row for row in by_unit[one.code] if row["organisation"] == kind}
            if {code: row["on_books"] for code, row in held.items()} != {
                code: post["on_books"] for code, post in fixed.items()
            }:
                yield f"blocks: {kind} of {one.code}"


def _divisions(program: Program, one: Commune, own: list[Row]) -> Iterator[str]:
    least = int(program.groups["division_floor"]["civil_servants"])
    sizes = []
    for division in program.divisions:
        held = [row for row in own if row["organisation"] == program.kind(division, one)]
        servants = [row for row in held if row["category"] == "civil_servant"]
        leaders = [row for row in held if row["rank"] in {"head", "deputy"}]
        sizes.append(_people(servants))
        if sizes[-1] < least:
            yield f"division_floor: {one.code} {division}"
        if _people(leaders) != program.leaders or len(servants) != len(held):
            yield f"blocks: leaders of {one.code} {division}"
        if not any(int(row["on_books"]) for row in held if row["field"] != NO_FIELD):
            yield f"fields_held: {one.code} {division}"
    if sizes != sorted(sizes, reverse=True) or sizes[0] - sizes[-1] > 1:
        yield f"divisions_alike: {one.code}"


def _gaps(program: Program, one: Commune, own: list[Row]) -> list[str]:
    """The fields of a unit's divisions without a civil servant."""
    held: Counter[tuple[str, str]] = Counter()
    for row in own:
        held[row["organisation"], row["field"]] += int(row["on_books"])
    return [
        name
        for division, fields in program.divisions.items()
        for name in fields
        if not held[program.kind(division, one), name]
    ]


def _gap_constraints(program: Program, gaps: dict[str, list[str]]) -> Iterator[str]:
    groups = program.groups
    if sum(map(len, gaps.values())) != int(groups["gaps_total"]["gaps"]):
        yield f"gaps_total: {sum(map(len, gaps.values()))}"
    odd = {name for fields in gaps.values() for name in fields} - set(program.open_fields)
    if odd:
        yield f"gaps_in_named_fields: {sorted(odd)}"
    for code, fields in groups["gaps_reported"]["gaps"].items():
        if set(fields) - set(gaps[code]):
            yield f"gaps_reported: {code}"
    for code, fields in groups["gaps_reported"]["covered"].items():
        if set(fields) & set(gaps[code]):
            yield f"gaps_reported: {code} is covered"
    six = program.names("below_frame")
    most = max(len(fields) for code, fields in gaps.items() if code not in six)
    yield from (f"gaps_most_where_short: {code}" for code in six if len(gaps[code]) < most)


def _quotas(
    program: Program, name: str, people: dict[str, int], assigned: list[Row]
) -> Iterator[str]:
    declared = program.body["allocations"][name]["quota"]
    for one in program.communes:
        own = [int(row[QUOTAS[-1]]) for row in assigned if row["code"] == one.code]
        if own != [quota(one, declared, people[one.code])]:
            yield f"quota: {one.code}"
