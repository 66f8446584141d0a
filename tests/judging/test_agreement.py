"""Two evaluators: they agree on the corpus, and where they differ nothing is published."""

from __future__ import annotations

import json
import os
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dinhbien.cli import INTERNAL, main
from dinhbien.columns import on_numpy
from dinhbien.columns.blocks import findings_of
from dinhbien.columns.from_plan import table_of
from dinhbien.columns.judged import compiled, judged
from dinhbien.columns.loading import is_possible
from dinhbien.columns.rows import Rows, rows_of
from dinhbien.columns.values import Value
from dinhbien.errors import DisagreementError
from dinhbien.judging.agreement import Agreement, agreement
from dinhbien.judging.check import check, judgement
from dinhbien.shipped import content
from tests.conformance.corpus import every
from tests.judged import check_file

PLAN = content("scenarios") / "examples" / "deputies"
Run = tuple[Path, Path | None, str]


def runs() -> list[Run]:
    """Each run of the corpus; in an ordinary test one of each plan that is not modelled."""
    found = sorted({(one.plan, one.change, one.as_of) for one in every()}, key=_place)
    if "DINHBIEN_EXAMPLES" in os.environ:
        return found
    plain = (one for one in reversed(found) if "modelled" not in one[0].name)
    return list({one[0]: one for one in plain}.values())


def _place(run: Run) -> tuple[str, str, str]:
    """Plans as they stand come before changed ones."""
    plan, change, day = run
    return str(plan), str(change or ""), day


@cache
def agreed(run: Run) -> tuple[Agreement, int]:
    """How far both agree on a run, and how many findings there are."""
    plan, change, day = run
    report = check_file(plan, as_of=date.fromisoformat(day) if day else None, change=change)
    made = judgement(report.plan, report.pack, report.day)
    return agreement(made.judged, made.raw, made.judge), len(made.raw)


@pytest.mark.parametrize("run", runs(), ids=lambda run: f"{run[0].parent.name}/{run[0].name}")
def test_two_evaluators_agree_on_a_scenario(run: Run) -> None:
    found, findings = agreed(run)  # raises where they differ

    assert found.agreed + found.alone >= findings
    assert not other_rows(run)


def other_rows(run: Run) -> list[Any]:
    """Where rows told block by block, by any evaluator, are not those of all units."""
    plan, change, day = run
    report = check_file(plan, as_of=date.fromisoformat(day) if day else None, change=change)
    programs = [reading.program for norm in report.pack.norms for reading in norm.readings]
    table = table_of(report.plan, report.pack.rules.vocabulary)
    made = compiled(programs, table, report.day)
    meant = [told(None if one is None else rows_of(one)) for one in judged(made, table)]
    found = []
    for kernel in (False, True) if is_possible() else (False,):
        rows = findings_of(made, table, block=7, threads=1, kernel=kernel)
        found += [pair for pair in zip(meant, map(told, rows), strict=True) if pair[0] != pair[1]]
    return found


def told(rows: Rows | None) -> list[object] | None:
    """Rows as lists."""
    if rows is None:
        return None
    columns = (rows.units, rows.verdict, rows.lo, rows.hi, rows.left, rows.counts)
    return [rows.scale, *(one.tolist() for one in columns)]


def test_most_judgements_of_the_corpus_are_made_twice() -> None:
    found = [agreed(run)[0] for run in runs()]

    assert sum(one.agreed for one in found) > 6 * sum(one.alone for one in found)


def off_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A comparison of columns that takes n for n − 1."""
    exact = on_numpy.STEPS["sum"]

    def wrong(*args: object) -> Value:
        made = exact(*args)  # type: ignore[arg-type]  # as it is called
        return Value(made.lo + 1, np.where(made.hi < 9, made.hi + 1, made.hi), made.flags)

    monkeypatch.setitem(on_numpy.STEPS, "sum", wrong)


def test_a_difference_refuses_the_report_and_shows_the_smallest_row(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    off_by_one(monkeypatch)

    assert main(["check", str(PLAN), "--official"]) == INTERNAL
    out, err = capsys.readouterr()
    assert not out
    assert "two evaluators differ in " in err
    assert "meaning: " in err
    assert "columns: " in err


def test_a_report_that_is_not_official_asks_one_evaluator(monkeypatch: pytest.MonkeyPatch) -> None:
    report = check_file(PLAN)
    off_by_one(monkeypatch)

    assert check(report.plan, report.pack).agreement is None
    with pytest.raises(DisagreementError):
        check(report.plan, report.pack, official=True)


def test_an_official_report_says_how_far_two_evaluators_agree(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", str(PLAN), "--official", "--format", "json"]) < 2
    body = json.loads(capsys.readouterr().out)
    main(["check", str(PLAN), "--official", "--lang", "en"])

    assert body["judged_by"] == ["meaning", "columns"]
    assert body["agreement"]["agreed"] > body["agreement"]["alone"] > 0
    page = " ".join(capsys.readouterr().out.split())
    assert f"they agree on {body['agreement']['agreed']} judgements" in page


def test_what_an_official_change_changes_is_judged_by_two_on_both_sides(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change = tmp_path / "change.yaml"
    change.write_text("change: {vi: không, en: none}\n", "utf-8")
    main(["check", str(PLAN), "--official", "--lang", "en", "--change", str(change)])

    page = " ".join(capsys.readouterr().out.split())
    assert page.count("Judged by two evaluators (meaning, columns): they agree on") == 1
    assert "no second opinion" not in page
