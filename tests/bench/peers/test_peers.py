"""The workload means what it meant, and the engines here find what the definition finds."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dinhbien import read_pack
from tests.bench.peers import definition
from tests.bench.peers.engines import ENGINES, dinhbien_columns, hand_numpy
from tests.bench.peers.expressions import Node
from tests.bench.peers.findings import Findings
from tests.bench.peers.intervals import UNBOUNDED
from tests.bench.peers.page import BEGIN, END, PAGE, section
from tests.bench.peers.run import RECORD, held
from tests.bench.peers.saved import loaded, save
from tests.bench.peers.table import NORMS, PACK, Table, read_table
from tests.bench.peers.workload import MISSING, NUMBERS, Workload, generated

DIGEST = "2fa901b333c5"
COMMUNES = 45
PEERS = [
    one.module
    for one in ENGINES
    if one.module not in {"dinhbien_columns", "dinhbien_check", "hand_numpy"}
]


@pytest.fixture(scope="module")
def table() -> Table:
    return read_table()


@pytest.fixture(scope="module")
def plan(table: Table) -> Workload:
    return generated(COMMUNES, table.words)


def by_definition(plan: Workload, table: Table) -> Findings:
    return definition.judged(definition.plan_of(plan, table), read_pack(PACK, norms=NORMS))


def by_numpy(plan: Workload, table: Table) -> Findings:
    return hand_numpy.findings(hand_numpy.run(hand_numpy.prepare(plan, table)))


def test_the_definition_finds_in_the_workload_what_it_found(plan: Workload, table: Table) -> None:
    found = by_definition(plan, table)

    assert found.digest.startswith(DIGEST)
    assert set(found.verdict.tolist()) == {1, 2, 3}
    assert UNBOUNDED in found.most
    assert found.first_difference(by_numpy(plan, table)) == ""


@pytest.mark.parametrize(("size", "seed"), [(1, 1), (7, 2), (16, 3), (24, 4)])
def test_numpy_by_hand_finds_what_the_definition_finds(
    size: int, seed: int, table: Table
) -> None:  # fmt: skip
    other = generated(size, table.words, seed)

    assert by_definition(other, table).first_difference(by_numpy(other, table)) == ""


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtimestamp:DeprecationWarning")
@pytest.mark.parametrize("name", PEERS)
def test_a_peer_finds_what_the_definition_finds(name: str, plan: Workload, table: Table) -> None:
    try:
        engine = import_module(f"tests.bench.peers.engines.{name}")
        found = engine.findings(engine.run(engine.prepare(plan, table)))
    except ModuleNotFoundError as error:
        pytest.skip(f"`{error.name}` is not installed here; `make bench-peers` compares it")

    assert found.digest.startswith(DIGEST)


def test_numbers_lie_at_a_bound_of_each_norm_and_one_off_it(table: Table) -> None:
    many = generated(2_000, table.words)
    levels = hand_numpy.levels(*hand_numpy.prepare(many, table), 0, many.size)
    for row in table.rows:
        rows, keys = levels[row.level]
        scope, low, high, *bounds = (
            np.broadcast_to(rows.of(one), len(keys)) for one in (row.scope, *row.sides)
        )
        known = scope & (low == high)

        assert any({-1, 0, 1} <= set((low - bound)[known].tolist()) for bound in bounds), row.norm


def test_one_number_in_thirty_is_missing(table: Table) -> None:
    many = generated(3_000, table.words)
    tables = {"communes": many.communes, "organisations": many.organisations, "posts": many.posts}
    for name, columns in NUMBERS.items():
        for column in columns:
            assert 0.02 < (tables[name][column] == MISSING).mean() < 0.04


def test_blocks_do_not_change_what_is_found(
    plan: Workload, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = by_numpy(plan, table)
    monkeypatch.setattr(hand_numpy, "BLOCK", 7)

    assert by_numpy(plan, table).digest == whole.digest


def test_a_wrong_number_changes_the_digest(plan: Workload, table: Table) -> None:
    found = by_numpy(plan, table)
    most = found.most.copy()
    most[-1] += 1
    columns = (found.norm, found.subject, found.verdict, found.least, most)

    assert Findings.of(columns).digest != found.digest


def test_norms_that_stand_again_are_made_anew_and_find_the_same(
    plan: Workload, table: Table
) -> None:  # fmt: skip
    found = by_numpy(plan, table.of_size(80))
    once = by_numpy(plan, table)
    again = found.norm >= len(table.rows)
    second = table.of_size(80).rows[40].verdict

    assert second is not table.rows[0].verdict
    assert isinstance(second, Node)
    assert np.array_equal(found.most[again], once.most)
    assert len(table.of_size(10).rows) == 10


def test_a_saved_workload_is_the_same(plan: Workload, table: Table, tmp_path: Path) -> None:
    save(plan, tmp_path / "plan")

    assert by_numpy(loaded(tmp_path / "plan"), table).digest.startswith(DIGEST)


def test_the_page_says_what_was_measured() -> None:
    made = json.loads(RECORD.read_text("utf-8"))
    told = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]

    assert told.strip() == "\n".join(section(made)).strip()


@pytest.mark.parametrize(
    ("ours", "recorded", "code"),
    [
        ({"not": "not there"}, None, 0),
        ({"seconds": 1.0, "equal": True}, None, 1),
        ({"seconds": 1.0, "equal": False}, 0.5, 1),
        ({"seconds": 1.0, "equal": True}, 1.0, 0),  # twice as long as by hand
        ({"seconds": 1.01, "equal": True}, 1.0, 1),
    ],
)
def test_the_gate_fails_past_twice_the_recorded_ratio(
    ours: dict[str, Any], recorded: float | None, code: int
) -> None:
    assert held(ours, {"seconds": 0.5}, recorded)[0] == code


@pytest.mark.parametrize("size", [COMMUNES, 7])
def test_columns_find_what_numpy_by_hand_finds(size: int, table: Table) -> None:
    other = generated(size, table.words)
    prepared = dinhbien_columns.prepare(other, table)
    found = dinhbien_columns.findings(dinhbien_columns.run(prepared))

    assert found.first_difference(by_numpy(other, table)) == ""
