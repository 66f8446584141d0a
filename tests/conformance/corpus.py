"""The conformance corpus as the tests run it.

By the definition entries are judged by the whole pack, rows by related norms; by columns both
are judged by related norms.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from dinhbien.corpus.cases import Case, cases
from dinhbien.corpus.expectations import Expected, expectations
from dinhbien.corpus.runs import Corpus
from dinhbien.model.plan import Plan
from dinhbien.reading.to_pack import read_pack
from dinhbien.reading.to_plan import pack_named
from dinhbien.report.as_json import json_body
from dinhbien.shipped import content
from tests.conformance.columns import TOLD, asked_of_columns, judging
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
def judged(plan: Path, change: Path | None, as_of: str, *, flags: bool = False) -> dict[str, Any]:
    """The JSON contract of a run, with what is met; flags where a case asks for them."""
    report = check_file(plan, as_of=_day(as_of), change=change)
    return json_body(report if flags else report.verdicts_only, everything=True)


def _day(said: str) -> date | None:
    return date.fromisoformat(said) if said else None


class Shared(Corpus):
    """A corpus that takes a plan as it was read for a report, where nothing is set in it."""

    def plan(self, case: Case) -> Plan:
        if case.cells:
            return super().plan(case)
        return check_file(case.plan, as_of=_day(case.as_of), change=case.change).plan


@cache
def corpus(pack: str) -> Corpus:
    """The expectations of a shipped pack."""
    mine = tuple(case for case in every() if pack_named(case.plan) == pack)
    return Shared(read_pack(pack), content("norms"), mine)


@cache
def ran(evaluator: str, pack: str, file: str = "") -> dict[object, dict[str, Any]]:
    """What was run of a shipped pack, so that cases of one plan share a run."""
    assert evaluator
    assert pack or file
    return {}


def failed(case: Case) -> list[str]:
    """Where a case is not as expected, asked of the norms that are related to it."""
    name = pack_named(case.plan)
    among = corpus(name)
    return among.fails(case, among.pack_of(case), ran("meaning", name))


_BY_COLUMNS: dict[int, tuple[list[str], Counter[tuple[str, str]]]] = {}


def by_columns(case: Case) -> tuple[list[str], Counter[tuple[str, str]]]:
    """Where a case is not as expected by columns; by norm and reason, what these judged and left.

    What cases of one file share is counted once.
    """
    if id(case) not in _BY_COLUMNS:
        _BY_COLUMNS[id(case)] = judged_by_columns(case, ran("columns", "", case.at.file))
    return _BY_COLUMNS[id(case)]


def judged_by_columns(
    case: Case, ran: dict[object, dict[str, Any]]
) -> tuple[list[str], Counter[tuple[str, str]]]:
    """As `by_columns`, run where `ran` does not hold it."""
    asked, among = asked_of_columns(case), corpus(pack_named(case.plan))
    if asked is None:
        return [], Counter()
    pack = among.pack_of(case)
    among.plan(asked)  # is read and shared, and not judged, by whom it is read for
    with judging(pack) as count:
        return among.fails(asked, pack, ran), count.found


def left_in(file: str) -> tuple[int, dict[str, dict[str, int]]]:
    """How many judgements columns make for a file; by norm and reason, those they leave."""
    total: Counter[tuple[str, str]] = Counter()
    for case in every():
        if case.at.file == file:
            total += by_columns(case)[1]
    left: dict[str, dict[str, int]] = {}
    for (norm, why), many in sorted(total.items()):
        if why != TOLD:
            left.setdefault(norm, {})[why] = many
    return sum(many for (_, why), many in total.items() if why == TOLD), left
