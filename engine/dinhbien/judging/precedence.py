"""What comes before what: exemptions, exceptions, and norms that cannot all be met.  §8"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from msgspec import Struct
from msgspec.structs import replace

from dinhbien.language.operators import Operator
from dinhbien.language.pack import Pack
from dinhbien.model.amount import NOT_NEGATIVE, NOTHING, Amount
from dinhbien.model.finding import BROKEN, Finding, Outcome

_RANKS = {"binding": 0, "party": 0, "guidance": 1, "local": 2}


class Conflict(Struct, frozen=True):
    """Two norms in force that cannot both be met by some units; reported once.

    `prevails` is the one that force puts first; empty where nothing does.
    `shown_by` is the norm that sets the two texts side by side; empty where it was found from
    their bounds.
    """

    norms: tuple[str, str]
    units: tuple[str, ...]
    prevails: str
    shown_by: str = ""


def opposed(
    findings: list[Finding], pack: Pack, judged: set[str]
) -> tuple[list[Finding], list[Conflict]]:
    """The findings of norms that set two texts side by side, and the conflicts they show.

    Where the two sides are not equal and both texts are `judged`, the verdict is `conflict`.
    Neither text is put aside by it.
    """
    told: list[Finding] = []
    made: list[Conflict] = []
    for finding in findings:
        norm = pack.norm(finding.norm)
        sides = norm.norm.between if norm else ()
        if not sides or finding.verdict not in BROKEN or not judged.issuperset(sides):
            told.append(finding)
            continue
        names = (sides[0], sides[1])
        prevails = prevailing(names, pack)
        made.append(Conflict(names, (finding.subject.code,), prevails, finding.norm))
        others = {name: _conflicting(one) for name, one in finding.others.items()}
        told.append(replace(finding, outcome=_conflicting(finding.outcome), others=others))
    return told, made


def _conflicting(outcome: Outcome) -> Outcome:
    is_broken = outcome.verdict in BROKEN
    return replace(outcome, verdict="conflict", amount=None) if is_broken else outcome


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
    special: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        norm = pack.norm(finding.norm)
        if norm is None or finding.standing != "used" or finding.unlisted:
            continue
        if finding.verdict != "not applicable":
            for general in norm.norm.exception_to:
                special[general, finding.subject.code] = finding
    return [_put_aside(one, special) for one in findings]


def _put_aside(finding: Finding, special: dict[tuple[str, str], Finding]) -> Finding:
    instead = special.get((finding.norm, finding.subject.code))
    if instead is None:
        return finding
    if instead.outcome.if_applicable is not None:
        others = {name: _either(one, instead.outcome) for name, one in finding.others.items()}
        return replace(finding, outcome=_either(finding.outcome, instead.outcome), others=others)
    outcome = Outcome("not applicable", because=(("exception", instead.norm),))
    return replace(finding, outcome=outcome, others=dict.fromkeys(finding.others, outcome))


def _either(general: Outcome, special: Outcome) -> Outcome:
    """What stands of `general` where it is open whether the exception applies.

    Its verdict, if the exception would give the same; the amount is then either of the two.
    """
    other = special.if_applicable
    if other is None or general.verdict == "not applicable":
        return general
    missing = tuple(sorted({*general.missing, *special.missing}))
    either = _numbers_of_either(general, other)
    if general.verdict != other.verdict:
        because = tuple(sorted({*general.because, *special.because}))
        return replace(
            either, verdict="undetermined", amount=None, missing=missing, because=because
        )
    if general.amount is None or other.amount is None or general.amount == other.amount:
        return either
    return replace(either, amount=general.amount.joined(other.amount), missing=missing)


def _numbers_of_either(one: Outcome, other: Outcome) -> Outcome:
    """`one`, with what is known of its numbers whichever of the two stands.

    A side that only one of them bounds has no bound for certain, and may be short or over.
    """
    is_told = other.measured is not None or other.short_by is not None
    return replace(
        one,
        measured=_both(one.measured, other.measured),
        least=_both(one.least, other.least),
        most=_both(one.most, other.most),
        short_by=_differs(one.short_by, other.short_by) if is_told else NOT_NEGATIVE,
        over_by=_differs(one.over_by, other.over_by) if is_told else NOT_NEGATIVE,
    )


def _both(one: Amount | None, other: Amount | None) -> Amount | None:
    return None if one is None or other is None else one.joined(other)


def _differs(one: Amount | None, other: Amount | None) -> Amount | None:
    """By how much it differs, whichever stands; None where neither has that side."""
    return None if one is other is None else (one or NOTHING).joined(other or NOTHING)


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
        Conflict(names, tuple(sorted(units)), prevailing(names, pack))
        for names, units in sorted(found.items())
    ]
    return [_settled(one, made) for one in findings], made


def _pairs(findings: list[Finding], pack: Pack) -> Iterator[tuple[Finding, Finding]]:
    """Every two findings of used norms that count the same of one subject, on one baseline.

    A quota below the frame is no conflict: the baselines are kept apart.  §10
    """
    alike: dict[tuple[str, str, str, Operator | None], list[Finding]] = {}
    for finding in sorted(findings, key=lambda one: one.norm):
        norm = pack.norm(finding.norm)
        is_open = finding.outcome.if_applicable is not None
        if norm is None or finding.standing != "used" or finding.unlisted or is_open:
            continue
        measured = norm.used.program.measured
        key = (finding.subject.level, finding.subject.code, finding.baseline, measured)
        alike.setdefault(key, []).append(finding)
    for (*_, measured), among in alike.items():
        if measured is not None:
            pairs = combinations(among, 2)
            yield from (pair for pair in pairs if not _is_exception(*pair, pack))


def _is_exception(one: Finding, other: Finding, pack: Pack) -> bool:
    """Whether one is an exception to the other: never are both asked of a unit."""
    excepted_by = {
        finding.norm: norm.norm.exception_to
        for finding in (one, other)
        if (norm := pack.norm(finding.norm))
    }
    return other.norm in excepted_by.get(one.norm, ()) or one.norm in excepted_by.get(
        other.norm, ()
    )


def _impossible(one: Outcome, other: Outcome) -> bool:
    for above, below in ((one.most, other.least), (other.most, one.least)):
        if above is None or below is None or above.high is None or below.low is None:
            continue
        if above.high < below.low:
            return True
    return False


def prevailing(names: tuple[str, str], pack: Pack) -> str:
    """The norm that force puts first; empty where nothing does."""
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
