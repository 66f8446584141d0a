"""Rows of flags that are alike: what is reckoned for one holds for the others.  §2

Two rows are alike where each of their inputs is the same but for the names of what it lacks.
So a row is reckoned with marks in the place of those names, and the marks are exchanged after.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import cached_property

from msgspec import Struct, field
from msgspec.structs import replace

from dinhbien.language.chain import Chain, Step
from dinhbien.language.operators import (
    Arithmetic,
    Branch,
    CellOf,
    Chosen,
    Compared,
    Constant,
    Known,
    Logic,
    Not,
    Operator,
    Rounded,
    Situation,
    Tally,
    WordIn,
    replaced,
    within,
)
from dinhbien.meaning.evaluate import Value
from dinhbien.meaning.quantity import between, undefined
from dinhbien.meaning.tally import COUNTED_BY
from dinhbien.meaning.truth import Truth
from dinhbien.model.flagged import Flagged

_MARK = "\0"
"""Opens a mark; no path of a plan holds it."""
_OF_INPUTS = (Arithmetic, Chosen, Compared, Constant, Logic, Not, Rounded, Situation)
_OF_FACTS = (Branch, WordIn, CellOf, Known)
_FACTS = ("word", "truth")


class Prepared(Struct, frozen=True, dict=True):
    """A chain whose numbers of the plan are inputs of the row, as what comes from findings is."""

    chain: Chain

    @cached_property
    def cells(self) -> dict[str, CellOf]:
        """The numbers of the plan that the chain reads, by the name of the input."""
        found: dict[str, CellOf] = {}
        for step in self.chain.steps:
            for top in (step.when, step.amount):
                _from_inputs(top, found)
        return found

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps, which read those inputs and not the plan."""
        return tuple(
            replace(step, when=_from_inputs(step.when, {}), amount=_from_inputs(step.amount, {}))
            for step in self.chain.steps
        )

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The names of what the steps read and do not make themselves."""
        made = {one for step in self.steps for one in (step.name, f"{step.name}.raised")}
        inside = (one for step in self.steps for one in _operators(step))
        read = {one.name for one in inside if isinstance(one, Situation)}
        return tuple(sorted(read - made))

    @cached_property
    def facts(self) -> tuple[CellOf, ...] | None:
        """The words and truths of the unit that the steps read; None where they read more."""
        inside = [one for step in self.steps for one in _operators(step)]
        cells = [one for one in inside if isinstance(one, CellOf)]
        if not all(isinstance(one, (*_OF_INPUTS, *_OF_FACTS)) for one in inside):
            return None
        return None if any(one.kind not in _FACTS for one in cells) else tuple(dict.fromkeys(cells))

    @cached_property
    def words(self) -> dict[str, frozenset[str]]:
        """The attributes whose words each step may read, itself or through a step before it."""
        found: dict[str, frozenset[str]] = {}
        for step in self.steps:
            inside = list(_operators(step))
            read = {one.attribute for one in inside if isinstance(one, CellOf)}
            if any(isinstance(one, Tally) for one in inside):
                read |= COUNTED_BY
            for one in inside:
                if isinstance(one, Situation):
                    read |= found.get(one.name.removesuffix(".raised"), frozenset())
            found[step.name] = frozenset(read)
        return found

    @cached_property
    def apart(self) -> frozenset[str]:
        """The steps that read no word, themselves or through a step before them.

        They are the same in every completion of the missing words.
        """
        found: set[str] = set()
        made = {one.name for one in self.steps}
        for step in self.steps:
            inside = list(_operators(step))
            seen = {one.name for one in inside if isinstance(one, Situation)}
            before = {one.removesuffix(".raised") for one in seen} & made
            if all(isinstance(one, _OF_INPUTS) for one in inside) and before <= found:
                found.add(step.name)
        return frozenset(found)


def named(cell: CellOf) -> str:
    """What a cell of the unit, or of one above it, is called in a row."""
    return f"{cell.level}:{cell.attribute}"


def _operators(step: Step) -> Iterator[Operator]:
    for top in (step.when, step.amount):
        if top is not None:
            yield from within(top)


def _from_inputs(operator: Operator | None, cells: dict[str, CellOf]) -> Operator | None:
    """The operator with inputs for the unit's own numbers, which are put into `cells`."""

    def other(one: Operator) -> Operator | None:
        if isinstance(one, CellOf) and one.kind == "quantity":
            cells[named(one)] = one
            return Situation(named(one))
        return None if isinstance(one, _OF_INPUTS) else one  # a group's are its members' own

    return None if operator is None else replaced(operator, other)


Inputs = Mapping[str, Value]


def likeness(inputs: Inputs) -> Hashable:
    """All that a row can be reckoned from; rows of one likeness are alike."""
    return tuple((name, _like(value)) for name, value in inputs.items())


def _like(value: Value) -> Hashable:
    if isinstance(value, Truth):
        return value.value, bool(value.missing), value.undefined
    return value.undefined or (value.bounds.low, value.bounds.high, value.whole)


def masked(inputs: Inputs) -> dict[str, Value]:
    """The inputs of a row, each with a mark for what it lacks."""
    return {name: _masked(name, value) for name, value in inputs.items()}


def _masked(name: str, value: Value) -> Value:
    mark = frozenset([f"{_MARK}{name}"])
    if isinstance(value, Truth):
        return replace(value, missing=mark if value.missing else frozenset[str]())
    if value.undefined:
        return undefined(*value.undefined)
    return between(name, value.bounds, mark, whole=value.whole)


class Answer(Struct, frozen=True):
    """The flags of rows that are alike, and the facts read: with marks for paths of a unit."""

    flags: tuple[Flagged, ...]
    modelled: frozenset[str]

    @classmethod
    def of(cls, flags: Iterable[Flagged], modelled: Iterable[str], paths: Paths) -> Answer:
        """What was answered in a row, in which the facts have `paths`."""
        marks = {path: f"{_MARK}{name}" for name, path in paths.items()}
        marked = (replace(one, missing=tuple(marks.get(path, path) for path in one.missing))
                  for one in flags)  # fmt: skip
        return cls(tuple(marked), frozenset(name for name in paths if paths[name] in modelled))


Paths = Mapping[str, str]
"""Where the facts of a unit stand, by name."""


class Unmasked(Struct, frozen=True):
    """Puts what a row lacks in the place of the marks."""

    inputs: Inputs
    paths: Paths = field(default_factory=dict)
    _told: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)

    def flag(self, flag: Flagged, modelled: tuple[str, ...]) -> Flagged:
        """`flag` as it is in this row, which rests on the `modelled` cells."""
        missing = flag.missing
        if missing:
            if missing not in self._told:
                self._told[missing] = tuple(sorted(self._lacked(missing)))
            missing = self._told[missing]
        if missing == flag.missing and modelled == flag.modelled:
            return flag
        one = flag  # by hand: `replace` takes three times as long
        return Flagged(one.flag, one.kind, one.raised, one.amount, missing, one.because, modelled)

    def _lacked(self, marks: Iterable[str]) -> set[str]:
        found: set[str] = set()
        for one in marks:
            name = one.removeprefix(_MARK)
            if name == one:
                found.add(one)
            elif name in self.paths:
                found.add(self.paths[name])
            else:
                found |= self.inputs[name].missing
        return found
