"""The workbook: every figure has its id in the JSON, every total is a formula, no text is one."""

from __future__ import annotations

import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NoReturn
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace
from python_calamine import CalamineWorkbook
from xlsxwriter.workbook import Workbook

from dinhbien import cli
from dinhbien.explain.numbers import number_said
from dinhbien.judging.check import Report, check
from dinhbien.judging.compared import Comparison
from dinhbien.judging.from_files import check_file, compare_files
from dinhbien.model.amount import decimal_text
from dinhbien.report.as_csv import csv_text
from dinhbien.report.as_json import json_body
from dinhbien.report.xlsx.book import xlsx_bytes
from dinhbien.shipped import content
from tests.report.office import SOFFICE, recalculated

SCENARIOS = content("scenarios")
PLANS = {
    "flags": SCENARIOS / "examples" / "flags",
    "beside": SCENARIOS / "examples" / "beside",
    "published": SCENARIOS / "dien-bien" / "2025-10",
}
SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ID = "Mã trong JSON"
CHANGE = """
change: {vi: Giao thêm hai ở một nơi và chưa rõ ở nơi khác, en: Two more here and not known there}
plan:
  communes.90001.organisations.office.posts.head.assigned: 3
  communes.90003.organisations.office.posts.head.assigned: {is: ""}
"""


@cache
def report(name: str) -> Report:
    return check_file(PLANS[name])


