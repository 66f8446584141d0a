"""The loader of the conformance corpus: ``scenarios/**/expect-*.yaml``.

An expectation names a norm and a subject (or `subjects`, a `total` by reading, or `absent`)
and the part of the JSON contract that must be found there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from dinhbien.errors import Problems
from dinhbien.judging.from_files import check_file
from dinhbien.reading.document import plain, read_document
from dinhbien.report.as_json import json_body
from dinhbien.shipped import content

ROOT = content("scenarios")
_ABOUT = frozenset(
    [
        "norm",
        "chain",
        "subject",
        "subjects",
        "total",
        "absent",
        "as_of",
        "change",
        "case",
        "shapes",
        "status",
    ]
)


@dataclass(frozen=True)
class Case:
    """One expectation of one file."""

    file: Path
    place: int
    plan: Path
    change: Path | None
    as_of: str
    entry: dict[str, Any]

    @property
    def name(self) -> str:
        """What the test is called."""
        about = self.entry.get("subject") or self.entry.get("total") or ""
        norm = self.entry.get("norm", "").rpartition("#")[2] or self.entry.get("chain", "")
        return f"{self.file.relative_to(ROOT).as_posix()}-{self.place}-{norm}-{about}"


def plain_file(file: Path) -> dict[str, Any]:
    """A YAML file as dicts, tuples and texts."""
    problems = Problems()
    node = read_document(file, file.name, problems)
    assert node is not None, str(list(problems))
    body = plain(node)
    assert isinstance(body, dict)
    return body


@cache
def expectations() -> tuple[tuple[Path, dict[str, Any]], ...]:
    """Every file of expectations, read."""
    return tuple((file, plain_file(file)) for file in sorted(ROOT.rglob("expect-*.yaml")))


def cases() -> Iterator[Case]:
    """Every expectation of the corpus."""
    for file, body in expectations():
        for place, entry in enumerate(body.get("expect", ()), 1):
            change = entry.get("change", body.get("change"))
            changed = file.parent / change if change else None
            day = entry.get("as_of", body.get("as_of", ""))
            yield Case(file, place, file.parent / body["plan"], changed, day, entry)


@cache
def judged(evaluator: str, plan: Path, change: Path | None, as_of: str) -> dict[str, Any]:
    """The JSON contract of a run, with what is met."""
    assert evaluator == "meaning"
    day = date.fromisoformat(as_of) if as_of else None
    return json_body(check_file(plan, as_of=day, change=change), everything=True)


def differences(case: Case, body: dict[str, Any]) -> Iterator[str]:
    """Where a run is not as expected."""
    entry = case.entry
    expected = {key: value for key, value in entry.items() if key not in _ABOUT}
    if "absent" in entry:
        found = [one for one in body["not_in_force"] if one["norm"] == entry["norm"]]
        yield from differ("", {"why": entry["absent"], **expected}, found[0] if found else None)
    elif "chain" in entry:
        norm = f"/{entry['norm']}" if "norm" in entry else ""
        identity = f"{entry['chain']}@{entry['subject']}{norm}"
        row = next(one for one in body["flags"] if one["id"] == identity)
        by_name = {one["flag"]: one for one in row["flags"]}
        yield from differ(identity, expected, {**row, "flags": by_name})
    elif "total" in entry:
        totals = body["totals"].get("norm", {}).get(entry["norm"], {})
        yield from differ("", expected, totals.get(entry["total"]))
    else:
        by_code = {
            one["subject"]["code"]: one for one in body["findings"] if one["norm"] == entry["norm"]
        }
        for code in entry.get("subjects", (entry.get("subject"),)):
            yield from differ(code, expected, by_code.get(code))


def differ(where: str, expected: object, found: object) -> Iterator[str]:
    """A text stands for itself, or for True, False; the empty one for nothing."""
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
