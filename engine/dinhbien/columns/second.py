"""A second opinion: what columns say of a plan that was read, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from dinhbien.columns.from_plan import TooFineError, table_of
from dinhbien.columns.judged import compiled, judged, outcome_at
from dinhbien.language.operators import Program
from dinhbien.model.finding import Outcome
from dinhbien.model.plan import Plan
from dinhbien.model.words import Vocabulary


def opinions(
    programs: Sequence[Program], plan: Plan, vocabulary: Vocabulary, day: date
) -> Iterator[list[Outcome | None]]:
    """What each program says of each of its subjects, in the plan's order.

    An outcome has a verdict and amounts, and nothing of what it lacks; None where columns do not
    tell.
    """
    try:
        table = table_of(plan, vocabulary)
    except TooFineError:
        yield from ([] for _ in programs)
        return
    made = compiled(programs, table, day)
    for asked, found in zip(made.asked, judged(made, table), strict=True):
        if asked is None or found is None:
            yield []
        else:
            slow = found.slow.tolist()
            yield [
                None if one else outcome_at(asked, found, (place,))
                for place, one in enumerate(slow)
            ]
