"""A file of flags → a chain of programs; remedies become a waterfall."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import TypeVar

from msgspec import Struct, field

from dinhbien.errors import nearest
from dinhbien.language import operators as op
from dinhbien.language.chain import COMPARED, PER_NORM, PER_UNIT, Chain, Step
from dinhbien.language.elaborate import Elaborator
from dinhbien.language.names import (
    RESERVED,
    TRUTH,
    FaultError,
    Names,
    SilentFaultError,
    Type,
    taken_names,
)
from dinhbien.language.units import NO_UNIT, measure_of
from dinhbien.model.flag import Flag, FlagFile
from dinhbien.model.norm import NamedCount
from dinhbien.model.words import Vocabulary

Made = TypeVar("Made")
_ZERO = op.Constant(Fraction(0))
_POST = "post"
RAISED = "raised"


class _Compiler(Struct):
    """Compiles one file and gathers everything that it may not say."""

    file: FlagFile
    names: Names
    faults: list[FaultError] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    def attempt(self, step: Callable[[], Made]) -> Made | None:
        """What `step` makes, or None with its fault kept."""
        try:
            return step()
        except SilentFaultError:
            return None
        except FaultError as fault:
            self.faults.append(fault)
            return None

    def compile(self) -> None:
        """Every step in order; a name is usable after its step only."""
        self._clashes()
        for name, flag in self.file.chain.items():
            self.names.later = frozenset([*self.file.chain, *self.file.remedies]) - {
                one.name for one in self.steps
            }
            before = len(self.faults)
            made = self._rest(name, flag) if flag.left_of else self._flag(name, flag)
            for step in made:
                self._add(step)
            if len(self.faults) > before:
                self.broken.add(name)
                self.names.broken.add(name)

    def _add(self, step: Step) -> None:
        self.steps.append(step)
        self.names.situation[f"{step.name}.{RAISED}"] = TRUTH
        if step.amount is not None:
            self.names.situation[step.name] = Type("quantity", step.measure, True)

    def _clashes(self) -> None:
        taken = taken_names(self.names.vocabulary, self.names.counts)
        taken |= dict.fromkeys(self.names.situation, "what a row is made of")
        taken |= dict.fromkeys(RESERVED, "a word of the language")
        for name in (*self.file.chain, *self.file.remedies):
            if name in taken:
                message = f"`{name}` is also {taken[name]}"
                self.faults.append(FaultError(f"chain.{name}", message, "give it another name"))
        for name in sorted({*self.file.chain} & {*self.file.remedies}):
            message = f"`{name}` is also a remedy"
            self.faults.append(FaultError(f"chain.{name}", message, "give it another name"))

    def _at(self, path: str) -> Elaborator:
        return Elaborator(self.names, self.file.level, self.file.level, path)

    def _flag(self, name: str, flag: Flag) -> Iterator[Step]:
        path = f"chain.{name}"
        if flag.ranks:
            made = self._ranked(path, flag)
            if made is not None:
                yield Step(name, "rank", None, made, NO_UNIT)
            return
        when = None
        if flag.when is not None:
            text = flag.when
            when = self.attempt(lambda: self._at(f"{path}.when").truth(text))
        if flag.amount is None:
            yield Step(name, "flag", when, None)
            return
        found = self.attempt(lambda: self._amount(f"{path}.amount", flag.amount or ""))
        if found is not None:
            amount, measure = found
            made = op.Branch(when, amount, _ZERO) if when is not None else amount
            yield Step(name, "flag", when, made, measure.measure)

    def _amount(self, path: str, text: str) -> tuple[op.Operator, Type]:
        made, kind = self._at(path).text(text)
        if kind.kind != "quantity":
            message = f"an amount is expected, and this is {kind}"
            raise FaultError(path, message)
        return made, kind

    def _ranked(self, path: str, flag: Flag) -> op.Operator | None:
        made: op.Operator = op.Constant(Fraction(len(flag.ranks) + 1))
        for place, rank in reversed(list(enumerate(flag.ranks))):
            at = self._at(f"{path}.ranks.{place}.when")
            text = rank.when
            when = self.attempt(lambda: at.truth(text))  # noqa: B023 - called at once
            if when is None:
                return None
            made = op.Branch(when, op.Constant(Fraction(place + 1)), made)
        return made

    def _rest(self, name: str, flag: Flag) -> Iterator[Step]:
        """Each remedy takes what it can of what the ones before it left."""
        filled = flag.left_of or ""
        known = [one.name for one in self.steps if one.amount is not None]
        if filled in self.broken:
            return
        if filled not in known:
            message = f"`{filled}` is no flag before this one that has an amount"
            fault = FaultError(f"chain.{name}.left_of", message, nearest(filled, known))
            self.faults.append(fault)
            return
        left: op.Operator = op.Situation(filled)
        measure = self.names.situation[filled].measure
        for remedy in flag.after:
            step = self._taken(f"chain.{name}.after", remedy, left, measure)
            if step is None:
                return
            yield step
            less = op.Arithmetic("-", left, op.Situation(remedy))
            rest = f"{name} after {remedy}"  # no expression can name it
            yield Step(rest, "left", None, op.Chosen("greatest", (_ZERO, less)), measure)
            left = op.Situation(rest)
        yield Step(name, "rest", None, left, measure)

    def _taken(self, path: str, name: str, left: op.Operator, measure: object) -> Step | None:
        remedy = self.file.remedies.get(name)
        if remedy is None or name in {one.name for one in self.steps}:
            done = "is tried twice" if remedy else "is not a remedy"
            way_out = "" if remedy else nearest(name, self.file.remedies)
            self.faults.append(FaultError(path, f"`{name}` {done}", way_out))
            return None
        at = f"remedies.{name}.at_most"
        found = self.attempt(lambda: self._amount(at, remedy.at_most))
        if found is None:
            return None
        if found[1].measure is not None and found[1].measure != measure:
            message = f"`{measure}` are filled, and this is in `{found[1].measure}`"
            self.faults.append(FaultError(at, message, "both need the same unit"))
            return None
        taken = op.Chosen("least", (left, found[0]))
        return Step(name, "remedy", None, taken, found[1].measure)


def compile_flags(
    file: FlagFile, vocabulary: Vocabulary, counts: dict[str, NamedCount], before: list[Chain]
) -> tuple[Chain | None, list[FaultError]]:
    """The chain that `file` says, or None; and everything in it that cannot be.

    A row of a norm may use the flags of the chains per unit `before` it.
    """
    if file.level not in vocabulary.levels:
        way_out = nearest(file.level, vocabulary.levels)
        return None, [FaultError("for", f"`{file.level}` is not a level", way_out)]
    inputs, faults = _inputs(file, vocabulary, counts)
    for chain in (one for one in before if one.file.form is None):
        if chain.file.each == "unit" and chain.file.level == file.level:
            inputs |= _visible(chain)
    compiler = _Compiler(file, Names(vocabulary, counts, situation=inputs), faults)
    compiler.compile()
    compiler.faults += _may_faults(file, vocabulary, counts)
    if compiler.faults:
        return None, compiler.faults
    return Chain(file, tuple(compiler.steps)), []


def _inputs(
    file: FlagFile, vocabulary: Vocabulary, counts: dict[str, NamedCount]
) -> tuple[dict[str, Type], list[FaultError]]:
    """What a row holds before any flag, and what the file asks for that it cannot hold."""
    posts = Type("quantity", measure_of(_POST, vocabulary), True)
    inputs = dict.fromkeys(PER_NORM if file.each == "norm" else PER_UNIT, posts)
    faults = [
        FaultError(
            f"compares.{name}.count", f"`{one.count}` is no count", nearest(one.count, counts)
        )
        for name, one in file.compares.items()
        if one.count not in counts
    ]
    inputs |= dict.fromkeys(file.narrowed, posts)
    for name, narrowed in file.narrowed.items():
        if narrowed.of not in inputs:
            message = f"a row holds no `{narrowed.of}`"
            faults.append(FaultError(f"narrowed.{name}.of", message, nearest(narrowed.of, inputs)))
        ranks = vocabulary.lists["rank"]
        for word in (one for one in narrowed.rank if one not in ranks):
            message = f"`{word}` is not a word of `rank`"
            faults.append(FaultError(f"narrowed.{name}.rank", message, nearest(word, ranks)))
    inputs |= {f"{name}_{part}": posts for name in file.compares for part in COMPARED}
    return inputs, faults


def _may_faults(
    file: FlagFile, vocabulary: Vocabulary, counts: dict[str, NamedCount]
) -> list[FaultError]:
    """What `may` names and is not there; `shows` may name flags of other chains."""
    may = file.may
    if may is None:
        return []
    lists = vocabulary.lists
    named: list[tuple[str, str, Iterable[str]]] = [
        ("books", may.books, counts),
        ("over", may.over, file.chain),
        ("room", may.room, file.chain),
        ("against", may.against, file.compares),
        *((f"taken_as.{name}", word, lists.get(name, ())) for name, word in may.taken_as.items()),
    ]
    if may.listed is not None:
        dates = [name for name, one in vocabulary.attributes.items() if may.listed.level in one.of]
        named.append(("listed.level", may.listed.level, vocabulary.levels))
        named += [(f"listed.{one}", getattr(may.listed, one), dates) for one in ("first", "after")]
    return [
        FaultError(f"may.{key}", f"`{name}` is not there to be asked of", nearest(name, known))
        for key, name, known in named
        if name not in known
    ]


def _visible(chain: Chain) -> dict[str, Type]:
    found = {f"{step.name}.{RAISED}": TRUTH for step in chain.steps}
    amounts = {
        step.name: Type("quantity", step.measure, True)
        for step in chain.steps
        if step.amount is not None
    }
    return found | amounts
