"""A session says, after every event, what a fresh run says of the plan as it then is.

`DINHBIEN_STREAMS` is how many streams are drawn; `make test-long` asks for many.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dinhbien.compiled.from_text import pack_of
from dinhbien.compiled.to_text import text_of
from dinhbien.errors import DinhbienError
from dinhbien.judging.check import Report, check
from dinhbien.judging.compared import Comparison, FlagChange
from dinhbien.language.pack import Pack
from dinhbien.live import alike, reads, subjects
from dinhbien.live.counted import Sum, summed
from dinhbien.live.events import KINDS
from dinhbien.live.reads import Readers
from dinhbien.live.rows import Rows
from dinhbien.live.session import Session
from dinhbien.live.situations import LiveSituations
from dinhbien.live.spots import Spot
from dinhbien.live.state import State
from dinhbien.live.subjects import LiveSubjects
from dinhbien.meaning.evaluate import Value
from dinhbien.meaning.subjects import Tallied
from dinhbien.model.plan import Plan, Unit
from tests.laws.strategies import Sketch, counts, plan_of, plans, shipped, word

Each = Callable[[Unit], Tallied]
STREAMS = int(os.environ.get("DINHBIEN_STREAMS", "12"))
_CELLS = ("on_books", "assigned", "contract", "category", "rank", "position", "field")
_FIGURES = ("government_quota", "government_staff", "vice_chairs")


@st.composite
def streams(draw: st.DrawFn) -> tuple[Sketch, list[dict[str, Any]]]:
    """A small province, and what happens in it."""
    sketch = draw(plans())
    posts = [
        f"{place}/{second}/{third}"
        for place, commune in enumerate(sketch["communes"])
        for second, organisation in enumerate(commune["organisations"])
        for third, _ in enumerate(organisation["posts"])
    ]
    organisations = sorted({one.rpartition("/")[0] for one in posts})
    units = [str(place) for place, _ in enumerate(sketch["communes"])]
    places = posts + organisations + units
    at = st.sampled_from(places)
    events = st.sampled_from(KINDS).flatmap(
        lambda kind: st.fixed_dictionaries({"event": st.just(kind), **keys(kind, at, units)})
    )
    return sketch, draw(st.lists(events, min_size=1, max_size=6))


def keys(kind: str, at: st.SearchStrategy[str], units: list[str]) -> dict[str, Any]:
    """What an event of a kind says, names that do not fit among it."""
    unit, number = st.sampled_from(units), st.one_of(st.none(), counts)
    people = {"people": st.integers(1, 3)}
    two = {"from": at, "to": at, **people}
    days = {"first_day": st.just("2025-10-20"), "last_day": st.just("2026-04-19")}
    other = st.one_of(st.just(""), at)
    figures = st.dictionaries(st.sampled_from(_FIGURES), number, max_size=1)
    totals = st.sampled_from(["keep", "follow"])
    said: dict[str, dict[str, Any]] = {
        "hire": {"at": at, **people},
        "retire": {"at": at, **people},
        "second": {**two, **days},
        "appoint": {"at": at, **people, "out_of": other},
        "dismiss": {"at": at, **people, "to": other},
        "quota": {"at": unit, "count": st.sampled_from(_FIGURES), "value": number},
        "open": {"at": unit, "code": st.sampled_from(["n", "m"]), "kind": word("kind"), **opened()},
        "close": {"at": at},
        "correct": {"at": at, "cells": cells(number), "figures": figures, "totals": totals},
    }
    return said.get(kind, two)


def opened() -> dict[str, Any]:
    """The posts of an organisation that opens."""
    stated = {"on_books": counts, "category": word("category"), "rank": word("rank")}
    post = {"code": st.just("p"), "cells": st.fixed_dictionaries(stated)}
    return {"posts": st.lists(st.fixed_dictionaries(post), max_size=1)}


def cells(number: st.SearchStrategy[int | None]) -> st.SearchStrategy[dict[str, Any]]:
    """One corrected cell of a post."""
    return st.sampled_from(_CELLS).flatmap(
        lambda name: st.fixed_dictionaries(
            {name: number if name in {"on_books", "assigned", "contract"} else word(name)}
        )
    )


def modelled(unit: Unit) -> Unit:
    """The unit with every cell modelled: which of them a finding read is part of it."""
    return replace(
        unit,
        cells={name: replace(cell, origin="modelled") for name, cell in unit.cells.items()},
        figures={name: replace(cell, origin="modelled") for name, cell in unit.figures.items()},
        children={
            level: tuple(modelled(one) for one in units) for level, units in unit.children.items()
        },
    )


def plan_from(sketch: Sketch) -> Plan:
    """The plan that a sketch stands for, all of it modelled."""
    made = plan_of(sketch)
    return replace(made, root=modelled(made.root))


def carried_out(session: Session, events: list[dict[str, Any]]) -> int:
    """How many of the events could happen; after each, both ways say the same."""
    done = 0
    fresh = check(session.plan, session.pack, session.day)
    for event in events:
        before = session.state
        try:
            ruling = session.propose(event)
            assert session.state is before
            session.accept(event)
        except DinhbienError:
            assert session.state is before
            continue
        done += 1
        assert ruling.delta is not None
        flags = (*ruling.delta.flags, *ruling.delta.elsewhere)
        earlier, fresh = fresh, same_as_fresh(session)
        difference = Comparison(earlier, fresh)
        assert ruling.delta.findings == difference.findings
        assert told(flags) == told(difference.flags)
    return done


def told(flags: Iterable[FlagChange]) -> set[tuple[object, ...]]:
    """What is told of each flag that is another."""
    return {(one.row.id, one.before, one.after) for one in flags}


def same_as_fresh(session: Session) -> Report:
    """Findings, conflicts and flags are those of a run that starts from nothing."""
    fresh = check(session.plan, session.pack, session.day)
    assert session.findings == fresh.findings
    assert session.conflicts == fresh.conflicts
    assert session.flags == fresh.flags
    return fresh


@cache
def compiled_pack() -> Pack:
    """The shipped pack as it is kept compiled: what is equal in it is one object."""
    return pack_of(text_of(shipped()))


@settings(max_examples=STREAMS, suppress_health_check=list(HealthCheck))
@given(streams(), st.booleans())
def test_after_every_event_a_session_says_what_a_fresh_run_says(
    drawn: tuple[Sketch, list[dict[str, Any]]], kept: bool
) -> None:
    sketch, events = drawn
    pack = compiled_pack() if kept else shipped()
    try:
        session = Session(plan_from(sketch), pack)
    except DinhbienError:
        return
    opened = session.digest
    same_as_fresh(session)
    done = carried_out(session, events)

    again = Session(plan_from(sketch), pack)
    again.replay(session.log)
    assert again.log == session.log
    assert again.digest == session.digest
    for _ in range(done):
        session.undo()
    assert session.digest == opened


OFFICE: Sketch = {"communes": [{"type": "xa", "organisations": [{"kind": "office", "posts": [
    {"category": "civil_servant", "rank": "professional", "position": "other_position",
     **dict.fromkeys(("assigned", "on_books", "concurrent", "contract", "seconded_in",
                      "seconded_out"), 5)}]}]}]}  # fmt: skip
HIRE: dict[str, Any] = {"event": "hire", "at": "0/0/0"}


OTHERS: Sketch = {"communes": [{"type": "xa", "organisations": [{"kind": "office", "posts": [
    {"category": category, "rank": "professional", "position": "other_position", "field": field,
     **dict.fromkeys(("assigned", "on_books", "concurrent", "contract", "seconded_in",
                      "seconded_out"), 5)}
    for category, field in (("civil_servant", "justice"), ("contract_staff", "health"))
]}]}]}  # fmt: skip


@pytest.mark.parametrize("at", ["0/0/0", "0/0/1"])
@pytest.mark.parametrize(
    "cells",
    [{"on_books": 5}, {"on_books": 6}, {"on_books": 0}, {"assigned": None}, {"contract": 5},
     {"category": "contract_staff"}, {"field": "health"}, {"rank": None}],
)  # fmt: skip
def test_a_corrected_cell_is_modelled_no_more_for_whoever_reads_it(
    at: str, cells: dict[str, Any]
) -> None:
    """Also for those that read it and then find that the post is none of theirs."""
    event = {"event": "correct", "at": at, "cells": cells}
    back = {"event": "correct", "at": at, "cells": dict.fromkeys(cells)}
    assert carried_out(Session(plan_from(OTHERS), shipped()), [event, HIRE, back]) == 3


def test_an_answer_that_rests_on_no_modelled_cell_may_rest_on_one_elsewhere() -> None:
    """The same number, once of nothing and once of an organisation that does not count."""
    council: Sketch = {"kind": "council", "complete": False, "posts": []}
    communes = [{"type": "xa", "organisations": one} for one in ([], [council])]
    same_as_fresh(Session(plan_from({"communes": communes}), shipped()))


def test_a_norm_that_is_not_asked_again_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The law above can fail: one planted error, and it does."""
    whole = State._asked

    def forgetful(
        self: State, changed: list[Spot], among: LiveSubjects
    ) -> Iterator[tuple[int, Unit]]:
        for place, unit in whole(self, changed, among):
            if "division" not in self.judged[place].norm.id:
                yield place, unit

    assert carried_out(Session(plan_from(OFFICE), shipped()), [HIRE]) == 1
    monkeypatch.setattr(State, "_asked", forgetful)
    with pytest.raises(AssertionError):
        carried_out(Session(plan_from(OFFICE), shipped()), [HIRE])


