"""Sheets → a workbook.  A text is written as a text, whatever it begins with."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING, Any

from dinhbien.errors import Problem, UsageError
from dinhbien.report.xlsx.page import WIDE, Formula, Page, Styled, Value

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_MADE = datetime(2000, 1, 1, tzinfo=UTC)  # the same report gives the same bytes
_MOST_ROWS, _MOST_LETTERS = 1_048_576, 32_767
_A4, _A3, _WIDEST = 9, 8, 170
_LINE, _HIGHEST = 15, 400
_MARGIN = 0.4  # inches
_FILLED = 0.95  # of a line, before the next word no longer fits
_RECKONED = ("=", "+", "-", "@", "\t", "\r")
_INK, _PALE, _RULE, _GREY = "#1F3A4D", "#EAF1F5", "#C9D6DE", "#5F6B73"
_FONT = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
_PLAIN = {"bottom": 1, "bottom_color": _RULE}
_CELL = {**_PLAIN, "align": "left", "indent": 1}
_SUM = {"bold": True, "top": 1, "top_color": _INK, "bg_color": _PALE}
_HEAD = {"bold": True, "font_color": "#FFFFFF", "bg_color": _INK, "text_wrap": True,
         "align": "center", "valign": "vcenter", "border": 1, "border_color": _RULE}  # fmt: skip
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": _INK, "valign": "vcenter"},
    "part": {"bold": True, "font_size": 12, "font_color": _INK},
    "note": {"text_wrap": True, "font_color": _GREY},
    "line": {"text_wrap": True},
    "loud": {"text_wrap": True, "bold": True, "font_color": "#7A3300", "bg_color": "#FDF0DC"},
    "head": _HEAD,
    "band": {**_HEAD, "bg_color": "#34566B"},
    "place": {**_HEAD, "bold": False, "italic": True, "font_color": _INK, "bg_color": _PALE},
    "text": {**_CELL, "text_wrap": True},
    "label": {**_CELL, "text_wrap": True, "bold": True, "font_color": _INK},
    "number": {**_PLAIN, "align": "right", "text_wrap": True},
    "id": {**_CELL, "font_color": _GREY, "font_size": 9},
    "group": {"bold": True, "bg_color": _PALE, **_CELL},
    "group number": {"bold": True, "bg_color": _PALE, "align": "right", **_PLAIN},
    "sum": {**_SUM, "align": "left", "indent": 1},
    "sum number": {**_SUM, "align": "right"},
    "breach": {**_CELL, "text_wrap": True, "bold": True, "font_color": "#8C1D18"},
    "departs": {**_CELL, "text_wrap": True, "bold": True, "font_color": "#7A4B00"},
    "open": {**_CELL, "text_wrap": True, "italic": True, "font_color": _GREY},
}  # fmt: skip
_WHOLE, _DECIMAL = "#,##0", "General"


def workbook_bytes(pages: Sequence[Page], title: str, subject: str) -> bytes:
    """The workbook of some sheets; the same sheets give the same bytes.

    Raises `UsageError` for more rows than a sheet holds.
    """
    from xlsxwriter.workbook import Workbook

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    book = Workbook(out, options)
    book.set_properties({"title": title, "subject": subject, "created": _MADE})
    book.set_calc_mode("auto")
    formats = _Formats(book)
    for page in pages:
        _SheetWriter(page, book.add_worksheet(page.name), formats).write()
    book.close()
    return out.getvalue()


class _Formats:
    """The formats of a workbook, each made when it is first asked for."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
        self.book = book
        self.made: dict[tuple[str, str, bool], Format] = {}

    def get(self, style: str, number: str = "@", *, quoted: bool = False) -> Format:
        """A style for numbers of one form; `quoted` tells a spreadsheet that it is a text."""
        key = (style, number, quoted)
        if key not in self.made:
            more = {"quote_prefix": True} if quoted else {}
            self.made[key] = self.book.add_format(
                {**_FONT, **_STYLES[style], "num_format": number, **more}
            )
        return self.made[key]


