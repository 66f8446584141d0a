"""Frames in, a frame of flags out: what hangs on one unit's numbers and findings.  §10, §11

What needs the pool of all other units, and what arrays do not reckon, is left out and named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from msgspec import Struct, field
from msgspec.structs import replace
from numpy.typing import NDArray

from dinhbien.columns.from_flags import Flags, flags_of
from dinhbien.columns.on_numpy import evaluated
from dinhbien.columns.outcome import CODES, Outcomes, outcomes
from dinhbien.columns.table import INFINITE, MISSING, Bits, Table, words_of
from dinhbien.judging.check import judgement
from dinhbien.judging.flags import raised
from dinhbien.judging.situation import Situations, counts_only
from dinhbien.language.chain import COMPARED, Chain
from dinhbien.language.pack import EncodedNorm, Pack
from dinhbien.many.check_frame import Run, day_of, read_frames
from dinhbien.many.parts import Parts, Rows, widest
from dinhbien.many.settled import Findings
from dinhbien.many.to_frame import full_codes
from dinhbien.meaning.alike import Prepared
from dinhbien.meaning.completions import MOST_COMBINATIONS
from dinhbien.model.flagged import Flagged, FlagRow

RAISED, OPEN = 1, -1
_SURPLUS, _MET = CODES["surplus"], CODES["met"]
Key = tuple[str, str, str]
"""A chain, a norm or an empty text, and a flag."""
COLUMNS = (
    "chain", "norm", "level", "code", "flag", "raised", "amount_from", "amount_to", "unit",
)  # fmt: skip


def flag_frame(
    frames: Mapping[str, pd.DataFrame],
    *,
    as_of: date | None = None,
    pack: Pack | None = None,
    norms: str | PathLike[str] | None = None,
    everything: bool = False,
) -> pd.DataFrame:
    """The flags that hang on one unit's numbers and findings, as a frame.

    Frames and errors are those of `check_frame`.  A row is one flag of one unit, or of one unit
    and norm: what `Report.flags` holds of it, in the order of chains, norms, codes and flags.
    `raised` is NA where it is open; the amount is in `unit`, `amount_to` alone NA where it has no
    bound, both where there is none.  Flags that are certainly not raised are listed with
    `everything` only.  ``attrs["left_out"]`` names the flags that are not told here, as
    ``chain/flag`` or ``chain/flag/norm``: `check` tells them.
    """
    folder = Path(norms) if norms is not None else None
    read = read_frames(frames, folder, pack)
    run = Run(read, day_of(read, as_of), everything, norms, words=False)
    run.refuse_contradictions()
    return _Flagging(run).frame()


class _Told(Struct):
    """One flag of all units of a level."""

    outcomes: Outcomes
    left: Bits
    is_rank: bool
    unit: str

    @property
    def raised(self) -> NDArray[np.int8]:
        """1 where it is raised, 0 where not, −1 where it is open."""
        verdict = self.outcomes.verdict
        found = np.where(verdict == _SURPLUS, RAISED, np.where(verdict == _MET, 0, OPEN))
        return np.where(self.is_rank, RAISED, found).astype(np.int8)

    @property
    def parts(self) -> Parts:
        """Its amount."""
        found = self.outcomes.measured
        assert found is not None  # noqa: S101 - a flag measures its amount
        shape = self.left.shape
        lo, hi = (np.broadcast_to(one, shape) for one in found)
        return Parts(lo, hi, self.outcomes.scale, self.left)


class _Flagging(Struct, dict=True):
    """The flags of one plan."""

    run: Run
    told: dict[Key, _Told] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    before: dict[str, Parts] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        return self.run.read.table

    @property
    def pack(self) -> Pack:
        return self.run.read.pack

    @cached_property
    def found(self) -> dict[str, Findings]:
        """What each norm in force says, words not tried."""
        return {one.norm.id: one for one in self.run.settled(self.table, self.run.certain)}

    @cached_property
    def situations(self) -> Situations:
        """Which norms a chain compares, and which have rows in it."""
        from dinhbien.meaning.subjects import Subjects

        subjects = Subjects(self.run.read.plan, self.table.vocabulary)
        return Situations(subjects, tuple(self.run.judged), ())

    def frame(self) -> pd.DataFrame:
        """All rows in order."""
        for chain in self.pack.rules.listed:
            self._chain(chain)
        rows = [one for key in self.told for one in self._rows(key)]
        rows += list(self._by_definition())
        order = {(one.name, step.name): (place, at)
                 for place, one in enumerate(self.pack.rules.listed)
                 for at, step in enumerate(one.steps)}  # fmt: skip
        made = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=[*COLUMNS])
        places = [order[chain, flag] for chain, flag in zip(made.chain, made.flag, strict=True)]
        made["_chain"], made["_flag"] = ([one[at] for one in places] for at in (0, 1))
        made = made.sort_values(["_chain", "norm", "code", "_flag"], ignore_index=True)
        made = made[[*COLUMNS]]
        made.attrs["left_out"] = sorted(set(self.left_out))
        return made

    # -- chains --------------------------------------------------------------

    def _chain(self, chain: Chain) -> None:
        if chain.file.level != self.run.step:
            self.left_out += [f"{chain.name}/{one.name}" for one in chain.shown]
            return
        if chain.file.each == "unit":
            self._raise(chain, "", self._of_unit(chain))
            mine = {key[2]: one.parts for key, one in self.told.items() if key[0] == chain.name}
            self.before |= mine
            return
        for norm in self.situations.norms(chain):
            self._raise(chain, norm.id, self._of_norm(chain, norm))

    def _rows_of(self, norm: str, chain: Chain) -> Rows | None:
        """The findings of a norm; None where arrays tell none of them."""
        found = self.found[norm]
        return None if found.unsettled.all() else Rows(self.table, found, chain.file.level)

    def _of_unit(self, chain: Chain) -> dict[str, Parts]:
        made = dict(self.before)
        for name, wanted in chain.file.compares.items():
            among = [self._rows_of(one.id, chain) for one in self.situations.compared(wanted)]
            told = [one for one in among if one is not None]
            if told and len(told) == len(among):
                made |= {f"{name}_{part}": widest([one.part(part) for one in told])
                         for part in COMPARED}  # fmt: skip
        return made

    def _of_norm(self, chain: Chain, norm: EncodedNorm) -> dict[str, Parts]:
        made, rows = dict(self.before), self._rows_of(norm.id, chain)
        if rows is None or norm.norm.form in chain.file.gaps:
            return made  # who could fill a field is told by the definition
        made |= {name: rows.part(name) for name in ("short", "over", "spare")}
        none = Parts.none(self.table.size(chain.file.level))
        made |= {"gap": none, "gap_inside": none, "spare_inside": made["spare"].only(~rows.alone)}
        for name, one in chain.file.narrowed.items():
            if one.of in made:
                made[name] = made[one.of] if counts_only(norm, one.rank) else none
        return made

    def _raise(self, chain: Chain, norm: str, inputs: Mapping[str, Parts]) -> None:
        """Every flag of a chain that the inputs suffice for."""
        table = self._with(chain.file.level, inputs)
        flags = flags_of(chain, table, self.run.day, tuple(inputs))
        tail = f"/{norm}" if norm else ""
        self.left_out += [f"{chain.name}/{one}{tail}" for one in flags.left]
        values = evaluated(flags.compiled.lowering.tape, flags.compiled.bound(table))
        many_words = self._many_words(chain)
        many = table.size(chain.file.level)
        for step in chain.shown:
            if step.name in flags.asked:
                one = outcomes(flags.asked[step.name], values, many)
                left = self._left(flags, step.name, inputs) | one.slow | ~one.told | many_words
                unit = str(step.measure) if step.measure else ""
                self.told[chain.name, norm, step.name] = _Told(one, left, step.kind == "rank", unit)

    def _many_words(self, chain: Chain) -> Bits:
        """The units that may lack more words than are tried: no flag of the chain is told there.

        A chain tries the words of all its flags together.
        """
        table, level = self.table, chain.file.level
        attributes = table.vocabulary.attributes
        doublings = np.zeros(table.size(level))
        for name in frozenset[str]().union(*Prepared(chain).words.values()):
            for one in table.levels:
                if one not in attributes[name].of or attributes[name].kind not in {"word", "truth"}:
                    continue
                words = table.levels[one].words.get(name)
                lacks = np.ones(table.size(one), bool) if words is None else words == MISSING
                each = np.log2(len(words_of(name, table.vocabulary)))
                if level == one or level in table.vocabulary.ancestors_of(one):
                    places = table.above(one, level)[lacks]
                    doublings += each * np.bincount(places, minlength=table.size(level))
                elif one in table.vocabulary.ancestors_of(level):
                    doublings += each * lacks[table.above(level, one)]
        return np.asarray(doublings > np.log2(MOST_COMBINATIONS))

    def _with(self, level: str, inputs: Mapping[str, Parts]) -> Table:
        """The plan with the inputs of the rows as numbers of its units."""
        numbers = {name: one.column() for name, one in inputs.items()}
        one = self.table.levels[level]
        levels = {**self.table.levels, level: replace(one, numbers={**one.numbers, **numbers})}
        return Table(self.table.top, levels, self.table.vocabulary)

    def _left(self, flags: Flags, name: str, inputs: Mapping[str, Parts]) -> Bits:
        """The units of which a flag reads something that is left."""
        steps = (flags.compiled.lowering.tape.steps[at]
                 for at in flags.compiled.steps_of(flags.asked[name]))  # fmt: skip
        read = {str(one.more[0]) for one in steps if one.does == "cell"}
        found = np.zeros(self.table.size(self.run.step), bool)
        for one in read & set(inputs):
            found |= inputs[one].left
        return found

    # -- rows ----------------------------------------------------------------

    def _rows(self, key: Key) -> Iterator[pd.DataFrame]:
        one = self.told[key]
        up, parts = one.raised, one.parts
        kept = ~one.left if self.run.everything else ~one.left & (up != 0) & (not one.is_rank)
        at = np.flatnonzero(kept)
        ends = [end[at] / parts.scale for end in (parts.lo, parts.hi)]
        none = [np.abs(end[at]) >= INFINITE for end in (parts.lo, parts.hi)]
        lo, hi = (np.where(gone, np.nan, end) for gone, end in zip(none, ends, strict=True))
        codes = full_codes(self.table, self.run.step, at)
        if len(at):
            yield _frame(key, self.run.step, codes, up[at], lo, hi, one.unit)

    def _by_definition(self) -> Iterator[pd.DataFrame]:
        """The flags of units of which arrays leave some, by a plan of those units."""
        left = [one.left for one in self.told.values()]
        chosen = np.logical_or.reduce(left) if left else np.zeros(0, bool)
        if not chosen.any():
            return
        units = chosen if not any(map(self.run.takes_all, self.run.certain)) else chosen | True
        made = judgement(self.run.plan_of(np.flatnonzero(units)), self.pack, self.run.day)
        listed = {full_codes(self.table, self.run.step, np.arange(len(chosen)))[at]: at
                  for at in np.flatnonzero(chosen)}  # fmt: skip
        among = frozenset(one.path for one in made.situations.units(self.run.step)
                          if one.code in listed)  # fmt: skip
        for row in raised(made.situations, self.pack.rules.listed, self.run.day, among):
            at = listed[row.subject.code]
            for flag in row.flags:
                one = self.told.get((row.chain, row.norm, flag.flag))
                if one is not None and one.left[at] and self._is_shown(flag):
                    yield _row(row, flag, one.unit)

    def _is_shown(self, flag: Flagged) -> bool:
        return self.run.everything or (flag.raised is not False and flag.kind != "rank")


def _frame(  # noqa: PLR0913, PLR0917 - the columns of a frame
    key: Key, level: str, codes: Any, raised: Any, lo: Any, hi: Any, unit: str,  # noqa: ANN401
) -> pd.DataFrame:  # fmt: skip
    up = pd.array(raised == RAISED, dtype="boolean")
    up[raised == OPEN] = pd.NA
    return pd.DataFrame({
        "chain": key[0], "norm": key[1], "level": level, "code": pd.array(codes, dtype="string"),
        "flag": key[2], "raised": up, "amount_from": pd.array(lo, dtype="Float64"),
        "amount_to": pd.array(hi, dtype="Float64"), "unit": unit,
    })  # fmt: skip


def _row(row: FlagRow, flag: Flagged, unit: str) -> pd.DataFrame:
    amount = flag.amount
    ends = (None, None) if amount is None else (amount.low, amount.high)
    lo, hi = (np.array([np.nan if one is None else float(one)]) for one in ends)
    raised = OPEN if flag.raised is None else int(flag.raised)
    key = row.chain, row.norm, flag.flag
    return _frame(key, row.subject.level, [row.subject.code], np.array([raised]), lo, hi, unit)
