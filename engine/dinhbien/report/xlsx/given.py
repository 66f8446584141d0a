"""What the plan gives: its published figures, its cells, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from dinhbien.model.plan import Cell, Figure, Unit
from dinhbien.report.html.sight import Sight
from dinhbien.report.xlsx.notes import notes
from dinhbien.report.xlsx.page import NAME, NUMBER, SENTENCE, TITLE, Column, Page, Styled, Value


def figure_page(sight: Sight) -> Page:
    """The published numbers that have no cell of their own, each with its scope and source."""
    say, plan = sight.say, sight.report.plan
    names = {"csv.code": NUMBER, "csv.name": NAME, "xlsx.quantity": TITLE,
             "xlsx.value": NUMBER, "xlsx.unit": NUMBER, "xlsx.precision": NUMBER,
             "xlsx.scope": TITLE, "xlsx.day": NUMBER, "xlsx.origin": NUMBER,
             "xlsx.source": NUMBER, "xlsx.note": SENTENCE, "xlsx.id": TITLE}  # fmt: skip
    units = {(one.level, one.code): one.name for one in plan.root.walk()}
    rows = [_figure(sight, one, units.get((one.level, one.code), "")) for one in plan.figures]
    return Page(
        name=say.phrase("xlsx.sheet.figures"),
        title=say.phrase("xlsx.figures.title"),
        columns=_columns(sight, names),
        rows=rows,
        fixed=2,
    )


def _figure(sight: Sight, one: Figure, unit: str) -> list[Value]:
    say, plan, value = sight.say, sight.report.plan, one.cell.value
    title, scope = plan.quantities.get(one.quantity), plan.scopes.get(one.cell.scope)
    return [
        one.code, unit, title.said(say.lang) if title else one.quantity,
        value if isinstance(value, Fraction) else None, one.unit,
        say.phrase(f"xlsx.precision.{one.precision}"),
        scope.said(say.lang) if scope else one.cell.scope, one.cell.date,
        _origin(sight, one.cell), one.cell.source,
        one.cell.note.said(say.lang) if one.cell.note else "",
        f"{one.level}/{one.code}/{one.quantity}",
    ]  # fmt: skip


def cell_page(sight: Sight) -> Page:
    """Every cell that the plan states, with its origin."""
    say = sight.say
    names = {"csv.code": NUMBER, "csv.name": NAME, "xlsx.cell": TITLE, "xlsx.value": NUMBER,
             "xlsx.from": NUMBER, "xlsx.to": NUMBER, "xlsx.origin": NUMBER,
             "xlsx.source": NUMBER, "xlsx.day": NUMBER, "xlsx.how": SENTENCE,
             "xlsx.place": NAME, "xlsx.id": TITLE}  # fmt: skip
    rows = [
        _cell(sight, unit, cell)
        for unit in sight.report.plan.root.walk()
        for cell in (*unit.cells.values(), *unit.figures.values())
    ]
    return Page(
        name=say.phrase("xlsx.sheet.cells"),
        title=say.phrase("xlsx.cells.title"),
        columns=_columns(sight, names),
        rows=rows,
        notes=notes(sight, say.phrase("xlsx.cells.note"), ranged=False),
        fixed=2,
    )


def _cell(sight: Sight, unit: Unit, one: Cell) -> list[Value]:
    say = sight.say
    name = one.path.rpartition(".")[2]
    attribute = say.pack.rules.vocabulary.attributes.get(name)
    value: Value = one.value
    if isinstance(value, str) and attribute is not None and attribute.words:
        value = say.word(attribute.words, value)
    return [
        unit.code, sight.report.situations.subjects.full_name(unit), say.input(one.path), value,
        one.least, one.most, _origin(sight, one), one.source, one.date,
        one.how.said(say.lang) if one.how else "", one.place, one.path,
    ]  # fmt: skip


def _origin(sight: Sight, cell: Cell) -> Value:
    said = sight.say.word("origin", cell.origin)
    return Styled(said, "departs") if cell.origin == "modelled" else said


def _columns(sight: Sight, names: dict[str, int]) -> tuple[Column, ...]:
    styles = {"xlsx.id": "id", "xlsx.place": "id", "csv.name": "label", "xlsx.value": "number",
              "xlsx.from": "number", "xlsx.to": "number"}  # fmt: skip
    return tuple(
        Column(sight.say.phrase(name), width, styles.get(name, "text"))
        for name, width in names.items()
    )


def collect_page(sight: Sight) -> Page:
    """The missing inputs, the most useful first."""
    say = sight.say
    rows = list(_missing(sight))
    return Page(
        name=say.phrase("xlsx.sheet.collect"),
        title=say.phrase("html.part.collect"),
        columns=(
            Column(say.phrase("xlsx.cell"), TITLE, "label"),
            Column(say.phrase("xlsx.settles"), NUMBER, "number"),
            Column(say.phrase("xlsx.missing_in"), NUMBER, "number"),
            Column(say.phrase("xlsx.id"), SENTENCE, "id"),
        ),
        rows=rows,
        notes=notes(sight, say.phrase("xlsx.collect.note"), ranged=False),
    )


def _missing(sight: Sight) -> Iterator[list[Value]]:
    for one in sight.report.lacking:
        name = sight.say.input(one.path)
        yield [name, Fraction(one.settles), Fraction(one.missing_in), one.path]
