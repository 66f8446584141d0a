"""Outcomes of one program that are alike: what is judged for one unit holds for the others.  §2

Two are alike where the values of their leaves are the same but for the names of what they
lack.  So a program is judged with marks in the place of those names, and the marks are
exchanged after; equal terms have equal marks, so that they cancel as they did.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from msgspec import Struct, field
from msgspec.structs import replace

from dinhbien.language.operators import Operator
from dinhbien.live.leaves import Placed, Sign, Traced
from dinhbien.live.memory import Memory, number_sign
from dinhbien.meaning.evaluate import Evaluation, Value
from dinhbien.meaning.quantity import NONE, Quantity, Term
from dinhbien.meaning.truth import Truth
from dinhbien.model.finding import Outcome

_MARK = "\0"
"""Opens a mark; no path of a plan holds it."""
_OPEN = "open"
_MOST = 2**12


class _LackingWordError(Exception):
    """A leaf of which a word is missing was read."""


class _Judged(Struct, frozen=True):
    """An outcome with marks, and the places of the leaves read for it.

    There is none where a leaf is read of which a word is missing.
    """

    outcome: Outcome | None
    read: frozenset[int] = frozenset()


class Alike(Struct):
    """What was judged of programs, by the values of their leaves without names."""

    each: Memory[_Judged] = field(default_factory=lambda: Memory(_MOST))

    def judged(self, judge: Callable[[Evaluation], Outcome], evaluation: Traced) -> Outcome:
        """What `judge` says; raises `OpenWordError` as it does."""
        marks = _Marks()
        values: dict[int, Value | None] = {}
        paths: dict[int, frozenset[str]] = {}
        signs: list[Hashable] = []
        for place, sign in evaluation.trace.signs.items():
            found = _under(sign, evaluation.words)
            if found is None:
                values[place] = None
                signs.append(_OPEN)
            else:
                values[place], paths[place] = found
                signs.append(marks.sign(found[0]))
        if not marks.are_told:
            return judge(evaluation)
        key = id(evaluation.program), tuple(signs)
        answer = self.each.get(key)
        if answer is None:
            answer = _answered(judge, evaluation, marks, values)
            if answer is None:
                return judge(evaluation)
            self.each.keep(key, answer)
        return self._told(judge, evaluation, answer, marks, paths)

    def _told(
        self,
        judge: Callable[[Evaluation], Outcome],
        evaluation: Traced,
        answer: _Judged,
        marks: _Marks,
        paths: dict[int, frozenset[str]],
    ) -> Outcome:
        """An answer in the names of the evaluation, and as if it had read the leaves itself."""
        if answer.outcome is None:
            return judge(evaluation)  # it says which word is missing
        evaluation.trace.read |= answer.read
        for place in answer.read:
            if paths[place]:
                evaluation.subjects.modelled |= paths[place]
        return marks.named(answer.outcome)


def _under(sign: Sign, words: dict[str, str]) -> tuple[Value, frozenset[str]] | None:
    """The value of a leaf under a choice of words; None where one is missing."""
    for chosen, value, modelled in sign.values:
        if not chosen or all(words.get(path) == word for path, word in chosen):
            return value, modelled
    return None


def _answered(
    judge: Callable[[Evaluation], Outcome],
    evaluation: Traced,
    marks: _Marks,
    values: dict[int, Value | None],
) -> _Judged | None:
    """What is judged of the values with marks; None where a name is part of a reason."""
    masked = {place: None if one is None else marks.masked(one) for place, one in values.items()}
    inside = _Masked.over(evaluation, masked)
    try:
        outcome = judge(inside)
    except _LackingWordError:
        return _Judged(None)
    if any(_MARK in str(part) for reason in _reasons(outcome) for part in reason):
        return None
    return _Judged(outcome, frozenset(inside.seen))


def _reasons(outcome: Outcome) -> list[tuple[object, ...]]:
    inner = outcome.if_applicable
    return [*outcome.because, *(inner.because if inner is not None else ())]


class _Masked(Evaluation):
    """An evaluation over values with marks; it remembers which it read."""

    given: dict[int, Value | None] = field(default_factory=dict)
    places: Placed = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)

    @classmethod
    def over(cls, one: Traced, given: dict[int, Value | None]) -> _Masked:
        """As `one`, with the leaves that are `given`."""
        return cls(
            one.program, one.subjects, one.day, one.subject, one.here, one.words, given=given,
            places=one.places,
        )  # fmt: skip

    def value(self, operator: Operator) -> Value:
        """As `Evaluation.value`."""
        found = self.places.get(id(operator))
        if found is None:
            return Evaluation.value(self, operator)
        value = self.given[found[1]]
        if value is None:
            raise _LackingWordError
        self.seen.add(found[1])
        return value


class _Marks(Struct):
    """The terms of some values, each once, in the order in which they come.

    They are not `are_told` apart where one term lacks now this and now that.
    """

    numbers: dict[Hashable, int] = field(default_factory=dict)
    missing: list[frozenset[str]] = field(default_factory=list)
    are_told: bool = True

    def sign(self, value: Value) -> Hashable:
        """All that is judged from a value, as a key."""
        if isinstance(value, Truth):
            if value.missing:
                self._number(len(self.missing), value.missing)
            return value.value, bool(value.missing), value.undefined
        if not value.terms:
            return number_sign(value.constant), value.undefined
        terms = []
        for term, factor in value.terms.items():
            number = self._number(term, term.missing)
            low, high = number_sign(term.low), number_sign(term.high)
            lacks = bool(term.missing)
            terms.append((number, low, high, term.whole, lacks, number_sign(factor)))
        return number_sign(value.constant), value.undefined, tuple(terms)

    def _number(self, key: Hashable, missing: frozenset[str]) -> int:
        number = self.numbers.setdefault(key, len(self.missing))
        if number == len(self.missing):
            self.missing.append(missing)
        elif self.missing[number] != missing:
            self.are_told = False
        return number

    def masked(self, value: Value) -> Value:
        """The value with marks for what it lacks."""
        if isinstance(value, Truth):
            number = next((n for n, one in enumerate(self.missing) if one is value.missing), 0)
            return replace(value, missing=self._mark(number)) if value.missing else value
        if not value.terms:
            return value
        terms = {}
        for term, factor in value.terms.items():
            number = self.numbers[term]
            mark = self._mark(number) if term.missing else NONE
            terms[Term((_MARK, number), term.low, term.high, term.whole, mark)] = factor
        return Quantity(value.constant, terms, value.undefined)

    @staticmethod
    def _mark(number: int) -> frozenset[str]:
        return frozenset([f"{_MARK}{number}"])

    def named(self, outcome: Outcome) -> Outcome:
        """The outcome with names in the place of marks."""
        inner = outcome.if_applicable
        if not outcome.missing and (inner is None or not inner.missing):
            return outcome
        told = None if inner is None else replace(inner, missing=self._names(inner.missing))
        return replace(outcome, missing=self._names(outcome.missing), if_applicable=told)

    def _names(self, marks: tuple[str, ...]) -> tuple[str, ...]:
        found: set[str] = set()
        for one in marks:
            number = one.removeprefix(_MARK)
            found |= {one} if number == one else self.missing[int(number)]
        return tuple(sorted(found))
