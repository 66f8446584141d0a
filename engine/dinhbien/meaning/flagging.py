"""Chain of flags + one row → which are raised, and by how much.  §2, §10

A flag is raised only if every completion of the missing inputs raises it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from functools import reduce

from msgspec import Struct, field
from msgspec.structs import replace

from dinhbien.language.chain import Chain, Step
from dinhbien.language.operators import CellOf, Program
from dinhbien.language.units import NO_UNIT
from dinhbien.meaning.alike import Answer, Prepared, Unmasked, likeness, masked, named
from dinhbien.meaning.completions import MOST_COMBINATIONS, TooManyWordsError, completions
from dinhbien.meaning.evaluate import Evaluation, Value
from dinhbien.meaning.quantity import ZERO, Quantity, between, undefined
from dinhbien.meaning.subjects import MODELLED, Subjects
from dinhbien.meaning.truth import Truth, compared
from dinhbien.model.amount import Amount
from dinhbien.model.flagged import Flagged
from dinhbien.model.plan import Unit

NO_NORM = Program("", None, None, None, None, "", "", NO_UNIT, "", "", {})
"""Stands for the program where none is asked: a chain of flags reads no number of a norm."""

Situation = Mapping[str, Value]


class Flagger(Struct, frozen=True):
    """Raises flags in the rows of one plan, on one day."""

    subjects: Subjects
    day: date
    _prepared: dict[str, Prepared] = field(default_factory=dict)
    _alike: dict[Hashable, _Alike] = field(default_factory=dict)
    _own: dict[tuple[str, str], tuple[dict[str, Value], frozenset[str]]] = field(
        default_factory=dict
    )

    def raised(self, chain: Chain, unit: Unit, situation: Situation) -> tuple[Flagged, ...]:
        """Every flag and remedy of `chain` in the row of `unit` that holds `situation`."""
        self.subjects.modelled.clear()
        evaluation = self._asked(unit)
        if chain.name not in self._prepared:
            self._prepared[chain.name] = Prepared(chain)
        prepared = self._prepared[chain.name]
        own = self._numbers(prepared, evaluation)
        inputs = {one: own[one] if one in own else situation[one] for one in prepared.inputs}
        key = (chain.name, likeness(inputs))
        if key not in self._alike:
            self._alike[key] = _Alike(masked(inputs))
        alike = self._alike[key]
        walk = Walk(prepared, alike.kept)
        evaluation = replace(evaluation, situation=alike.marked)
        read = self._facts(prepared)
        if read is None:
            found = self._answered(walk, evaluation)
            return _in_row(found, Unmasked(inputs), self.subjects.modelled)
        cells = [self.subjects.above(unit, one.level).cell(one.attribute) for one in read]
        paths = {named(one): cell.path for one, cell in zip(read, cells, strict=True)}
        facts = tuple((cell.value, cell.origin == MODELLED) for cell in cells)
        if facts not in alike.answers:
            alike.answers[facts] = self._answer(walk, evaluation, paths)
        answer = alike.answers[facts]
        self.subjects.modelled |= {paths[name] for name in answer.modelled}
        return _in_row(answer.flags, Unmasked(inputs, paths), self.subjects.modelled)

    def _facts(self, prepared: Prepared) -> tuple[CellOf, ...] | None:
        """The facts by which rows that are alike share their answer; None where they do not."""
        return prepared.facts

    def _answer(self, walk: Walk, evaluation: Evaluation, paths: Mapping[str, str]) -> Answer:
        """What holds for all rows that are alike and of which the same facts are stated."""
        outer, self.subjects.modelled = self.subjects.modelled, set()
        try:
            found = self._answered(walk, evaluation)
            return Answer.of(found, self.subjects.modelled, paths)
        finally:
            self.subjects.modelled = outer

    def _answered(self, walk: Walk, evaluation: Evaluation) -> tuple[Flagged, ...]:
        """The flags over all completions of the missing words."""
        try:
            leaves = self._completed(walk, evaluation)
        except TooManyWordsError as error:
            reason = ("too_many_words", str(MOST_COMBINATIONS))
            missing = tuple(sorted(error.paths))
            return tuple(
                Flagged(step.name, step.kind, None, None, missing, (reason,))
                for step in walk.chain.chain.shown
            )
        tried = {path for words, _ in leaves for path in words}
        columns = zip(*(made for _, made in leaves), strict=True)
        return tuple(_agreed(each, tried) for each in columns)

    def _asked(self, unit: Unit) -> Evaluation:
        return Evaluation(NO_NORM, self.subjects, self.day, unit, unit)

    def _completed(
        self, walk: Walk, evaluation: Evaluation
    ) -> list[tuple[dict[str, str], tuple[Flagged, ...]]]:
        return completions(walk.flags, evaluation)

    def _numbers(self, prepared: Prepared, evaluation: Evaluation) -> dict[str, Value]:
        """The unit's own numbers that the chain reads: the same in each of its rows."""
        key = (prepared.chain.name, evaluation.here.path)
        if key not in self._own:
            made = {name: evaluation.value(cell) for name, cell in prepared.cells.items()}
            self._own[key] = made, frozenset(self.subjects.modelled)
        own, modelled = self._own[key]
        self.subjects.modelled |= modelled
        return own


