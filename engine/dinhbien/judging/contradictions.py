"""Totals that a plan states against the cells that it lists.  §9"""

from __future__ import annotations

from dinhbien.errors import InputError, Problem
from dinhbien.language.from_norms import Rules
from dinhbien.meaning.evaluate import OpenWordError, word_of
from dinhbien.meaning.subjects import Subjects
from dinhbien.meaning.tally import Tallier
from dinhbien.model.plan import Unit


def refuse_contradictions(subjects: Subjects, rules: Rules) -> None:
    """Raise `InputError` with every stated total that the cells below it contradict."""
    found: list[Problem] = []
    for unit in subjects.plan.root.walk():
        for name in unit.figures:
            found += _contradiction(unit, name, subjects, rules)
    if found:
        raise InputError(found)


def _contradiction(unit: Unit, name: str, subjects: Subjects, rules: Rules) -> tuple[Problem, ...]:
    try:
        Tallier(subjects, word_of).tally(unit, rules.counts[name], name)
    except InputError as error:
        return error.problems
    except OpenWordError:  # what the cells add up to is not known
        return ()
    return ()
