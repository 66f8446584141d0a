"""Tables of expectations: each row is a plan with some cells set, and what is then found.

A column is `case` (the id of a published case), `as_of`, a path into the finding of the JSON
contract, or the path of a cell of the plan; one that begins with a dot goes on from `at`.
`~17.46` is a number that is printed so, rounded to that many decimals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from dinhbien.errors import Position
from dinhbien.judging.check import check
from dinhbien.language.pack import Pack
from dinhbien.model.wording import Bilingual
from dinhbien.reading.document import Scalar
from dinhbien.reading.patch import Patch
from dinhbien.reading.to_change import Change
from dinhbien.reading.to_pack import packs, read_pack
from dinhbien.reading.to_plan import pack_named, read_plan
from dinhbien.report.as_json import json_body

from .corpus import ROOT, differ, expectations

NAMES = {"case", "as_of"}
TITLE = Bilingual(vi="một hàng", en="one row")


@dataclass(frozen=True)
class Row:
    """One row of a table; `values` are as written, by column."""

    file: Path
    plan: Path
    place: str
    entry: dict[str, Any]
    values: dict[str, Any]

    @property
    def name(self) -> str:
        """What the test is called."""
        norm = self.entry["norm"].rpartition("#")[2]
        case = self.values.get("case") or "-"
        return f"{self.file.relative_to(ROOT).as_posix()}-{self.place}-{norm}-{case}"


def rows() -> Iterator[Row]:
    """Every row of every table of the corpus."""
    for file, body in expectations():
        for first, entry in enumerate(body.get("cases", ()), 1):
            at = entry.get("at", "")
            columns = [at + one if one.startswith(".") else one for one in entry["columns"]]
            for second, row in enumerate(entry["rows"], 1):
                values = dict(zip(columns, row, strict=True))
                yield Row(file, file.parent / body["plan"], f"{first}.{second}", entry, values)


@cache
def whole(name: str) -> Pack:
    """A pack, read once."""
    return read_pack(name)


def alone(pack: Pack, norm: str) -> Pack:
    """The pack with that norm only."""
    return replace(
        pack,
        norms=tuple(one for one in pack.norms if one.id == norm),
        exemptions=tuple(one for one in pack.exemptions if one.norm == norm),
    )


def finding(row: Row) -> dict[str, Any]:
    """What the row's norm says of the row's subject, as JSON."""
    pack = whole(pack_named(row.plan))
    nowhere = Position(row.file.name)
    patches = [
        Patch(path, Scalar(value, nowhere), nowhere)
        for path, value in row.values.items()
        if path not in NAMES and not _is_found(path)
    ]
    change = Change(TITLE, None, {}, tuple(patches), flags={})
    day = row.values.get("as_of") or row.entry.get("as_of")
    plan = read_plan(row.plan, pack.rules, change, packs())
    report = check(plan, alone(pack, row.entry["norm"]), date.fromisoformat(day) if day else None)
    found = json_body(report, everything=True)["findings"]
    (one,) = [one for one in found if one["subject"]["code"] == row.entry["subject"]]
    assert isinstance(one, dict)
    return one


FOUND = frozenset(
    [
        "amount", "because", "depends_on_reading", "due", "exempt_by", "failed", "head_room",
        "holders", "measured", "missing", "readings", "required", "verdict",
    ]
)  # fmt: skip


def _is_found(path: str) -> bool:
    return path.partition(".")[0] in FOUND


def differences(row: Row) -> Iterator[str]:
    """Where what is found is not as the row expects."""
    one = finding(row)
    for path, expected in row.values.items():
        if path not in NAMES and _is_found(path):
            found = _at(one, path)
            if isinstance(expected, str) and expected.startswith("~"):
                found = _printed(str(found), expected)
            yield from differ(path, expected, found)


def _at(node: Any, path: str) -> Any:  # noqa: ANN401 - any node of a JSON tree
    for step in path.split("."):
        if isinstance(node, list):
            node = node[int(step)] if int(step) < len(node) else None
        else:
            node = node.get(step) if isinstance(node, dict) else None
    return node


def _printed(number: str, like: str) -> str:
    """`number` with as many decimals as `like`, half away from zero."""
    scale = 10 ** len(like.partition(".")[2])
    whole_part, rest = divmod(int(Fraction(number) * scale + Fraction(1, 2)), scale)
    return f"~{whole_part}.{str(rest).rjust(len(str(scale)) - 1, '0')}"