def values(chain: Chain, unit: Unit, flags: tuple[Flagged, ...]) -> dict[str, Value]:
    """What later rows of `unit` see of the flags of `chain`."""
    found: dict[str, Value] = {}
    for one in flags:
        found[f"{one.flag}.raised"] = Truth(one.raised, frozenset(one.missing))
        if chain.step(one.flag).amount is not None:
            found[one.flag] = _quantity(one, (chain.name, one.flag, unit.path))
    return found


def _quantity(one: Flagged, key: tuple[str, ...]) -> Quantity:
    """What is known of a flag's amount, with what it lacks."""
    if one.amount is None:
        return undefined(*(one.because or (("no_amount", one.flag),)))
    return between(key, one.amount, frozenset(one.missing), whole=True)


def _in_row(
    flags: Iterable[Flagged], row: Unmasked, modelled: Iterable[str]
) -> tuple[Flagged, ...]:
    read = tuple(sorted(modelled))
    return tuple(row.flag(one, read) for one in flags)


_Reckoned = tuple[Quantity | None, Truth, Flagged]


class _Alike(Struct, frozen=True):
    """Rows that are alike: their inputs with marks, and the steps that no word changes.

    `answers` holds their flags, by what is stated of the facts that the chain reads.
    """

    marked: dict[str, Value]
    kept: dict[str, _Reckoned] = field(default_factory=dict)
    answers: dict[Hashable, Answer] = field(default_factory=dict)


class Walk(Struct, frozen=True):
    """A chain in one row; `kept` holds the steps that no word changes, of all rows alike.

    `row` holds the others, by the tried words that they may read.
    """

    chain: Prepared
    kept: dict[str, _Reckoned]
    row: dict[Hashable, _Reckoned] = field(default_factory=dict)

    def flags(self, evaluation: Evaluation) -> tuple[Flagged, ...]:
        """The flags in one completion of the missing words."""
        here = dict(evaluation.situation)
        inside = replace(evaluation, situation=here)  # what is raised is seen by what comes after
        found: list[Flagged] = []
        for step in self.chain.steps:
            amount, truth, flag = self.kept.get(step.name) or self._reckoned(step, inside)
            here[f"{step.name}.raised"] = truth
            if amount is not None:
                here[step.name] = amount
            if step.kind != "left":
                found.append(flag)
        return tuple(found)

    def _reckoned(self, step: Step, evaluation: Evaluation) -> _Reckoned:
        words = evaluation.words
        read = self.chain.words[step.name] if words else frozenset[str]()
        among = frozenset(one for one in words.items() if one[0].rpartition(".")[2] in read)
        made = self.row.get((step.name, among))
        if made is None:
            amount, truth = _step(step, evaluation)
            made = amount, truth, _flagged(step, amount, truth)
            self.row[step.name, among] = made
        if step.name in self.chain.apart:
            self.kept[step.name] = made
        return made


def _step(step: Step, evaluation: Evaluation) -> tuple[Quantity | None, Truth]:
    amount = evaluation.quantity(step.amount) if step.amount is not None else None
    if step.when is not None:
        return amount, evaluation.truth(step.when)
    if amount is None or step.kind == "rank":
        return amount, Truth(True)
    return amount, compared(">", amount, ZERO)


def _flagged(step: Step, amount: Quantity | None, truth: Truth) -> Flagged:
    reasons = truth.undefined | (amount.undefined if amount is not None else frozenset())
    missing = truth.missing | (amount.missing if amount is not None else frozenset())
    bounds = amount.bounds if amount is not None and not amount.undefined else None
    return Flagged(
        step.name, step.kind, truth.value, bounds, tuple(sorted(missing)), tuple(sorted(reasons))
    )


def _agreed(each: tuple[Flagged, ...], tried: set[str]) -> Flagged:
    """One flag over all completions of the words."""
    first = each[0]
    if all(one == first for one in each[1:]):
        return first
    raised = first.raised if all(one.raised is first.raised for one in each) else None
    amounts = [one.amount for one in each]
    known = [one for one in amounts if one is not None]
    joined = reduce(Amount.joined, known) if len(known) == len(amounts) else None
    missing = tried.union(*(one.missing for one in each))
    because = {reason for one in each for reason in one.because}
    return replace(
        first, raised=raised, amount=joined, missing=tuple(sorted(missing)),
        because=tuple(sorted(because)),
    )  # fmt: skip