@pytest.fixture(scope="module")
def proposal(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """The plan of flags, and what a change proposes."""
    file = tmp_path_factory.mktemp("proposal") / "change.yaml"
    file.write_text(CHANGE, encoding="utf-8")
    return compare_files(PLANS["flags"], change=file)


@cache
def book(name: str, lang: str = "vi") -> bytes:
    return xlsx_bytes(report(name), lang)


@cache
def body(name: str) -> dict[str, Any]:
    return json_body(report(name), everything=True)


Row = list[Any]


@cache
def opened_book(workbook: bytes) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(io.BytesIO(workbook))


def sheet(workbook: bytes, name: str) -> list[Row]:
    """The rows of a sheet from the first column on, as a spreadsheet shows them."""
    return opened_book(workbook).get_sheet_by_name(name).to_python(skip_empty_area=False)


def below(rows: list[Row], head: str) -> tuple[list[str], list[Row]]:
    """The headings of a table, the first row that holds `head`, and the rows below it."""
    at = next(place for place, row in enumerate(rows) if head in row)
    return rows[at], rows[at + 1 :]


def table(workbook: bytes, name: str, key: str = ID) -> Iterator[dict[str, Any]]:
    """The rows of a sheet by their headings; only those that have an id."""
    heads, rows = below(sheet(workbook, name), key)
    for row in rows:
        one = dict(zip(heads, row, strict=True))
        if one[key]:
            yield one


def same(shown: object, stated: object) -> bool:
    """Whether a cell holds a number of the JSON; a text holds what is no single number."""
    if isinstance(stated, str):
        number = float(Fraction(stated))
        return shown == number or (isinstance(shown, str) and number_said(
            Fraction(stated), "vi") in shown)  # fmt: skip
    if isinstance(stated, dict):
        ends = [number_said(Fraction(one), "vi") for one in stated.values() if one is not None]
        return isinstance(shown, str) and (
            shown in {"?", "chưa rõ"} or all(one in shown for one in ends)
        )
    return shown in {"", "?"} or (isinstance(shown, str) and shown[0] in "–—")


def end(stated: object, which: str) -> float | str:
    """One end of an amount of the JSON; a blank where there is none."""
    found = stated.get(which) if isinstance(stated, dict) else stated
    return "" if found is None else float(Fraction(str(found)))


# -- every figure is in the JSON --------------------------------------------------------


@pytest.mark.parametrize("name", PLANS)
def test_every_finding_is_the_one_of_that_id(name: str) -> None:
    findings = {one["id"]: one for one in body(name)["findings"]}
    rows = list(table(book(name), "Kết luận"))

    assert {one[ID] for one in rows} == {one.id for one in report(name).rows}
    for row in rows:
        one = findings[row[ID]]
        assert same(row["Thiếu hoặc thừa"], one["amount"]), row
        assert same(row["Có"], one["measured"]) or not row["Có"], row
        assert row["Mã"] == one["subject"]["code"]
        for stated in one["required"].values():
            assert not isinstance(stated, str) or same(row["Yêu cầu"], stated), row


@pytest.mark.parametrize("name", PLANS)
def test_every_flag_is_the_one_of_that_id(name: str) -> None:
    flags = {
        (one["id"], flag["flag"]): flag for one in body(name)["flags"] for flag in one["flags"]
    }
    amounts: dict[str, list[Any]] = {}
    for (row, _), flag in flags.items():
        amounts.setdefault(row, []).append(flag["amount"])
    rows = list(table(book(name), "Điều rút ra"))

    assert rows
    for row in rows:
        pairs = [(end(one, "from"), end(one, "to")) for one in amounts[row[ID]]]
        assert (row["Từ"], row["Đến"]) in [*pairs, ("", "")], row


@pytest.mark.parametrize("name", PLANS)
def test_every_number_of_the_review_table_is_in_a_row_of_that_id(name: str) -> None:
    flags = {one["id"]: {flag["flag"]: flag["amount"] for flag in one["flags"]}
             for one in body(name)["flags"]}  # fmt: skip
    findings = {one["id"]: one for one in body(name)["findings"]}
    chain = next(one for one in report(name).pack.rules.flags if one.file.shown == "table")
    steps = {step.name: chain.file.chain[step.name].title.vi for step in chain.shown}
    rows = list(table(book(name), "Bảng rà soát", "Các mã trong JSON"))

    assert len(rows) == len(report(name).plan.root.children["commune"])
    for row in rows:
        first, *norms = row["Các mã trong JSON"].split("; ")
        for step, title in steps.items():
            assert same(row[title], flags[first][step]), (row, step)
        for norm in norms:
            bounds = findings[norm]["required"]
            heads = [one for one in row if one.startswith("Định mức ") and ": từ" not in one]
            assert any(same(row[one], bounds["min"]) for one in heads), row


@pytest.mark.parametrize("name", PLANS)
def test_every_total_is_the_one_of_that_key(name: str) -> None:
    totals = body(name)["totals"]
    rows = [row for row in sheet(book(name), "Tổng cộng") if str(row[-1]).count("/") > 1]
    parts = ("required", "measured", "shortage", "surplus", "net")

    assert rows
    for row in rows:
        baseline, rest = row[-1].split("/", 1)
        norm, reading = rest.rsplit("/", 1)
        one = totals[baseline][norm][reading]
        one = {**one, "required": one["required"]["max"] or one["required"]["min"]}
        assert (row[4], row[5]) == (one["subjects"], one["undetermined"])
        for place, part in zip(range(6, 21, 3), parts, strict=True):
            shown, low, high = row[place : place + 3]
            assert same(shown, one[part]), (row[-1], part, shown)
            assert (low, high) == (end(one[part], "from"), end(one[part], "to")), (row[-1], part)


@pytest.mark.parametrize("name", PLANS)
def test_every_operand_is_a_finding_under_one_of_its_readings(name: str) -> None:
    findings = {one["id"]: one for one in body(name)["findings"]}
    _, lines = below(sheet(book(name), "Số cộng"), ID)

    assert lines
    for line in lines:
        one = findings[line[-1]]
        among = [one, *one["readings"].values()]
        numbers = [
            [(end(each[part], "from"), end(each[part], "to")) for part in ("measured", "short",
                                                                           "over")]
            for each in among
        ]  # fmt: skip
        pairs = [tuple(line[place : place + 2]) for place in (7, 9, 11)]
        assert any(
            all(shown in {stated, ("", "")} for shown, stated in zip(pairs, each, strict=True))
            for each in numbers
        ), (line, numbers)


@pytest.mark.parametrize("name", PLANS)
def test_every_figure_and_every_cell_is_the_plans(name: str) -> None:
    figures = {
        f"{one['level']}/{one['code']}/{one['quantity']}": [] for one in body(name)["figures"]
    }  # type: dict[str, list[Any]]
    for one in body(name)["figures"]:
        figures[f"{one['level']}/{one['code']}/{one['quantity']}"].append(one["value"])
    for row in table(book(name), "Số công bố"):
        assert any(same(row["Giá trị"], one) for one in figures[row[ID]]), row

    cells = {one.path: one for one in report(name).plan.root.all_cells()}
    rows = list(table(book(name), "Số liệu kế hoạch"))
    assert len(rows) == len(cells)
    for row in rows:
        value = cells[row[ID]].value
        if isinstance(value, Fraction):
            assert row["Giá trị"] == float(value)
        assert (row["Giá trị"] == "") == (value is None)


def test_what_is_missing_is_what_the_json_lists() -> None:
    listed = {one["input"]: one for one in body("published")["to_collect"]}
    for row in table(book("published"), "Cần thu thập"):
        one = listed.pop(row[ID])
        assert (row["Quyết định được"], row["Đang thiếu ở"]) == (one["settles"], one["missing_in"])
    assert not listed


def test_what_was_judged_is_said_first_and_can_be_made_again() -> None:
    said = "\n".join(f"{row[0]} {row[1]}" for row in sheet(book("published"), "Đã xét"))

    assert report("published").plan.sha256 in said
    assert "20/10/2025" in said
    assert report("published").pack.id in said
    first = CalamineWorkbook.from_filelike(io.BytesIO(book("published"))).sheet_names[0]
    assert first == "Đã xét"


def test_an_illustration_says_so_on_every_sheet_of_results() -> None:
    names = ["Đã xét", "Bảng rà soát", "Kết luận", "Tổng cộng", "Số cộng", "Điều rút ra",
             "PL IA – NĐ 62-2020", "Số liệu kế hoạch"]  # fmt: skip
    for name in names:
        above = [str(row[0]) for row in sheet(book("beside"), name)[:4]]
        assert any("MINH HỌA" in line for line in above), (name, above)


@pytest.mark.parametrize("name", ["Số cộng", "PL IA – NĐ 62-2020", "Cần thu thập",
                                  "Số liệu kế hoạch"])  # fmt: skip
def test_a_sheet_without_ranges_does_not_say_that_numbers_are_the_same(name: str) -> None:
    above = " ".join(str(row[0]) for row in sheet(book("beside"), name)[:4])
    assert "số không kèm khoảng thì như nhau" not in above
    assert "chỉ là của phương án được xét" in above


# -- formulas ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Reckoned:
    """A formula of a sheet: where it stands, what it says, and the number that goes with it."""

    sheet: str
    place: str
    formula: str
    value: float | str


def formulas(workbook: bytes) -> Iterator[Reckoned]:
    """Every formula of a workbook, with its cached value."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        names = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).sheet_names
        for number, name in enumerate(names, 1):
            root = ET.fromstring(parts.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314 - our own
            for cell in root.iter(f"{SPACE}c"):
                formula = cell.find(f"{SPACE}f")
                if formula is not None:
                    value = cell.findtext(f"{SPACE}v") or ""
                    number_of = float(value) if value else ""
                    yield Reckoned(name, str(cell.get("r")), formula.text or "", number_of)


def at(rows: list[Row], place: str) -> object:
    """The value of a cell by its address."""
    letters, row = re.fullmatch(r"([A-Z]+)([0-9]+)", place).groups()  # type: ignore[union-attr]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    line = rows[int(row) - 1] if int(row) <= len(rows) else []
    return line[column - 1] if column <= len(line) else ""


def wrong() -> bytes:
    """A workbook whose cached value is not what its formula gives."""
    out = io.BytesIO()
    made = Workbook(out, {"in_memory": True})
    page = made.add_worksheet("one")
    page.write_number(0, 0, 20)
    page.write_number(1, 0, 22)
    page.write_formula(2, 0, "=SUM(A1:A2)", None, 7)
    made.close()
    return out.getvalue()


@pytest.fixture(scope="module")
def opened(
    tmp_path_factory: pytest.TempPathFactory,
    skip_or_fail: Callable[[str, str], NoReturn],
    proposal: Comparison,
) -> dict[str, tuple[bytes, bytes]]:
    """Workbooks before and after LibreOffice reckoned them anew."""
    if SOFFICE is None:
        skip_or_fail("libreoffice", "no `soffice` is on the path")
    proposed = xlsx_bytes(proposal.after, "vi", proposal)
    books = {"wrong": wrong(), "proposed": proposed, "beside": book("beside")}
    made = recalculated(books, tmp_path_factory.mktemp("office"))
    return {name: (body, made[name]) for name, body in books.items()}


def test_libreoffice_reckons_anew(opened: dict[str, tuple[bytes, bytes]]) -> None:
    before, after = opened["wrong"]

    assert sheet(before, "one")[2][0] == 7
    assert sheet(after, "one")[2][0] == 42


@pytest.mark.parametrize("name", ["proposed", "beside"])
def test_every_formula_gives_what_dinhbien_found(
    name: str, opened: dict[str, tuple[bytes, bytes]]
) -> None:
    before, after = opened[name]
    found = list(formulas(before))
    sheets = {one.sheet: sheet(after, one.sheet) for one in found}

    assert len(found) > 50
    assert {one.sheet for one in found} >= {"Bảng rà soát", "Tổng cộng", "PL IA – NĐ 62-2020"}
    for one in found:
        shown = at(sheets[one.sheet], one.place)
        if one.value == "":
            assert shown == "", one
        else:
            assert shown == pytest.approx(one.value, abs=1e-9), one


def test_the_sums_of_the_review_table_are_those_of_the_csv(
    opened: dict[str, tuple[bytes, bytes]], proposal: Comparison
) -> None:
    rows = sheet(opened["proposed"][1], "Bảng rà soát")
    sums = next(row for row in rows if row[1] == "Cộng")
    heads, _ = below(rows, "Mã")
    names, *_, last = [line.split(",") for line in csv_text(proposal.after, "vi").splitlines()]
    chain = next(one for one in proposal.after.pack.rules.flags if one.file.shown == "table")
    for name, total in zip(names[2:-2], last[-len(names) + 2 : -2], strict=True):
        shown = sums[heads.index(chain.file.chain[name].title.vi)]
        assert shown == (float(total) if total else "?"), name


# -- the form of the yearly plan ----------------------------------------------------------

FORM = "PL IA – NĐ 62-2020"
IDENTITIES = {4: (5, 6), 7: (8, 9), 10: (11, 12), 13: (14, 15)}


def form_rows(workbook: bytes) -> list[Row]:
    """The rows of the form: groups, units and the total; column n is at place n."""
    _, rows = below(sheet(workbook, FORM), "4=5+6")
    return [["", *row] for row in rows if any(isinstance(one, float) for one in row)]


def test_the_columns_of_the_form_add_up(opened: dict[str, tuple[bytes, bytes]]) -> None:
    rows = form_rows(opened["proposed"][1])

    assert [row[1] for row in rows] == ["I", "1", "2", "3", ""]
    for row in rows:
        for total, (one, other) in IDENTITIES.items():
            known = isinstance(row[one], float) and isinstance(row[other], float)
            assert row[total] == (row[one] + row[other] if known else ""), (row, total)
        for column in (4, 5, 6, 7, 8, 9):
            units = [one[column] for one in rows[1:4]]
            assert rows[0][column] == rows[4][column] == sum(units), column


def test_the_form_holds_the_plan_and_leaves_blank_what_is_not_known(
    proposal: Comparison, opened: dict[str, tuple[bytes, bytes]]
) -> None:
    before = {one.subject.code: one for one in proposal.before.forms if one.chain == "plan_form"}
    after = {one.subject.code: one for one in proposal.after.forms if one.chain == "plan_form"}
    rows = form_rows(opened["proposed"][0])[1:4]
    columns = {
               5: (before, "assigned_staff_now"), 6: (before, "assigned_contracts_now"),
               8: (before, "present_staff_now"), 9: (before, "present_contracts_now"),
               11: (after, "assigned_staff_now"), 12: (after, "assigned_contracts_now"),
    }  # fmt: skip
    for row in rows:
        code = row[17].rpartition("@")[2]
        for column, (among, flag) in columns.items():
            exact = among[code].flag(flag).amount.exact  # type: ignore[union-attr]
            assert row[column] == ("" if exact is None else float(exact)), (code, column)
    assert [row[14] for row in rows] == [2, 0, ""]
    assert [row[11] for row in rows][2] == ""
    said = [str(row[0]) for row in sheet(opened["proposed"][0], FORM)]
    assert any(line.startswith("Cột 11") and "Thừa Người" in line for line in said)
    assert any(line.startswith("Cột 3") for line in said)


def test_without_a_change_nothing_is_planned_and_that_is_said() -> None:
    rows = form_rows(book("flags"))

    assert all(row[column] == "" for row in rows for column in range(10, 16))
    said = [str(row[0]) for row in sheet(book("flags"), FORM)]
    assert sum("--change" in line for line in said) == 2
    assert any("Chưa đọc nguyên văn" in line for line in said)


def test_a_form_over_a_list_that_may_be_longer_adds_nothing_up() -> None:
    found = report("flags")
    plan = replace(found.plan, root=replace(found.plan.root, complete=frozenset()))
    rows = form_rows(xlsx_bytes(check(plan, found.pack), "vi"))

    assert [row[1] for row in rows] == ["1", "2", "3"]


# -- safe, the same every time, for both languages ----------------------------------------


NAMES = [
    ('=HYPERLINK("http://example.org","x")', "+1+1", "-2+3"),
    ("@SUM(A1)", "\t=1+1", "\r=1"),
    ("<script>alert(1)</script>", unicodedata.normalize("NFD", "Tìa Dình"), "{=1+1}"),
    ("a\x0bb", "x" * 40_000, "&F&[Tab]"),
]


def renamed(names: tuple[str, ...]) -> Report:
    """The plan of flags with other names for its communes and its title."""
    found = report("flags")
    units = zip(found.plan.root.children["commune"], names, strict=True)
    communes = tuple(replace(unit, name=name) for unit, name in units)
    root = replace(found.plan.root, children={"commune": communes})
    title = found.plan.title.model_copy(update={"vi": names[0]})
    return check(replace(found.plan, root=root, title=title), found.pack)


@pytest.mark.parametrize("names", NAMES, ids=range(len(NAMES)))
def test_no_text_of_a_plan_is_ever_reckoned(names: tuple[str, ...]) -> None:
    made = xlsx_bytes(renamed(names), "vi")
    own = {(one.sheet, one.place) for one in formulas(book("flags"))}

    assert {(one.sheet, one.place) for one in formulas(made)} == own
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        for part in parts.namelist():
            assert ET.fromstring(parts.read(part)) is not None  # noqa: S314 - our own
            assert not re.search(r"(vba|externalLink|hyperlink)", part, re.IGNORECASE)
    shown = [row[1] for row in sheet(made, "Bảng rà soát") if str(row[0]).startswith("9000")]
    for name, one in zip(names, shown, strict=True):
        assert one == name or (len(name) > 32_767 and one == name[:32_766] + "…")
        assert name[0] not in "=+-@\t\r" or _is_quoted(made, name)


def _is_quoted(workbook: bytes, text: str) -> bool:
    """Whether every cell of that text has a style that says it is a text."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        styles = ET.fromstring(parts.read("xl/styles.xml"))  # noqa: S314 - our own
        formats = styles.find(f"{SPACE}cellXfs")
        assert formats is not None
        quoted = {n for n, one in enumerate(formats) if one.get("quotePrefix") == "1"}
        strings = ET.fromstring(parts.read("xl/sharedStrings.xml"))  # noqa: S314 - our own
        texts = ["".join(one.itertext()).replace("_x000D_", "\r") for one in strings]
        wanted = {n for n, one in enumerate(texts) if one.strip() == text.strip()}
        cells = [
            int(cell.get("s") or 0)
            for part in parts.namelist() if part.startswith("xl/worksheets/")
            for cell in ET.fromstring(parts.read(part)).iter(f"{SPACE}c")  # noqa: S314 - our own
            if cell.get("t") == "s" and int(cell.findtext(f"{SPACE}v") or -1) in wanted
        ]  # fmt: skip
    return bool(cells) and set(cells) <= quoted


def test_the_same_report_gives_the_same_bytes(proposal: Comparison) -> None:
    again = check_file(PLANS["beside"])

    assert xlsx_bytes(again, "vi") == book("beside")
    assert xlsx_bytes(proposal.after, "en", proposal) == xlsx_bytes(proposal.after, "en", proposal)


def test_both_languages_have_the_same_numbers() -> None:
    vi, en = book("flags"), book("flags", "en")
    names = [CalamineWorkbook.from_filelike(io.BytesIO(one)).sheet_names for one in (vi, en)]

    assert len(names[0]) == len(names[1])
    assert all(len(one) <= 31 for both in names for one in both)
    for first, second in zip(*names, strict=True):
        numbers = [
            [one for row in sheet(body, name) for one in row if isinstance(one, float)]
            for body, name in ((vi, first), (en, second))
        ]
        assert numbers[0] == numbers[1], first


def test_the_command_writes_a_file_and_nothing_over_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "review.xlsx"
    asked = ["check", str(PLANS["flags"]), "--format", "xlsx"]

    assert cli.main(asked) == cli.BAD_INPUT
    assert "`--out report.xlsx`" in capsys.readouterr().err
    assert cli.main([*asked, "--out", str(out)]) == cli.FINDINGS
    assert capsys.readouterr().out == f"{out.as_posix()}\n"
    assert out.read_bytes() == book("flags")
    assert cli.main([*asked, "--out", str(out)]) == cli.BAD_INPUT
    assert "`--force`" in capsys.readouterr().err
    assert cli.main([*asked, "--out", str(out), "--force"]) == cli.FINDINGS
    assert cli.main([*asked, "--out", str(tmp_path / "none" / "x.xlsx")]) == cli.BAD_INPUT


@pytest.mark.parametrize("form", ["json", "table"])
def test_a_text_can_be_written_to_a_file(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["check", str(PLANS["flags"]), "--format", form]
    cli.main(asked)
    printed = capsys.readouterr().out
    cli.main([*asked, "--out", str(tmp_path / "x")])

    assert (tmp_path / "x").read_text("utf-8") == printed


def test_the_json_says_short_and_over_of_every_reading() -> None:
    found = json.loads(json.dumps(body("flags")))["findings"]
    short = [one for one in found if one["verdict"] == "shortage"]

    assert short
    assert all(one["short"] == one["amount"] for one in short)
    assert decimal_text(Fraction(0)) in {one["over"] for one in short}
