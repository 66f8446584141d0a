"""durable-rules as it comes: norms are facts of whole numbers behind five fixed rules.

It has no division and no choice, so each norm is resolved into what is compared before; the
engine is spared that work.  A session holds a hundred communes and is then dropped.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from tests.bench.peers.engines import hand_numpy
from tests.bench.peers.engines.units import findings
from tests.bench.peers.intervals import UNBOUNDED
from tests.bench.peers.table import SHORTAGE, SURPLUS, UNDETERMINED, Row, Table
from tests.bench.peers.workload import PLACES, Workload

__all__ = ["findings", "prepare", "run"]
NAMES = ("measured_low", "measured_high", "least_low", "least_high", "most_low", "most_high")
COMMUNES = 100
Prepared = tuple[Any, list[list[dict[str, Any]]]]


def prepare(plan: Workload, table: Table) -> Prepared:
    """The rules, and the facts of each session."""
    from durable import engine

    class Quiet(engine.Host):  # type: ignore[misc]  # durable-rules has no types
        def _run(self) -> None:
            """No timer ticks."""

    host = Quiet()
    host.set_rulesets({"norms": _rules()})
    prepared = hand_numpy.prepare(plan, table)
    levels = hand_numpy.levels(*prepared, 0, plan.size)
    sessions: list[list[dict[str, Any]]] = [[] for _ in range(-(-plan.size // COMMUNES))]
    for number, row in enumerate(table.rows):
        for fact in _facts(number, row, *levels[row.level]):
            sessions[(fact["subject"] // PLACES - 1) // COMMUNES].append(fact)
    return host, sessions


def _facts(number: int, row: Row, rows: hand_numpy.Rows, keys: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    import numpy as np

    whole = len(keys)
    scope, applies, *sides = (
        np.broadcast_to(rows.of(one), whole).tolist()
        for one in (row.scope, row.applies, *row.sides)
    )
    lines = zip(keys.tolist(), scope, applies, *sides, strict=True)
    return [
        {"id": f"{number}.{key}", "norm": number, "subject": key, "applies": int(certain),
         **dict(zip(NAMES, ends, strict=True))}
        for key, inside, certain, *ends in lines
        if inside
    ]  # fmt: skip


def _rules() -> dict[str, Any]:
    def field(name: str) -> dict[str, Any]:
        return {"$m": name}

    def rule(*tests: dict[str, Any], verdict: int) -> dict[str, Any]:
        return {"all": [{"m": {"$and": list(tests)}}], "run": _saying(verdict)}

    sure, open_ = {"applies": 1}, {"applies": 0}
    enough = {"$gte": {"measured_high": field("least_low")}}
    not_over = {"$lte": {"measured_low": field("most_high")}}
    return {
        "short": rule(sure, {"$lt": {"measured_high": field("least_low")}}, verdict=SHORTAGE),
        "over": rule(sure, {"$gt": {"measured_low": field("most_high")}}, verdict=SURPLUS),
        "open_below": rule(
            sure, enough, not_over, {"$lt": {"measured_low": field("least_high")}},
            verdict=UNDETERMINED,
        ),
        "open_above": rule(
            sure, enough, not_over, {"$gte": {"measured_low": field("least_high")}},
            {"$gt": {"measured_high": field("most_low")}}, verdict=UNDETERMINED,
        ),
        "may_not_apply": rule(open_, {"$gte": {"norm": 0}}, verdict=UNDETERMINED),
    }  # fmt: skip


_FOUND: list[tuple[int, ...]] = []


def _saying(verdict: int) -> Any:  # noqa: ANN401 - an action of durable-rules
    def action(context: Any) -> None:  # noqa: ANN401 - durable-rules has no types
        fact = context.m
        low, high, least_low, least_high, most_low, most_high = (fact[name] for name in NAMES)
        ends = {
            SHORTAGE: (least_low - high, _less(least_high, low)),
            SURPLUS: (low - most_high, _less(high, most_low)),
        }.get(verdict, (0, 0))
        _FOUND.append((fact["norm"], fact["subject"], verdict, *ends))

    return action


def _less(high: int, low: int) -> int:
    return UNBOUNDED if high == UNBOUNDED else high - low


def run(prepared: Prepared) -> list[tuple[int, ...]]:
    """The findings, sorted."""
    from durable import engine

    host, sessions = prepared
    _FOUND.clear()
    for number, facts in enumerate(sessions):
        name = f"s{number}"
        for fact in facts:
            with suppress(engine.MessageNotHandledException):  # what is met is an error to it
                host.assert_fact("norms", {**fact, "sid": name})
        host.delete_state("norms", name)
    return sorted(_FOUND)
