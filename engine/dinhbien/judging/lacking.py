"""The missing inputs, ranked by how many verdicts each would settle.  §2"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from msgspec import Struct

from dinhbien.language.operators import Program
from dinhbien.language.pack import Pack
from dinhbien.meaning.judge import Judge
from dinhbien.meaning.subjects import Subjects
from dinhbien.model.finding import Finding
from dinhbien.model.plan import Cell, Unit

_FAR = Fraction(10) ** 12
"""Stands for the end of a domain without an upper bound."""


class Lacking(Struct, frozen=True):
    """A missing input: in how many open verdicts it is missing, and how many it would settle.

    It settles a verdict that is decided at both ends of the input's domain.
    """

    path: str
    missing_in: int
    settles: int


def lacking(
    findings: list[Finding], pack: Pack, subjects: Subjects, judge: Judge
) -> tuple[Lacking, ...]:
    """The missing inputs of the undetermined findings, the most useful first."""
    listings = {level.listed for level in subjects.vocabulary.levels.values()}
    cells = {cell.path: cell for cell in subjects.plan.root.all_cells()}
    units = {(unit.level, unit.code): unit for unit in subjects.plan.root.walk()}
    missing_in: Counter[str] = Counter()
    settles: Counter[str] = Counter()
    for finding in findings:
        if finding.verdict == "undetermined" and finding.standing == "used":
            missing_in.update(finding.outcome.missing)
            unit = units[finding.subject.level, finding.subject.code]
            # a list is no single number to pin
            tried = [one for one in finding.outcome.missing
                     if one.rpartition(".")[2] not in listings]  # fmt: skip
            if len(finding.outcome.missing) == 1:
                settles.update(tried)
            elif (norm := pack.norm(finding.norm)) is not None and not finding.unlisted:
                settles.update(_settling(tried, norm.used.program, unit, judge, cells))
    ranked = [Lacking(path, many, settles[path]) for path, many in missing_in.items()]
    return tuple(sorted(ranked, key=lambda one: (-one.settles, -one.missing_in, one.path)))


def _settling(
    paths: list[str], program: Program, unit: Unit, judge: Judge, cells: dict[str, Cell]
) -> Iterator[str]:
    """Those of `paths` each of which alone, at both ends of its domain, decides a verdict.

    Where half of them together do not, none of that half does.
    """
    middle = len(paths) // 2
    for half in (paths[:middle], paths[middle:]):
        ends = [_end(path, cells) for path in half]
        pins = (dict(zip(half, each, strict=True)) for each in zip(*ends, strict=True))
        if all(judge.pinned(one).outcome(program, unit).verdict != "undetermined" for one in pins):
            yield from half if len(half) <= 1 else _settling(half, program, unit, judge, cells)


def _end(path: str, cells: dict[str, Cell]) -> tuple[Fraction, Fraction]:
    """The two ends of an input's domain, as values to try."""
    cell = cells.get(path) or Cell(path, None)
    return (
        Fraction(0) if cell.least is None else cell.least,
        _FAR if cell.most is None else cell.most,
    )
