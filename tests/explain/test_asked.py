"""What is asked of `explain` and names nothing is told with what to write."""

from __future__ import annotations

import pytest

from dinhbien import Report, UsageError, check_file
from dinhbien.report.explained import explained_text
from dinhbien.shipped import content


@pytest.fixture(scope="module")
def report() -> Report:
    return check_file(content("scenarios") / "examples" / "head-counts")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("frame", "`frame` names no finding\n  write the norm and the unit: `NORM@UNIT`"),
        ("@90001", "`@90001` names no finding\n  write the norm and the unit: `NORM@UNIT`"),
        ("frame@12345", "`12345` names no unit of the plan\n  name a unit by its code"),
        ("frame@Hoa Binh", "`Hoa Binh` names no unit of the plan\n  did you mean `Hòa Bình`?"),
        ("fram@90001", "`fram` names no norm\n  did you mean `frame`?"),
    ],
)
def test_what_names_nothing_is_told_with_what_to_write(
    report: Report, asked: str, said: str
) -> None:
    with pytest.raises(UsageError) as told:
        explained_text(report, asked, "en")
    assert str(told.value) == said
