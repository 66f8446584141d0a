"""A path to a later target is a planning assumption, and never a breach: §5."""

from __future__ import annotations

from fractions import Fraction

import pytest
from msgspec.structs import replace

from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import Report, check
from dinhbien.model.plan import Cell, Plan
from dinhbien.reading.to_pack import read_pack
from dinhbien.reading.to_plan import read_plan
from dinhbien.report.terminal import terminal_text
from dinhbien.shipped import content

NORM = "examples/shapes/time-and-status#path-to-target"
PACK = read_pack("examples")


def over(glide: bool) -> Report:
    """One person too many against the path, in a binding instrument."""
    norm = PACK.norm(NORM)
    assert norm is not None
    binding = norm.instrument.model_copy(update={"force": "binding"})
    about = norm.norm if glide else norm.norm.model_copy(update={"glide": None})
    pack = replace(PACK, norms=(replace(norm, instrument=binding, norm=about),))
    return check(planned(63), pack)


def planned(staff: int) -> Plan:
    """The commune in transition, with its staff."""
    plan = read_plan(content("scenarios") / "examples/shapes/groups", PACK.rules)
    one = next(unit for unit in plan.root.walk() if unit.code == "90062")
    cells = {**one.cells, "staff": Cell(one.at("staff"), Fraction(staff))}
    communes = (replace(one, cells=cells),)
    return replace(plan, root=replace(plan.root, children={"commune": communes}))


@pytest.mark.parametrize(("glide", "fails"), [(True, False), (False, True)])
def test_a_difference_from_an_assumption_fails_only_under_any(glide: bool, fails: bool) -> None:
    report = over(glide)

    assert [one.verdict for one in report.rows] == ["surplus"]
    assert [report.fails(level) for level in ("binding", "guidance")] == [fails, fails]
    assert report.fails("any")


@pytest.mark.parametrize(
    ("lang", "label", "verdict"),
    [
        ("vi", "Giả định kế hoạch", "cao hơn lộ trình giả định 1"),
        ("en", "Planning assumption", "above the assumed path 1"),
    ],
)
def test_the_label_is_printed_with_the_findings(lang: str, label: str, verdict: str) -> None:
    report = over(glide=True)
    page = terminal_text(report, lang, width=200, colour=False)

    assert label in page
    assert verdict in page
    assert label not in terminal_text(over(glide=False), lang, width=200, colour=False)
    assert Teller(PACK, lang).conclusion(report.rows[0]) == verdict
