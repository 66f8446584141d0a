"""The annex as a Word document: whole, the same each time, every number traced to the JSON."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from dinhbien import cli
from dinhbien.report.as_docx import docx_bytes
from tests.report.test_html import PLANS, body, renamed, report

if TYPE_CHECKING:
    from docx.document import Document


@cache
def annex(name: str, lang: str = "vi") -> bytes:
    return docx_bytes(report(name), lang)


def read(made: bytes) -> Document:
    import docx

    return docx.Document(io.BytesIO(made))


def rows(made: bytes) -> list[list[str]]:
    """The rows of all tables."""
    return [[cell.text for cell in row.cells] for table in read(made).tables for row in table.rows]


def trace(made: bytes) -> dict[str, str]:
    """The last table: references and what they lead to."""
    return {row.cells[0].text: row.cells[1].text for row in read(made).tables[-1].rows[1:]}


@pytest.mark.parametrize("name", ["flags", "beside"])
def test_every_row_of_numbers_leads_to_an_id_of_the_json(name: str) -> None:
    made = body(name)
    known = {one["id"] for one in [*made["findings"], *made["flags"]]}
    known |= {
        f"totals/{baseline}/{norm}/{reading}"
        for baseline, norms in made["totals"].items()
        for norm, readings in norms.items()
        for reading in readings
    }
    traced = trace(annex(name))
    marks = {row[-1] for row in rows(annex(name)) if re.fullmatch(r"\[\d+\]", row[-1])}

    assert marks == set(traced)
    assert set(traced.values()) <= known
    assert len(traced) > 10


def test_a_number_stands_beside_the_id_that_it_is_taken_from() -> None:
    flags = {one["id"]: one for one in body("flags")["flags"]}
    traced = trace(annex("flags"))
    found = 0
    for row in rows(annex("flags")):
        one = flags.get(traced.get(row[-1], ""), {})
        if one.get("chain") == "review":
            shown = [flag["amount"] for flag in one["flags"] if isinstance(flag["amount"], str)]
            assert [cell for cell in row[1:-1] if cell.isdecimal()] == shown
            found += 1

    assert found == 3


def test_it_is_laid_out_as_an_administrative_text() -> None:
    first = rows(annex("flags"))[0]
    text = "\n".join(one.text for one in read(annex("flags")).paragraphs)

    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập – Tự do – Hạnh phúc" in first[1]
    assert "Số: ……/……" in first[0]
    assert text.index("PHỤ LỤC") < text.index("I. Căn cứ") < text.index("VII. Nguồn")
    assert report("flags").plan.sha256 in text


def test_an_illustration_says_so_at_the_top() -> None:
    text = "\n".join(one.text for one in read(annex("beside")).paragraphs)

    assert text.index("MINH HỌA") < text.index("I. Căn cứ")


def test_the_same_report_gives_the_same_bytes() -> None:
    assert docx_bytes(report("flags"), "vi") == annex("flags")
    with zipfile.ZipFile(io.BytesIO(annex("flags"))) as parts:
        assert {one.date_time[0] for one in parts.infolist()} == {1980}


def test_what_a_plan_says_is_a_text() -> None:
    made = docx_bytes(renamed("<script>&\x0b=1+1"), "en")
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        for name in parts.namelist():
            if name.endswith(".xml"):
                assert ET.fromstring(parts.read(name)) is not None  # noqa: S314 - our own

    assert any(row[0].startswith("<script>&") for row in rows(made))


def test_without_the_extra_the_way_out_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    out = tmp_path / "annex.docx"
    code = cli.main(["check", str(PLANS["flags"]), "--format", "docx", "--out", str(out)])

    assert code == cli.BAD_INPUT
    assert "pip install 'dinhbien[docx]'" in capsys.readouterr().err
    assert not out.exists()
