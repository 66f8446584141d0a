"""Frames in, a frame of findings out: what a report says, row by row."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np
import pandas as pd
import pytest

from dinhbien.columns.loading import is_possible
from dinhbien.errors import InputError
from dinhbien.judging.check import Report, check
from dinhbien.language.pack import Pack
from dinhbien.many import check_frame as module
from dinhbien.many.alone import Alone, told_alone
from dinhbien.many.check_frame import check_frame
from dinhbien.model.amount import Bound
from dinhbien.model.finding import Finding
from dinhbien.model.plan import Plan
from dinhbien.shipped import content
from tests.judged import check_file
from tests.laws.strategies import shipped

SCENARIOS = content("scenarios")
PLANS = [
    "dien-bien-policy", "dien-bien/quota", "examples/head-counts", "examples/deputies",
    "examples/shapes/averages", "examples/staff-by-class", "vn/delegates", "vn/vice-chairs",
    "vn-moves", "vn-services/schools",
]  # fmt: skip
NAMES = [
    "norm", "level", "code", "verdict", "amount_from", "amount_to", "unit", "reading",
    "baseline", "standing", "due", "depends_on_reading", "unlisted",
]  # fmt: skip


def ended(bound: Bound | None) -> float | None:
    return None if bound is None else float(bound)


def row(one: Finding, report: Report) -> tuple[Any, ...]:
    """A finding as a row of the frame."""
    amount, norm = one.outcome.amount, report.pack.norm(one.norm)
    assert norm is not None
    return (
        one.norm, one.subject.level, one.subject.code, one.verdict,
        ended(amount.low) if amount else None, ended(amount.high) if amount else None,
        str(norm.used.program.measure), one.reading, one.baseline, one.standing,
        str(one.due.day) if one.due else None, one.depends_on_reading, one.unlisted,
    )  # fmt: skip


def rows(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """The rows of a frame, NA as None."""
    return [
        tuple(None if one is pd.NA or (isinstance(one, float) and math.isnan(one)) else one
              for one in each)
        for each in frame.itertuples(index=False, name=None)
    ]  # fmt: skip


def without_figures(plan: Plan) -> dict[str, pd.DataFrame]:
    """The frames of a plan; totals that a table of figures states are not among them."""
    return {name: one for name, one in plan.to_frames().items() if name != "figures"}


@pytest.mark.parametrize("name", PLANS)
def test_a_frame_holds_what_a_report_says(name: str) -> None:
    report = check_file(SCENARIOS / name)
    frames = without_figures(report.plan)
    if "figures" in report.plan.to_frames():
        report = check(Plan.from_frames(frames), report.pack)

    found = check_frame(frames, pack=report.pack, everything=True)

    assert list(found.columns) == NAMES
    assert rows(found) == [row(one, report) for one in report.findings]


def test_only_the_rows_of_a_result_are_listed() -> None:
    report = check_file(SCENARIOS / "examples" / "head-counts")

    found = check_frame(without_figures(report.plan), pack=report.pack)

    assert rows(found) == [row(one, report) for one in report.rows]
    pd.testing.assert_frame_equal(found, report.to_frame(), check_categorical=False)


def test_blocks_of_any_size_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    report = check_file(SCENARIOS / "vn" / "delegates")
    frames = without_figures(report.plan)
    whole = check_frame(frames, pack=report.pack, everything=True)
    monkeypatch.setattr(module, "BLOCK", 3)

    pd.testing.assert_frame_equal(
        check_frame(frames, pack=report.pack, everything=True), whole, check_categorical=False
    )


def made(pack: Pack) -> dict[str, pd.DataFrame]:
    """Communes and posts in the dtypes that people have, in no order, with holes."""
    assert pack.norms
    communes = pd.DataFrame({
        "code": [90003, 90001, 90002],
        "name": ["C", "A", "B"],
        "type": pd.Categorical(["phường", "xa", None]),
        "population": [16000.0, np.nan, 20001.0],
        "area": [12.25, 3.5, np.nan],
        "mountainous": pd.array([True, None, False], dtype="boolean"),
        "border": [True, False, True],
        "lists_complete.organisation": [True, True, False],
    })  # fmt: skip
    organisations = pd.DataFrame({
        "commune": pd.Categorical(["90001", "90003", "90001", "90002"]),
        "code": ["office", "office", "economic", "leadership"],
        "kind": ["Văn phòng", "office", "economic", "leadership"],
        "lists_complete.post": ["yes", "yes", "no", "yes"],
    })  # fmt: skip
    posts = pd.DataFrame({
        "commune": [90001, 90001, 90003, 90002],
        "organisation": ["office", "economic", "office", "leadership"],
        "code": ["p1", "p1", "p1", "p2"],
        "category": pd.Categorical(["civil_servant", "cadre", None, "civil_servant"]),
        "rank": ["deputy", "head", "deputy", None],
        "position": ["other_position", "other_position", "other_position", "vice_chair"],
        "on_books": pd.array([3, 1, None, 4], dtype="Int64"),
        "assigned": np.array([3, 2, 2, 2], np.int16),
    })  # fmt: skip
    head = [["plan", None, "thử", "test"], ["as_of", "2025-10-20", None, None],
            ["norms", "dien-bien", None, None], ["province.code", "99", None, None],
            ["province.name", "Thử", None, None],
            ["lists_complete.commune", "yes", None, None]]  # fmt: skip
    plan = pd.DataFrame(head, columns=["key", "value", "vi", "en"])
    return {"plan": plan, "communes": communes, "organisations": organisations, "posts": posts}


def test_columns_of_any_dtype_are_read_as_a_plan_reads_them() -> None:
    frames = made(shipped())
    report = check(Plan.from_frames(frames), shipped())

    found = check_frame(frames, pack=shipped(), everything=True)

    assert rows(found) == [row(one, report) for one in report.findings]
    assert {name: str(kind) for name, kind in found.dtypes.items()} == {
        **dict.fromkeys(NAMES, "category"), "code": "string", "due": "string",
        "amount_from": "Float64", "amount_to": "Float64",
        "depends_on_reading": "bool", "unlisted": "bool",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["dien-bien-policy", "examples/deputies", "vn-services/schools"])
def test_a_frame_is_the_same_by_the_kernel(
    name: str, monkeypatch: pytest.MonkeyPatch, skip_or_fail: Callable[[str, str], NoReturn]
) -> None:
    if not is_possible():
        skip_or_fail("numba", "it is not installed")
    report = check_file(SCENARIOS / name)
    frames = without_figures(report.plan)
    told: list[Alone] = []

    def by_kernel(*asked: Any) -> list[Alone]:  # noqa: ANN401 - handed on
        told.extend(told_alone(*asked))
        return told

    monkeypatch.setattr(module, "told_alone", by_kernel)
    whole = check_frame(frames, pack=report.pack, kernel=False)

    assert not told
    pd.testing.assert_frame_equal(check_frame(frames, pack=report.pack, kernel=True), whole)
    assert any(len(one.rows.units) for one in told)


def test_what_is_wrong_is_said_together() -> None:
    frames = made(shipped())
    frames["communes"] = frames["communes"].assign(
        type=["xa", "thị trấn", "xa"], population=[-1.0, 10.5, 3.0], shape="round"
    )
    frames["posts"] = frames["posts"].assign(organisation=["office", "elsewhere", "office", "none"])
    frames["figures"] = pd.DataFrame({"level": ["commune"]})

    with pytest.raises(InputError) as raised:
        check_frame(frames, pack=shipped())

    said = str(raised.value)
    for part in ("`thị trấn` is not a word", "`-1` is outside", "`10.5` is not a whole number",
                 "`shape` is not an attribute", "there is no organisation `elsewhere`",
                 "`figures` is not read here"):  # fmt: skip
        assert part in said


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("Cộng", "`Cộng` stands among codes of 5 digits\n  at code\n  take rows of totals out"),
        ("900012", "`900012` is not the code of a commune: that has 5 digits"),
        ("a.b", "`a.b` is not a code"),
    ],
)
def test_what_is_no_code_is_refused_though_arrays_settle_all_of_its_row(
    code: str, said: str
) -> None:
    frames = known(shipped())
    frames["communes"] = frames["communes"].assign(code=["90003", "90001", code])

    with pytest.raises(InputError, match=re.escape(f"row 2, column code: {said}")):
        check_frame(frames, pack=shipped())


def test_a_number_is_a_code_where_its_length_is_known() -> None:
    frames = known(shipped())
    frames["organisations"] = frames["organisations"].assign(code=[1, 2, 3])
    frames["posts"] = frames["posts"].iloc[:0]

    with pytest.raises(InputError, match="`1` is stored as a number, and a code is a text"):
        check_frame(frames, pack=shipped())


def test_communes_of_which_none_is_left_are_refused() -> None:
    frames = {
        name: one if name == "plan" else one.iloc[:0] for name, one in made(shipped()).items()
    }

    for read in (lambda: Plan.from_frames(frames), lambda: check_frame(frames, pack=shipped())):
        with pytest.raises(InputError, match="the table has no rows\n  at communes"):
            read()


def known(pack: Pack) -> dict[str, pd.DataFrame]:
    """Frames of which nothing lies within the last commune."""
    frames = made(pack)
    for name in ("organisations", "posts"):
        frames[name] = frames[name][frames[name]["commune"].astype(str) != "90002"]
    return frames


def test_totals_that_cells_contradict_are_refused() -> None:
    frames = made(shipped())
    frames["communes"] = frames["communes"].assign(
        **{"figures.vice_chairs": pd.array([7, None, None], dtype="Int64")}
    )

    with pytest.raises(InputError, match="`vice_chairs` is stated as 7"):
        check_frame(frames, pack=shipped())


@pytest.mark.parametrize(
    ("changed", "is_refused"),
    [
        ({}, True),
        ({"position": pd.NA}, False),  # what the cells add up to is not known
        ({"rank": pd.NA}, True),  # which the count does not read
    ],
)
def test_totals_are_refused_where_the_definition_refuses_them(
    changed: dict[str, object], is_refused: bool
) -> None:
    frames = made(shipped())
    total = {"figures.vice_chairs": pd.array([7, None, None], dtype="Int64")}
    frames["communes"] = frames["communes"].assign(**total)
    first, posts = frames["communes"]["code"].iloc[0], frames["posts"].copy()
    at = posts.index[posts["commune"] == first][-1]
    for column, value in changed.items():
        posts.loc[at, column] = value  # type: ignore[call-overload]  # whatever a case gives
    frames["posts"] = posts

    for judge in (lambda: check(Plan.from_frames(frames), shipped()),
                  lambda: check_frame(frames, pack=shipped())):  # fmt: skip
        if is_refused:
            with pytest.raises(InputError, match="`vice_chairs` is stated as 7"):
                judge()
        else:
            judge()
