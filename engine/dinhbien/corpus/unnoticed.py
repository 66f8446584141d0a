"""What no scenario would notice: a number or a date that is another, a verdict never expected."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from dinhbien.corpus.cases import Case, cases
from dinhbien.corpus.expectations import expectations
from dinhbien.corpus.mutants import Mutant, mutants
from dinhbien.corpus.runs import Corpus, read_again
from dinhbien.errors import NormsError, Problem
from dinhbien.judging.related import related
from dinhbien.language import operators as op
from dinhbien.language.pack import EncodedNorm, Pack
from dinhbien.reading.lint import Doubt, norm_place
from dinhbien.reading.to_plan import pack_named
from dinhbien.reading.to_unnoticed import Listed


def corpora(packs: list[Pack], norms: Path, scenarios: Path) -> list[Corpus]:
    """The expectations below `scenarios` for each pack of the folder `norms`.

    Raises `InputError` with every problem of the files of expectations.
    """
    found = list(cases(expectations(scenarios)))
    named = {plan: pack_named(plan) for plan in {one.plan for one in found}}
    return [
        Corpus(pack, norms, tuple(one for one in found if named[one.plan] == pack.id))
        for pack in packs
    ]


def verdicts_without_scenario(among: list[Corpus]) -> Iterator[Doubt]:
    """The verdicts that a norm can give and no expectation names, for each norm."""
    possible: dict[str, set[str]] = {}
    for corpus in among:
        for norm in corpus.pack.norms:
            possible.setdefault(norm.id, set()).update(verdicts_of(norm, corpus.pack))
    for identity, verdicts in sorted(possible.items()):
        expected = {
            one for corpus in among for case in corpus.cases if case.norm == identity
            for one in case.verdicts
        }  # fmt: skip
        lacking = ", ".join(f"`{one}`" for one in sorted(verdicts - expected))
        if lacking:
            message = f"no scenario expects {lacking} of the norm"
            at = norm_place(among[0].norms, identity)
            way_out = "add one to an `expect-*.yaml`, or say why it cannot be"
            yield Doubt("verdict-without-scenario", Problem(message, at, identity, way_out))


def verdicts_of(norm: EncodedNorm, pack: Pack) -> set[str]:
    """The verdicts that the norm can give, as its program and its pack say.

    Without a condition, an exception or a demand the verdicts for it are impossible.
    """
    program = norm.used.program
    found = {program.within}
    if program.parts or _can_fail(program.least):
        found.add(program.below)
    if program.most is not None:
        found.add(program.above)
    if program.measured is not None or program.parts:
        found.add("undetermined")
    excepted = any(norm.id in other.norm.exception_to for other in pack.norms)
    if program.applies is not None or excepted:
        found.add("not applicable")
    return found


def _can_fail(least: op.Operator | None) -> bool:
    """Whether something can lie below the least: below nothing there is nothing."""
    return least is not None and least != op.Constant(Fraction(0))


class Mutation(Struct):
    """Changes each number and date of the packs' norms by one, and asks which cases notice.

    `listed` are changes of which it is said why nothing can differ; `left` counts the others
    that nobody notices.
    """

    among: list[Corpus]
    listed: tuple[Listed, ...] = ()
    tried: int = 0
    left: int = 0
    _noticed: set[tuple[str, str]] = field(default_factory=set)
    _alive: dict[tuple[str, str], Mutant] = field(default_factory=dict)

    def doubts(self) -> Iterator[Doubt]:
        """The cases that fail as the norms are, and what no other case notices."""
        for corpus in self.among:
            sound: list[Case] = []
            ran: dict[object, dict[str, Any]] = {}
            for case in corpus.cases:
                failed = corpus.fails(case, corpus.pack_of(case), ran)
                yield from _failing(case, failed)
                sound += [] if failed else [case]
            for instrument in corpus.pack.instruments:
                self._try(corpus, instrument, tuple(sound))
        self.tried = len(self._noticed | set(self._alive))
        self.left = len(set(self._alive) - self._noticed - self._known)
        yield from self._surviving()
        yield from self._in_vain()

    @property
    def _known(self) -> set[tuple[str, str]]:
        return {(one.path, one.new) for one in self.listed}

    def _in_vain(self) -> Iterator[Doubt]:
        """What is listed, and is noticed after all."""
        for one in self.listed:
            if (one.path, one.new) in self._noticed:
                message = f"a scenario notices `{one.new}`, of which it is said why none can"
                problem = Problem(message, one.at, one.path, "remove the line")
                yield Doubt("listed-in-vain", problem)

    def _surviving(self) -> Iterator[Doubt]:
        by_path: dict[str, list[Mutant]] = {}
        for key, mutant in self._alive.items():
            if key not in self._noticed | self._known:
                by_path.setdefault(mutant.path, []).append(mutant)
        yield from map(_unnoticed, by_path.values())

    def _try(self, corpus: Corpus, instrument: str, sound: tuple[Case, ...]) -> None:
        for mutant in mutants(instrument, corpus.norms):
            key = (mutant.path, mutant.new)
            if key in self._noticed:
                continue
            noticed = _notices(corpus, sound, mutant)
            if noticed:
                self._noticed.add(key)
            elif noticed is not None:
                self._alive[key] = mutant


def _failing(case: Case, failed: list[str]) -> Iterator[Doubt]:
    if failed:
        message = f"the norm `{case.norm}` does not give what is expected"
        problem = Problem(message, case.at, case.place, "; ".join(failed))
        yield Doubt("scenario-fails", problem)


def _unnoticed(alike: list[Mutant]) -> Doubt:
    one = alike[0]
    others = " or ".join(f"`{mutant.new}`" for mutant in alike)
    message = f"no scenario would notice {others} in place of `{one.old}`"
    way_out = "add one at the boundary, with what must be found below it, at it and above it"
    return Doubt("number-unnoticed", Problem(message, one.at, one.path, way_out))


def _notices(corpus: Corpus, sound: tuple[Case, ...], mutant: Mutant) -> bool | None:
    """Whether a case fails under `mutant`, or the text is refused; None where nothing reads it."""
    try:
        mutated = read_again(corpus.pack, corpus.norms, mutant.instrument, mutant.asked)
        near = related(corpus.pack, _changed(corpus.pack, mutated))
        packs: dict[Path | None, Pack] = {None: mutated}
        ran: dict[Path | None, dict[object, dict[str, Any]]] = {}
        for case in sound:
            if case.norm not in near:
                continue
            changes_norms = corpus.pack_of(case) is not corpus.pack
            key = case.change if changes_norms else None
            if key not in packs:
                packs[key] = corpus.read_again(case, mutant.instrument, mutant.asked)
            if corpus.fails(case, packs[key], ran.setdefault(key, {})):
                return True
    except NormsError:
        return True
    return False if near else None


def _changed(pack: Pack, mutated: Pack) -> list[str]:
    """The norms of which an evaluator reads something else."""
    before = {one.id: _read(one) for one in pack.norms}
    found = [one.id for one in mutated.norms if before.get(one.id) != _read(one)]
    pairs = zip(pack.exemptions, mutated.exemptions, strict=True)
    return found + [old.norm for old, new in pairs if old != new]


def _read(norm: EncodedNorm) -> object:
    return norm.period, norm.readings, norm.norm.grace
