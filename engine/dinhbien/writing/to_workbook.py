"""A plan → an .xlsx workbook: a sheet for each table, and a guide to their columns.

Row 1 holds the names that are read, row 2 says them in both languages and is a remark.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dinhbien.errors import UsageError
from dinhbien.language.from_norms import Rules
from dinhbien.model.amount import decimal_text
from dinhbien.model.plan import Plan
from dinhbien.model.wording import Bilingual
from dinhbien.reading.rows import REMARK
from dinhbien.reading.stored import fits
from dinhbien.reading.workbook import GUIDE
from dinhbien.writing.tables import Column, Sheet, Value, filled, tables_of

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_LONGEST_TEXT = 32_767
_LONGEST_LIST = 255
_NARROW, _WIDE, _TALL = 9, 48, 34
_GUIDE = (16, 34, 34, 34, 60)
_A4 = 9
_MADE = datetime(2000, 1, 1, tzinfo=UTC)  # the same plan gives the same bytes
_FONT = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
_INK, _PALE, _LINE, _GREY = "#1F3A4D", "#EAF1F5", "#C9D6DE", "#5F6B73"
_STYLES: dict[str, dict[str, Any]] = {
    "heading": {"bold": True, "font_color": "#FFFFFF", "bg_color": _INK,
                "num_format": "@"},
    "label": {"bg_color": _PALE, "text_wrap": True, "bottom": 1, "bottom_color": _INK,
              "num_format": "@"},
    "bold": {"bold": True, "font_color": _INK},
    "soft": {"italic": True, "font_color": _GREY},
    "text": {"num_format": "@", "bottom": 1, "bottom_color": _LINE, "text_wrap": True},
    "quoted": {"num_format": "@", "quote_prefix": True, "bottom": 1, "bottom_color": _LINE},
    "whole": {"num_format": "#,##0", "bottom": 1, "bottom_color": _LINE},
    "number": {"num_format": "General", "bottom": 1, "bottom_color": _LINE},
    "title": {"bold": True, "font_size": 16, "font_color": _INK},
    "wrap": {"text_wrap": True},
}  # fmt: skip


def workbook_of(plan: Plan, rules: Rules, beside: Sequence[str] = ()) -> bytes:
    """The workbook of a plan; no cell of it is a formula.

    `beside` names the workbooks of the plans that stand beside it.

    Raises `UsageError` for a text that is longer than a cell holds.
    """
    from xlsxwriter.workbook import Workbook

    sheets = tables_of(plan, rules, explicit=True, beside=beside)
    out = io.BytesIO()
    book = Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": plan.title.vi, "subject": plan.title.en, "created": _MADE})
    styles = {name: book.add_format({**_FONT, **style}) for name, style in _STYLES.items()}
    writer = _Writer(book, styles, rules)
    for sheet, rows in filled(sheets):
        writer.table(sheet, rows)
    writer.guide(plan, sheets)
    book.close()
    return out.getvalue()


class _Writer:
    """Writes sheets into one workbook."""

    def __init__(self, book: Workbook, styles: dict[str, Format], rules: Rules) -> None:
        self.book = book
        self.styles = styles
        self.rules = rules

    def table(self, sheet: Sheet, rows: list[list[Value | None]]) -> None:
        """One table: two rows of headings that stay, a filter, a width for each column."""
        page = self.book.add_worksheet(sheet.name)
        last_row, last_column = len(rows) + 1, len(sheet.columns) - 1
        for place, column in enumerate(sheet.columns):
            page.write_string(0, place, column.name, self.styles["heading"])
            self._label(page, place, column)
            self._width(page, place, column, [row[place] for row in rows])
            self._choices(page, place, column, last_row)
        for number, row in enumerate(rows, 2):
            for place, value in enumerate(row):
                self._cell(page, (number, place), value, sheet.columns[place])
        page.freeze_panes(2, sum(one.kind == "code" for one in sheet.columns) + bool(sheet.level))
        page.autofilter(1, 0, max(last_row, 2), last_column)
        page.set_row(1, _TALL)
        page.set_landscape()
        page.set_paper(_A4)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0, 1)
        page.set_footer("&L&F – &A&R&P / &N")

    def _label(self, page: Worksheet, place: int, column: Column) -> None:
        said = self.said(column.name)
        mark = f"{REMARK} " if not place else ""
        bold, soft = self.styles["bold"], self.styles["soft"]
        parts = (bold, f"{mark}{said.vi}", soft, f"\n{said.en}")
        page.write_rich_string(1, place, *parts, self.styles["label"])

    def _width(
        self, page: Worksheet, place: int, column: Column, values: list[Value | None]
    ) -> None:
        said = self.said(column.name)
        texts = [column.name, said.vi, *(str(one) for one in values if one is not None)]
        longest = max(len(line) for text in texts for line in text.splitlines() or [""])
        default = self.styles["whole" if self._is_whole(column) else "text"]
        page.set_column(place, place, min(max(longest + 3, _NARROW), _WIDE), default)

    def _choices(self, page: Worksheet, place: int, column: Column, last_row: int) -> None:
        words = list(self._words(column))
        if words and sum(len(one) + 1 for one in words) <= _LONGEST_LIST:
            rule = {"validate": "list", "source": words, "error_type": "warning"}
            page.data_validation(2, place, max(last_row, 2), place, rule)

    def _words(self, column: Column) -> Iterator[str]:
        listed = column.attribute.words if column.attribute else None
        yield from self.rules.vocabulary.lists.get(
            "truth" if column.kind == "truth" else listed or "", {}
        )

    def _is_whole(self, column: Column) -> bool:
        unit = self.rules.vocabulary.units.get((column.attribute and column.attribute.unit) or "")
        return unit is not None and unit.countable == "yes"

    def _cell(
        self, page: Worksheet, place: tuple[int, int], value: Value | None, column: Column
    ) -> None:
        if value is None:
            return
        if isinstance(value, Fraction) and fits(value):
            style = "whole" if self._is_whole(column) else "number"
            page.write_number(*place, float(value), self.styles[style])
            return
        text = decimal_text(value) if isinstance(value, Fraction) else value
        if len(text) > _LONGEST_TEXT:
            message = (
                f"a cell of a workbook holds {_LONGEST_TEXT} letters, and this has {len(text)}"
            )
            raise UsageError(message)
        style = "quoted" if text[:1] in {"=", "+", "-", "@"} else "text"
        page.write_string(*place, text, self.styles[style])

    # -- the guide -------------------------------------------------------------

    def guide(self, plan: Plan, sheets: list[Sheet]) -> None:
        """What the sheets and columns are, and how they are filled in, in both languages."""
        page = self.book.add_worksheet(GUIDE)
        page.write_string(0, 0, plan.title.vi, self.styles["title"])
        page.write_string(1, 0, plan.title.en, self.styles["soft"])
        row = 3
        for name in ("blank", "heading", "codes", "origin", "persons"):
            said = self.rules.phrases[f"guide.rule.{name}"]
            page.merge_range(row, 0, row, 4, "", self.styles["wrap"])
            parts = (self.styles["bold"], said.vi, self.styles["soft"], f"\n{said.en}")
            page.write_rich_string(row, 0, *parts, self.styles["wrap"])
            page.set_row(row, _TALL)
            row += 1
        row += 1
        heads = [
            self.rules.phrases[f"guide.{one}"] for one in ("sheet", "column", "vi", "en", "takes")
        ]
        for place, head in enumerate(heads):
            page.write_string(row, place, f"{head.vi} / {head.en}", self.styles["heading"])
        for sheet in sheets:
            for column in sheet.columns:
                row += 1
                self._about(page, row, sheet, column)
        for place, width in enumerate(_GUIDE):
            page.set_column(place, place, width)
        page.hide_gridlines(2)

    def _about(self, page: Worksheet, row: int, sheet: Sheet, column: Column) -> None:
        said = self.said(column.name)
        lists = self.rules.vocabulary.lists
        listed = (
            "truth"
            if column.kind == "truth"
            else (column.attribute and column.attribute.words) or ""
        )
        words = [f"{name} ({one.vi})" for name, one in lists.get(listed, {}).items()]
        takes = self.rules.phrases[f"guide.kind.{column.kind}"]
        what = ", ".join(words) or f"{takes.vi} / {takes.en}"
        for place, text in enumerate((sheet.name, column.name, said.vi, said.en, what)):
            page.write_string(row, place, text, self.styles["text"])

    def said(self, column: str) -> Bilingual:
        """What a column is called in both languages; `a.source` is the source of `a`."""
        vocabulary, phrases = self.rules.vocabulary, self.rules.phrases
        if column in vocabulary.attributes:
            return vocabulary.attributes[column].name
        if column in vocabulary.levels:
            return vocabulary.levels[column].name
        if column in self.rules.counts:
            return self.rules.counts[column].title
        name, _, about = column.partition(".")
        if about and name in {"figures", "lists_complete"}:
            inner = self.said(about)
            return (
                phrases["column.complete"].model_copy(
                    update=_filled(phrases["column.complete"], inner)
                )
                if name == "lists_complete"
                else inner
            )
        if about:
            one, other = self.said(name), self.said(about)
            return Bilingual(vi=f"{one.vi}: {other.vi}", en=f"{one.en}: {other.en}")
        return phrases[f"column.{column}"]


def _filled(phrase: Bilingual, inner: Bilingual) -> dict[str, str]:
    return {"vi": phrase.vi.format(level=inner.vi), "en": phrase.en.format(level=inner.en)}
