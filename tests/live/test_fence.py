"""The fence round durable-rules: one test for each fault of 2.0.28 that it keeps out.

None but the last needs durable-rules: what is refused never reaches it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pytest
from msgspec.structs import asdict, replace

from dinhbien.live.chained.guard import FenceError, Guard, check_fact, check_rules, hashed
from dinhbien.live.chained.rules import KINDS, RULES, Fact, Pattern, Rule
from dinhbien.live.chained.worker import quiet_host

NEED: Fact = {"kind": "need", "id": "n", "row": "r", "norm": "x"}


@dataclass
class Recorder:
    """A host that remembers what it is told; `broken` makes its action fail."""

    told: list[tuple[str, str]] = field(default_factory=list)
    rules: dict[str, Any] = field(default_factory=dict)
    broken: bool = False

    def set_rulesets(self, definition: dict[str, Any]) -> None:
        (self.rules,) = definition.values()

    def assert_fact(self, _: str, fact: Fact) -> object:
        self.told.append(("assert", str(fact["id"])))
        if self.broken:
            self.rules["r0"]["run"](object())
        return None

    def retract_fact(self, _: str, fact: Fact) -> object:
        self.told.append(("retract", str(fact["id"])))
        return None


def guard() -> tuple[Guard, Recorder]:
    """A guard before a host that does nothing."""
    host = Recorder()
    return Guard(host, RULES), host


def with_rule(*patterns: Pattern) -> list[Rule]:
    """The rules, and one more."""
    return [*RULES, Rule("one more", patterns)]


def test_the_shipped_rules_pass() -> None:
    check_rules(RULES)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        # 1, 2: no `or` can be written: a rule is a list of patterns, a pattern a list of tests
        (with_rule(Pattern("a", "need", (("|", "row", 1),))), "`one more` compares by `|`"),
        # 3: equality with another fact is the join, and stands last
        (
            with_rule(
                Pattern("a", "need"),
                Pattern("b", "need", (("=", "row", ("a", "row")),), ("norm", "a", "norm")),
            ),
            "`one more`: an equality with another fact stands last, as the join",
        ),
        # 4: no division
        (with_rule(Pattern("a", "need", (("/", "row", 1),))), "`one more` compares by `/`"),
        # 5: an alias or a property that is not there is silently true
        (
            with_rule(Pattern("a", "need"), Pattern("b", "need", (), ("row", "c", "row"))),
            "`one more` reads `c.row`, which is not there",
        ),
        (
            with_rule(Pattern("a", "need", (("<", "spare", 1),))),
            "`one more` reads `a.spare`, which is not there",
        ),
        (
            with_rule(
                Pattern("a", "need"),
                Pattern("b", "need", (("<", "row", ("b", "row")),), ("norm", "a", "norm")),
            ),
            "`one more` reads `b.row`, which is not there",
        ),
        # 17: every join has an equality
        (
            with_rule(Pattern("a", "need"), Pattern("b", "need")),
            "`one more` joins `b` by no equality",
        ),
        # an alias that is the state inside an action
        (with_rule(Pattern("s", "need")), "`one more`: `s` of kind `need`"),
        # limits: 64 patterns on one fact, 16 patterns in a rule
        ([*RULES] * 5, "90 rules: more than none, and fewer than 64"),
        (with_rule(*(Pattern(f"a{n}", "need") for n in range(17))), "`one more` has 17 patterns"),
        # a derived fact that no rule reads vanishes
        (
            [one for one in RULES if one.name != "keeps veto"],
            "no rule keeps `veto`: such a fact may be lost",
        ),
    ],
)
def test_a_rule_that_would_go_wrong_is_refused(rules: list[Rule], said: str) -> None:
    with pytest.raises(FenceError, match=re.escape(said)):
        check_rules(rules)


BOUND: Fact = {"kind": "bound", "id": "b", "about": "a", "side": 1, "at": 1}


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        # 6: null in a join, or a property that is missing: the fact is half stored
        ({**NEED, "row": None}, "`row` is `None`, and not of its kind"),
        ({"kind": "need", "id": "n", "norm": "x"}, "a fact of kind `need` holds `kind, id, norm`"),
        # 8, 11: sessions are told apart by a hash, and the 1,025th ends the process: there is one
        ({**NEED, "sid": "7"}, "a fact of kind `need` holds `kind, id, row, norm, sid`"),
        ({**NEED, "more": 1}, "a fact of kind `need` holds `kind, id, row, norm, more`"),
        ({**NEED, "row": 1}, "`row` is `1`, and not of its kind"),  # joins compare texts
        ({**NEED, "kind": "other"}, "a fact of kind `other` holds"),  # accepted by no rule
        ({}, "a fact of kind `None` holds ``"),  # 12: an empty fact kills the process
        # 16: long ids; an id with a quote cannot be had again
        ({**NEED, "id": ""}, "`` is no id"),
        ({**NEED, "id": "x" * 65}, "x` is no id"),
        ({**NEED, "id": 'a"b'}, '`a"b` is no id'),
        ({**NEED, "id": "ạ"}, "`ạ` is no id"),
        # NFD differs byte by byte; lengths are kept in 16 bits
        ({**NEED, "row": "a\u0300"}, "`row` is a text that is too long, or not in NFC"),
        ({**NEED, "row": "x" * 257}, "`row` is a text that is too long, or not in NFC"),
        # 1 and 1.0 never join, and a whole number past 64 bits saturates
        ({**BOUND, "at": 1.0}, "`at` is `1.0`, and not of its kind"),
        ({**BOUND, "at": True}, "`at` is `True`, and not of its kind"),
        ({**BOUND, "at": 2**63}, "`at` is too large"),
    ],
)
def test_a_fact_that_would_go_wrong_is_refused(fact: Any, said: str) -> None:  # noqa: ANN401 - anything
    made, host = guard()
    before = list(host.told)

    with pytest.raises(FenceError, match=re.escape(said)):
        made.add(fact)
    assert host.told == before


def test_two_ids_of_one_hash_are_told_apart() -> None:
    """7: durable-rules takes the second for the first, and retracts both with one."""
    assert hashed("m24b8") == hashed("m34f12")
    made, host = guard()
    made.add({**NEED, "id": "m24b8"})
    made.add({**NEED, "id": "m34f12"})

    assert host.told[1:] == [("assert", "m24b8"), ("assert", "m34f12_")]
    made.remove("m34f12")
    assert host.told[-1] == ("retract", "m34f12_")
    assert set(made.facts) == {"prime", "m24b8"}


def test_an_error_of_an_action_is_raised() -> None:
    """Upstream swallows it, interrupts included, and keeps it in a state nobody reads."""
    made, host = guard()
    host.broken = True

    with pytest.raises(FenceError, match="an action failed: AttributeError"):
        made.add(NEED)


def test_a_session_is_primed_before_it_is_used() -> None:
    """9: a session that never ran an action frees garbage when it is deleted."""
    _, host = guard()

    assert host.told == [("assert", "prime")]


def test_what_is_unknown_is_not_retracted_in_silence() -> None:
    made, _ = guard()
    with pytest.raises(FenceError, match="`z` is no fact that was asserted"):
        made.remove("z")
    made.add(NEED)
    with pytest.raises(FenceError, match="`n` was asserted before"):
        made.add(NEED)


def test_a_process_holds_so_many_facts_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dinhbien.live.chained.guard.MOST_FACTS", 2)
    made, _ = guard()
    made.add(NEED)
    with pytest.raises(FenceError, match="more than 2 facts"):
        made.add({**NEED, "id": "o"})


def test_only_single_facts_can_be_told() -> None:
    """12–15: batches lose facts, run no action or never end; there is no way to write one."""
    tried: list[object] = [[], [{}], ["text"]]
    for one in tried:
        with pytest.raises((FenceError, AttributeError)):
            check_fact(one)  # type: ignore[arg-type]  # that is what is tried


def test_rules_are_made_anew_for_each_host() -> None:
    """`set_rulesets` takes its argument apart."""
    first, second = guard()[1].rules, guard()[1].rules

    assert first.keys() == second.keys()
    assert replace(RULES[0]).definition == RULES[0].definition
    assert set(KINDS) == {one.patterns[0].kind for one in RULES if one.name.startswith("keeps")}


class _Strict(Recorder):
    """A host that ends with whatever is asked of it beside three things."""

    def __getattr__(self, name: str) -> object:
        message = f"`{name}` was asked of the host"
        raise AssertionError(message)


def test_no_session_is_deleted_and_no_batch_is_sent() -> None:
    """10, 12–15: deleting a state, and batches, are never asked of the host."""
    made = Guard(_Strict(), RULES)
    made.add(NEED)
    made.remove("n")
    assert set(made.facts) == {"prime"}


def test_nothing_is_kept_of_facts_that_are_gone() -> None:
    """A stream of events leaves no trace in the guard."""
    made, _ = guard()
    sizes = sizes_of(made)
    for number in range(50):
        made.add({**NEED, "id": f"n{number}"})
    for number in range(50):
        made.remove(f"n{number}")
    assert sizes_of(made) == sizes


def sizes_of(made: Guard) -> list[int]:
    return [len(one) for one in asdict(made).values() if isinstance(one, (dict, list))]


def test_the_default_host_starts_no_threads(
    skip_or_fail: Callable[[str, str], NoReturn],
) -> None:
    """10: its timers use an index that may be stale, and run actions on threads of their own."""
    try:
        before = threading.active_count()
        quiet_host()
    except ImportError as error:
        skip_or_fail("durable", str(error))
    assert threading.active_count() == before
