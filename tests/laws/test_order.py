"""Order is irrelevant: §17."""

from __future__ import annotations

import csv
import io
import random
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dinhbien
from dinhbien.judging.check import check
from dinhbien.report.as_json import json_text
from dinhbien.shipped import content
from tests.laws.examples import some
from tests.laws.strategies import plan_of, plans, shipped

SCENARIO = content("scenarios") / "dien-bien" / "2025-10"
HEAD_COUNTS = content("scenarios") / "examples" / "head-counts"


@pytest.fixture(scope="module")
def as_shipped() -> str:
    """The bytes of a run on the shipped plan."""
    return json_text(dinhbien.check_file(SCENARIO), everything=True)


def shuffled_csv(text: str, seed: int) -> str:
    """A table with its rows and its columns in another order."""
    rows = list(csv.DictReader(io.StringIO(text)))
    names = list(rows[0])
    order = random.Random(seed)  # noqa: S311 - an order, no secret
    order.shuffle(rows)
    order.shuffle(names)
    out = io.StringIO()
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("seed", [1, 2])
def test_order_of_rows_and_columns_is_irrelevant(
    seed: int, tmp_path: Path, as_shipped: str
) -> None:
    for file in SCENARIO.glob("*.*"):
        text = file.read_text(encoding="utf-8")
        text = shuffled_csv(text, seed) if file.suffix == ".csv" else text
        (tmp_path / file.name).write_text(text, encoding="utf-8")

    assert json_text(dinhbien.check_file(tmp_path), everything=True) == as_shipped


@settings(max_examples=some(15), suppress_health_check=[HealthCheck.too_slow])
@given(sketch=plans(), seed=st.integers(0, 2**16))
def test_order_of_norms_and_units_is_irrelevant(sketch: dict[str, object], seed: int) -> None:
    from msgspec.structs import replace

    plan, pack = plan_of(sketch), shipped()
    order = random.Random(seed)  # noqa: S311 - an order, no secret
    norms = order.sample(pack.norms, len(pack.norms))
    communes = order.sample(plan.root.children["commune"], len(plan.root.children["commune"]))
    root = replace(plan.root, children={"commune": tuple(communes)})

    mixed = check(replace(plan, root=root), replace(pack, norms=tuple(norms)))
    straight = check(plan, pack)

    assert [(one.id, one.outcome) for one in mixed.findings] == [
        (one.id, one.outcome) for one in straight.findings
    ]
    assert mixed.totals == straight.totals


def test_two_runs_give_the_same_bytes(as_shipped: str) -> None:
    assert json_text(dinhbien.check_file(SCENARIO), everything=True) == as_shipped


def test_nfd_and_the_newer_tone_marks_give_the_same_bytes(tmp_path: Path) -> None:
    text = (HEAD_COUNTS / "plan.yaml").read_text(encoding="utf-8")
    assert "Hòa Bình" in text
    respelt = unicodedata.normalize("NFD", text.replace("Hòa Bình", "Hoà Bình"))
    assert respelt != text
    (tmp_path / "plan.yaml").write_text(respelt, encoding="utf-8")

    found = json_text(dinhbien.check_file(tmp_path), everything=True)

    assert found == json_text(dinhbien.check_file(HEAD_COUNTS), everything=True)
    assert "Hòa Bình" in found
