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
        found += contradictions_of(unit, subjects, rules)
    if found:
        raise InputError(found)


def contradictions_of(unit: Unit, subjects: Subjects, rules: Rules) -> list[Problem]:
    """What is wrong with the totals that are stated for `unit`."""
    return [one for name in unit.figures for one in contradiction(unit, name, subjects, rules)]


def contradiction(unit: Unit, name: str, subjects: Subjects, rules: Rules) -> tuple[Problem, ...]:
    """What is wrong with one total that is stated for `unit`."""

    def seen(unit: Unit, attribute: str, words: tuple[str, ...]) -> str:
        subjects.seen(unit.cell(attribute))  # what is counted here is kept for the norms
        return word_of(unit, attribute, words)

    try:
        Tallier(subjects, seen, {}).tally(unit, rules.counts[name], name)
    except InputError as error:
        return error.problems
    except OpenWordError:  # what the cells add up to is not known
        return ()
    return ()
