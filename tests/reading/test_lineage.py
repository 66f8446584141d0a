"""The former units of Điện Biên: all of them, each under the unit that it became."""

from __future__ import annotations

from collections import Counter
from functools import cache

from dinhbien import Plan
from dinhbien.judging.from_files import read_file
from dinhbien.shipped import content


@cache
def plan() -> Plan:
    return read_file(content("scenarios") / "dien-bien" / "2025-10" / "lineage.yaml")[0]


def test_there_are_as_many_former_units_of_each_kind_as_were_published() -> None:
    kinds = ("Xã", "Phường", "Thị trấn")
    names = [unit.name for unit in plan().root.walk() if unit.level == "former_commune"]
    found = Counter(kind for name in names for kind in kinds if name.startswith(f"{kind} "))
    printed = {one.quantity: one.cell.value for one in plan().figures}

    assert len(names) == len(set(names)) == printed["commune_units_before"]
    assert found["Xã"] == printed["communes_before"]
    assert found["Phường"] == printed["wards_before"]
    assert found["Thị trấn"] == printed["townships_before"]


def test_each_commune_has_the_former_units_that_it_counts() -> None:
    for unit in plan().root.walk():
        if unit.level == "commune":
            below = [one for one in unit.walk() if one.level == "former_commune"]

            assert len(below) == unit.cell("former_units").value


def test_a_commune_counted_as_a_merger_of_two_has_two() -> None:
    printed = {one.quantity: one.cell.value for one in plan().figures}
    counts = [unit.cell("former_units").value for unit in plan().root.walk()
              if unit.level == "commune"]  # fmt: skip

    assert sum(1 for one in counts if one == 2) == printed["mergers_of_two"]
    assert sum(1 for one in counts if one != 2) == printed["mergers_of_three_or_more"]
