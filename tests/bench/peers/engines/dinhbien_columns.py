"""dinhbien's evaluator of columns: coded arrays in, the rows of findings out, in order.

The plan's columns become a table of whole numbers of 64 bits, each a pair of ends, untimed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dinhbien import Pack, read_pack
from dinhbien.columns.blocks import findings_of
from dinhbien.columns.judged import Compiled, compiled
from dinhbien.columns.outcome import CODES
from dinhbien.columns.rows import Rows
from dinhbien.columns.table import INFINITE, Column, Level, words_of
from dinhbien.columns.table import Table as Plan
from dinhbien.language.operators import Program
from dinhbien.model.words import Vocabulary
from tests.bench.peers.engines import NotReachedError
from tests.bench.peers.findings import Findings
from tests.bench.peers.intervals import UNBOUNDED
from tests.bench.peers.table import DAY, NORMS, PACK, SHORTAGE, SURPLUS, UNDETERMINED, Table
from tests.bench.peers.workload import MISSING, NUMBERS, TRUTHS, WORDS, Array, Workload

TOP = "province"
LEVELS = {"commune": "communes", "organisation": "organisations", "post": "posts"}
SAID = {"shortage": SHORTAGE, "surplus": SURPLUS, "undetermined": UNDETERMINED}


@dataclass(frozen=True)
class Prepared:
    """The norms on one tape, the plan in arrays, and what a finding's unit is called."""

    made: Compiled
    plan: Plan
    keys: dict[str, Array]


@dataclass(frozen=True)
class Judged:
    """What was found: for each norm its rows, and the level of its units."""

    rows: list[Rows]
    levels: list[str]
    keys: dict[str, Array]


def prepare(plan: Workload, table: Table) -> Prepared:
    """The plan as arrays, and the programs of the norms; the definition has no part in it."""
    pack = read_pack(PACK, norms=NORMS)
    arrays = _plan(plan, table, pack.rules.vocabulary)
    programs = [_program(pack, row.norm) for row in table.rows]
    made = compiled(programs, arrays, DAY)
    if made.left:
        message = f"{len(made.left)} norms are left to the definition"
        raise NotReachedError(message)
    keys = {level: plan.keys(level) for level in ("commune", "organisation")}
    return Prepared(made, arrays, keys)


def run(prepared: Prepared, *, kernel: bool = False) -> Judged:
    """The rows of each norm, in the order of the units, by NumPy or by the kernel."""
    asked = prepared.made.asked
    found = findings_of(prepared.made, prepared.plan, kernel=kernel)
    rows = [one for one in found if one is not None]
    return Judged(rows, [one.program.level for one in asked if one is not None], prepared.keys)


def findings(result: Judged) -> Findings:
    """The rows one after another, in the form that is compared."""
    if any(len(one.left) for one in result.rows):
        message = "some units are left to the definition"
        raise NotReachedError(message)
    code = np.zeros(len(CODES), np.uint8)
    for name, number in SAID.items():
        code[CODES[name]] = number
    norms = [np.full(len(one.units), place) for place, one in enumerate(result.rows)]
    units = [result.keys[level][one.units]
             for one, level in zip(result.rows, result.levels, strict=True)]  # fmt: skip
    ends = [[_whole(end, one.scale) for end in (one.lo, one.hi)] for one in result.rows]
    verdicts = [code[one.verdict] for one in result.rows]
    columns = (norms, units, verdicts, *zip(*ends, strict=True))
    return Findings.of([np.concatenate(one) for one in columns])


def _whole(end: Array, scale: int) -> Array:
    return np.where(end >= INFINITE, UNBOUNDED, end // scale)


def _program(pack: Pack, name: str) -> Program:
    found = pack.norm(name)
    assert found is not None
    (reading,) = found.readings
    return reading.program


def _plan(plan: Workload, table: Table, vocabulary: Vocabulary) -> Plan:
    top = Level(
        1, np.zeros(1, np.int64), np.array(["99"], object), complete=_all(TOP, 1, vocabulary)
    )
    parents = {
        "commune": np.zeros(plan.size, np.int64),
        "organisation": plan.organisations["commune"].astype(np.int64),
        "post": plan.posts["organisation"].astype(np.int64),
    }
    levels = {TOP: top}
    for level, name in LEVELS.items():
        columns = getattr(plan, name)
        many = len(parents[level])
        words = {one: _words(columns[one], table.words[one], one, vocabulary)
                 for one in WORDS[name]}  # fmt: skip
        words |= {one: np.where(columns[one], *_truths(one, vocabulary)) for one in TRUTHS[name]}
        levels[level] = Level(
            many,
            parents[level],
            np.broadcast_to(np.array([""], object), many),
            {one: _numbers(columns[one]) for one in NUMBERS[name]},
            words,
            _all(level, many, vocabulary),
        )
    return Plan(TOP, levels, vocabulary)


def _all(level: str, many: int, vocabulary: Vocabulary) -> dict[str, Array]:
    return {one: np.ones(many, bool) for one in vocabulary.children_of(level)}


def _truths(attribute: str, vocabulary: Vocabulary) -> tuple[int, int]:
    words = words_of(attribute, vocabulary)
    return words.index("yes"), words.index("no")


def _words(codes: Array, words: tuple[str, ...], attribute: str, vocabulary: Vocabulary) -> Array:
    places = [words_of(attribute, vocabulary).index(word) for word in words]
    return np.array(places, np.int64)[codes]


def _numbers(column: Array) -> Column:
    known = column != MISSING
    low = np.where(known, column, 0).astype(np.int64)
    return Column(low, np.where(known, low, INFINITE), 1, known)
