"""The conformance corpus as the tests run it: entries by the whole pack, rows by related norms."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from dinhbien.corpus.cases import Case, cases
from dinhbien.corpus.expectations import Expected, expectations
from dinhbien.corpus.runs import Corpus
from dinhbien.reading.to_pack import read_pack
from dinhbien.reading.to_plan import pack_named
from dinhbien.report.as_json import json_body
from dinhbien.shipped import content
from tests.judged import check_file

ROOT = content("scenarios")


@cache
def files() -> tuple[Expected, ...]:
    """Every file of expectations, read."""
    return expectations(ROOT)


@cache
def every() -> tuple[Case, ...]:
    """Every expectation of the corpus."""
    return tuple(cases(files()))


def entries() -> list[Case]:
    """Every expectation that stands alone."""
    return [case for case in every() if "rows" not in case.entry]


def rows() -> list[Case]:
    """Every row of every table of the corpus."""
    return [case for case in every() if "rows" in case.entry]


def named(case: Case) -> str:
    """What the test of a case is called."""
    file = Path(case.at.file).relative_to(ROOT).as_posix()
    about = case.entry.get("subject") or case.entry.get("total") or ""
    about = case.named("case") or about
    return f"{file}-{case.place}-{case.norm.rpartition('#')[2]}-{about}"


def with_flags(case: Case) -> bool:
    """Whether the run of a case is asked for flags, by this case or by another."""
    return (case.plan, case.change, case.as_of) in _flagged()


@cache
def _flagged() -> frozenset[tuple[Path, Path | None, str]]:
    return frozenset((case.plan, case.change, case.as_of) for case in every() if case.chain)


@cache
def judged(
    evaluator: str, plan: Path, change: Path | None, as_of: str, *, flags: bool = False
) -> dict[str, Any]:
    """The JSON contract of a run, with what is met; flags where a case asks for them."""
    assert evaluator == "meaning"
    day = date.fromisoformat(as_of) if as_of else None
    report = check_file(plan, as_of=day, change=change)
    return json_body(report if flags else report.verdicts_only, everything=True)


@cache
def corpus(pack: str) -> Corpus:
    """The expectations of a shipped pack."""
    mine = tuple(case for case in every() if pack_named(case.plan) == pack)
    return Corpus(read_pack(pack), content("norms"), mine)


@cache
def ran(pack: str) -> dict[object, dict[str, Any]]:
    """What was run of a shipped pack, so that cases of one plan share a run."""
    assert pack
    return {}


def failed(case: Case) -> list[str]:
    """Where a case is not as expected, asked of the norms that are related to it."""
    name = pack_named(case.plan)
    among = corpus(name)
    return among.fails(case, among.pack_of(case), ran(name))
