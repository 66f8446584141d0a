"""What to collect first: each input is counted in the verdicts that it alone would settle.  §2"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import cache

from hypothesis import given, settings
from msgspec.structs import replace

from dinhbien.judging.check import Report, check
from dinhbien.language.pack import Pack
from dinhbien.meaning.judge import Judge
from tests.laws.examples import some
from tests.laws.strategies import Sketch, plan_of, plans, shipped

NORMS = ("frame", "division-minimum", "vice-chairs-two", "government-within-provisional",
         "half-of-the-staff")  # fmt: skip
FAR = Fraction(10) ** 12


@cache
def pack() -> Pack:
    """The shipped pack with norms of which each lacks several inputs."""
    norms = tuple(one for one in shipped().norms if one.id.rpartition("#")[2] in NORMS)
    assert len(norms) == len(NORMS)
    return replace(shipped(), norms=norms)


def one_by_one(report: Report) -> Counter[str]:
    """How many open verdicts each number would settle, each asked at both ends of its domain."""
    judge = Judge(report.situations.subjects, report.day)
    units = {(unit.level, unit.code): unit for unit in report.plan.root.walk()}
    cells = {cell.path: cell for cell in report.plan.root.all_cells()}
    listed = {level.listed for level in pack().rules.vocabulary.levels.values()}
    settles: Counter[str] = Counter()
    for finding in report.findings:
        norm = pack().norm(finding.norm)
        if finding.verdict != "undetermined" or finding.standing != "used" or norm is None:
            continue
        unit = units[finding.subject.level, finding.subject.code]
        for path in finding.outcome.missing:
            if path.rpartition(".")[2] in listed or finding.unlisted:
                continue
            cell = cells.get(path)
            ends = (cell.least if cell else None) or Fraction(0), (cell.most if cell else None)
            found = (
                judge.pinned({path: FAR if end is None else end}).outcome(norm.used.program, unit)
                for end in ends
            )
            alone = finding.outcome.missing == (path,)
            settles[path] += alone or all(one.verdict != "undetermined" for one in found)
    return settles


@settings(max_examples=some(60))
@given(plans())
def test_half_of_the_inputs_at_once_finds_what_one_by_one_does(sketch: Sketch) -> None:
    report = check(plan_of(sketch), pack())

    assert Counter({one.path: one.settles for one in report.lacking}) == one_by_one(report)