def stale_leaves(self: LiveSubjects, changed: list[Spot], leaves: Readers) -> None:
    """Every value stays as it was."""


def stale_sums(held: Sum | None, units: tuple[Unit, ...], each: Each) -> Sum:
    """A sum stays as it was, whatever the units."""
    return held or summed(None, units, each)


def deaf(self: Spot) -> str:
    """Every change is told to those whom the first of its level was told to."""
    return self.after.level


whole = alike._Marks.sign


def one_sign(self: alike._Marks, value: Value) -> str:
    """All values are alike."""
    whole(self, value)
    return ""


@pytest.mark.parametrize(
    ("where", "name", "planted"),
    [
        (LiveSubjects, "_forget", stale_leaves),
        (subjects, "summed", stale_sums),
        (Spot, "sign", property(deaf)),
        (reads, "is_apart", lambda *_: True),
        (reads, "_holds", lambda *_: False),
        (Spot, "origins", frozenset[str]()),
        (alike._Marks, "sign", one_sign),
        (LiveSituations, "can_spare", lambda *_: True),
        (Rows, "_is_same", lambda *_: True),
    ],
)
def test_a_value_that_is_kept_too_long_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
    where: object,
    name: str,
    planted: object,
) -> None:
    """The same for each place where something is kept."""
    events: list[dict[str, Any]] = [
        HIRE,
        {"event": "second", "from": "0/0/0", "to": "0/0/1"},
        {"event": "correct", "at": "0/0/0", "cells": {"assigned": 9, "contract": 1}},
        {"event": "correct", "at": "0/0/1", "cells": {"on_books": 7}},
        {"event": "retire", "at": "0/0/0", "people": 5},
    ]
    assert carried_out(Session(plan_from(OTHERS), shipped()), events) == len(events)
    monkeypatch.setattr(where, name, planted)
    with pytest.raises(AssertionError):
        carried_out(Session(plan_from(OTHERS), shipped()), events)
