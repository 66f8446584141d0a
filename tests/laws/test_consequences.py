"""What durable-rules chains is, after every event, what the compiled flags say.

`DINHBIEN_STREAMS` is how many streams are drawn; `make test-long` asks for many.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dinhbien.errors import DinhbienError
from dinhbien.live.chained import consequences, facts
from dinhbien.live.chained.consequences import Consequences, NotUsableError, WorkerLostError
from dinhbien.live.session import Session
from tests.laws.strategies import Sketch, shipped
from tests.laws.test_live import plan_from, streams

STREAMS = int(os.environ.get("DINHBIEN_STREAMS", "8"))
_LONGEST = 6
SHORT: Sketch = {"communes": [{"type": "xa", "organisations": [{"kind": "office", "posts": [
    {"category": "civil_servant", "rank": "professional", "position": "other_position",
     **dict.fromkeys(("assigned", "concurrent", "contract", "seconded_in", "seconded_out"), 0),
     "on_books": people}]}]} for people in (4, 5, 9)]}  # fmt: skip


@pytest.fixture(autouse=True)
def usable(skip_or_fail: Callable[[str, str], NoReturn]) -> None:
    """durable-rules can be used here."""
    try:
        with Consequences(Session(plan_from(SHORT), shipped())) as told:
            told.update()
    except NotUsableError as error:
        skip_or_fail("durable", str(error))


def followed(told: Consequences, events: list[dict[str, Any]], kills: frozenset[int]) -> None:
    """Carry the events out; before some of them, by their place, the worker is killed."""
    told.update()
    assert told.differences() == ()
    for place, event in enumerate(events):
        if place in kills:
            killed(told)
            with pytest.raises(WorkerLostError):
                told.update()
            told.update()
            assert told.differences() == ()
        try:
            told.session.accept(event)
        except DinhbienError:
            continue
        told.update()
        assert told.differences() == ()


def killed(told: Consequences) -> None:
    """The worker is gone for good."""
    assert told.process_id is not None
    assert told._process is not None
    os.kill(told.process_id, signal.SIGKILL)
    told._process.wait()


def content(told: Consequences) -> list[tuple[object, ...]]:
    """What was derived, whatever its ids and in whichever order it was."""
    found = []
    for one in told.derived.values():
        named = {one.get("row"), one.get("other")} if one["kind"] == "double" else {one.get("row")}
        rest = {name: one[name] for name in one if name not in {"id", "turn", "row", "other"}}
        found.append((*sorted(map(str, rest.items())), *sorted(map(str, named))))
    return sorted(found)


@settings(
    max_examples=STREAMS, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking starts too many processes
)  # fmt: skip
@given(streams(), st.frozensets(st.integers(0, _LONGEST), max_size=2))
def test_after_every_event_the_chain_is_that_of_the_compiled_flags(
    drawn: tuple[Sketch, list[dict[str, Any]]], kills: frozenset[int]
) -> None:
    """And what a worker was told step by step is what a new one is told at once."""
    sketch, events = drawn
    try:
        session = Session(plan_from(sketch), shipped())
    except DinhbienError:
        return
    with Consequences(session) as told, Consequences(session) as fresh:
        followed(told, events, kills)
        fresh.update()
        assert content(told) == content(fresh)
        while session.events:
            session.undo()
        told.update()
        assert told.differences() == ()


RETIRE: list[dict[str, Any]] = [
    {"event": "retire", "at": "1/0/0"},
    {"event": "hire", "at": "0/0/0"},
]


def test_a_measure_that_is_wrong_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The law above can fail: facts that are not those of the session."""
    whole = facts._ends
    monkeypatch.setattr(facts, "_ends", lambda part: (0, whole(part)[1]))
    with (
        Consequences(Session(plan_from(SHORT), shipped())) as told,
        pytest.raises(AssertionError),
    ):
        followed(told, RETIRE, frozenset())


def test_a_rule_that_is_wrong_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """And a worker whose rules are not those of the flags."""
    monkeypatch.setattr(consequences, "_WORKER", "tests.live.planted_worker")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    with (
        Consequences(Session(plan_from(SHORT), shipped())) as told,
        pytest.raises(AssertionError),
    ):
        followed(told, RETIRE, frozenset())
