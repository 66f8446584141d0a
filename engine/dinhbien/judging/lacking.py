"""The missing inputs, ranked by how many verdicts each would settle.  §2"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from dinhbien.language.pack import Pack
from dinhbien.meaning.judge import Judge
from dinhbien.meaning.subjects import Subjects
from dinhbien.model.finding import Finding
from dinhbien.model.plan import Cell, Unit

_FAR = Fraction(10) ** 12
"""Stands for the end of a domain without an upper bound."""


@dataclass(frozen=True, slots=True)
class Lacking:
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
    opened: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.verdict == "undetermined" and finding.standing == "used":
            for path in finding.outcome.missing:
                opened.setdefault(path, []).append(finding)
    ranked: list[Lacking] = []
    for path, among in opened.items():
        settled = 0
        if path.rpartition(".")[2] not in listings:  # a list is no single number to pin
            for finding in among:
                unit = units[finding.subject.level, finding.subject.code]
                alone = finding.outcome.missing == (path,)
                settled += alone or _settles(_ends(path, cells), finding, unit, pack, judge)
        ranked.append(Lacking(path, len(among), settled))
    return tuple(sorted(ranked, key=lambda one: (-one.settles, -one.missing_in, one.path)))


def _ends(path: str, cells: dict[str, Cell]) -> list[dict[str, Fraction]]:
    """The two ends of an input's domain, as values to try."""
    cell = cells.get(path) or Cell(path, None)
    low = Fraction(0) if cell.least is None else cell.least
    return [{path: low}, {path: _FAR if cell.most is None else cell.most}]


def _settles(
    ends: list[dict[str, Fraction]], finding: Finding, unit: Unit, pack: Pack, judge: Judge
) -> bool:
    norm = pack.norm(finding.norm)
    if norm is None or finding.unlisted:
        return False
    for end in ends:
        pinned = judge.pinned(end)
        if pinned.outcome(norm.used.program, unit).verdict == "undetermined":
            return False
    return True
