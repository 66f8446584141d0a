"""Flags in columns are those of the definition, row by row.  §11"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dinhbien.judging.check import Report, check
from dinhbien.language.pack import Pack
from dinhbien.many import parts
from dinhbien.many.flags import flag_frame
from dinhbien.model.plan import Plan
from dinhbien.shipped import content
from tests.judged import check_file
from tests.laws.examples import some
from tests.laws.strategies import Sketch, plan_of, plans, shipped
from tests.many.test_check_frame import ended, without_figures

PLANS = [
    "dien-bien/2025-10",
    "dien-bien/quota",
    "examples/flags",
    "examples/head-counts",
    "vn-moves",
]
Told = tuple[bool | None, float | None, float | None]


def meant(report: Report) -> dict[tuple[str, ...], Told]:
    """What the definition says of every flag, by chain, norm, unit and flag."""
    return {
        (row.chain, row.norm, row.subject.code, one.flag): (
            one.raised,
            ended(one.amount.low) if one.amount else None,
            ended(one.amount.high) if one.amount else None,
        )
        for row in report.flags
        for one in row.flags
    }


def said(found: pd.DataFrame) -> dict[tuple[str, ...], Told]:
    """What a frame of flags says, likewise."""
    rows = found.astype(object).where(found.notna(), None)
    keys = list(zip(rows.chain, rows.norm, rows.code, rows.flag, strict=True))
    assert len(set(keys)) == len(keys)
    return dict(zip(keys, zip(rows.raised, rows.amount_from, rows.amount_to, strict=True),
                    strict=True))  # fmt: skip


def differences(report: Report, frames: dict[str, pd.DataFrame]) -> list[Any]:
    """Where a frame of flags differs; a flag is told of every unit, or named as left out."""
    found = flag_frame(frames, pack=report.pack, as_of=report.day, everything=True)
    definition, columns = meant(report), said(found)
    left_out = set(found.attrs["left_out"])
    missed = [
        (key, one)
        for key, one in definition.items()
        if key not in columns and "/".join(filter(None, (key[0], key[3], key[1]))) not in left_out
    ]
    wrong = [(key, one, definition[key]) for key, one in columns.items() if one != definition[key]]
    return [*missed, *wrong]


def framed(report: Report) -> tuple[Report, dict[str, pd.DataFrame]]:
    """The report on the frames of a plan without a table of totals, and these frames."""
    frames = without_figures(report.plan)
    return check(Plan.from_frames(frames), report.pack, report.day), frames


@pytest.mark.parametrize("name", PLANS)
def test_flags_of_a_shipped_plan_are_the_same(name: str) -> None:
    assert not differences(*framed(check_file(content("scenarios") / name)))


def packed(places: list[int]) -> Pack:
    """The shipped pack with some of its norms."""
    norms = shipped().norms
    kept = {norms[place % len(norms)].id for place in places}
    return replace(shipped(), norms=tuple(one for one in norms if one.id in kept))


@settings(max_examples=some(45))
@given(
    sketch=plans(),
    places=st.lists(st.integers(0, 10_000), min_size=1, max_size=6),
)
def test_flags_of_any_plan_are_the_same(sketch: Sketch, places: list[int]) -> None:
    report = check(plan_of(sketch), packed(places))

    assert not differences(*framed(report))


def test_most_flags_of_a_plan_without_gaps_are_told_by_arrays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report, frames = framed(check_file(content("scenarios") / "dien-bien" / "quota"))
    monkeypatch.setattr("dinhbien.many.flags._Flagging._by_definition", lambda _: iter(()))
    found = flag_frame(frames, pack=report.pack, everything=True)

    assert {"over_quota", "room_to_recruit", "lacks", "exceeds"} <= set(found.flag)
    assert len(found) > 400
    assert {"staffing/transfer", "staffing/unfilled"} <= {
        "/".join(one.split("/")[:2]) for one in found.attrs["left_out"]
    }


def test_a_flag_that_is_off_by_one_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    report, frames = framed(check_file(content("scenarios") / "dien-bien" / "2025-10"))
    exact = parts._summed
    monkeypatch.setattr(parts, "_summed", lambda *args: exact(*args) + np.int64(1))

    assert differences(report, frames)
