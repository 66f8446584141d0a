"""A session: what is told, what is saved, and what is refused."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from dinhbien.errors import DinhbienError, InputError, UsageError
from dinhbien.judging.check import check
from dinhbien.live.events import line_of, read_event
from dinhbien.live.session import Session, open_session
from tests.laws.strategies import plan_of, shipped

CLERK = {"category": "civil_servant", "rank": "professional", "position": "other_position"}
KNOWN = dict.fromkeys(("assigned", "concurrent", "contract", "seconded_in", "seconded_out"), 0)
PLAN = Path(__file__).parents[2] / "scenarios" / "dien-bien" / "quota"


def session(people: int = 5, **commune: object) -> Session:
    """Two communes, each with one office of so many."""
    post = {**CLERK, **KNOWN, "on_books": people}
    one = {"type": "xa", "organisations": [{"kind": "office", "posts": [post]}], **commune}
    return Session(plan_of({"communes": [one, one]}), shipped())


def test_a_proposal_saves_nothing_and_an_accepted_one_is_what_was_proposed() -> None:
    live = session()
    digest = live.digest

    told = live.propose({"event": "retire", "at": "0/0/0"})
    assert live.digest == digest
    done = live.accept({"event": "retire", "at": "0/0/0"})

    assert told.decision == done.decision == "warn"
    assert told.delta is not None
    assert done.delta is not None
    assert told.delta.findings == done.delta.findings
    assert any(one.last.verdict == "shortage" for one in told.delta.findings)
    assert told.delta.flags
    assert live.digest != digest
    assert live.undo() == read_event({"event": "retire", "at": "0/0/0"})
    assert live.digest == digest


def changes(live: Session, kind: str) -> int:
    """How many findings and flags an event changes, that happens."""
    delta = live.accept({"event": kind, "at": "0/0/0"}).delta
    assert delta is not None
    return len(delta.findings) + len(delta.flags) + len(delta.elsewhere)


def test_a_session_makes_no_cycles() -> None:
    """So a host may keep Python from searching for them: `gc.freeze` of the guide."""
    live = session()
    gc.freeze()  # what other tests keep is not searched
    gc.disable()
    try:
        for kind in ("retire", "hire", "hire", "retire"):
            assert changes(live, kind)
            live.undo()
        assert gc.collect() == 0
    finally:
        gc.enable()
        gc.unfreeze()


def test_what_others_could_be_given_is_reckoned_when_it_is_asked_for() -> None:
    live = session(6)
    before = live.flags
    delta = live.accept({"event": "retire", "at": "0/0/0", "people": 2}).delta
    assert delta is not None

    moved = {(one.row.id, one.flag) for one in (*delta.flags, *delta.elsewhere)}
    after = {one.id: one for one in check(live.plan, live.pack).flags}
    known = {one.id: one for one in before}

    assert delta.pools
    for name, row in after.items():
        for one in row.flags:
            if one.kind != "rank" and known[name].flag(one.flag).amount != one.amount:
                assert (name, one.flag) in moved


def test_a_log_rebuilds_the_session_byte_for_byte(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    live = open_session(PLAN, log=log)
    live.accept({"event": "quota", "at": "90001", "count": "government_quota", "value": 40})
    live.accept({"event": "hire", "at": "90001", "people": 2, **CLERK, "ref": "HR-1"})
    live.undo()
    live.accept({"event": "hire", "at": "90001", "people": 3, **CLERK, "ref": "HR-1"})

    again = open_session(PLAN, log=log)
    other = open_session(PLAN)

    assert other.replay(live.log) == 4
    for one in (again, other):
        assert one.log == live.log == log.read_text("utf-8")
        assert one.digest == live.digest
        assert one.events == live.events
    with pytest.raises(UsageError, match="the event `HR-1` was accepted before"):
        again.accept({"event": "hire", "at": "90001", "ref": "HR-1"})
    assert log.read_text("utf-8") == live.log


def test_far_back_is_undone_too(monkeypatch: pytest.MonkeyPatch) -> None:
    live = session()
    opened = live.digest
    for _ in range(3):
        live.accept({"event": "hire", "at": "0/0/0"})
    live._undo.clear()
    while live.events:
        live.undo()

    assert live.digest == opened
    with pytest.raises(UsageError, match="there is nothing to undo"):
        live.undo()


def test_an_event_is_the_same_line_again() -> None:
    event = {"event": "second", "from": "a", "to": "b", "first_day": "2025-10-20",
             "last_day": "2026-04-19"}  # fmt: skip

    assert read_event(line_of(read_event(event))) == read_event(event)


WRONG: list[tuple[dict[str, object], str]] = [
    ({}, "`event` is missing"),
    ({"event": "hier"}, "`hier` is not an event"),
    ({"event": "hire", "at": "0/0/0", "people": 0}, "greater than or equal to 1"),
    ({"event": "hire", "at": "0/0/9"}, "`0/0/9` names no unit of the plan"),
    ({"event": "hire", "at": "0"}, "`0` lists its posts"),
    ({"event": "hire", "at": "0/0/0", "rank": "head"}, "`0/0/0` is not `head`"),
    ({"event": "hire", "at": "0/0/0", "rank": "boss"}, "`boss` is not a rank"),
    ({"event": "reassign", "from": "0/0/0", "to": "1/0/0"},
     "people are reassigned within one unit"),
    ({"event": "transfer", "from": "0/0/0", "to": "0/0/0"},
     "people are transferred to another unit"),
    ({"event": "reassign", "from": "0/0/0", "to": "0/0/0"},
     "people cannot be sent to where they are"),
    ({"event": "second", "from": "0/0/0", "to": "1/0/0", "first_day": "2025-10-20"},
     "a secondment has a first day and, not before it, a last day"),
    ({"event": "quota", "at": "0", "count": "x", "value": 1}, "`x` is no named count"),
    ({"event": "quota", "at": "0", "count": "government_quota", "value": -1}, "`-1` is below 0"),
    ({"event": "quota", "at": "0", "count": "government_quota", "value": "1.5"},
     "`1.5` is not a whole number"),
    ({"event": "quota", "at": "0", "count": "government_quota", "value": 1.5},
     "a value is a whole number, a text, a truth or null"),
    ({"event": "quota", "at": "0", "count": "government_quota", "value": "1e9"},
     "`1e9` is not a number"),
    ({"event": "open", "at": "0", "code": "a.b", "kind": "office"}, "`a.b` is not a code"),
    ({"event": "open", "at": "0", "code": "0", "kind": "office"}, "`0` has an organisation `0`"),
    ({"event": "close", "at": "0/0"}, "people are, or may be, still on its books"),
    ({"event": "correct", "at": "0/0/0", "cells": {"population": 3}},
     "`population` is nothing that is stated of post"),
    ({"event": "correct", "at": "0", "cells": {"type": 3}}, "`3` is no text"),
    ({"event": "correct", "at": "0", "cells": {"unit_code": "x"}},
     "`unit_code` is not corrected by an event"),
    ({"event": "retire", "at": "0/0/0", "people": 6},
     "so many people are not there: `0/0/0` has 5"),
    ({"event": "return", "from": "0/0/0", "to": "1/0/0"}, "so many people are not there"),
    ({"event": []}, "`[]` is not an event"),
    ({"event": "second", "from": "0/0/0", "to": "0/0/0"},
     "people cannot be sent to where they are"),
    ({"event": "appoint", "at": "0/0/0", "out_of": "0/0/0"},
     "people cannot be sent to where they are"),
    ({"event": "dismiss", "at": "0/0/0", "to": "0/0/0"}, "people cannot be sent to where they are"),
    ({"event": "second", "from": "0/0/0", "to": "1/0/0", "first_day": 1728000,
      "last_day": "2025-10-20"}, "`1728000` is not a day"),
    ({"event": "second", "from": "0/0/0", "to": "1/0/0", "first_day": "2025-10-20",
      "last_day": "9999-12-31"}, "`9999-12-31` is the last day that can be written"),
    ({"event": "quota", "at": "0", "count": "government_staff", "value": 5},
     "`government_staff` is not a number that is assigned"),
    ({"event": "open", "at": "0", "code": "a", "kind": "office", "posts": [{"code": "b/c"}]},
     "`b/c` is not a code"),
    ({"event": "open", "at": "0", "code": "a", "kind": "office",
      "posts": [{"code": "b"}, {"code": "b"}]}, "`b` is the code of two posts\n  at posts.1.code"),
    ({"event": "correct", "at": "0", "figures": {"government_staff": 5}, "totals": "follow"},
     "totals follow the cells of a post, and `0` is none"),
    ({"event": "correct", "at": "0", "cells": {"population": "1.000"}},
     "`1.000` may be a decimal or thousands"),
]  # fmt: skip


def test_a_text_that_is_no_event_is_told(office: Session) -> None:
    for text, said in (("[1]", "an event is an object of JSON"), ("{", "this is no JSON")):
        with pytest.raises(InputError, match=said):
            office.accept(text)


@pytest.fixture(scope="module")
def office() -> Session:
    """A session in which nothing is accepted."""
    return session()


@pytest.mark.parametrize(("event", "said"), WRONG, ids=lambda one: str(one)[:40])
def test_what_cannot_happen_is_told_and_changes_nothing(
    office: Session, event: dict[str, object], said: str
) -> None:
    before = office.state
    with pytest.raises(DinhbienError, match=None) as told:
        office.accept(event)

    assert said in str(told.value)
    assert office.state is before
    assert office.events == ()


def test_a_date_that_is_none_is_told() -> None:
    live = session(secondments=[{"from_day": "2025-10-20", "to_day": "2026-04-20"}])
    event = {"event": "correct", "at": "0/s0", "cells": {"from_day": "soon"}}

    with pytest.raises(InputError, match="`soon` is not a date"):
        live.accept(event)
    live.accept({**event, "cells": {"from_day": "2025-11-01"}})


def test_who_is_not_there_is_refused_before_it_is_saved(office: Session) -> None:
    told = office.propose({"event": "retire", "at": "0/0/0", "people": 6})

    assert told.decision == "refuse"
    assert told.delta is None
    assert not told.is_possible


BACK = {"event": "return", "from": "0/0", "to": "1/0", "people": 9}


@pytest.mark.parametrize("event", [BACK, {"event": "dismiss", "at": "0/0", "people": 9}])
def test_how_many_are_at_posts_that_are_not_listed_cannot_be_told(event: dict[str, Any]) -> None:
    """So many came from elsewhere, or hold a post beside their own: no total says it."""
    whole, told = (_without_posts(complete=one) for one in (True, False))

    with pytest.raises(UsageError, match="so many people are not there: `0/0` has 0"):
        whole.accept(event)
    ruling = told.propose(event)
    assert ruling.decision == "cannot be told"
    assert ruling.reasons[0].missing == ("communes.0.organisations.0.posts",)


def _without_posts(*, complete: bool) -> Session:
    """Two offices that list no posts: they have none, or nobody listed them."""
    office = {"kind": "office", "posts": [], "complete": complete}
    one = {"type": "xa", "organisations": [office]}
    return Session(plan_of({"communes": [one, one]}), shipped())


def test_only_ones_own_secondment_ends() -> None:
    live = session()
    days = {"first_day": "2025-10-20", "last_day": "2026-04-19"}
    live.accept({"event": "second", "from": "0/0/0", "to": "1/0/0", **days})
    live.accept({"event": "second", "from": "1/0/0", "to": "0/0/0", **days})
    back = {"event": "return", "from": "1/0/0", "to": "0/0/0"}

    with pytest.raises(InputError, match=r"`1/\+1` is a secondment from `1`, not from `0`"):
        live.accept({**back, "secondment": "1/+1"})
    live.accept({**back, "secondment": "0/+1"})
    assert "secondment" in live.plan.root.children["commune"][0].children


def test_stated_totals_follow_or_are_refused() -> None:
    live = session(figures={"government_staff": 5})
    wrong = {"event": "correct", "at": "0/0/0", "cells": {"on_books": 7}}

    with pytest.raises(InputError, match="is stated as 5, and what lies below adds up to 7"):
        live.accept(wrong)
    live.accept({**wrong, "totals": "follow"})
    commune = next(one for one in live.plan.root.walk() if one.code == "0")
    assert commune.figures["government_staff"].value == 7


def test_a_session_needs_a_day_and_a_plan_that_can_change() -> None:
    from msgspec.structs import replace

    plan = replace(plan_of({"communes": []}), as_of=None)
    with pytest.raises(
        InputError, match="no day to judge by: the plan states no `as_of`, and none was given"
    ):
        Session(plan, shipped())
    with pytest.raises(UsageError, match="a change is made in a plan that is read from a file"):
        open_session(plan, change="x.yaml")
    with pytest.raises(
        InputError,
        match="this is no log of a live session: its first line says of which plan it is",
    ):
        session().replay("{}\n")


def test_threads_that_read_what_they_were_told_do_not_disturb_each_other() -> None:
    """What is different is reckoned when it is read, which is after the answer."""
    events: list[dict[str, Any]] = [
        {"event": kind, "at": f"{place}/0/0", "people": people}
        for kind in ("hire", "retire")
        for place in (0, 1)
        for people in (1, 2, 3)
    ]

    def answers(live: Session, some: list[dict[str, Any]]) -> list[object]:
        told = [live.propose(one).delta for one in some]
        return [(one.findings, one.flags, one.elsewhere) for one in told if one is not None]

    expected = [answers(session(), [one])[0] for one in events]
    live = session()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda one: answers(live, [one])[0], events))
    assert found == expected
