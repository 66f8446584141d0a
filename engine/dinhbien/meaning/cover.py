"""Which fields of work have somebody, where one person may cover several.  §14

Fields and people are the two sides of a graph, and a person has room for a number of fields;
as many fields are served as can be, by augmenting paths.  A field that is served stays
served while others are, so the earlier fields come first and what is left over is certain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from msgspec import Struct, field

from dinhbien.language import operators as op
from dinhbien.meaning.groups import Asked
from dinhbien.meaning.quantity import rounded
from dinhbien.meaning.truth import Truth


def gaps(fields: Sequence[str], people: Sequence[frozenset[str]], most: int) -> tuple[str, ...]:
    """The fields left without anybody, each person covering at most `most` of what they can.

    >>> people = [frozenset({"a", "b"}), frozenset({"a"})]
    >>> gaps("abc", people, 1), gaps("abc", [frozenset("abc")], 2)
    (('c',), ('c',))
    """
    service = _Service(people, most)
    return tuple(one for one in fields if not service.serve(one, set()))


class _Service(Struct):
    """Who serves which field so far."""

    people: Sequence[frozenset[str]]
    most: int
    held: dict[str, int] = field(default_factory=dict)

    def serve(self, wanted: str, seen: set[int]) -> bool:
        """Find somebody for `wanted`, moving others where that makes room."""
        for person, able in enumerate(self.people):
            if wanted not in able or person in seen:
                continue
            seen.add(person)
            others = [one for one, holder in self.held.items() if holder == person]
            free = len(others) < self.most
            if free or (self.most and any(self.serve(one, seen) for one in others)):
                self.held[wanted] = person
                return True
        return False


class _People(Struct, frozen=True):
    """What the people of a group can do: those who are surely in it, and those who may be."""

    sure: tuple[frozenset[str], ...]
    possible: tuple[frozenset[str], ...]
    missing: frozenset[str]


def covered(asked: Asked, operator: op.Covered) -> Truth:
    """Whether the operator's field has somebody.

    Some field is false only where no completion covers all; all are true where every one does.
    """
    group = operator.members
    within = asked.unit(group.base, group.within)
    most = asked.quantity(operator.most)
    truths = list(_listed(asked, operator))
    reasons = most.undefined.union(*(truth.undefined for truth, _ in truths))
    if reasons:
        return Truth(None, undefined=reasons)
    people = _People(
        tuple(able for truth, able in truths if truth.value),
        tuple(able for truth, able in truths if truth.value is not False),
        most.missing.union(*(truth.missing for truth, _ in truths)),
    )
    low, high = most.bounds.low or Fraction(0), most.bounds.high
    least = max(0, int(rounded("full", low)))
    greatest = len(operator.fields) if high is None else max(0, int(rounded("full", high)))
    open_lists = asked.subjects.open_lists(within, operator.cell.level)
    return _truth(operator, people, (least, greatest), open_lists)


def _truth(
    operator: op.Covered, people: _People, most: tuple[int, int], open_lists: frozenset[str]
) -> Truth:
    """The field's truth: from the fewest people there may be to the most."""
    surely_left = gaps(operator.fields, people.sure, most[0])
    if operator.field not in surely_left:
        return Truth(True)
    possibly_left = gaps(operator.fields, people.possible, most[1])
    if not open_lists and operator.field in possibly_left:
        return Truth(False)
    return Truth(None, people.missing | open_lists)


def _listed(asked: Asked, operator: op.Covered) -> Iterator[tuple[Truth, frozenset[str]]]:
    """Each listed person: whether one of the group, and what they can cover."""
    group = operator.members
    for person in asked.subjects.below(asked.unit(group.base, group.within), group.level):
        truth = asked.at(person).truth(group.where) if group.where else Truth(True)
        if truth.value is not False:
            below = asked.subjects.below(person, operator.cell.level)
            yield truth, frozenset(asked.at(one).word(operator.cell) for one in below)
