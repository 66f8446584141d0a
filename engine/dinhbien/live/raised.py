"""Flags in a row, raised by the definition and kept by all that the row reads.  §2, §11

Where a row reads what another one read before, to the last missing input, its flags are the
same.  What cannot be told apart for certain is not kept: the definition is then asked.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from fractions import Fraction

from msgspec import Struct, field

from dinhbien.judging.parts import Part
from dinhbien.language.chain import Chain
from dinhbien.language.operators import Arithmetic, Chosen, Constant, Operator, Situation, within
from dinhbien.live.leaves import Leaves, Sign, Trace, Traced, completed, modelled_of, read_of
from dinhbien.live.memory import Memory, part_sign, value_sign
from dinhbien.live.subjects import LiveSubjects
from dinhbien.meaning.alike import Prepared
from dinhbien.meaning.evaluate import Evaluation, Value
from dinhbien.meaning.flagging import NO_NORM, Flagger, Walk
from dinhbien.meaning.quantity import ZERO
from dinhbien.meaning.truth import Truth
from dinhbien.model.flagged import Flagged
from dinhbien.model.plan import Unit

_ALIKE = 2**9
"""Likenesses of rows that are kept before they are forgotten."""
_ZERO = Constant(Fraction(0))
ELSEWHERE = "spare_elsewhere"
"""What other units could spare, in a row."""
Flags = tuple[Flagged, ...]


class Asked(Struct, frozen=True):
    """What the steps of a chain read beside the row.

    Of the plan the leaves at these places, those in `always` in each row; of earlier chains,
    and of the row itself, what is named.  No more can be filled than all of `filled` together:
    where one of the limits in `idle` lets as much through, how much it is is no matter.
    """

    plan: tuple[int, ...]
    always: frozenset[int]
    row: frozenset[str]
    prepared: Prepared
    filled: frozenset[str]
    idle: frozenset[str]
    is_narrowed_elsewhere: bool = False
    """Whether a part is narrowed of what others could spare."""

    @classmethod
    def of(cls, chain: Chain, leaves: Leaves) -> Asked:
        """What a chain asks; its leaves are known to `leaves`."""
        prepared = Prepared(chain)
        tops = [top for one in prepared.steps for top in (one.when, one.amount) if top is not None]
        always = leaves.add(prepared.cells.values(), chain.file.level, NO_NORM)
        plan = leaves.add([*tops, *prepared.cells.values()], chain.file.level, NO_NORM)
        filled = _filled(prepared)
        idle = _limits(prepared) if filled else frozenset[str]()
        narrowed = any(one.of == ELSEWHERE for one in chain.file.narrowed.values())
        inputs = frozenset(prepared.inputs)
        return cls(plan, frozenset(always), inputs, prepared, filled, idle, narrowed)


def _filled(prepared: Prepared) -> frozenset[str]:
    """What is added up to be filled by every remedy; empty where that is no plain sum."""
    amounts = {one.name: one.amount for one in prepared.steps if one.amount is not None}
    lefts = [one.amount for one in prepared.steps if one.kind == "remedy"]
    firsts = {one.operands[0] for one in lefts if isinstance(one, Chosen)}
    remedies = {one.name for one in prepared.steps if one.kind == "remedy"}
    found: set[str] = set()
    for first in firsts:
        found |= _added_up(first, amounts, remedies)
    return frozenset(found) if found <= set(prepared.inputs) else frozenset()


def _added_up(
    operator: Operator | None, amounts: dict[str, Operator], remedies: set[str]
) -> set[str]:
    """The inputs whose sum is no less than `operator`; `""` where that is not known.

    That is so where no remedy fills less than 0: see `is_sound`.
    """
    if isinstance(operator, Situation):
        inner = amounts.get(operator.name)
        return {operator.name} if inner is None else _added_up(inner, amounts, remedies)
    if isinstance(operator, Arithmetic) and operator.operator == "+":
        sides = (_added_up(one, amounts, remedies) for one in (operator.left, operator.right))
        return set[str]().union(*sides)
    if isinstance(operator, Chosen) and operator.operator == "greatest":
        zero, less = operator.operands if len(operator.operands) == 2 else (None, None)
        if zero == _ZERO and isinstance(less, Arithmetic) and less.operator == "-":
            right = less.right
            if isinstance(right, Situation) and right.name in remedies:
                return _added_up(less.left, amounts, remedies)  # what a remedy leaves
    return {""}


def is_sound(flags: Flags) -> bool:
    """Whether no remedy of a row fills less than 0: what is left grows with none of them."""
    amounts = [one.amount for one in flags if one.kind == "remedy"]
    lows = [None if one is None else one.low for one in amounts]
    return all(low is not None and low.numerator >= 0 for low in lows)


def _limits(prepared: Prepared) -> frozenset[str]:
    """The inputs that are the limit of a remedy and nothing else."""
    limits: list[str] = []
    read: list[str] = []
    for one in prepared.steps:
        tops = [one.when, one.amount]
        if one.kind == "remedy" and isinstance(one.amount, Chosen) and one.when is None:
            left, most = one.amount.operands
            tops = [left]
            if isinstance(most, Situation):
                limits.append(most.name)
            else:
                tops.append(most)
        every = (each for top in tops if top is not None for each in within(top))
        read += [each.name for each in every if isinstance(each, Situation)]
    return frozenset(limits) - set(read)


class Row(Struct, frozen=True):
    """What a row holds beside the plan, as a key and as values.

    `most` is how much there is to fill at most, where others could spare as much for certain;
    their number is then no matter, and it stands for theirs in `signs` and `values`.  `whole`
    is then the row as it is.
    """

    signs: Hashable
    values: Callable[[], dict[str, Value]]
    most: Fraction | None = None
    whole: Callable[[], Row] | None = None

    @property
    def idle(self) -> bool:
        """Whether there is nothing to fill."""
        return self.most == 0

    @classmethod
    def of_parts(cls, key: tuple[str, ...], parts: dict[str, Part]) -> Row:
        """The row that consists of these parts."""
        return cls(
            tuple([part_sign(one) for one in parts.values()]),
            lambda: {name: part.quantity((*key, name)) for name, part in parts.items()},
        )

    @classmethod
    def of_values(cls, values: dict[str, Value]) -> Row:
        """The row that consists of these values."""
        return cls(tuple([value_sign(one) for one in values.values()]), lambda: values)


class Earlier(Struct, frozen=True, eq=False):
    """What a chain reads of earlier ones in the rows of a unit, also where none is to fill."""

    values: dict[str, Value]
    sign: Hashable
    idle: Hashable
    rest: dict[str, Value] = field(default_factory=dict)
    """What stands for the limits that are no matter where none is to fill."""

    def is_same(self, other: Earlier) -> bool:
        """Whether a chain reads the same of both."""
        return self is other or self.sign == other.sign

    @classmethod
    def of(cls, values: dict[str, Value], asked: Asked) -> Earlier:
        """Those of `values` that a chain reads."""
        read = {name: value for name, value in values.items() if name in asked.row}
        signs = tuple([(name, value_sign(one)) for name, one in read.items()])
        rest: dict[str, Value] = {name: ZERO for name, one in read.items()
                if name in asked.idle and _lets_through(one)}  # fmt: skip
        return cls(values, signs, tuple([one for one in signs if one[0] not in rest]), rest)


def _lets_through(value: Value) -> bool:
    """Whether a limit certainly is no less than 0: of nothing, it lets nothing through."""
    if isinstance(value, Truth) or value.undefined:
        return False
    return value.bounds.low is not None and value.bounds.low >= 0


class LiveFlagger(Flagger, frozen=True):
    """A flagger that remembers at which places of leaves it read, in `trace`."""

    leaves: Leaves | None = None
    trace: Trace = field(default_factory=Trace)

    def _asked(self, unit: Unit) -> Evaluation:
        places = {} if self.leaves is None else self.leaves.placed(unit.level, NO_NORM)
        return Traced(NO_NORM, self.subjects, self.day, unit, unit, places=places, trace=self.trace)

    def _completed(self, walk: Walk, evaluation: Evaluation) -> list[tuple[dict[str, str], Flags]]:
        return completed(walk.flags, evaluation)


class Raiser(Struct, frozen=True):
    """Raises flags in the rows of one state; `memory` and `leaves` outlive it."""

    flagger: LiveFlagger
    leaves: Leaves
    asked: dict[str, Asked]
    memory: Memory[tuple[Flags, tuple[int, ...]]] = field(default_factory=Memory)
    whole: Memory[Flags] = field(default_factory=Memory)

    def flags(
        self, chain: Chain, unit: Unit, row: Row, earlier: Earlier
    ) -> tuple[Flags, Fraction | None]:
        """Every flag and remedy of `chain` in a row of `unit`, as `Flagger.raised` gives them.

        And how much others must be able to spare for it to stay so whatever they can.
        """
        subjects = self.flagger.subjects
        assert isinstance(subjects, LiveSubjects)  # noqa: S101 - made with them
        places = self.asked[chain.name].plan
        signs = self.leaves.signs(places, unit, subjects, subjects.signs)
        told = earlier.idle if row.idle else (earlier.sign, row.most is None)
        facts = self._facts(chain, signs)
        key = chain.name, tuple([one.number for one in signs]), facts, row.idle, told, row.signs
        found = self.memory.get(key)
        if found is None:
            made, read = self._made(chain, unit, row, earlier, signs)
            if row.whole is not None and not is_sound(made):
                return self.flags(chain, unit, row.whole(), earlier)
            if read is not None:
                self.memory.keep(key, (made, read))
            return made, row.most
        flags, read = found
        modelled = modelled_of([signs[place] for place in read])
        if flags[0].modelled == modelled:
            return flags, row.most
        whole = key, modelled
        kept = self.whole.get(whole) or self.whole.keep(whole, _resting(flags, modelled))
        return kept, row.most

    def _made(
        self, chain: Chain, unit: Unit, row: Row, earlier: Earlier, signs: list[Sign]
    ) -> tuple[Flags, tuple[int, ...] | None]:
        """The flags as the definition raises them, and on which leaves they rest."""
        asked = self.asked[chain.name]
        self.flagger.trace.begin(asked.plan, signs)
        before = {**earlier.values, **earlier.rest} if row.idle else earlier.values
        made = self.flagger.raised(chain, unit, {**row.values(), **before})
        trace = self.flagger.trace.read | asked.always
        if asked.prepared.facts is not None:  # of rows that are alike, one alone has read them
            known = frozenset(made[0].modelled)
            trace |= {
                place
                for place, one in zip(asked.plan, signs, strict=True)
                if one.modelled and one.modelled <= known
            }
        return made, read_of(asked.plan, signs, trace, made[0].modelled)

    def _facts(self, chain: Chain, signs: list[Sign]) -> tuple[bool, ...] | None:
        """Which leaves rest on modelled cells, where rows that are alike share an answer.

        So what was read of the others need not be known.
        """
        if self.asked[chain.name].prepared.facts is None:
            return None
        return tuple([bool(one.modelled) for one in signs])

    def moved(self, subjects: LiveSubjects) -> Raiser:
        """The same over another plan."""
        before = self.flagger
        alike = before._alike if len(before._alike) < _ALIKE else {}
        flagger = LiveFlagger(subjects, before.day, before._prepared, alike, leaves=before.leaves)
        return Raiser(flagger, self.leaves, self.asked, self.memory, self.whole)


def _resting(flags: Flags, modelled: tuple[str, ...]) -> Flags:
    """The flags, resting on other modelled cells."""
    return tuple(
        [  # by hand: `replace` takes three times as long
            Flagged(one.flag, one.kind, one.raised, one.amount, one.missing, one.because, modelled)
            for one in flags
        ]
    )
