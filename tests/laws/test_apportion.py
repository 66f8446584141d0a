"""A pool divided by largest remainders: §12.  That a larger pool gives nobody less is no law."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from hypothesis import assume, given
from hypothesis import strategies as st

from dinhbien.meaning.apportion import shares

codes = st.sampled_from(["90001", "90002", "90003", "90004", "90005"])
sizes = st.one_of(st.integers(0, 12), st.integers(0, 10**7)).map(Fraction)
tables = st.dictionaries(codes, sizes, min_size=1).filter(lambda table: any(table.values()))
pools = st.integers(0, 60).map(Fraction)


@given(pool=pools, weights=tables)
def test_the_shares_add_up_to_the_pool(pool: Fraction, weights: dict[str, Fraction]) -> None:
    assert sum(shares(pool, weights).values()) == pool


@given(pool=pools, weights=tables)
def test_a_share_is_the_exact_quota_rounded_down_or_up(
    pool: Fraction, weights: dict[str, Fraction]
) -> None:
    total = sum(weights.values())
    for code, share in shares(pool, weights).items():
        quota = pool * weights[code] / total
        assert floor(quota) <= share <= ceil(quota)


@given(pool=pools, weights=tables, seed=st.randoms(use_true_random=False))
def test_the_order_of_the_members_is_irrelevant(
    pool: Fraction, weights: dict[str, Fraction], seed: object
) -> None:
    mixed = list(weights.items())
    seed.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a Random

    assert shares(pool, dict(mixed)) == shares(pool, weights)


@given(pool=pools, weights=tables, times=st.fractions(Fraction(1, 9), 9))
def test_the_unit_of_the_weights_is_irrelevant(
    pool: Fraction, weights: dict[str, Fraction], times: Fraction
) -> None:
    scaled = {code: weight * times for code, weight in weights.items()}

    assert shares(pool, scaled) == shares(pool, weights)


@given(pool=pools, weights=tables, one=codes, other=codes)
def test_more_weight_is_never_less_share(
    pool: Fraction, weights: dict[str, Fraction], one: str, other: str
) -> None:
    assume(one in weights)
    assume(other in weights)
    found = shares(pool, weights)
    if (weights[one], other) > (weights[other], one):
        assert found[one] >= found[other]
    if not weights[one]:
        assert found[one] == 0


def test_a_larger_pool_may_make_a_share_smaller() -> None:
    weights = {"90001": Fraction(6), "90002": Fraction(6), "90003": Fraction(2)}

    assert [shares(Fraction(pool), weights)["90003"] for pool in (10, 11)] == [2, 1]
