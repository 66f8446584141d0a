"""What spreadsheets do to numbers, codes and days is refused or repaired, and always said."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from msgspec.structs import replace

from dinhbien import InputError, Plan
from dinhbien.judging.from_files import read_file

HEAD: list[Any] = [
    ["key", "value", "vi", "en"],
    ["plan", "", "Thử", "A try"],
    ["as_of", "2025-10-20"],
    ["norms", "dien-bien"],
    ["province.code", "11"],
    ["lists_complete.commune", "yes"],
]
UNITS: list[Any] = [["code", "name", "type", "population"], ["03127", "Một", "xã", 12000]]
Change = Callable[[Any, dict[str, Any]], None]


def nothing(_: object, sheets: dict[str, Any]) -> None:
    assert sheets


def made(path: Path, change: Change = nothing, **tables: Any) -> Path:  # noqa: ANN401 - rows of any cells
    """A workbook of a plan with these tables, changed by a function of book and sheets."""
    book = xlsxwriter.Workbook(path)
    sheets: dict[str, Any] = {}
    every: dict[str, Any] = {"plan": HEAD, "communes": UNITS, **tables}
    for name, rows in every.items():
        sheets[name] = book.add_worksheet(name)
        for row, values in enumerate(rows):
            sheets[name].write_row(row, 0, values)
    change(book, sheets)
    book.close()
    return path


def read(path: Path) -> Plan:
    return read_file(path)[0]


def refused(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(path)
    return [str(one) for one in caught.value.problems]


def test_a_cell_without_an_origin_is_reported_there(tmp_path: Path) -> None:
    plan = read(made(tmp_path / "plan.xlsx"))
    cell = plan.root.children["commune"][0].cell("population")

    assert (cell.value, cell.origin) == (Fraction(12000), "reported")
    assert cell.place == "[plan.xlsx]communes!D2"
    assert plan.repairs == ()


def test_the_name_of_the_file_is_not_in_the_hash(tmp_path: Path) -> None:
    one, two = (read(made(tmp_path / name)) for name in ("a.xlsx", "b.xlsx"))

    assert one.sha256 == two.sha256


def test_a_lost_zero_is_put_back_and_said(tmp_path: Path) -> None:
    rows = [["code", "population"], [3127, 1], ["3151", 2], [13158, 3]]
    plan = read(made(tmp_path / "plan.xlsx", communes=rows))

    assert [unit.code for unit in plan.root.children["commune"]] == ["03127", "03151", "13158"]
    assert [str(one.position) for one in plan.repairs] == [
        f"{tmp_path.as_posix()}/plan.xlsx, sheet communes, cell A{row}" for row in (2, 3)
    ]
    assert plan.repairs[0].message == "the code `3127` was read as `03127`"
    assert plan == replace(plan, repairs=())
    assert plan != replace(plan, repairs=(), norms="other")


def test_a_repair_that_makes_a_code_stand_twice_is_refused(tmp_path: Path) -> None:
    rows = [["code"], [3127], ["03127"]]
    (problem,) = refused(made(tmp_path / "plan.xlsx", communes=rows))

    assert "sheet communes, cell A3: `03127` is listed twice" in problem


def test_a_number_for_a_code_of_unknown_length_is_refused(tmp_path: Path) -> None:
    rows = [["commune", "code", "kind"], ["03127", 7, "office"]]
    (problem,) = refused(made(tmp_path / "plan.xlsx", organisations=rows))

    assert "sheet organisations, cell B2: `7` is stored" in problem
    assert "`7` is stored as a number, and a code is a text" in problem


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("10.000", "`10.000` may be"),
        ("10,000", "`10,000` is not a number"),
        (10.5, "`10.5` is not a whole number"),
        (-1, "`-1` is outside its possible values"),
        (True, "`yes` is not a number"),
        ("#REF!", "`#REF!` is not a number"),
        ("12\u200b", "a character in it is not seen: type the number again"),
    ],
)
def test_what_is_no_count_is_refused_at_its_cell(value: Any, says: str, tmp_path: Path) -> None:  # noqa: ANN401
    rows = [UNITS[0], ["03127", "Một", "xa", value]]
    (problem,) = refused(made(tmp_path / "plan.xlsx", communes=rows))

    assert "plan.xlsx, sheet communes, cell D2: " in problem
    assert says.removesuffix(" may be") in problem


def test_more_digits_than_a_workbook_keeps_are_said(tmp_path: Path) -> None:
    rows = [["code", "area"], ["03127", 0.1 + 0.2], ["03151", 32.0]]

    def write(_: object, sheets: dict[str, Any]) -> None:
        sheets["communes"].write_formula("B2", "=0.1+0.2", None, 0.1 + 0.2)

    path = made(tmp_path / "plan.xlsx", write, communes=rows)
    _rewrite(
        path, "xl/worksheets/sheet2.xml", "<v>0.30000000000000004</v>", "<v>0.30000000000000004</v>"
    )
    plan = read(path)

    values = [unit.cell("area").value for unit in plan.root.children["commune"]]
    assert values == [Fraction(3, 10), Fraction(32)]
    assert [one.message for one in plan.repairs] == ["`0.30000000000000004` was read as `0.3`"]


def _rewrite(path: Path, part: str, old: str, new: str) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part].decode(), parts[part]
    parts[part] = parts[part].decode().replace(old, new).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, body)


def test_a_formula_is_its_last_value(tmp_path: Path) -> None:
    def write(_: object, sheets: dict[str, Any]) -> None:
        sheets["communes"].write_formula("D2", "=4*3000", None, 12000)

    plan = read(made(tmp_path / "plan.xlsx", write))

    assert plan.root.children["commune"][0].cell("population").value == Fraction(12000)


@pytest.mark.parametrize("failed", ["#REF!", "#DIV/0!", "#N/A", "#VALUE!"])
def test_a_failed_formula_is_refused_and_never_blank(failed: str, tmp_path: Path) -> None:
    def write(_: object, sheets: dict[str, Any]) -> None:
        sheets["communes"].write_formula("D2", "=X", None, failed)

    (problem,) = refused(made(tmp_path / "plan.xlsx", write))

    assert f"sheet communes, cell D2: the cell holds `{failed}`" in problem


@pytest.mark.parametrize("kept", ["", "<v></v>", "<v/>"])
def test_a_formula_that_was_never_reckoned_is_refused(kept: str, tmp_path: Path) -> None:
    def write(_: object, sheets: dict[str, Any]) -> None:
        sheets["communes"].write_formula("D2", "=1+1", None, 2)

    path = made(tmp_path / "plan.xlsx", write)
    end = "</c></row></sheetData>"
    _rewrite(path, "xl/worksheets/sheet2.xml", f"<v>2</v>{end}", f"{kept}{end}")
    (problem,) = refused(path)

    assert "sheet communes, cell D2: the formula of the cell was never reckoned" in problem


def test_a_formula_whose_text_is_empty_is_a_blank_cell(tmp_path: Path) -> None:
    def write(_: object, sheets: dict[str, Any]) -> None:
        sheets["communes"].write_formula("D2", '=""', None, "")

    path = made(tmp_path / "plan.xlsx", write)
    _rewrite(path, "xl/worksheets/sheet2.xml", '<c r="D2"><f>""</f><v></v>',
             '<c r="D2" t="str"><f>""</f><v></v>')  # fmt: skip

    assert read(path).root.children["commune"][0].cell("population").value is None


@pytest.mark.parametrize("system", [False, True])
def test_a_date_is_its_day(system: bool, tmp_path: Path) -> None:
    rows = [["commune", "code", "from_day", "to_day"], ["03127", "s1", "", "2026-01-01"]]
    path = tmp_path / "plan.xlsx"
    book = xlsxwriter.Workbook(path, {"date_1904": system})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, table in [("plan", HEAD), ("communes", UNITS), ("secondments", rows)]:
        sheet = book.add_worksheet(name)
        for row, values in enumerate(table):
            sheet.write_row(row, 0, values)
        if name == "secondments":
            sheet.write_datetime("C2", datetime(2025, 10, 15), day)
    book.close()
    (commune,) = read(path).root.children["commune"]

    assert commune.children["secondment"][0].cell("from_day").value == "2025-10-15"


def test_a_bare_serial_number_is_no_day_and_its_day_is_proposed(tmp_path: Path) -> None:
    rows = [["commune", "code", "from_day"], ["03127", "s1", 45945]]
    (problem,) = refused(made(tmp_path / "plan.xlsx", secondments=rows))

    assert "sheet secondments, cell C2: `45945` is not a day" in problem
    assert "if it counts days, it is 2025-10-15" in problem
    assert (date(2025, 10, 15) - date(1899, 12, 30)).days == 45945


def test_merged_cells_are_refused(tmp_path: Path) -> None:
    def merge(_: object, sheets: dict[str, Any]) -> None:
        sheets["communes"].merge_range("B2:B3", "Một")

    (problem,) = refused(made(tmp_path / "plan.xlsx", merge))

    assert "sheet communes, cell B2: the cells B2:B3 are merged" in problem


def test_a_hidden_table_is_refused_and_another_sheet_is_named(tmp_path: Path) -> None:
    def hide(book: Any, sheets: dict[str, Any]) -> None:  # noqa: ANN401 - xlsxwriter has no types
        sheets["communes"].hide()
        book.add_worksheet("xyz")
        book.add_worksheet("organisation")

    path = made(tmp_path / "plan.xlsx", hide)
    with pytest.raises(InputError) as caught:
        read(path)
    said = "\n".join(str(one) for one in caught.value.problems)

    assert "the sheet `communes` is hidden" in said
    assert "`organisation` is not a sheet of a plan\n  did you mean `organisations`" in said
    assert [one.message for one in caught.value.repairs] == ["the sheet `xyz` was not read"]


def test_blank_rows_remarks_and_blank_columns_are_passed_over(tmp_path: Path) -> None:
    rows = [*UNITS, [], ["# a remark", "", "", "x"], ["", "", "", "", ""], ["03151", "Hai", "", 1]]
    plan = read(made(tmp_path / "plan.xlsx", communes=rows))

    assert [unit.code for unit in plan.root.children["commune"]] == ["03127", "03151"]


def test_a_column_without_a_name_that_holds_something_is_refused(tmp_path: Path) -> None:
    rows = [[*UNITS[0], ""], [*UNITS[1], "stray"]]
    (problem,) = refused(made(tmp_path / "plan.xlsx", communes=rows))

    assert "sheet communes, cell E1: a column has no name" in problem


def test_a_misspelt_column_is_refused_once_with_the_nearest_names(tmp_path: Path) -> None:
    rows = [["code", "populaton", "dân số"], ["03127", 1, 2], ["03151", 2, 2]]
    one, two = refused(made(tmp_path / "plan.xlsx", communes=rows))

    assert "cell B1: `populaton` is not an attribute of a commune" in one
    assert "did you mean `population`" in one
    assert "cell C1: `dân số` is not an attribute of a commune" in two
    assert "did you mean `population`?" in two


@pytest.mark.parametrize("column", ["Họ và tên", "full_name", "CCCD", "ngày sinh", "phone number"])
def test_a_column_about_persons_is_dropped_and_named(column: str, tmp_path: Path) -> None:
    rows = [["commune", "code", "kind"], ["03127", "office", "office"]]
    posts = [
        ["commune", "organisation", "code", column],
        ["03127", "office", "head", "Nguyễn Văn A"],
    ]
    plan = read(made(tmp_path / "plan.xlsx", organisations=rows, posts=posts))

    assert "Nguyễn" not in repr(plan)
    assert [one.message for one in plan.repairs] == [
        f"the column `{column}` is about persons and was not read"
    ]


def test_a_truth_may_be_a_truth_of_the_sheet(tmp_path: Path) -> None:
    rows = [["code", "mountainous", "lists_complete.organisation"], ["03127", True, False]]
    (commune,) = read(made(tmp_path / "plan.xlsx", communes=rows)).root.children["commune"]

    assert commune.cell("mountainous").value == "yes"
    assert commune.complete == frozenset()


@pytest.mark.parametrize(
    "body", [b"", b"PK\x03\x04 no", b"text", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_what_is_no_workbook_is_refused(body: bytes, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"plan{suffix}"
    path.write_bytes(body)
    (problem,) = refused(path)

    assert "not readable as a workbook: " in problem
    assert "save it as .xlsx" in problem


def test_a_workbook_that_grows_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(tmp_path / "plan.xlsx")
    with zipfile.ZipFile(path) as archive:
        size = sum(one.file_size for one in archive.infolist())
    monkeypatch.setattr("dinhbien.reading.sheets._LARGEST", size)
    read(path)
    monkeypatch.setattr("dinhbien.reading.sheets._LARGEST", size - 1)
    (problem,) = refused(path)

    assert f"unpacked, it holds more than {size - 1} bytes" in problem


def test_an_empty_sheet_that_is_a_table_is_refused(tmp_path: Path) -> None:
    (problem,) = refused(made(tmp_path / "plan.xlsx", organisations=[]))

    assert "sheet organisations, cell A1: the sheet is empty" in problem
    assert "name the columns in its first row" in problem


def test_a_cell_far_away_is_refused_and_fills_no_memory(tmp_path: Path) -> None:
    def write(_: object, sheets: dict[str, Any]) -> None:
        sheets["communes"].write("XFD1048576", "x")

    (problem,) = refused(made(tmp_path / "plan.xlsx", write))

    assert "sheet communes, cell A1: the sheet reaches to XFD1048576" in problem


def test_a_workbook_without_its_plan_sheet_is_refused(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "plan.xlsx")
    book.add_worksheet("communes").write_row(0, 0, ["code"])
    book.close()

    assert "the table `plan` is missing" in "\n".join(refused(tmp_path / "plan.xlsx"))


def test_an_open_document_sheet_is_read_and_its_limit_is_said(tmp_path: Path) -> None:
    path = tmp_path / "plan.ods"
    tables: dict[str, list[Any]] = {"plan": HEAD, "communes": UNITS}
    body = "".join(_ods_table(name, rows) for name, rows in tables.items())
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", _ODS.format(body=body))
    plan = read(path)

    assert plan.root.children["commune"][0].cell("population").value == Fraction(12000)
    assert [one.message.partition(",")[0] for one in plan.repairs] == [
        "failed formulas cannot be told from blank cells here"
    ]


_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?><manifest:manifest
 xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""
_ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 office:version="1.2"><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>
</office:document-content>"""


def _ods_table(name: str, rows: list[Any]) -> str:
    cells = {
        str: '<table:table-cell office:value-type="string"><text:p>{0}</text:p></table:table-cell>',
        int: '<table:table-cell office:value-type="float" office:value="{0}"/>',
    }
    inside = "".join(
        "<table:table-row>"
        + "".join(cells[type(one)].format(one) for one in row)
        + "</table:table-row>"
        for row in rows
    )
    return f'<table:table table:name="{name}">{inside}</table:table>'
