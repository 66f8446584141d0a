"""A plan of more units than can be told one by one: a line for each unit, a count for each norm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct

from dinhbien.judging.ranges import column
from dinhbien.language.pack import EncodedNorm
from dinhbien.model.finding import Finding
from dinhbien.model.plan import Unit
from dinhbien.report.html.heat import Column, Heat, Square, heat, shown_norms, text_of
from dinhbien.report.html.sight import SIGNS, Sight, css, grave, ranged_count

_KEPT = ("met", "holds", "not applicable")
_OPEN = "undetermined"


class UnitLine(Struct, frozen=True):
    """One unit: what is said of it by sign and norm, which norms are open, how many are kept."""

    unit: Unit
    marks: tuple[tuple[str, str, int], ...]
    open: str
    kept: int


def unit_lines(sight: Sight) -> Iterator[UnitLine]:
    """A line for each unit, where not all that is said of each can be told."""
    for unit in sight.rows if sight.is_many else ():
        found = sight.by_row.get(unit.code, [])
        told = [one for one in found if column(one) not in {*_KEPT, _OPEN}]
        yield UnitLine(
            unit,
            tuple(_marks(sight, told)),
            in_runs(sight.norms[one.norm] for one in found if column(one) == _OPEN),
            sum(1 for one in found if column(one) in _KEPT[:2]),
        )


def _marks(sight: Sight, told: list[Finding]) -> Iterator[tuple[str, str, int]]:
    """The gravest first: its class, its sign with its amount, and the number of its norm."""
    by_norm: dict[str, list[Finding]] = {}
    for one in sorted(told, key=lambda each: (grave(each), sight.norms[each.norm])):
        by_norm.setdefault(one.norm, []).append(one)
    for norm, found in by_norm.items():
        yield css(column(found[0])), text_of(sight, found), sight.norms[norm]


def in_runs(numbers: Iterable[int]) -> str:
    """Numbers with what stands between them left out.

    >>> in_runs([7, 1, 2, 3, 9, 2])
    '1–3, 7, 9'
    """
    runs: list[list[int]] = []
    for one in sorted(set(numbers)):
        if runs and one == runs[-1][-1] + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def heat_of(sight: Sight) -> Heat:
    """The heat map; of many units, a row for each norm that counts each verdict.

    In an illustration, from the fewest to the most over the allocations.
    """
    if not sight.is_many:
        return heat(sight)
    norms, silent = shown_norms(sight)
    each = [Counter((one.norm, column(one)) for one in report.findings)
            for report in sight.allocations]  # fmt: skip
    verdicts = [key for key in SIGNS if any(one == key for found in each for _, one in found)]
    titles = {one.id: one.norm.title.said(sight.say.lang) for one in (*norms, *silent)}
    return Heat(
        forces=(),
        columns=tuple(Column(SIGNS[one], sight.word(one)) for one in verdicts),
        rows=tuple(
            (
                f"{sight.norms[norm.id]}. {titles[norm.id]}",
                tuple(_count(sight, norm, one, [found[norm.id, one] for found in each])
                      for one in verdicts),
            )
            for norm in norms
        ),
        silent=tuple(titles[one.id] for one in silent),
    )  # fmt: skip


def _count(sight: Sight, norm: EncodedNorm, verdict: str, counts: list[int]) -> Square | None:
    if not any(counts):
        return None
    said, many = norm.norm.title.said(sight.say.lang), ranged_count(counts)
    return Square(
        css(verdict), many, f"{said}\n{sight.word(verdict)}: {many}", "", "", f"{norm.id} {verdict}"
    )
