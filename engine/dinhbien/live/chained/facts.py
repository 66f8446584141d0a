"""A state → the complete whole-number facts that the rules chain from."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from math import ceil

from msgspec import Struct, field

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


class Told(Struct):
    """The facts that a worker was told, unit by unit; only what differs is told again.

    Of the bodies that could send, each norm has the few that can spare the most.
    """

    found: dict[tuple[int, str], object] = field(default_factory=dict)
    facts: dict[tuple[int, str], dict[str, Fact]] = field(default_factory=dict)
    offers: dict[str, dict[str, Fact]] = field(default_factory=dict)
    few: dict[str, dict[str, Fact]] = field(default_factory=dict)
    sent: dict[str, Fact] = field(default_factory=dict)

    def changes(self, state: State) -> tuple[list[str], list[Fact]]:
        """The ids of the facts that are gone, and the facts that are new, in `state`."""
        gone: dict[str, Fact] = {}
        new: dict[str, Fact] = {} if self.sent else fixed(state)
        norms: set[str] = set()
        for key, facts in self._other(state):
            before = self.facts.pop(key, {})
            gone.update(before)
            new.update(facts)
            if facts:
                self.facts[key] = facts
            norms |= {str(one["norm"]) for one in (*before.values(), *facts.values())}
        self._offered(gone, new)
        for norm in sorted(norms):
            gone.update(self.few.get(norm, {}))
            self.few[norm] = _few(self.offers.get(norm, {}))
            new.update(self.few[norm])
        return self._told(gone, new)

    def _other(self, state: State) -> Iterator[tuple[tuple[int, str], dict[str, Fact]]]:
        """The units of which something else was found, with their facts now."""
        left = set(self.found)
        for place, chain in chains(state):
            for unit in state.situations.units(chain.file.level):
                key, found = (place, unit.path), state.situations.by_unit.get(unit.path)
                left.discard(key)
                if key not in self.found or self.found[key] is not found:
                    self.found[key] = found
                    yield key, {str(one["id"]): one for one in _of(state, place, chain, unit)}
        for key in left:
            del self.found[key]
            yield key, {}

    def _offered(self, gone: dict[str, Fact], new: dict[str, Fact]) -> None:
        """Move the offers from what is told to those among which the few are chosen."""
        for name in [name for name, one in gone.items() if one["kind"] == "offer"]:
            self.offers[str(gone.pop(name)["norm"])].pop(name)
        for name in [name for name, one in new.items() if one["kind"] == "offer"]:
            one = new.pop(name)
            self.offers.setdefault(str(one["norm"]), {})[name] = one

    def _told(self, gone: dict[str, Fact], new: dict[str, Fact]) -> tuple[list[str], list[Fact]]:
        """What differs from what was sent; it counts as sent."""
        lost = [name for name in gone if new.get(name) != self.sent.get(name)]
        made = [one for name, one in new.items() if self.sent.get(name) != one]
        for name in lost:
            del self.sent[name]
        self.sent.update({str(one["id"]): one for one in made})
        return lost, made


def _few(offers: dict[str, Fact]) -> dict[str, Fact]:
    """The bodies that can spare the most."""
    ordered = sorted(offers.values(), key=lambda one: (-int(one["spare"]), str(one["id"])))
    return {str(one["id"]): one for one in ordered[:_OFFERS]}


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


def _ends(part: Part) -> tuple[int, int]:
    """The ends of an amount as whole numbers with the same sign; all of it where none is told."""
    if part.amount is None:
        return 0, MOST
    low, high = part.amount.low, part.amount.high
    return (0 if low is None else ceil(low)), (MOST if high is None else ceil(high))
