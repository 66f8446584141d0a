"""What follows, chained by durable-rules: the same as the compiled flags, with its trace."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from dinhbien.errors import DinhbienError
from dinhbien.live.chained.consequences import Consequences, NotUsableError, WorkerLostError
from dinhbien.live.session import Session
from tests.laws.strategies import plan_of, shipped

CLERK = {"category": "civil_servant", "rank": "professional", "position": "other_position"}
KNOWN = dict.fromkeys(("assigned", "concurrent", "contract", "seconded_in", "seconded_out"), 0)
FLOOR = "dien-bien/division-practice/article-1#division-minimum"


def session(*people: int) -> Session:
    """Communes, each with one office of so many."""
    offices = [
        {"type": "xa", "organisations": [
            {"kind": "office", "posts": [{**CLERK, **KNOWN, "on_books": many}]}]}
        for many in people
    ]  # fmt: skip
    return Session(plan_of({"communes": offices}), shipped())


@pytest.fixture
def chained(
    skip_or_fail: Callable[[str, str], NoReturn],
) -> Iterator[Callable[[Session], Consequences]]:
    """Consequences of a session, closed at the end."""
    made: list[Consequences] = []

    def of(live: Session) -> Consequences:
        one = Consequences(live)
        made.append(one)
        try:
            one.update()
        except NotUsableError as error:
            skip_or_fail("durable", str(error))
        return one

    yield of
    for one in made:
        one.close()


def kinds(one: Consequences, kind: str) -> list[str]:
    """The rows of the floor that a kind of fact speaks of."""
    return sorted(
        str(fact["row"]).partition(" ")[0]
        for fact in one.derived.values()
        if fact["kind"] == kind and FLOOR in str(fact["row"])
    )


def test_a_shortage_is_chained_to_proposals_alerts_and_vetoes_and_withdrawn(
    chained: Callable[[Session], Consequences],
) -> None:
    live = session(5, 6, 5)
    told = chained(live)
    assert kinds(told, "need") == []

    live.accept({"event": "retire", "at": "0/0/0"})
    trace = told.update()
    assert kinds(told, "shortage") == kinds(told, "need") == kinds(told, "proposal") == ["0"]
    steps = {one.rule: one for one in trace if FLOOR in str(told.derived.get(one.output, ""))}
    assert steps["short for certain"].output in steps["needs people"].inputs
    assert steps["needs people"].output in steps["a body could send"].inputs
    assert told.differences() == ()

    live.accept({"event": "retire", "at": "2/0/0"})
    told.update()
    assert kinds(told, "proposal") == ["0", "2"]
    assert kinds(told, "double")  # one body with one to spare is proposed twice
    assert told.differences() == ()

    live.accept({"event": "hire", "at": "0/0/0"})
    trace = told.update()
    assert kinds(told, "need") == kinds(told, "proposal") == ["2"]
    assert kinds(told, "double") == []
    assert any(one.gone and one.rule == "withdrawn" for one in trace)
    assert told.differences() == ()


def test_after_every_event_the_consequences_are_the_compiled_flags(
    chained: Callable[[Session], Consequences],
) -> None:
    live = session(4, 5, 6, 9)
    told = chained(live)
    events: list[dict[str, Any]] = [
        {"event": "second", "from": "3/0/0", "to": "0/0/0"},
        {"event": "transfer", "from": "3/0/0", "to": "0/0/0", "people": 2},
        {"event": "retire", "at": "2/0/0", "people": 3},
        {"event": "correct", "at": "1/0/0", "cells": {"on_books": None}},
        {"event": "correct", "at": "2/0/0", "cells": {"category": None}},
        {"event": "open", "at": "1", "code": "n", "kind": "economic"},
        {"event": "close", "at": "1/n"},
        {"event": "correct", "at": "0/0/0", "cells": {"assigned": 3}},
        {"event": "return", "from": "0/0/0", "to": "3/0/0"},
    ]
    for event in events:
        live.accept(event)
        told.update()
        assert told.differences() == (), event
    for _ in events:
        live.undo()
        told.update()
        assert told.differences() == ()


def test_a_consequence_that_is_wrong_is_noticed(
    chained: Callable[[Session], Consequences],
) -> None:
    told = chained(session(4, 5))
    name = next(name for name, one in told.derived.items() if one["kind"] == "shortage")
    del told.derived[name]

    assert told.differences()


@pytest.mark.parametrize("at", [0, 1, 3])
def test_a_worker_that_is_killed_is_seen_and_nothing_is_lost(
    chained: Callable[[Session], Consequences], at: int
) -> None:
    live = session(5, 6, 5)
    told = chained(live)
    for place in range(4):
        live.accept({"event": "hire" if place % 2 else "retire", "at": "0/0/0"})
        if place == at:
            assert told.process_id is not None
            os.kill(told.process_id, signal.SIGKILL)
            with pytest.raises(WorkerLostError, match="the worker that chains consequences died"):
                told.update()
        told.update()
        assert told.differences() == ()
    assert len(live.events) == 4


def test_facts_that_the_fence_refuses_are_told(
    chained: Callable[[Session], Consequences],
) -> None:
    told = chained(session(5))
    with pytest.raises(WorkerLostError, match="the worker refused the facts: FenceError"):
        told._ask({"remove": ["nothing"], "add": []})
    assert told.update()
    assert told.differences() == ()


def test_without_durable_rules_the_way_out_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    live = session(5)
    (tmp_path / "durable").mkdir()
    (tmp_path / "durable" / "__init__.py").write_text("raise ImportError('undefined symbol')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    with pytest.raises(
        NotUsableError, match="durable-rules cannot be used: undefined symbol"
    ) as told:
        Consequences(live).update()

    assert isinstance(told.value, DinhbienError)
    assert "CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject" in str(told.value)
    assert live.propose({"event": "retire", "at": "0/0/0"}).decision == "warn"
