"""What follows from findings: raised for certain, or open.  §2, §10, §11"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dinhbien.judging.check import check
from dinhbien.judging.flags import raised
from dinhbien.language.pack import Pack
from dinhbien.model.flagged import FlagRow
from dinhbien.model.plan import Cell, Origin, Unit
from tests.laws.examples import some
from tests.laws.strategies import Sketch, completions, plan_of, plans, shipped, words
from tests.laws.test_missing import inside

NORMS = ("frame", "division-minimum", "government-within-quota", "vice-chairs-two")


@cache
def pack() -> Pack:
    """The shipped pack with a few of its norms: a ceiling, a floor, an interval, a quota."""
    norms = tuple(one for one in shipped().norms if one.id.rpartition("#")[2] in NORMS)
    assert len(norms) == len(NORMS)
    return replace(shipped(), norms=norms)


def rows(sketch: Sketch) -> dict[str, FlagRow]:
    """Every row of flags of a plan, by its id."""
    return {one.id: one for one in check(plan_of(sketch), pack()).flags}


def staying(sketch: Sketch) -> Sketch:
    """`sketch` with nobody seconded out: no more can be than are on the books."""
    for commune in sketch["communes"]:
        for organisation in commune["organisations"]:
            for post in organisation["posts"]:
                post["seconded_out"] = 0
    return sketch


def closed(sketch: Sketch) -> Sketch:
    """`sketch` with its lists said to be complete, but where a total stands for them."""
    for commune in sketch["communes"]:
        if commune.get("figures"):
            continue
        for unit in (commune, *commune["organisations"]):
            unit["complete"] = True
    return sketch


@settings(max_examples=some(25))
@given(st.data())
def test_a_flag_with_missing_inputs_holds_for_all_their_values(data: st.DataObject) -> None:
    sketch = staying(data.draw(plans()))
    after = rows(closed(staying(data.draw(completions(sketch)))))

    for name, row in rows(sketch).items():
        for flag in row.flags:
            later = after[name].flag(flag.flag)
            if flag.because or later.because:
                continue
            if flag.raised is not None:
                assert later.raised is flag.raised, (name, flag, later)
            assert inside(later.amount, flag.amount), (name, flag, later)


@settings(max_examples=some(25))
@given(plans(numbers=False, open_words=False))
def test_remedies_fill_what_is_to_be_filled_and_no_more(sketch: Sketch) -> None:
    chain = next(one for one in shipped().rules.flags if one.name == "staffing")
    rests = {name: one for name, one in chain.file.chain.items() if one.left_of}
    seen = 0
    for row in rows(sketch).values():
        for name, rest in rests.items() if row.chain == chain.name else ():
            parts = [row.flag(one) for one in (rest.left_of or "", name, *rest.after)]
            exact = [one.amount.exact for one in parts if one.amount is not None]
            if None in exact or len(exact) < len(parts):
                continue
            filled, left, *taken = (one or Fraction(0) for one in exact)
            assert left + sum(taken) == filled
            assert min(left, *taken) >= 0
            seen += 1
    assert seen


@settings(max_examples=some(25))
@given(plans(numbers=False, open_words=False))
def test_shortage_and_surplus_of_a_unit_stand_side_by_side(sketch: Sketch) -> None:
    report = check(plan_of(sketch), pack())
    for row in report.flags:
        if row.chain != "staffing" or any(one.because for one in row.flags):
            continue
        found = [
            one.outcome
            for one in report.findings
            if one.norm == row.norm
            and one.standing == "used"
            and one.subject.code.split("/")[0] == row.subject.code
            and one.verdict not in {"not applicable", "exempt"}
        ]
        short = sum((one.short_by.low or 0 for one in found if one.short_by), Fraction(0))
        over = sum((one.over_by.low or 0 for one in found if one.over_by), Fraction(0))
        for name, total in (("lacks", short), ("exceeds", over)):
            amount = row.flag(name).amount
            assert amount is not None
            assert amount.exact == total


def placed(commune: Unit, facts: dict[str, Cell]) -> Unit:
    """A commune of which its region and its border are stated so, or not."""
    stated = {name: replace(one, path=commune.at(name)) for name, one in facts.items()}
    return replace(commune, cells={**commune.cells, **stated})


def stated(attribute: str) -> st.SearchStrategy[Cell]:
    """A word of an attribute, or none, reported or modelled."""
    origins: tuple[Origin, ...] = ("reported", "modelled")
    found = st.sampled_from([*words(attribute), None])
    return st.builds(Cell, st.just(""), found, origin=st.sampled_from(origins))


FACTS = st.fixed_dictionaries({"region": stated("region"), "border": stated("border")})


@settings(max_examples=some(50))
@given(plans(open_words=False), st.lists(FACTS, min_size=3, max_size=5))
def test_rows_that_are_alike_are_reckoned_as_each_alone(
    sketch: Sketch, facts: list[dict[str, Cell]]
) -> None:
    communes = (sketch["communes"] * len(facts))[: len(facts)]
    plan = plan_of({"communes": communes})
    units = zip(plan.root.children["commune"], facts, strict=True)
    root = replace(plan.root, children={"commune": tuple(placed(*one) for one in units)})
    report = check(replace(plan, root=root), pack())

    chains = pack().rules.listed
    for unit in report.situations.units("commune"):
        alone = raised(report.situations, chains, report.day, frozenset([unit.path]))
        together = [one for one in report.flags if one.subject.code == unit.code]
        assert together == list(alone)
        for row in together if unit.cell("region").origin == "modelled" else ():
            assert not row.norm or unit.cell("region").path in row.modelled
