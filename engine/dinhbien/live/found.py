"""The findings of a norm on a unit and what lies within it, with what a row reckons from them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Set
from fractions import Fraction
from functools import lru_cache

from dinhbien.judging.parts import Part, summed
from dinhbien.model.finding import Finding
from dinhbien.model.plan import Unit

_MOST = 2**10


class FoundHere(list[Finding]):
    """The findings of one norm, in the order of `check`; never changed once it is made.

    What is reckoned from them alone is reckoned once.
    """

    __slots__ = ("_modelled", "_parts", "_rows", "rows")

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        super().__init__(findings)
        self._parts: dict[str, Part] = {}
        self.rows: dict[tuple[str, str], tuple[Hashable, Fraction | None, dict[str, Part]]] = {}
        self._modelled: frozenset[str] | None = None
        self._rows: dict[tuple[str, ...], tuple[str, ...]] = {}

    def part(self, name: str) -> Part:
        """One quantity of a row."""
        found = self._parts.get(name)
        if found is None:
            found = self._parts[name] = summed(self, name)
        return found

    @property
    def spare(self) -> Part:
        """What could be given without falling short of the norm itself."""
        found = self._parts.get("")
        if found is None:
            found = self._parts[""] = self.part("spare").less(self.part("short"))
        return found

    @property
    def modelled(self) -> frozenset[str]:
        """The modelled cells behind them."""
        if self._modelled is None:
            self._modelled = frozenset().union(*[one.outcome.modelled for one in self])
        return self._modelled

    def modelled_with(self, more: tuple[str, ...]) -> tuple[str, ...]:
        """The modelled cells behind a row whose flags rest on `more`, sorted."""
        found = self._rows.get(more)
        if found is None:
            found = self._rows[more] = _sorted(self.modelled.union(more))
        return found


@lru_cache(maxsize=_MOST)
def _sorted(paths: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(paths))


NOTHING_FOUND = FoundHere()

On = Callable[[str], Iterable[Finding]]
Found = dict[str, FoundHere]
"""The findings on a unit and what lies within it, by norm."""


def found_in(unit: Unit, on: On, before: Found, norms: Set[str] | None = None) -> Found:
    """The findings on a unit and what lies within it, by norm, in the order of `check`.

    `on` gives those on the units of a code; lists that are those of `before` stay the same, as
    do all but those of `norms`, where these are told.
    """
    gathered: dict[str, list[Finding]] = {}
    made: Found = {}
    if norms is not None:
        made = {norm: each for norm, each in before.items() if norm not in norms}
    for one in unit.walk() if norms is None or norms else ():
        for finding in on(one.code):
            if finding.standing == "used" and (norms is None or finding.norm in norms):
                gathered.setdefault(finding.norm, []).append(finding)
    for norm, each in gathered.items():
        if len(each) > 1:
            each.sort(key=lambda one: (one.subject.level, one.subject.code))
        held = before.get(norm)
        made[norm] = held if held is not None and held == each else FoundHere(each)
    return made
