"""Chains of flags → steps of a tape.  §2, §11

A flag is a program: it measures its amount and demands that none be there.  So whether it is
raised, and by how much, is told as a verdict and its numbers are.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from msgspec import Struct

from dinhbien.columns import from_counts  # noqa: F401 - adds the operators of counts and groups
from dinhbien.columns.from_program import Lowering, Place
from dinhbien.columns.judged import Compiled
from dinhbien.columns.outcome import Asked, asked_of
from dinhbien.columns.table import Table
from dinhbien.columns.tape import NotInColumnsError
from dinhbien.language import operators as op
from dinhbien.language.chain import Chain, Step
from dinhbien.language.units import NO_UNIT

_NONE = op.Constant(Fraction(0))


class Flags(Struct, frozen=True):
    """The flags of one chain on a tape, by name; `left` are those that are not, and why."""

    compiled: Compiled
    asked: dict[str, Asked]
    left: dict[str, str]


def flags_of(chain: Chain, table: Table, day: date, inputs: tuple[str, ...]) -> Flags:
    """Puts the flags of `chain` on a tape, whose rows hold `inputs` as numbers of their units."""
    lowering = Lowering(table, day)
    level = chain.file.level
    for name in inputs:
        lowering.situation[name] = lowering.column(level, name)
    asked: dict[str, Asked] = {}
    left: dict[str, str] = {}
    for step in chain.steps:
        try:
            made = _asked(step, level, lowering)
        except NotInColumnsError as reason:
            left[step.name] = str(reason)
            lowering.situation.pop(step.name, None)
            continue
        if step.kind != "left":
            asked[step.name] = made
    for step in chain.steps:
        if step.kind == "left":
            left.pop(step.name, None)
    return Flags(Compiled(lowering, tuple(asked.values())), asked, left)


def _asked(step: Step, level: str, lowering: Lowering) -> Asked:
    """One flag on the tape, which later ones may read."""
    if step.amount is None or step.when is not None:
        message = "a flag with a condition is not reckoned in columns"
        raise NotInColumnsError(message)
    program = op.Program(
        level, None, step.amount, None, _NONE, "shortage", "surplus", NO_UNIT, "", "", {}
    )
    made = asked_of(program, lowering)
    assert made.measured is not None  # noqa: S101 - the program measures
    lowering.situation[step.name] = made.measured
    raised = lowering.tape.compared(
        ">", made.measured, lowering.quantity(_NONE, Place(level, level))
    )
    lowering.situation[f"{step.name}.raised"] = raised
    return made
