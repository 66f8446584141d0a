"""The fence round durable-rules: what may be a rule, what may be a fact, and in which order.

Each refusal stands for a fault of durable-rules 2.0.28 that was reproduced: conditions that are
wrong or read past a buffer, facts that are lost or taken for another, processes that die.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from msgspec import Struct, field

from dinhbien.live.chained.rules import KINDS, Fact, Pattern, Rule

MOST_RULES, MOST_PATTERNS, LONGEST_ID, LONGEST_TEXT = 2**6, 2**4, 2**6, 2**8
MOST_FACTS = 20_000
_OFFSET, _PRIME, _MASK = 0x811C9DC5, 0x01000193, 0xFFFFFFFF
_MOST_NUMBER = 2**53
_SIGNS = ("=", "<", "<=", ">", ">=", "!=")
_SET = "chain"
_TAKEN = ("s", "m")
"""Aliases that mean something else inside an action: the state, and the message."""


class FenceError(ValueError):
    """What the fence does not let through."""


class Host(Protocol):
    """The three things that are asked of durable-rules."""

    def set_rulesets(self, definition: dict[str, Any]) -> None: ...  # noqa: D102 - as the class says
    def assert_fact(self, name: str, fact: Fact) -> object: ...  # noqa: D102 - as the class says
    def retract_fact(self, name: str, fact: Fact) -> object: ...  # noqa: D102 - as the class says


def hashed(identity: str) -> int:
    """The 32-bit FNV-1a hash by which alone durable-rules tells two facts apart."""
    value = _OFFSET
    for byte in identity.encode():
        value = ((value ^ byte) * _PRIME) & _MASK
    return value


def check_rules(rules: Iterable[Rule]) -> None:
    """Refuse what durable-rules gets wrong; raises `FenceError`."""
    every = list(rules)
    if not 0 < len(every) < MOST_RULES:
        message = f"{len(every)} rules: more than none, and fewer than {MOST_RULES}"
        raise FenceError(message)
    bare = {
        one.patterns[0].kind
        for one in every
        if len(one.patterns) == 1 and not one.patterns[0].tests
    }
    if KINDS.keys() - bare:
        message = f"no rule keeps `{min(KINDS.keys() - bare)}`: such a fact may be lost"
        raise FenceError(message)
    for rule in every:
        _check_rule(rule)


def _check_rule(rule: Rule) -> None:
    if not 0 < len(rule.patterns) <= MOST_PATTERNS:
        message = f"`{rule.name}` has {len(rule.patterns)} patterns"
        raise FenceError(message)
    known: dict[str, str] = {}
    for place, pattern in enumerate(rule.patterns):
        if place and pattern.joins is None:
            message = f"`{rule.name}` joins `{pattern.alias}` by no equality"
            raise FenceError(message)
        _check_pattern(rule.name, pattern, known)
        known[pattern.alias] = pattern.kind
    for name, source in (rule.fields or {}).items():
        if name not in KINDS[rule.kind]:
            message = f"`{rule.kind}` has no `{name}`"
            raise FenceError(message)
        if isinstance(source, tuple):
            _check_field(rule.name, known, *source)


def _check_pattern(rule: str, pattern: Pattern, known: dict[str, str]) -> None:
    if pattern.kind not in KINDS or pattern.alias in known or pattern.alias in _TAKEN:
        message = f"`{rule}`: `{pattern.alias}` of kind `{pattern.kind}`"
        raise FenceError(message)
    own = {**known, pattern.alias: pattern.kind}
    for sign, name, other in pattern.tests:
        if sign not in _SIGNS:
            message = f"`{rule}` compares by `{sign}`"
            raise FenceError(message)
        _check_field(rule, own, pattern.alias, name)
        if isinstance(other, tuple):
            _check_field(rule, known, *other)
            if sign == "=":
                message = f"`{rule}`: an equality with another fact stands last, as the join"
                raise FenceError(message)
    if pattern.joins is not None:
        name, alias, other_name = pattern.joins
        _check_field(rule, own, pattern.alias, name)
        _check_field(rule, known, alias, other_name)


def _check_field(rule: str, known: dict[str, str], alias: str, name: str) -> None:
    fields = KINDS.get(known.get(alias, ""))
    if fields is None or (name not in fields and name != "id"):
        message = f"`{rule}` reads `{alias}.{name}`, which is not there"
        raise FenceError(message)


def check_fact(fact: Fact) -> None:
    """Refuse a fact that is not complete, or holds anything but whole numbers and plain texts."""
    kind = fact.get("kind")
    fields = KINDS.get(kind) if isinstance(kind, str) else None
    if fields is None or fact.keys() != {"kind", "id", *fields}:
        message = f"a fact of kind `{kind}` holds `{', '.join(fact)}`"
        raise FenceError(message)
    identity = fact["id"]
    if not isinstance(identity, str) or not identity.isascii() or not _is_short(identity):
        message = f"`{identity}` is no id"
        raise FenceError(message)
    for name, wanted in fields.items():
        value = fact[name]
        if type(value) is not wanted:
            message = f"`{name}` is `{value!r}`, and not of its kind"
            raise FenceError(message)
        if isinstance(value, int) and abs(value) > _MOST_NUMBER:
            message = f"`{name}` is too large"
            raise FenceError(message)
        if isinstance(value, str) and not _is_plain(value):
            message = f"`{name}` is a text that is too long, or not in NFC"
            raise FenceError(message)


def _is_short(identity: str) -> bool:
    return 0 < len(identity) <= LONGEST_ID and not set(identity) & set("\"\\'\0")


def _is_plain(text: str) -> bool:
    return len(text) <= LONGEST_TEXT and unicodedata.is_normalized("NFC", text)


class Fired(Struct, frozen=True):
    """One step of a chain: the rule, the facts it rested on, and the one that came or went."""

    rule: str
    inputs: tuple[str, ...]
    output: str
    gone: bool = False


class Guard(Struct):
    """Facts and what follows from them, one by one; nobody else may speak to the host."""

    host: Host
    rules: tuple[Rule, ...]
    facts: dict[str, Fact] = field(default_factory=dict)
    _hashes: dict[int, str] = field(default_factory=dict)
    _renamed: dict[str, str] = field(default_factory=dict)
    _made: dict[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)
    _rests_on: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    _count: int = 0
    _above: dict[str, set[str]] = field(default_factory=dict)
    _waiting: list[tuple[Rule, dict[str, Fact]]] = field(default_factory=list)
    _errors: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        check_rules(self.rules)
        each = {
            f"r{place}": {"all": rule.definition, "run": self._action(rule)}
            for place, rule in enumerate(self.rules)
        }
        self.host.set_rulesets({_SET: each})
        self.add({"kind": "prime", "id": "prime"})  # a session that never acted cannot be ended

    def add(self, fact: Fact) -> list[Fired]:
        """Assert one fact, and all that follows from it."""
        self._assert(fact)
        return self._followed()

    def remove(self, identity: str) -> list[Fired]:
        """Retract one fact, and all that rested on it; raises `FenceError` for an unknown one."""
        if identity not in self.facts:
            message = f"`{identity}` is no fact that was asserted"
            raise FenceError(message)
        return [*self._retract(identity, ""), *self._followed()]

    def _action(self, rule: Rule) -> Callable[[Any], None]:
        def act(given: Any) -> None:  # noqa: ANN401 - durable-rules gives what it likes
            # what is raised here is swallowed: it is kept, and raised once the call is over
            try:
                found = {
                    one.alias: dict(getattr(given, one.alias).items()) for one in rule.patterns
                }
                self._waiting.append((rule, found))
            except BaseException as error:
                self._errors.append(error)

        return act

    def _assert(self, fact: Fact) -> None:
        check_fact(fact)
        identity = str(fact["id"])
        if identity in self.facts:
            message = f"`{identity}` was asserted before"
            raise FenceError(message)
        if len(self.facts) >= MOST_FACTS:
            message = f"more than {MOST_FACTS} facts"
            raise FenceError(message)
        name = identity
        while hashed(name) in self._hashes:
            name += "_"  # it would be taken for the other fact
        self._hashes[hashed(name)] = identity
        self._renamed[name] = identity
        self.facts[identity] = {**fact, "id": name}
        self.host.assert_fact(_SET, dict(self.facts[identity]))
        self._raise()

    def _followed(self) -> list[Fired]:
        made: list[Fired] = []
        while self._waiting:
            rule, found = self._waiting.pop(0)
            if not rule.kind:
                continue
            inputs = tuple(self._renamed.get(str(one["id"]), "") for one in found.values())
            if any(one not in self.facts for one in inputs):
                continue  # withdrawn meanwhile
            made += self._derived(rule, found, inputs)
        return made

    def _derived(self, rule: Rule, found: dict[str, Fact], inputs: tuple[str, ...]) -> list[Fired]:
        fact: Fact = {"kind": rule.kind}
        for name, source in (rule.fields or {}).items():
            fact[name] = found[source[0]][source[1]] if isinstance(source, tuple) else source
        key = rule.name, inputs
        if key in self._made:
            return []
        self._count += 1
        identity = self._made[key] = f"{rule.kind}-{self._count}"
        self._rests_on[identity] = key
        for one in inputs:
            self._above.setdefault(one, set()).add(identity)
        self._assert({**fact, "id": identity})
        return [Fired(rule.name, inputs, identity)]

    def _retract(self, identity: str, because: str) -> list[Fired]:
        gone: list[Fired] = []
        for one in sorted(self._above.pop(identity, ())):
            if one in self.facts:
                gone += self._retract(one, identity)
        fact = self.facts.pop(identity)
        name = str(fact["id"])
        key = self._rests_on.pop(identity, None)
        if key is not None:
            del self._made[key]
            for one in key[1]:
                self._let_go(one, identity)
        del self._hashes[hashed(name)], self._renamed[name]
        self.host.retract_fact(_SET, fact)
        self._raise()
        if because:
            gone.append(Fired("withdrawn", (because,), identity, gone=True))
        return gone

    def _let_go(self, identity: str, above: str) -> None:
        """Forget that one fact rests on another; nothing is kept of what nothing rests on."""
        resting = self._above.get(identity)
        if resting is not None:
            resting.discard(above)
            if not resting:
                del self._above[identity]

    def _raise(self) -> None:
        if self._errors:
            found, self._errors = self._errors[0], []
            message = f"an action failed: {found!r}"
            raise FenceError(message) from found
