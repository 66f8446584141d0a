"""What is kept, and by which keys."""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction

from dinhbien.live.memory import Memory, number_sign, value_sign
from dinhbien.meaning.quantity import Quantity, Term, between, known
from dinhbien.model.amount import NOT_NEGATIVE, Amount


def test_what_is_asked_for_stays_and_the_rest_is_forgotten() -> None:
    memory: Memory[int] = Memory(most=2)
    for number in range(5):
        memory.keep(number, number)
        memory.keep("asked", 7)

    assert memory.get("asked") == 7
    assert memory.get(0) is None
    assert len(memory) <= 4


def test_a_key_tells_numbers_terms_and_their_bounds_apart() -> None:
    missing = frozenset(["a"])
    values = [
        known(Fraction(1)),
        known(Fraction(1, 2)),
        between("a", NOT_NEGATIVE, missing, whole=True),
        between("b", NOT_NEGATIVE, missing, whole=True),
        between("a", NOT_NEGATIVE, missing),
        between("a", NOT_NEGATIVE, frozenset(["b"]), whole=True),
        between("a", Amount(Fraction(0), Fraction(3)), missing, whole=True),
        Quantity(Fraction(1), {}, frozenset([("no_value", "x")])),
    ]
    assert len({value_sign(one) for one in values}) == len(values)
    assert value_sign(known(Fraction(4, 4))) == value_sign(values[0])
    assert number_sign(Fraction(3, 2)) == (3, 2)


def test_a_value_of_many_terms_is_the_same_as_itself_alone() -> None:
    def many() -> Quantity:
        total = known(Fraction(0))
        for name in "abc":
            total += between(name, NOT_NEGATIVE, frozenset([name]))
        return total

    one, other = many(), many()
    assert one == other
    assert value_sign(one) == value_sign(one)
    assert value_sign(one) != value_sign(other)


def test_a_key_holds_no_value_of_many_terms_and_is_no_key_of_a_later_one() -> None:
    """The identity of an object is given to another once it is gone; its serial is not."""
    many = [f"post{place}" for place in range(3)]

    def key() -> Hashable:
        terms = {Term(one, Fraction(0), None, True, frozenset([one])): Fraction(1) for one in many}
        sign = value_sign(Quantity(Fraction(0), terms))
        assert isinstance(sign, tuple)
        assert not any(isinstance(part, Quantity) for part in sign)
        return sign

    assert len({key() for _ in range(20)}) == 20
