"""Units × norms: a table with a sign in each cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from dinhbien.explain.numbers import number_said
from dinhbien.judging.ranges import DEPENDS, column, joined
from dinhbien.language.pack import EncodedNorm
from dinhbien.model.finding import Finding
from dinhbien.report.html.sight import SIGNS, Sight, css, grave

_SILENT = "not applicable"
_SPELT = 6
"""As many equal signs are set side by side; of more, their number is said."""


class Square(Struct, frozen=True):
    """One cell: its class, its text, what it says in full, where more stands, and whose it is.

    A cell that only counts has no findings of its own: `counts` is the norm and the verdict.
    """

    kind: str
    text: str
    said: str
    anchor: str
    ids: str
    counts: str = ""


class Column(Struct, frozen=True):
    """One norm: its number on the page and its title; where verdicts are counted, one of them."""

    head: str
    title: str
    number: int | None = None


Row = tuple[str, "tuple[Square | None, ...]"]


class Heat(Struct, frozen=True):
    """The columns below their forces, the rows, and the norms that ask nothing of any unit."""

    forces: tuple[tuple[str, int], ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    silent: tuple[str, ...]


def shown_norms(sight: Sight) -> tuple[list[EncodedNorm], list[EncodedNorm]]:
    """The norms that are used and ask something of a unit, and those that ask nothing."""
    used = [one.norm for one in sight.report.judged if one.standing == "used"]
    ordered = sorted(used, key=lambda norm: sight.norms[norm.id])
    asking = {one.norm for one in sight.report.findings if one.verdict != _SILENT}
    shown = [norm for norm in ordered if norm.id in asking]
    return shown, [norm for norm in ordered if norm.id not in asking]


def heat(sight: Sight) -> Heat:
    """Every norm that is used and asks something of a unit; what it says in every cell."""
    shown, silent = shown_norms(sight)
    forces = Counter(sight.say.word("force", norm.instrument.force) for norm in shown)
    lang = sight.say.lang
    return Heat(
        forces=tuple(forces.items()),
        columns=tuple(
            Column(str(sight.norms[one.id]), one.norm.title.said(lang), sight.norms[one.id])
            for one in shown
        ),
        rows=tuple(
            (unit.name, tuple(square(sight, unit.code, norm) for norm in shown))
            for unit in sight.rows
        ),
        silent=tuple(one.norm.title.said(lang) for one in silent),
    )


def square(sight: Sight, row: str, norm: EncodedNorm) -> Square | None:
    """What a norm says of a unit and what lies in it; None where it asks nothing there."""
    found = sorted(sight.by_cell.get((row, norm.id), []), key=grave)
    if not found:
        return None
    title = norm.norm.title.said(sight.say.lang)
    said = [f"{one.subject.name}: {sight.ranged.conclusion(one)}" for one in found]
    listed = [one for one in found if one.id in sight.anchors]
    return Square(
        kind=css(column(found[0])),
        text=text_of(sight, found),
        said="\n".join([title, *said]),
        anchor=sight.anchors[listed[0].id] if listed else "",
        ids="\n".join(one.id for one in found),
    )


def text_of(sight: Sight, found: Sequence[Finding]) -> str:
    """What a norm says, in signs: one with its amount, or one for each finding."""
    return _one(sight, found[0]) if len(found) == 1 else _several(sight, found)


def _one(sight: Sight, finding: Finding) -> str:
    """A sign with its amount, and the range where allocations differ."""
    found = sight.ranged.ranges.finding(finding)
    texts = list(dict.fromkeys(_marked(sight, one) for one in found))
    if len(texts) == 1:
        return texts[0]
    ends = _ends(sight, found)
    return f"{texts[0]} ({ends})" if ends else " / ".join(texts)


def _marked(sight: Sight, one: Finding) -> str:
    amount = one.outcome.amount
    exact = amount.exact if amount else None
    number = number_said(exact, sight.say.lang) if exact is not None else ""
    return f"{SIGNS[one.verdict]}{number}{SIGNS[DEPENDS] if one.depends_on_reading else ''}"


def _ends(sight: Sight, found: Sequence[Finding]) -> str:
    """From the least to the greatest amount, where all allocations give one verdict."""
    whole = joined(one.outcome.amount for one in found)
    if len({column(one) for one in found}) > 1 or whole is None:
        return ""
    if whole.low is None or whole.high is None:
        return ""
    return "–".join(number_said(end, sight.say.lang) for end in (whole.low, whole.high))


def _several(sight: Sight, found: Sequence[Finding]) -> str:
    """A sign for each of several findings, in each allocation that gives other signs."""
    each = zip(*map(sight.ranged.ranges.finding, found), strict=True)
    return " / ".join(dict.fromkeys(map(_signs, each)))


def _signs(found: Sequence[Finding]) -> str:
    """The signs, the gravest first; those to whom the norm does not apply have none."""
    asked = [column(one) for one in found if column(one) != _SILENT]
    signs = Counter(SIGNS[one] for one in SIGNS for each in asked if each == one)
    said = "".join(one * many if many <= _SPELT else f"{many}{one}" for one, many in signs.items())
    return said or SIGNS[_SILENT]
