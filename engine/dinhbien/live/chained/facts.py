"""A state → the complete whole-number facts that the rules chain from."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from math import ceil

from dinhbien.judging.parts import Part, summed
from dinhbien.language.chain import Chain
from dinhbien.language.pack import EncodedNorm
from dinhbien.live.chained.rules import OVER, SHORT, Fact
from dinhbien.live.state import State
from dinhbien.model.plan import Unit

MOST = 10**9
"""Stands for a number without an upper bound."""
_OFFERS = 2
_SIDES = {"short": SHORT, "over": OVER}


def facts_of(state: State, units: Iterable[Unit] | None = None) -> dict[str, Fact]:
    """The facts of some units, by default of all, by their ids."""
    found: dict[str, Fact] = {}
    for place, chain in chains(state):
        among = state.situations.units(chain.file.level) if units is None else units
        for unit in among:
            if unit.level == chain.file.level:
                found.update({str(one["id"]): one for one in _of(state, place, chain, unit)})
    return found


def fixed(state: State) -> dict[str, Fact]:
    """The bounds: a row is short, or over, where what is measured lies above them."""
    found: dict[str, Fact] = {}
    for place, chain in chains(state):
        for number, _ in enumerate(state.situations.norms(chain)):
            for side, sign in _SIDES.items():
                about = f"{place}.{number}.{side}"
                one: Fact = {
                    "kind": "bound",
                    "id": f"b{about}",
                    "about": about,
                    "side": sign,
                    "at": 0,
                }
                found[str(one["id"])] = one
    return found


def chains(state: State) -> Iterator[tuple[int, Chain]]:
    """The chains with a row for each unit and norm."""
    for place, chain in enumerate(state.frame.pack.rules.listed):
        if chain.file.each == "norm":
            yield place, chain


def row_id(unit: Unit, norm: EncodedNorm) -> str:
    """What a row is called in every fact about it."""
    return unicodedata.normalize("NFC", f"{unit.code} {norm.id}")


def _of(state: State, place: int, chain: Chain, unit: Unit) -> Iterator[Fact]:
    for number, norm in enumerate(state.situations.norms(chain)):
        found = state.situations.found(norm.id, unit)
        row, name = row_id(unit, norm), f"{place}.{number}"
        gaps = norm.norm.form in chain.file.gaps
        for side in _SIDES:
            low, high = (0, 0) if gaps else _ends(summed(found, side))
            about = f"{name}.{side}"
            yield {
                "kind": "measure", "id": f"m{about}.{unit.code}", "about": about, "row": row,
                "norm": norm.id, "low": low, "high": high,
            }  # fmt: skip
        left = summed(found, "spare").less(summed(found, "short"))
        spare = 0 if gaps else _ends(left)[0]
        if spare > 0:
            yield {
                "kind": "offer", "id": f"o{name}.{unit.code}", "norm": norm.id, "row": row,
                "place": unit.code, "spare": spare,
            }  # fmt: skip


def few_offers(facts: dict[str, Fact]) -> dict[str, Fact]:
    """The facts, with the bodies of each norm that can spare the most, and no others."""
    offers: dict[str, list[Fact]] = {}
    for one in facts.values():
        if one["kind"] == "offer":
            offers.setdefault(str(one["norm"]), []).append(one)
    kept = {
        str(one["id"])
        for among in offers.values()
        for one in sorted(among, key=lambda each: (-int(each["spare"]), str(each["id"])))[:_OFFERS]
    }
    return {name: one for name, one in facts.items() if one["kind"] != "offer" or name in kept}


def _ends(part: Part) -> tuple[int, int]:
    """The ends of an amount as whole numbers with the same sign; all of it where none is told."""
    if part.amount is None:
        return 0, MOST
    low, high = part.amount.low, part.amount.high
    return (0 if low is None else ceil(low)), (MOST if high is None else ceil(high))
