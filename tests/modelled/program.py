"""``program.yaml``, and what it takes from the engine: the units and their frames."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dinhbien import read_change, read_plan
from dinhbien.reading.to_rules import read_rules
from dinhbien.shipped import content
from tests.judged import check_file

FOLDER = content("scenarios") / "dien-bien" / "2025-10"


@dataclass(frozen=True)
class Commune:
    """A unit: its frame under the reading of the program, and the least and greatest of all."""

    code: str
    name: str
    ward: bool
    former_units: int
    frame: int
    least_frame: int


@dataclass(frozen=True)
class Program:
    """The declared program: `body` is the file, whose scalars are all texts."""

    body: dict[str, Any]
    communes: tuple[Commune, ...]

    @property
    def groups(self) -> dict[str, Any]:
        """The constraints by name."""
        return dict(self.body["constraints"])

    @property
    def divisions(self) -> dict[str, list[str]]:
        """The fields of each division, in order."""
        return dict(self.body["blocks"]["divisions"])

    @property
    def leaders(self) -> int:
        """How many leaders a division has."""
        return sum(int(one["on_books"]) for one in self._leaders.values())

    @property
    def _leaders(self) -> dict[str, Any]:
        return dict(self.body["blocks"]["leaders_of_a_division"])

    @property
    def outside(self) -> int:
        """How many people a unit has outside its divisions."""
        fixed = self.body["blocks"]["fixed"].values()
        return sum(int(post["on_books"]) for posts in fixed for post in posts.values())

    @property
    def open_fields(self) -> list[str]:
        """The fields that may have gaps, in the order of the divisions."""
        named = self.groups["gaps_in_named_fields"]["named"].values()
        known = {field for fields in named for field in fields}
        return [one for fields in self.divisions.values() for one in fields if one in known]

    def kind(self, division: str, commune: Commune) -> str:
        """What a division is called in a unit."""
        wards = self.body["blocks"]["in_wards"]
        return str(wards.get(division, division)) if commune.ward else division

    def names(self, group: str) -> set[str]:
        """The codes of the units that a constraint names."""
        return set(self.groups[group]["communes"])


def read_program(folder: Path = FOLDER) -> Program:
    """The program of a folder, with the units and their frames as the engine reckons them."""
    text = (folder / "modelled" / "program.yaml").read_text("utf-8")
    body = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - so that codes stay texts
    return Program(body, communes(body["frames"]["norm"], body["frames"]["reading"]))


@cache
def communes(norm: str, reading: str) -> tuple[Commune, ...]:
    """The units of the published plan with their frames, three populations filled in."""
    plan, change = FOLDER / "plan.yaml", FOLDER / "change-populations.yaml"
    report = check_file(plan, change=change)
    units = read_plan(plan, read_rules(content("rules")), read_change(change)).root.children
    by_code = {unit.code: unit for unit in units["commune"]}
    made: list[Commune] = []
    for finding in report.findings:
        if finding.norm != norm:
            continue
        by_reading = {finding.reading: finding.outcome, **finding.others}
        frames = {name: one.least.exact for name, one in by_reading.items() if one.least}
        assert None not in frames.values(), finding.id
        whole = {name: int(str(one)) for name, one in frames.items()}
        unit = by_code[finding.subject.code]
        ward, merged = unit.cells["type"].value == "phuong", unit.cells["former_units"].value
        found = (unit.name, ward, int(str(merged)), whole[reading], min(whole.values()))
        made.append(Commune(unit.code, *found))
    return tuple(made)
