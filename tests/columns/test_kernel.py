"""The kernel: where it is kept, what stands in its place, and that it says what NumPy says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import numpy as np
import pytest
from msgspec.structs import replace

from dinhbien.columns import blocks, loading
from dinhbien.columns.blocks import findings_of
from dinhbien.columns.from_plan import table_of
from dinhbien.columns.judged import Compiled, compiled
from dinhbien.columns.loading import NoKernelError, is_possible
from dinhbien.columns.rows import Gathered, Rows
from dinhbien.columns.table import INFINITE, Column, Table
from tests.laws.strategies import DAY, plan_of, program, rules

FIVE = {"level": "commune", "count": "deputies", "numbers": {"five": "5 people"}}
POST = {"category": "civil_servant", "rank": "deputy", "position": "other_position"}


@pytest.fixture(scope="module")
def asked() -> tuple[Compiled, Table]:
    """A norm of five deputies, and communes with four, five, six and an unknown number."""
    return deputies(4, 5, 6, None)


def deputies(*people: int | None) -> tuple[Compiled, Table]:
    """A norm of five deputies, and communes with so many in each of two offices."""
    rows = [{**POST, "on_books": n, "concurrent": 0} for n in people]
    offices = [{"kind": "office", "posts": [one, {**one, "rank": "head"}]} for one in rows]
    plan = plan_of({"communes": [{"organisations": [one, one]} for one in offices]})
    table = table_of(plan, rules().vocabulary)
    return compiled([program(**FIVE, form="floor", at_least="five")], table, DAY), table


@pytest.fixture
def kernel(skip_or_fail: Callable[[str, str], NoReturn]) -> None:
    if not is_possible():
        skip_or_fail("numba", "it is not installed")


def told(rows: list[Rows | None]) -> list[list[Any]]:
    """Rows as lists."""
    columns = ("units", "verdict", "lo", "hi", "left", "counts")
    return [[getattr(one, name).tolist() for name in columns] for one in rows if one is not None]


@pytest.mark.usefixtures("kernel")
def test_blocks_and_threads_do_not_change_what_is_told(
    asked: tuple[Compiled, Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = told(findings_of(*asked, kernel=True, threads=1))
    monkeypatch.setattr(blocks, "KERNEL_BLOCK", 1)
    monkeypatch.setattr("dinhbien.columns.kernel.CHUNK", 1)

    assert whole[0][0]
    for kernel, threads, few in product((True, False), (1, 2, 3), (0, 100)):
        monkeypatch.setattr("dinhbien.columns.kernel.FEW", few)
        asked[0].plans.clear()
        assert told(findings_of(*asked, kernel=kernel, block=1, threads=threads)) == whole


@pytest.mark.usefixtures("kernel")
def test_rows_find_room_though_the_first_block_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    made, table = deputies(5, 1, 1, None, 1, 1, 6, 1, 1)
    whole = told(findings_of(made, table, kernel=False))
    monkeypatch.setattr(blocks, "KERNEL_BLOCK", 1)
    monkeypatch.setattr("dinhbien.columns.kernel.CHUNK", 1)
    monkeypatch.setattr("dinhbien.columns.kernel.FEW", 0)

    for threads in (1, 2, 3):
        made.plans.clear()
        assert told(findings_of(made, table, kernel=True, threads=threads)) == whole


@pytest.mark.usefixtures("kernel")
def test_a_count_without_a_lower_end_is_one_for_numpy_and_for_the_kernel(
    asked: tuple[Compiled, Table],
) -> None:
    made, table = asked
    posts = table.levels["post"]
    known = posts.numbers["on_books"]
    lo, hi = known.lo.copy(), known.hi.copy()
    lo[0], hi[2] = -INFINITE, INFINITE
    numbers = {**posts.numbers, "on_books": Column(lo, hi, known.scale, known.known)}
    levels = {**table.levels, "post": replace(posts, numbers=numbers)}
    other = Table(table.top, levels, table.vocabulary)

    first = told(findings_of(made, other, kernel=True))

    assert first == told(findings_of(made, other, kernel=False))
    assert first != told(findings_of(*asked, kernel=False))


def test_the_kernel_is_asked_for_in_vain_where_numba_is_missing(
    asked: tuple[Compiled, Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "_LOADED", [])
    monkeypatch.setitem(sys.modules, "numba", None)

    with pytest.raises(NoKernelError, match="the kernel was asked for, and Numba cannot be loaded"):
        findings_of(*asked, kernel=True)
    monkeypatch.setattr(blocks, "LARGE", 1)
    assert told(findings_of(*asked)) == told(findings_of(*asked, kernel=False))


def test_a_small_plan_does_not_wait_for_the_kernel(
    asked: tuple[Compiled, Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[int] = []
    monkeypatch.setattr(loading, "_LOADED", [])
    monkeypatch.setattr(blocks, "is_possible", lambda: True)

    def load() -> NoReturn:
        loads.append(1)
        reason = "this is a test"
        raise NoKernelError(reason)

    monkeypatch.setattr(blocks, "loaded_kernel", load)
    small = told(findings_of(*asked))
    assert not loads

    monkeypatch.setattr(blocks, "LARGE", 8)
    assert told(findings_of(*asked)) == small
    assert loads


class Made:
    """In the place of what compiles: it leaves files, and says whether there were any."""

    def __init__(self) -> None:
        self.found: list[bool] = []
        self.config = SimpleNamespace(CACHE_DIR="")
        self.raises = 0

    def __call__(self, *, kept: bool) -> Callable[..., None]:
        assert kept
        file = Path(self.config.CACHE_DIR) / "columns" / "kernel.nbi"
        if self.raises:
            self.raises -= 1
            raise ValueError
        self.found.append(file.exists())
        file.parent.mkdir(exist_ok=True)
        file.write_text("compiled", "ascii")
        return print


def test_a_kept_kernel_is_taken_only_as_it_was_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, folder = Made(), tmp_path / "kernel"
    folder.mkdir(mode=0o700)
    monkeypatch.setattr(loading, "_compiled", made)

    for _ in range(2):
        loading._kept(folder, made.config)
    assert made.found == [False, True]
    (folder / "columns" / "kernel.nbi").write_text("altered", "ascii")
    loading._kept(folder, made.config)
    assert made.found == [False, True, False]
    made.raises = 1
    loading._kept(folder, made.config)
    assert made.found == [False, True, False, False]
    assert made.config.CACHE_DIR == ""


@pytest.mark.skipif(sys.platform == "win32", reason="rights of Unix")
def test_a_folder_that_others_may_write_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o777)
    monkeypatch.setattr(loading, "_compiled", Made())

    with pytest.raises(PermissionError):
        loading._kept(tmp_path, Made().config)


def test_numba_is_not_loaded_before_it_is_asked_for() -> None:
    program_ = "import sys, dinhbien.columns.blocks; sys.exit('numba' in sys.modules)"
    path = str(Path(__file__).parents[2] / "engine")

    subprocess.run([sys.executable, "-c", program_], env={"PYTHONPATH": path}, check=True)


def test_rows_are_gathered_though_the_first_block_has_none() -> None:
    empty = np.zeros(0, np.int64)
    some = np.arange(3)
    gathered = Gathered(3)
    for units in (empty, some, some + 3):
        verdict = np.ones(len(units), np.int8)
        gathered.add(Rows(units, verdict, units, units + 1, 2, empty, np.ones(11, np.int64)))
    made = gathered.made()

    assert made.units.tolist() == [0, 1, 2, 3, 4, 5]
    assert made.hi.tolist() == [1, 2, 3, 4, 5, 6]
    assert made.counts.tolist() == [3] * 11
