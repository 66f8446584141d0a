"""Comparison → sheets of what is different, before and after beside each other."""

from __future__ import annotations

from collections.abc import Iterator

from dinhbien.judging.compared import Comparison
from dinhbien.report.compared_tables import Changes, ChangeTable, Shown
from dinhbien.report.xlsx.page import (
    NAME,
    SENTENCE,
    TEXT,
    TITLE,
    WIDE,
    Column,
    Page,
    Styled,
    Value,
)
from dinhbien.report.xlsx.writer import workbook_bytes


def changes_xlsx(comparison: Comparison, lang: str) -> bytes:
    """The workbook of what is different, in Vietnamese (``vi``) or English (``en``)."""
    plan = comparison.after.plan
    return workbook_bytes([*change_pages(comparison, lang)], plan.title.vi, plan.title.en)


def change_pages(comparison: Comparison, lang: str) -> Iterator[Page]:
    """What was compared and what changes in the norms; then a sheet for each table."""
    found = Changes(comparison, lang)
    say = found.say
    loud = tuple(Styled(line, "loud") for line in found.loud())
    lines = [
        *((say.phrase("changes.what"), line) for line in found.head()),
        *((say.phrase("changes.norms"), line) for line in found.norms()),
        *((say.phrase("changes.cautions"), line) for line in found.cautions()),
    ]
    yield Page(
        name=say.phrase("changes.sheet.head"),
        title=found.title,
        columns=(
            Column(say.phrase("xlsx.judged.what"), TEXT, "label"),
            Column(say.phrase("xlsx.judged.said"), WIDE),
        ),
        rows=[list(pair) for pair in lines],
        notes=loud,
        filtered=False,
    )
    for table in found.tables():
        yield _page(table, found, loud)


def _page(table: ChangeTable, found: Changes, loud: tuple[Styled, ...]) -> Page:
    say = found.say
    columns = [
        Column(head, _width(place, table), "text", band)
        for place, (head, band) in enumerate(zip(table.heads, table.bands, strict=True))
    ]
    return Page(
        name=say.phrase(f"changes.sheet.{table.name}"),
        title=table.title,
        columns=(*columns, Column(say.phrase("xlsx.id"), TITLE, "id")),
        rows=[[*map(_value, cells), identity] for identity, cells in table.rows],
        notes=loud,
        fixed=1,
    )


def _width(place: int, table: ChangeTable) -> int:
    """As wide as the longest text of a column asks for, within reason."""
    texts = [cells[place].text for _, cells in table.rows]
    longest = max(len(one) for one in (*texts, table.heads[place]))
    return next((one for one in (NAME // 2, NAME, TEXT) if longest <= one), SENTENCE)


def _value(shown: Shown) -> Value:
    return shown.text if shown.number is None else shown.number
