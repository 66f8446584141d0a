"""What is reckoned by a shorter way is what the definition gives.  §2"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import product

import hypothesis.strategies as st
from hypothesis import given, settings

from dinhbien.language import operators as op
from dinhbien.language.units import NO_UNIT
from dinhbien.meaning.choice import chosen
from dinhbien.meaning.evaluate import Evaluation
from dinhbien.meaning.quantity import Quantity, Term, made_of, undefined
from dinhbien.meaning.subjects import Subjects
from dinhbien.meaning.truth import compared
from dinhbien.model.amount import Amount, Reason
from dinhbien.model.plan import Plan, Unit
from dinhbien.model.wording import Bilingual
from dinhbien.model.words import Vocabulary
from tests.laws.examples import some

NUMBERS = st.integers(-4, 4).map(lambda halves: Fraction(halves, 2))
SIGNS = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
TERMS = tuple(
    Term(key, low, high, whole=True, missing=frozenset([key]))
    for key, low, high in (
        ("a", Fraction(0), Fraction(2)),
        ("b", Fraction(-1), Fraction(1)),
        ("c", Fraction(0), None),
        ("d", None, None),
    )
)
OPERATOR = op.AsOf()


@st.composite
def quantities(draw: st.DrawFn) -> Quantity:
    """A sum of few terms, so that two often share one; now and then without a value."""
    if draw(st.integers(0, 24)) == 0:
        return undefined(("no_amount", draw(st.sampled_from("xy"))))
    among = draw(st.lists(st.sampled_from(TERMS), unique=True, max_size=2))
    factors = {term: draw(NUMBERS) for term in among}
    return Quantity(draw(NUMBERS), {term: one for term, one in factors.items() if one})


def evaluation() -> Evaluation:
    """Any: a choice asks nothing of the plan."""
    unit = Unit("province", "", "", "")
    title = Bilingual(vi="x", en="x")
    plan = Plan(title, date(2025, 7, 1), "", unit, (), {}, {}, {})
    words = Vocabulary(levels={}, units={}, attributes={}, lists={})
    program = op.Program("", None, None, None, None, "", "", NO_UNIT, "", "", {})
    return Evaluation(program, Subjects(plan, words), date(2025, 7, 1), unit, unit)


def by_the_definition(name: str, values: list[Quantity]) -> Quantity:
    """The one that every difference says to be first; else the interval of the choice."""
    sign = "<=" if name == "least" else ">="
    for one in values:
        if all(compared(sign, one, other).value for other in values):
            return one
    pick = min if name == "least" else max
    ends = []
    for bound, is_open in (("low", name == "least"), ("high", name == "greatest")):
        found = [getattr(one.bounds, bound) for one in values]
        known = [end for end in found if end is not None]
        unbounded = None in found if is_open else not known
        ends.append(None if unbounded else pick(known))
    whole = all(one.whole for one in values)
    key = evaluation().key(OPERATOR)
    return made_of(key, Amount(*ends), values, whole=whole)


@settings(max_examples=some(300))
@given(st.sampled_from(["least", "greatest"]), st.lists(quantities(), min_size=2, max_size=3))
def test_a_choice_is_what_the_differences_say(name: str, values: list[Quantity]) -> None:
    reasons = frozenset[Reason]().union(*(one.undefined for one in values))
    made = chosen(evaluation().key(OPERATOR), name, values)

    assert made == (undefined(*reasons) if reasons else by_the_definition(name, values))


@given(quantities(), quantities(), NUMBERS)
def test_a_sum_is_the_sum_at_every_corner(one: Quantity, other: Quantity, times: Fraction) -> None:
    total = one.plus(other, times)

    assert all(total.terms.values())
    assert total.undefined == one.undefined | other.undefined
    for corner in product((Fraction(0), Fraction(1), Fraction(-2, 3)), repeat=len(TERMS)):
        at = dict(zip(TERMS, corner, strict=True))
        assert value(total, at) == value(one, at) + times * value(other, at)


@given(SIGNS, quantities(), quantities())
def test_a_comparison_lacks_what_the_difference_lacks(
    sign: str, left: Quantity, right: Quantity
) -> None:
    found = compared(sign, left, right)

    assert found.undefined == left.undefined | right.undefined
    assert found.missing in (frozenset(), (left - right).missing)
    assert (found.value is None) == bool(found.missing or found.undefined)


def value(quantity: Quantity, at: dict[Term, Fraction]) -> Fraction:
    """The value where each term has the one that is given."""
    return quantity.constant + sum(at[term] * factor for term, factor in quantity.terms.items())
