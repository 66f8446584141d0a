"""What comes before what: exemptions, exceptions, and norms that cannot all be met.  §8"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from dinhbien.language.operators import Operator
from dinhbien.language.pack import Pack
from dinhbien.model.finding import Finding, Outcome

_RANKS = {"binding": 0, "party": 0, "guidance": 1, "local": 2}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two norms in force that cannot both be met by some units; reported once.

    `prevails` is the one that force puts first; empty where nothing does.
    """

    norms: tuple[str, str]
    units: tuple[str, ...]
    prevails: str


def exempted(findings: list[Finding], pack: Pack, day: date) -> list[Finding]:
    """The findings, those that a decision excuses marked `exempt`."""
    return [_excused(one, pack, day) for one in findings]


def _excused(finding: Finding, pack: Pack, day: date) -> Finding:
    if finding.verdict in {"met", "not applicable"} and not finding.depends_on_reading:
        return finding
    for one in pack.exemptions:
        if one.excuses(finding.norm, finding.subject.code, day):
            by = f"{one.by} ({one.start} – {one.until})"
            others = {name: Outcome("exempt") for name in finding.others}
            return replace(finding, outcome=Outcome("exempt"), others=others, exempt_by=by)
    return finding


def excepted(findings: list[Finding], pack: Pack) -> list[Finding]:
    """The findings, without what an exception that applies puts aside."""
    special: dict[tuple[str, str], str] = {}
    for finding in findings:
        norm = pack.norm(finding.norm)
        if norm is None or finding.standing != "used" or finding.unlisted:
            continue
        if finding.verdict != "not applicable":
            for general in norm.norm.exception_to:
                special[general, finding.subject.code] = finding.norm
    return [_put_aside(one, special) for one in findings]


def _put_aside(finding: Finding, special: dict[tuple[str, str], str]) -> Finding:
    instead = special.get((finding.norm, finding.subject.code))
    if instead is None:
        return finding
    outcome = Outcome("not applicable", because=(("exception", instead),))
    return replace(finding, outcome=outcome, others=dict.fromkeys(finding.others, outcome))


def conflicts(findings: list[Finding], pack: Pack) -> tuple[list[Finding], list[Conflict]]:
    """The findings with their conflicts settled by force, and the conflicts.

    Two norms are in conflict on a unit where they count the same and the most that one
    allows is certainly below the least that the other demands.  Where no force puts one
    first, neither gives a verdict.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for one, other in _pairs(findings, pack):
        if _impossible(one.outcome, other.outcome):
            found.setdefault((one.norm, other.norm), []).append(one.subject.code)
    made = [
        Conflict(names, tuple(sorted(units)), _prevailing(names, pack))
        for names, units in sorted(found.items())
    ]
    return [_settled(one, made) for one in findings], made


def _pairs(findings: list[Finding], pack: Pack) -> Iterator[tuple[Finding, Finding]]:
    """Every two findings of used norms that count the same of one subject."""
    alike: dict[tuple[str, str, Operator | None], list[Finding]] = {}
    for finding in sorted(findings, key=lambda one: one.norm):
        norm = pack.norm(finding.norm)
        if norm is None or finding.standing != "used" or finding.unlisted:
            continue
        key = (finding.subject.level, finding.subject.code, norm.used.program.measured)
        alike.setdefault(key, []).append(finding)
    for (_, _, measured), among in alike.items():
        if measured is not None:
            yield from combinations(among, 2)


def _impossible(one: Outcome, other: Outcome) -> bool:
    for above, below in ((one.most, other.least), (other.most, one.least)):
        if above is None or below is None or above.high is None or below.low is None:
            continue
        if above.high < below.low:
            return True
    return False


def _prevailing(names: tuple[str, str], pack: Pack) -> str:
    found = {name: norm for name in names if (norm := pack.norm(name))}
    ranks = {
        name: (bool(norm.norm.glide), _RANKS[norm.instrument.force]) for name, norm in found.items()
    }
    first = min(ranks.values())
    ahead = [name for name, rank in ranks.items() if rank == first]
    return ahead[0] if len(ahead) == 1 else ""


def _settled(finding: Finding, made: list[Conflict]) -> Finding:
    for conflict in made:
        if finding.norm in conflict.norms and finding.subject.code in conflict.units:
            if not conflict.prevails:
                outcome = replace(finding.outcome, verdict="conflict", amount=None)
                return replace(finding, outcome=outcome)
            if conflict.prevails != finding.norm:
                return replace(finding, standing="overruled")
    return finding
