"""One expectation at a time: an entry of a file, or a row of a table with its plan's cells.

In a table a column is `case` (the id of a published case), `as_of`, a path into the finding of
the JSON contract, or the path of a cell of the plan; one that begins with a dot goes on from `at`.
`~17.46` is a number that is printed so, rounded to that many decimals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from msgspec import Struct

from dinhbien.corpus.expectations import ABOUT, Expected
from dinhbien.errors import Position
from dinhbien.reading.typed import position_in

NAMES = frozenset(["case", "as_of"])
FOUND = frozenset(
    [
        "amount", "because", "depends_on_reading", "due", "exempt_by", "failed", "glide",
        "head_room",
        "holders", "measured", "missing", "readings", "required", "verdict",
    ]
)  # fmt: skip


class Case(Struct, frozen=True):
    """One expectation.

    It may have a `change` file; a row has `cells` that are set in the plan, and `values`: what
    it says in its other columns, by their paths.
    """

    at: Position
    place: str
    plan: Path
    change: Path | None
    as_of: str
    cells: tuple[tuple[str, Any], ...]
    entry: dict[str, Any]
    values: tuple[tuple[str, Any], ...] = ()

    @property
    def norm(self) -> str:
        """The norm that it is about; empty where it is about flags of a unit alone."""
        return str(self.entry.get("norm", ""))

    @property
    def chain(self) -> str:
        """The chain of flags that it is about, or an empty text."""
        return str(self.entry.get("chain") or "")

    @property
    def verdicts(self) -> frozenset[str]:
        """The verdicts that it expects of the norm as it is read."""
        said = [self.entry.get("verdict", ""), self.named("verdict")]
        return frozenset(str(one) for one in said if one)

    def named(self, column: str) -> str:
        """What a row says in a column, or an empty text."""
        return str(dict(self.values).get(column, ""))


def cases(files: Iterable[Expected]) -> Iterator[Case]:
    """Every expectation of the files, entries and rows."""
    for one in files:
        yield from _entries(one)
        yield from _rows(one)


def _entries(one: Expected) -> Iterator[Case]:
    for place, entry in enumerate(one.body.get("expect", ()), 1):
        changed = one.beside(entry.get("change") or one.body.get("change"))
        day = entry.get("as_of", one.body.get("as_of", ""))
        at = position_in(one.node, ("expect", place - 1))
        yield Case(at, str(place), one.plan, changed, day, (), entry)


def _rows(one: Expected) -> Iterator[Case]:
    for first, table in enumerate(one.body.get("cases", ()), 1):
        above = table.get("at", "")
        changed = one.beside(one.body.get("change"))
        columns = [above + name if name.startswith(".") else name for name in table["columns"]]
        for second, row in enumerate(table["rows"], 1):
            values = tuple(zip(columns, row, strict=True))
            day = dict(values).get("as_of") or table.get("as_of") or one.body.get("as_of", "")
            cells = tuple((path, value) for path, value in values if _is_cell(path))
            found = tuple((path, value) for path, value in values if not _is_cell(path))
            at = position_in(one.node, ("cases", first - 1, "rows", second - 1))
            yield Case(at, f"{first}.{second}", one.plan, changed, day, cells, table, found)


def _is_cell(path: str) -> bool:
    return path not in NAMES and path.partition(".")[0] not in FOUND


def differences(case: Case, body: dict[str, Any]) -> Iterator[str]:
    """Where the JSON contract of a run is not as expected."""
    entry, norm = case.entry, case.norm
    by_code = {one["subject"]["code"]: one for one in body["findings"] if one["norm"] == norm}
    if "rows" in entry:
        finding = by_code.get(entry["subject"])
        for path, value in case.values:
            if path in NAMES:
                continue
            found = _at(finding, path)
            printed = isinstance(value, str) and value.startswith("~") and found is not None
            yield from differ(path, value, _printed(str(found), value) if printed else found)
        return
    expected = {key: value for key, value in entry.items() if key not in ABOUT}
    if "absent" in entry:
        absent = [one for one in body["not_in_force"] if one["norm"] == norm]
        yield from differ("", {"why": entry["absent"], **expected}, absent[0] if absent else None)
    elif case.chain:
        yield from differ(case.chain, expected, _row(case, body))
    elif "total" in entry:
        of_norm = (one[norm] for one in body["totals"].values() if norm in one)
        totals: dict[str, Any] = next(of_norm, {})
        yield from differ("", expected, totals.get(entry["total"]))
    else:
        for code in entry.get("subjects", (entry.get("subject"),)):
            yield from differ(code, expected, by_code.get(code))


def _row(case: Case, body: dict[str, Any]) -> dict[str, Any] | None:
    """The row of flags that a case is about, its flags by name."""
    name = f"{case.chain}@{case.entry['subject']}" + (f"/{case.norm}" if case.norm else "")
    row = next((one for one in body["flags"] if one["id"] == name), None)
    return {**row, "flags": {one["flag"]: one for one in row["flags"]}} if row else None


def differ(where: str, expected: object, found: object) -> Iterator[str]:
    """Where `found` is not `expected`.

    A text stands for itself, or for True, False; the empty one for nothing.
    """
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in expected.items():
            yield from differ(f"{where}.{key}", value, found.get(key))
    elif isinstance(expected, tuple) and isinstance(found, list) and len(expected) == len(found):
        for place, value in enumerate(expected):
            yield from differ(f"{where}.{place}", value, found[place])
    elif isinstance(expected, str) and expected == ("" if found is None else str(found)):
        return
    else:
        yield f"{where}: expected {expected}, found {found}"


def _at(node: Any, path: str) -> Any:  # noqa: ANN401 - any node of a JSON tree
    for step in path.split("."):
        if isinstance(node, list):
            node = node[int(step)] if int(step) < len(node) else None
        else:
            node = node.get(step) if isinstance(node, dict) else None
    return node


def _printed(number: str, like: str) -> str:
    """`number` with as many decimals as `like`, half away from zero."""
    scale = int(Fraction(f"1e{len(like.partition('.')[2])}"))
    whole_part, rest = divmod(int(Fraction(number) * scale + Fraction(1, 2)), scale)
    return f"~{whole_part}.{str(rest).rjust(len(str(scale)) - 1, '0')}"
