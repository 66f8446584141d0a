"""A table of numbers in a CSV file is read, changed and cited like any other."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from dinhbien.errors import NormsError

from .cases import put, read_here

FILE = "norms/vn/x/frame.csv"
NORM = "vn/x/article-2#from-a-table"
TABLE = (Path(__file__).parent / "good" / "table" / FILE).read_text("utf-8")


def rows(
    folder: Path, file: str = FILE, text: str = TABLE
) -> dict[str, tuple[Fraction | None, str]]:
    """The value and the path of each row of the norm's one number."""
    put(folder, file, text)
    norm = read_here()[1].norm(NORM)
    assert norm is not None
    number = norm.used.program.numbers["assigned_frame"]
    return {key: (one[0].value, one[0].path) for key, one in number.rows.items()}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_row_has_its_value_and_its_path(tmp_path: Path) -> None:
    found = rows(tmp_path)

    path = "vn/x/article-2:numbers.assigned_frame"
    assert found["xa"] == (Fraction(30), f"{path}.xa")
    assert found["dac_khu"] == (Fraction(50), f"{path}.dac_khu")


def test_the_order_of_rows_and_columns_is_irrelevant(tmp_path: Path) -> None:
    mixed = "is,type\n50,dac_khu\n30,xa\n40,phuong\n"

    assert rows(tmp_path, text=mixed) == rows(tmp_path)


def test_a_change_reaches_a_row(tmp_path: Path) -> None:
    path = "vn/x/article-2:numbers.assigned_frame.xa"
    change = f"change: {{vi: Thử, en: Trial}}\nnorms:\n  {path}: 31 posts\n"
    (tmp_path / "change.yaml").write_text(change, "utf-8")

    assert rows(tmp_path)["xa"] == (Fraction(31), path)


def test_a_change_reaches_no_row_that_is_not_there(tmp_path: Path) -> None:
    path = "vn/x/article-2:numbers.assigned_frame.thi_tran"
    change = f"change: {{vi: Thử, en: Trial}}\nnorms:\n  {path}: 31 posts\n"
    (tmp_path / "change.yaml").write_text(change, "utf-8")

    with pytest.raises(NormsError, match="there is no `thi_tran`"):
        rows(tmp_path)


def test_a_number_changed_in_the_file_changes_the_hash_of_the_norm(tmp_path: Path) -> None:
    hashes = set()
    for text in (TABLE, TABLE.replace("30", "31")):
        put(tmp_path, FILE, text)
        norm = read_here()[1].norm(NORM)
        assert norm is not None
        hashes.add(norm.sha256)

    assert len(hashes) == 2


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    put(tmp_path, FILE, TABLE)
    (tmp_path / "outside.csv").write_text(TABLE, "utf-8")
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).symlink_to(tmp_path / "outside.csv")

    with pytest.raises(NormsError, match=r"`frame\.csv` leads out of the instrument's folder"):
        read_here()
