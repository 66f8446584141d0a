"""Sums over all subjects of a norm: shortage, surplus and net, kept apart.  §11"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import reduce

from msgspec import Struct

from dinhbien.language.operators import Program
from dinhbien.language.pack import EncodedNorm
from dinhbien.language.units import Measure
from dinhbien.meaning.subjects import Subjects
from dinhbien.model.amount import NOTHING, Amount
from dinhbien.model.finding import Finding, Outcome
from dinhbien.model.plan import Cell

_TIMES = tuple(Measure.one(unit) for unit in ("day", "month", "year"))
"""Lengths of time are not added up over units."""
NOT_COUNTED = ("not applicable", "exempt")


class Total(Struct, frozen=True):
    """One norm under one reading, over all its subjects.

    `measured` is the total that the plan states (`figure`) where it states one, else the
    sum; `net` is measured − required, given where one number is required.
    """

    norm: str
    reading: str
    baseline: str
    force: str
    subjects: int
    undetermined: int
    required: tuple[Amount | None, Amount | None]
    shortage: Amount | None
    surplus: Amount | None
    measured: Amount | None
    net: Amount | None
    figure: Cell | None
    modelled: tuple[str, ...]


def totals(norm: EncodedNorm, findings: list[Finding], subjects: Subjects) -> list[Total]:
    """The totals of `norm` under each of its readings; none for a norm of one subject."""
    root = subjects.plan.root
    program = norm.used.program
    if program.level == root.level or program.measured is None or program.measure in _TIMES:
        return []
    is_open = bool(subjects.open_lists(root, norm.used.program.level))
    made: list[Total] = []
    for reading in norm.readings:
        outcomes = [_under(finding, reading.name) for finding in findings if not finding.unlisted]
        counted = [one for one in outcomes if one.verdict not in NOT_COUNTED]
        if not counted:
            continue
        made.append(_total(norm, reading.name, reading.program, counted, subjects, is_open))
    return made


def _under(finding: Finding, reading: str) -> Outcome:
    return finding.outcome if finding.reading == reading else finding.others[reading]


def _total(  # noqa: PLR0913, PLR0917 - one row, put together once
    norm: EncodedNorm, name: str, program: Program, outcomes: list[Outcome], subjects: Subjects,
    is_open: bool,
) -> Total:  # fmt: skip
    figure = _figure(program, subjects)
    least = _sum((one.least for one in outcomes), is_open)
    most = _sum((one.most for one in outcomes), is_open)
    measured = _sum((one.measured for one in outcomes), is_open)
    if figure is not None and isinstance(figure.value, Fraction):
        measured = Amount(figure.value, figure.value)
    single = program.least == program.most
    return Total(
        norm=norm.id,
        reading=name,
        baseline=program.baseline,
        force=norm.instrument.force,
        subjects=len(outcomes),
        undetermined=sum(1 for one in outcomes if one.verdict == "undetermined"),
        required=(least if program.least else None, most if program.most else None),
        shortage=_sum((one.short_by for one in outcomes), is_open) if program.least else None,
        surplus=_sum((one.over_by for one in outcomes), is_open) if program.most else None,
        measured=measured,
        net=_difference(measured, least) if single else None,
        figure=figure,
        modelled=_modelled(outcomes, figure),
    )


def _modelled(outcomes: list[Outcome], figure: Cell | None) -> tuple[str, ...]:
    """The modelled cells behind a total, the stated one among them."""
    paths = {path for one in outcomes for path in one.modelled}
    if figure is not None and figure.origin == "modelled":
        paths.add(figure.path)
    return tuple(sorted(paths))


def _figure(program: Program, subjects: Subjects) -> Cell | None:
    """The stated total of the norm's own count, if the norm asks all units alike."""
    if program.applies is not None or not program.counts:
        return None
    return subjects.plan.root.figures.get(program.counts)


def _sum(amounts: Iterable[Amount | None], is_open: bool) -> Amount | None:
    """The sum; None where an amount is not known at all; no upper bound for an open list."""
    found = list(amounts)
    if any(one is None for one in found):
        return None
    total = reduce(Amount.__add__, (one for one in found if one is not None), NOTHING)
    return Amount(total.low, None) if is_open else total


def _difference(measured: Amount | None, required: Amount | None) -> Amount | None:
    if measured is None or required is None:
        return None
    low = None if measured.low is None or required.high is None else measured.low - required.high
    high = None if measured.high is None or required.low is None else measured.high - required.low
    return Amount(low, high)