class _SheetWriter:
    """Writes one sheet."""

    def __init__(self, page: Page, sheet: Worksheet, formats: _Formats) -> None:
        self.page, self.sheet, self.formats = page, sheet, formats

    def write(self) -> None:
        """Everything, from the top."""
        page = self.page
        last = page.first + len(page.rows) + bool(page.sums) + len(page.foot) + 1
        if last > _MOST_ROWS:
            message = f"the sheet `{page.name}` would have {last} rows, and holds {_MOST_ROWS}"
            raise UsageError([Problem(message, help="take `--format json` or `--format csv`")])
        self._text(0, 0, Styled(page.title, "title"))
        self.sheet.set_row(0, _LINE * 2)
        for row, note in enumerate(page.notes, 1):
            self._across(row, note)
        self._heads()
        for row, values in enumerate(page.rows, page.first):
            self._row(row, values, "")
        end = page.first + len(page.rows)
        if page.sums:
            self._row(end, page.sums, "sum")
            end += 1
        for row, line in enumerate(page.foot, end + 1):
            self._across(row, line)
        self._set_up()

    # -- heads ---------------------------------------------------------------

    def _heads(self) -> None:
        page, sheet = self.page, self.sheet
        for place, column in enumerate(page.columns):
            options = {"level": 1, "hidden": True} if column.aside else {}
            sheet.set_column(place, place, column.width, None, options)
            self._text(page.head, place, Styled(opened(column.head), "head"))
            if column.number:
                self._text(page.head + 1, place, Styled(column.number, "place"))
        self._high(page.head, [one.head for one in page.columns], bold=True)
        if any(one.band for one in page.columns):
            self._bands()

    def _bands(self) -> None:
        row, place = self.page.head - 1, 0
        band, lines = self.formats.get("band"), 1
        for name, within in groupby(self.page.columns, key=lambda one: one.band):
            last = place + len(list(within)) - 1
            if name and last > place:
                self.sheet.merge_range(row, place, row, last, "", band)
            for each in range(place, last + 1) if not name else (place,):
                self._text(row, each, Styled(name, "band" if name else "head"))
            among = self.page.columns[place : last + 1]
            lines = max(lines, _lines(name, sum(one.width for one in among if not one.aside)))
            place = last + 1
        self.sheet.set_row(row, _LINE * lines)

    # -- cells ---------------------------------------------------------------

    def _row(self, row: int, values: Sequence[Value], style: str) -> None:
        for place, value in enumerate(values):
            self._value((row, place), value, style or self.page.columns[place].style)
        self._high(row, [one.text if isinstance(one, Styled) else one for one in values])

    def _high(self, row: int, values: Sequence[object], *, bold: bool = False) -> None:
        """Make a row as high as its texts need; what opens a workbook does not always."""
        columns = zip(self.page.columns, values, strict=True)
        seen = ((one, text) for one, text in columns if one.style != "id" and not one.aside)
        lines = [_lines(text, one.width - 2 * bold) for one, text in seen if isinstance(text, str)]
        if max(lines, default=1) > 1:
            self.sheet.set_row(row, min(_LINE * max(lines), _HIGHEST))

    def _value(self, place: tuple[int, int], value: Value, style: str) -> None:
        if isinstance(value, Formula) and value.style:
            style = value.style
        numbers = style if style not in {"sum", "group"} else f"{style} number"
        match value:
            case None:
                self.sheet.write_blank(*place, None, self.formats.get(style))
            case Fraction():
                self.sheet.write_number(*place, float(value), self._number(numbers, value))
            case Formula():
                known = "" if value.value is None else float(value.value)
                made = self._number(numbers, value.value or Fraction(0))
                self.sheet.write_formula(*place, f"={value.text}", made, known)
            case Styled():
                self._text(*place, value)
            case str():
                self._text(*place, Styled(value, style))

    def _number(self, style: str, value: Fraction) -> Format:
        whole = value.denominator == 1
        named = "number" if style in {"text", "id"} else style
        return self.formats.get(named, _WHOLE if whole else _DECIMAL)

    def _text(self, row: int, column: int, said: Styled) -> None:
        text = cut(said.text)
        made = self.formats.get(said.style, quoted=text.startswith(_RECKONED))
        self.sheet.write_string(row, column, text, made)

    def _across(self, row: int, said: Styled) -> None:
        """A line over as many columns as a page is wide, as high as it needs."""
        wide, last = 0, 0
        for last, column in enumerate(self.page.columns):  # noqa: B007 - the last is used below
            wide += 0 if column.aside else column.width
            if wide >= WIDE:
                break
        if last:
            self.sheet.merge_range(row, 0, row, last, "", self.formats.get(said.style))
        self._text(row, 0, said)
        self.sheet.set_row(row, _LINE * _lines(said.text, wide))

    # -- the sheet -----------------------------------------------------------

    def _set_up(self) -> None:
        page, sheet = self.page, self.sheet
        last = page.first + len(page.rows) - 1
        sheet.freeze_panes(page.first, page.fixed)
        if page.filtered and page.rows:
            sheet.autofilter(page.first - 1, 0, last, len(page.columns) - 1)
        sheet.hide_gridlines(2)
        self._for_paper()

    def _for_paper(self) -> None:
        """As wide as one page; ids are left off, and wide tables take the larger paper."""
        page, sheet = self.page, self.sheet
        printed = [one for one in page.columns if one.printed and one.style != "id"]
        wide = sum(one.width for one in printed if not one.aside)
        last = max(place for place, one in enumerate(page.columns) if one in printed)
        foot = page.first + len(page.rows) + bool(page.sums) + len(page.foot)
        sheet.print_area(0, 0, foot, last)
        sheet.set_landscape()
        sheet.set_paper(_A4 if wide <= _WIDEST else _A3)
        sheet.fit_to_pages(1, int(page.whole))
        sheet.repeat_rows(page.head - any(one.band for one in page.columns), page.first - 1)
        sheet.set_margins(left=_MARGIN, right=_MARGIN)
        sheet.set_footer("&L&A&R&P / &N")


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column of so many letters; words are not cut."""
    room = max(int(width * _FILLED), 1)
    return sum(-(-max(len(one), 1) // room) for one in text.split("\n"))


def opened(text: str) -> str:
    """A heading begins with a capital letter."""
    return text[:1].upper() + text[1:]


def cut(text: str) -> str:
    """A text as long as a cell holds; where it is longer, the end says so with `…`."""
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"
