"""Two states → what appeared, changed and went.  §17"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from msgspec import Struct

from dinhbien.judging.compared import ASPECTS, FindingChange, FlagChange, told_of
from dinhbien.judging.precedence import Conflict
from dinhbien.live.state import State
from dinhbien.model.finding import Finding
from dinhbien.model.flagged import Flagged, FlagRow
from dinhbien.model.plan import Unit


class Delta(Struct, frozen=True, dict=True):
    """What is different in `after`, which was made from `before`; in stable order."""

    before: State
    after: State

    @cached_property
    def findings(self) -> tuple[FindingChange, ...]:
        """The findings that appeared, went or have changed."""
        made = [
            change
            for code in self.after.codes
            for change in _changes(_on(self.before, code), _on(self.after, code))
        ]
        return tuple(sorted(made, key=lambda one: (one.norm, one.subject.level, one.subject.code)))

    @cached_property
    def flags(self) -> tuple[FlagChange, ...]:
        """The flags of the units concerned that are raised, dropped or otherwise different."""
        with self.after.frame.lock:
            return tuple(self._flags(self.after.touched))

    @cached_property
    def elsewhere(self) -> tuple[FlagChange, ...]:
        """The same of all other units: what they could take, or could be given, is another.

        It is reckoned when it is first asked for.
        """
        own = {one.path for one in self.after.touched}
        others = (
            unit
            for level in self.after.frame.levels
            for unit in self.after.situations.units(level)
            if unit.path not in own
        )
        with self.after.frame.lock:
            return tuple(self._flags(others))

    @property
    def pools(self) -> tuple[str, ...]:
        """The norms of which other units could be given more or less than before."""
        before, after = self.before.situations, self.after.situations
        return tuple(sorted({key[0] for key in after.pooled_otherwise(before)}))

    @cached_property
    def conflicts(self) -> tuple[tuple[Conflict, ...], tuple[Conflict, ...]]:
        """The conflicts that appeared, and those that are gone."""
        before, after = self.before.conflicts, self.after.conflicts
        new = tuple(one for one in after if one not in before)
        return new, tuple(one for one in before if one not in after)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is different in the units concerned."""
        return not (self.findings or self.flags)

    def _flags(self, units: Iterable[Unit]) -> Iterator[FlagChange]:
        for unit in units:
            was = self.before.subjects.units.get(unit.path)
            for before, after in self.after.rows.others_than(self.before.rows, unit, was):
                yield from _flag_changes(before, after)


def _on(state: State, code: str) -> dict[tuple[str, str, bool], Finding]:
    found = state.settled.get(code)
    return {
        (one.norm, one.subject.level, one.unlisted): one
        for one in (found.findings if found else ())
    }


def _changes(
    before: dict[tuple[str, str, bool], Finding], after: dict[tuple[str, str, bool], Finding]
) -> Iterator[FindingChange]:
    for key in dict.fromkeys([*after, *before]):
        one, other = before.get(key), after.get(key)
        if one is other:
            continue
        if one is None or other is None:
            yield FindingChange(one, other)
            continue
        aspects = tuple(name for name, of in ASPECTS.items() if of(one) != of(other))
        if aspects:
            yield FindingChange(one, other, aspects)


def _is_idle(flag: Flagged | None) -> bool:
    """Whether a flag certainly is not raised, and by nothing."""
    if flag is None:
        return True
    amount = flag.amount
    if flag.raised is not False or flag.missing or flag.because:
        return False
    return amount is None or (
        amount.low is not None
        and amount.high is not None
        and not amount.low.numerator
        and not amount.high.numerator
    )


def _flag_changes(before: FlagRow | None, after: FlagRow | None) -> Iterator[FlagChange]:
    row = after or before
    if row is None or before is after:
        return
    sides: Iterable[tuple[Flagged | None, Flagged | None]]
    whole = before is not None and after is not None
    if before is None or after is None:
        sides = [(None, one) if before is None else (one, None) for one in row.flags]
    else:  # of one chain: the same flags in the same order
        sides = zip(before.flags, after.flags, strict=True)
    for was, is_ in sides:
        if whole and (was is is_ or (_is_idle(was) and _is_idle(is_))):
            continue
        if told_of(was, whole) != told_of(is_, whole):
            yield FlagChange(row, was, is_)
