"""The shipped norms, damaged: an entry cut out, a text replaced, and nothing else moved."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from dinhbien.errors import NormsError, Problem, Problems
from dinhbien.language.from_norms import Rules
from dinhbien.reading.to_norms import NormReader
from dinhbien.reading.to_pack import packs, read_pack
from dinhbien.reading.to_rules import read_rules
from dinhbien.shipped import content

NORMS = content("norms")
INSTRUMENTS = sorted(
    path.parent.relative_to(NORMS).as_posix() for path in NORMS.rglob("instrument.yaml")
)
ARTICLES = sorted(
    path.relative_to(NORMS).as_posix()
    for instrument in INSTRUMENTS
    for path in (NORMS / instrument).glob("*.yaml")
    if path.name != "instrument.yaml"
)
Pair = tuple[yaml.ScalarNode, yaml.Node]
_WITH_UNIT = re.compile(r"(\d[\d_./]*(?: %)?) [a-z].*")


def copied(folder: Path, instrument: str = "") -> Path:
    """The shipped norms, or one instrument of them, copied below `folder`."""
    shutil.copytree(NORMS / instrument, folder / "norms" / instrument)
    return folder / "norms"


def composed(text: str) -> yaml.Node:
    """The nodes of a YAML text, with their marks."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert root is not None
    return root


def pairs(node: yaml.Node | None) -> list[Pair]:
    """The entries of a mapping; none of anything else."""
    return list(node.value) if isinstance(node, yaml.MappingNode) else []


def value_at(node: yaml.Node, *steps: str) -> yaml.Node | None:
    """The value on the way `steps`, or None."""
    for step in steps:
        found = next((value for key, value in pairs(node) if key.value == step), None)
        if found is None:
            return None
        node = found
    return node


def cut(file: Path, *steps: str) -> None:
    """Take the entry at `steps` out of a YAML file."""
    text = file.read_text("utf-8")
    entries = pairs(value_at(composed(text), *steps[:-1]))
    place = next(at for at, (key, _) in enumerate(entries) if key.value == steps[-1])
    key, value = entries[place]
    start = key.start_mark.index
    if place + 1 < len(entries):
        rest = text[entries[place + 1][0].start_mark.index :]
        file.write_text(text[:start] + rest, "utf-8")
        return
    gone = text[start : value.end_mark.index].rstrip()
    file.write_text(text[:start].rstrip(" ") + text[start + len(gone) :], "utf-8")


def without_unit(file: Path, number: yaml.Node) -> None:
    """Take the unit off a number of a YAML file."""
    text, (start, end) = file.read_text("utf-8"), (number.start_mark.index, number.end_mark.index)
    found = _WITH_UNIT.fullmatch(text[start:end])
    assert found
    file.write_text(text[:start] + found[1] + text[end:], "utf-8")


def quantities(node: yaml.Node, steps: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The ways to all numbers with a unit that stand under `numbers`."""
    for key, value in pairs(node):
        here = (*steps, key.value)
        if isinstance(value, yaml.ScalarNode):
            if "numbers" in here and _WITH_UNIT.fullmatch(value.value):
                yield here
        else:
            yield from quantities(value, here)


def problems(norms: Path, pack: str = "") -> list[Problem]:
    """What is wrong with the packs in a folder of norms, or with one of them."""
    found: list[Problem] = []
    for name in [pack] if pack else packs(norms):
        try:
            read_pack(name, norms=norms)
        except NormsError as error:
            found += [one for one in error.problems if one not in found]
    return found


def problems_of(norms: Path, instrument: str) -> list[Problem]:
    """What is wrong with one instrument in a folder of norms, read alone."""
    reader = NormReader(norms, _rules(instrument.partition("/")[0]), {}, Problems())
    reader.instrument(instrument)
    return list(reader.problems.found)


@cache
def _rules(pack: str) -> Rules:
    return read_rules(content("rules"), NORMS / pack)
