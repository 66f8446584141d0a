"""The findings unit by unit, each with all that is said of it; and the tables of flags."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from dinhbien.judging.ranges import column
from dinhbien.language.chain import Chain, Step
from dinhbien.model.amount import Amount
from dinhbien.model.finding import BROKEN, Finding
from dinhbien.model.plan import Unit
from dinhbien.report.as_csv import column_sum
from dinhbien.report.cautions import inputs_said
from dinhbien.report.flags import FlagPage, FlagTable
from dinhbien.report.html.sight import Chip, Sight, grave
from dinhbien.report.ranged import amounts_said


class Told(Struct, frozen=True):
    """One finding: how it is marked, its sentence, and pairs of a heading and what it says."""

    id: str
    anchor: str
    chip: Chip
    number: int
    title: str
    sentence: str
    details: tuple[tuple[str, str], ...]
    readings: tuple[str, ...]
    aside: bool


class Group(Struct, frozen=True):
    """The findings of one unit: those that tell something, and those that tell nothing yet."""

    code: str
    name: str
    counts: tuple[tuple[Chip, str], ...]
    told: tuple[Told, ...]
    open: tuple[Told, ...]


def groups(sight: Sight) -> Iterator[Group]:
    """The units with their listed findings, the gravest first."""
    listed: dict[str, list[Finding]] = {}
    for one in sight.report.rows:
        listed.setdefault(sight.row_of(one), []).append(one)
    for unit in sight.foremost:
        every = sight.by_row.get(unit.code, ())
        rows = sorted(listed.get(unit.code, []), key=lambda one: _place(sight, one))
        silent = [one for one in rows if _is_silent(sight, one)]
        yield Group(
            code=unit.code,
            name=unit.name,
            counts=tuple(sight.counted(every)),
            told=tuple(_told(sight, one) for one in rows if one not in silent),
            open=tuple(_told(sight, one) for one in silent),
        )


def _place(sight: Sight, one: Finding) -> tuple[int, int]:
    """What is not as a norm asks comes first, by force and norm; then the less grave."""
    return 0 if column(one) in BROKEN else grave(one), sight.norms[one.norm]


def _is_silent(sight: Sight, one: Finding) -> bool:
    """Whether no allocation tells anything."""
    found = sight.ranged.ranges.finding(one)
    return all(each.verdict == "undetermined" for each in found)


def _told(sight: Sight, one: Finding) -> Told:
    say, norm = sight.say, sight.report.pack.norm(one.norm)
    assert norm is not None  # noqa: S101 - a finding comes from a norm of the pack
    missing = list(dict.fromkeys(say.input(path) for path in sorted(one.outcome.missing)))
    read = say.word("read", norm.instrument.read)
    pairs = (
        ("rows.measured", sight.ranged.measured(one)),
        ("rows.required", sight.ranged.demand(one, norm)),
        ("rows.missing", "; ".join(missing)),
        ("explain.because", "; ".join(map(say.reason, one.outcome.because))),
        ("html.holders", sight.ranged.holders(one)),
        ("html.exempt_by", one.exempt_by),
        ("explain.citation", f"{say.citation(norm)}; {read}"),
        ("html.modelled", inputs_said(one.outcome.modelled, say)),
    )
    return Told(
        id=one.id,
        anchor=sight.anchors[one.id],
        chip=sight.chip(one),
        number=sight.norms[one.norm],
        title=norm.norm.title.said(say.lang),
        sentence=sight.ranged.sentence(one, norm),
        details=tuple((say.phrase(key), said) for key, said in pairs if said),
        readings=tuple(sight.ranged.readings(one, norm)),
        aside=one.standing == "alternative",
    )


# -- tables of flags ----------------------------------------------------------------


class Review(Struct, frozen=True):
    """The table of figures: heads, a row for each unit, and the sums of the columns."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Unit, str, tuple[str, ...], bool], ...]
    sums: tuple[str, ...]


def review(sight: Sight) -> Review | None:
    """The chain that is shown as a table; None where there is none."""
    chain = sight.table
    if chain is None:
        return None
    page, rows = FlagPage(sight.report, sight.ranged), sight.flag_rows(chain)
    steps = list(chain.shown)
    units = [one for one in sight.report.plan.root.walk() if one.level == chain.file.level]
    return Review(
        title=chain.file.title.said(sight.say.lang),
        heads=tuple(page.title(chain, step, "") for step in steps),
        rows=tuple(
            (
                unit,
                rows[unit.code].id,
                tuple(page.cell(chain, step, rows[unit.code]) for step in steps),
                any(one.modelled for one in sight.ranged.flags(rows[unit.code])),
            )
            for unit in units
        ),
        sums=tuple(_sum(sight, chain, step) for step in steps),
    )


def _sum(sight: Sight, chain: Chain, step: Step) -> str:
    """What a column adds up to, with its range; unknown where a cell or a unit may be missing."""
    sums: list[Amount | None] = []
    for one in sight.allocations:
        rows = [row for row in one.flags if row.chain == chain.name]
        complete = chain.file.level in one.plan.root.complete
        found = column_sum(rows, step, complete=complete)
        sums.append(None if found is None else Amount(Fraction(found), Fraction(found)))
    if sums[0] is None:
        return sight.say.phrase("flags.unknown")
    return amounts_said(sums, sight.say)


class Flags(Struct, frozen=True):
    """One chain: its tables, what is left open, its order of remedies and its origins.

    `left` says how many rows of each table are not shown.
    """

    title: str
    tables: tuple[FlagTable, ...]
    left: tuple[int, ...]
    open: tuple[str, ...]
    foot: tuple[str, ...]


def flags(sight: Sight) -> Iterator[Flags]:
    """Every chain but the table of figures, its rows by priority."""
    page = FlagPage(sight.report, sight.ranged)
    for chain in sight.report.pack.rules.flags:
        rows = [one for one in sight.report.flags if one.chain == chain.name]
        if chain.file.shown != "flags" or not rows:
            continue
        tables, opened = page.tables(chain, rows)
        lines, origins = page.foot(chain) if tables else ([], [])
        yield Flags(
            title=chain.file.title.said(sight.say.lang),
            tables=tuple(replace(one, rows=one.rows[: sight.most_rows]) for one in tables),
            left=tuple(len(one.rows[sight.most_rows :]) for one in tables),
            open=tuple(opened),
            foot=(*lines, *origins),
        )
