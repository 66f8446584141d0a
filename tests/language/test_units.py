"""Numbers with units: exact, and multiplied and divided as units are.  §1"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinhbien.language.units import (
    NO_UNIT,
    MalformedQuantityError,
    Measure,
    known_units,
    measure_of,
    quantity_of,
)
from dinhbien.model.words import Vocabulary

from ..reading.cases import shipped_rules

QUANTITIES = {
    "30 posts": ("30", "post"),
    "1 post": ("1", "post"),
    "16_000 inhabitants": ("16000", "inhabitant"),
    "2.5 people per commune": ("5/2", "person per commune"),
    "1_000 inhabitants per post": ("1000", "inhabitant per post"),
    "1/3": ("1/3", "no unit"),
    "1 / 3 posts": ("1/3", "post"),
    "2.5/5 posts": ("1/2", "post"),
    "40 %": ("2/5", "no unit"),
    "40%": ("2/5", "no unit"),
    "0.1": ("1/10", "no unit"),
    "-5 degrees": ("-5", "degree"),
    "-2.5 posts": ("-5/2", "post"),
    "12.50 km²": ("25/2", "square_km"),
    "30posts": ("30", "post"),
    "30   posts": ("30", "post"),
    "3 posts·communes": ("3", "commune·post"),
    "3 posts per commune per province": ("3", "post per commune per province"),
    "0 posts": ("0", "post"),
}
REFUSED = {
    "": "`` is not a number with its unit",
    "posts": "`posts` is not a number with its unit",
    "thirty posts": "`thirty posts` is not a number with its unit",
    ".5 posts": "`.5 posts` is not a number with its unit",
    "+5 posts": "`+5 posts` is not a number with its unit",
    "30 pots": "`pots` is not a unit",
    "30 Posts": "`Posts` is not a unit",
    "30 posts per": "`posts per` is not a unit",
    "30 posts per ": "`posts per` is not a unit",
    "30 per post": "`per post` is not a unit",
    "30 posts posts": "`posts posts` is not a unit",
    "1/0": "`1/0` divides by zero",
    "1/0 posts": "`1/0 posts` divides by zero",
    "5. posts": "`. posts` is not a unit",
    "1.5.2 posts": "`.2 posts` is not a unit",
    "1e3 posts": "`e3 posts` is not a unit",
}
NAMES = ("post", "person", "commune", "inhabitant")


def product(parts: list[tuple[str, int]]) -> Measure:
    made = NO_UNIT
    for name, power in parts:
        made = made * Measure.one(name) if power > 0 else made / Measure.one(name)
    return made


MEASURES = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from((-1, 1))), max_size=4).map(
    product
)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return shipped_rules().vocabulary


@pytest.mark.parametrize("text", QUANTITIES)
def test_a_quantity_is_exact(text: str, vocabulary: Vocabulary) -> None:
    value, unit = QUANTITIES[text]
    found, measure = quantity_of(text, vocabulary)

    assert found == Fraction(value)
    assert str(measure) == unit


@pytest.mark.parametrize(("text", "message"), REFUSED.items())
def test_what_is_no_quantity_is_refused(text: str, message: str, vocabulary: Vocabulary) -> None:
    with pytest.raises(MalformedQuantityError) as caught:
        quantity_of(text, vocabulary)

    assert str(caught.value) == message


def test_a_slip_in_a_unit_has_a_way_out(vocabulary: Vocabulary) -> None:
    with pytest.raises(MalformedQuantityError) as caught:
        quantity_of("30 potsts", vocabulary)

    assert caught.value.way_out == "did you mean `posts`, `post`, `months`?"


def test_every_spelling_of_a_unit_is_read(vocabulary: Vocabulary) -> None:
    spellings = known_units(vocabulary)

    assert spellings
    for spelling, name in spellings.items():
        assert measure_of(spelling, vocabulary) == Measure.one(name)


def test_no_spelling_stands_for_two_units(vocabulary: Vocabulary) -> None:
    spelled = [one for name, unit in vocabulary.units.items() for one in (name, *unit.also)]

    assert len(spelled) == len(set(spelled))


@pytest.mark.parametrize("text", ["posts per post", "posts·communes per commune·post"])
def test_a_unit_by_itself_is_none(text: str, vocabulary: Vocabulary) -> None:
    assert measure_of(text, vocabulary) == NO_UNIT


@settings(deadline=None, max_examples=50)
@given(MEASURES, MEASURES)
def test_product_is_commutative(one: Measure, other: Measure) -> None:
    assert one * other == other * one


@settings(deadline=None, max_examples=50)
@given(MEASURES, MEASURES, MEASURES)
def test_product_is_associative(one: Measure, other: Measure, third: Measure) -> None:
    assert (one * other) * third == one * (other * third)


@settings(deadline=None, max_examples=50)
@given(MEASURES, MEASURES)
def test_division_undoes_product(one: Measure, other: Measure) -> None:
    assert one * other / other == one


@settings(deadline=None, max_examples=50)
@given(MEASURES)
def test_no_unit_changes_nothing(one: Measure) -> None:
    assert one * NO_UNIT == one
    assert one / one == NO_UNIT


@settings(deadline=None, max_examples=50)
@given(MEASURES)
def test_what_is_printed_is_read(one: Measure) -> None:
    above = any(power > 0 for _, power in one.powers)
    if above:
        assert measure_of(str(one), shipped_rules().vocabulary) == one


@pytest.mark.parametrize(
    "text", ["16.000 inhabitants", "1.500 people", "2.000 inhabitants per post"]
)
def test_thousands_with_a_point_are_no_decimal(text: str, vocabulary: Vocabulary) -> None:
    with pytest.raises(MalformedQuantityError, match="may be a decimal or thousands") as caught:
        quantity_of(text, vocabulary)

    assert text.split(maxsplit=1)[0].replace(".", "_") in caught.value.way_out


@pytest.mark.parametrize("text", ["1.25", "16_000", "1.2920", "1000.500"])
def test_other_numbers_are_as_they_are(text: str, vocabulary: Vocabulary) -> None:
    assert quantity_of(text, vocabulary)[0] > 0
