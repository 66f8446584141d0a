"""The fixed rules: what is measured → shortage, surplus, need, proposal, alert, veto.

Norms are facts behind them, so their number is no matter and no text of a user is a rule.
A flag that may be open is two whole numbers: `sure`, and `maybe`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

Fact = dict[str, int | str]
SHORT, OVER = 1, 2
KINDS: dict[str, dict[str, type]] = {
    "prime": {},
    "bound": {"about": str, "side": int, "at": int},
    "measure": {"about": str, "row": str, "norm": str, "low": int, "high": int},
    "offer": {"norm": str, "row": str, "place": str, "spare": int},
    "shortage": {"row": str, "norm": str, "sure": int, "maybe": int},
    "surplus": {"row": str, "norm": str, "sure": int, "maybe": int},
    "need": {"row": str, "norm": str},
    "proposal": {"norm": str, "row": str, "donor": str, "spare": int, "turn": str},
    "double": {"donor": str, "row": str, "other": str},
    "veto": {"donor": str, "row": str},
}
"""What each kind of fact holds beside `kind` and `id`: all of it, and nothing else."""


class Pattern(Struct, frozen=True):
    """A fact of a kind under an alias: `tests` compare a field with a constant or a field.

    `joins` is the equality with an earlier fact; it is written last.
    """

    alias: str
    kind: str
    tests: tuple[tuple[str, str, int | tuple[str, str]], ...] = ()
    joins: tuple[str, str, str] | None = None


class Rule(Struct, frozen=True):
    """Where its patterns hold, `kind` follows, with fields that are constants or other fields."""

    name: str
    patterns: tuple[Pattern, ...]
    kind: str = ""
    fields: Mapping[str, int | tuple[str, str]] | None = None

    @property
    def definition(self) -> list[dict[str, Any]]:
        """As durable-rules takes it."""
        return [{one.alias: {"$and": _tests(one)}} for one in self.patterns]


_SIGNS = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte", "!=": "$neq"}


def _tests(one: Pattern) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"kind": one.kind}]
    for sign, name, other in one.tests:
        right = {other[0]: other[1]} if isinstance(other, tuple) else other
        found.append({name: right} if sign == "=" else {_SIGNS[sign]: {name: right}})
    if one.joins is not None:
        name, alias, field = one.joins
        found.append({name: {alias: field}})
    return found


def _outside(name: str, side: int, kind: str, *, sure: int) -> Rule:
    at = ("b", "at")
    tests = ((">", "low", at),) if sure else ((">", "high", at), ("<=", "low", at))
    return Rule(
        name,
        (
            Pattern("b", "bound", (("=", "side", side),)),
            Pattern("x", "measure", tests, ("about", "b", "about")),
        ),
        kind,
        {"row": ("x", "row"), "norm": ("x", "norm"), "sure": sure, "maybe": 1},
    )


RULES = (
    _outside("short for certain", SHORT, "shortage", sure=1),
    _outside("short perhaps", SHORT, "shortage", sure=0),
    _outside("over for certain", OVER, "surplus", sure=1),
    _outside("over perhaps", OVER, "surplus", sure=0),
    Rule(
        "needs people",
        (Pattern("h", "shortage", (("=", "sure", 1),)),),
        "need",
        {"row": ("h", "row"), "norm": ("h", "norm")},
    ),
    Rule(
        "a body could send",
        (
            Pattern("n", "need"),
            Pattern("o", "offer", (("!=", "row", ("n", "row")),), ("norm", "n", "norm")),
        ),
        "proposal",
        {"norm": ("n", "norm"), "row": ("n", "row"), "donor": ("o", "row"),
         "spare": ("o", "spare"), "turn": ("n", "id")},
    ),
    Rule(
        "proposed twice",
        (
            Pattern("p", "proposal", (("<", "spare", 2),)),
            Pattern("q", "proposal", (("!=", "row", ("p", "row")), (">", "turn", ("p", "turn"))),
                    ("donor", "p", "donor")),
        ),
        "double",
        {"donor": ("p", "donor"), "row": ("p", "row"), "other": ("q", "row")},
    ),
    Rule(
        "would itself be short",
        (
            Pattern("p", "proposal"),
            Pattern("h", "shortage", (("=", "sure", 1),), ("row", "p", "donor")),
        ),
        "veto",
        {"donor": ("p", "donor"), "row": ("p", "row")},
    ),
    *(Rule(f"keeps {kind}", (Pattern("k", kind),)) for kind in KINDS),
)  # fmt: skip
