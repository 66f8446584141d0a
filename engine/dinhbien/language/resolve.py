"""Names → operators: slots, lets, numbers, tables and facts.  Nothing shadows."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from fractions import Fraction
from itertools import product
from typing import Any, Final

from msgspec import Struct, StructMeta
from msgspec.structs import replace

from dinhbien.errors import nearest
from dinhbien.language import operators as op
from dinhbien.language import syntax as sx
from dinhbien.language.names import (
    DATE,
    TRUTH,
    FaultError,
    Names,
    SilentFaultError,
    SlotValue,
    Type,
)
from dinhbien.language.numbers import ELSE, band_text
from dinhbien.language.units import Measure, measure_of
from dinhbien.model.norm import KEY_JOIN, Count

Typed = tuple[op.Operator, Type]
QUANTITY: Final = "quantity"
_COUNT = "count"
_LONGEST_CHAIN = 40
AS_OF = "as_of"
"""The day that is judged by."""
MEMBER = "member"
"""In a form: one member of the group that is being gone through."""


class _Abstract(StructMeta, ABCMeta):
    """Of records that cannot be made."""


class Resolver(Struct, frozen=True, metaclass=_Abstract):
    """What the names of one norm stand for, seen from units of `level`.

    `path` is where the expression stands in the norm; `open_lets` are being expanded.
    In a form's own expressions (`in_form`) slots are named, and attributes of the level.
    """

    names: Names
    subject: str
    level: str
    path: str
    base: op.Base = "subject"
    in_form: bool = False
    open_lets: tuple[str, ...] = ()

    @abstractmethod
    def text(self, text: str) -> Typed:
        """The operator and type of an expression as written."""

    def _fault(self, message: str, at: sx.Syntax | None = None, way_out: str = "") -> FaultError:
        return FaultError(self.path, message, way_out, at.span if at else None)

    def _equal(self, kinds: list[Type], tree: sx.Syntax) -> Type:
        measures = [kind.measure for kind in kinds if kind.measure is not None]
        for measure in measures[1:]:
            if measure != measures[0]:
                message = f"`{measures[0]}` and `{measure}` are different units"
                way_out = "write both in one unit, or convert by a named number"
                raise self._fault(message, tree, way_out)
        whole = all(kind.whole for kind in kinds)
        return Type(QUANTITY, measures[0] if measures else None, whole)

    def _name(self, tree: sx.Name) -> Typed:
        name = tree.parts[0]
        if len(tree.parts) > 1:
            return self._dotted(tree)
        return self._slot(tree) if self.in_form else self._own(name, tree)

    def _own(self, name: str, tree: sx.Name) -> Typed:
        """A name of the norm itself."""
        if name == AS_OF:
            return op.AsOf(), DATE
        if name in self.names.broken:
            raise SilentFaultError(self.path, name)
        if name in self.names.bands:
            return self._banded(tree, "is")
        if name in self.names.numbers:
            return self._law_number(tree)
        if name in self.names.lets:
            return self._let(tree)
        if name in self.names.situation:
            return op.Situation(name), self.names.situation[name]
        return self._fact(name, self.level, tree)

    def _dotted(self, tree: sx.Name) -> Typed:
        above, name = tree.parts[0], tree.parts[-1]
        whole = ".".join(tree.parts)
        if whole in self.names.situation:
            return op.Situation(whole), self.names.situation[whole]
        slot = self.names.slots.get(above) if self.in_form else None
        if slot is not None and slot.takes == "level":
            return self._of_level(slot, sx.Name(tree.parts[1:], tree.span))
        if above in self.names.bands and not self.in_form:
            return self._banded(tree, name)
        if len(tree.parts) == 2 and above == "subject":
            return replace(self, level=self.subject, base="subject")._fact(name, self.subject, tree)
        levels = (self.level, *self.names.vocabulary.ancestors_of(self.level))
        if len(tree.parts) > 2 or above not in levels:
            way_out = nearest(above, (*levels, "subject"))
            message = f"`{above}` is not a level here"
            raise self._fault(message, tree, way_out)
        return self._fact(name, above, tree)

    def _of_level(self, slot: SlotValue, tree: sx.Name) -> Typed:
        """A slot as it stands for the unit of the level above that another slot names."""
        levels = self.names.vocabulary.ancestors_of(self.level)
        if slot.text not in levels:
            message = f"`{slot.text}` is not a level above"
            raise FaultError(slot.path, message, nearest(slot.text, levels))
        return replace(self, level=slot.text)._name(tree)

    def _slot(self, tree: sx.Name) -> Typed:
        if tree.parts[0] == MEMBER and self.base == "here":
            measure = measure_of(self.level, self.names.vocabulary)
            return op.Constant(Fraction(1)), Type(QUANTITY, measure, True)
        slot = self.names.slots.get(tree.parts[0])
        if tree.parts[0] in self.names.broken:
            raise SilentFaultError(self.path, tree.parts[0])
        if slot is None and self._is_attribute(tree.parts[0]):
            return self._fact(tree.parts[0], self.level, tree)
        if slot is None:
            message = f"the form has no slot `{tree.parts[0]}`"
            raise self._fault(message, tree)
        inner = replace(self, path=slot.path, in_form=False)
        if slot.count is not None:
            return inner.tally(slot.count, slot.count_name, self.level)
        if slot.takes != _COUNT:  # a bound is the subject's, a count is each member's
            inner = replace(inner, level=self.subject, base="subject")
        return inner.text(slot.text)

    def _let(self, tree: sx.Name) -> Typed:
        name = tree.parts[0]
        if name in self.open_lets:
            chain = " → ".join((*self.open_lets, name))
            message = f"`let` goes round in a circle: {chain}"
            raise self._fault(message, tree)
        if len(self.open_lets) > _LONGEST_CHAIN:
            message = "the chain of lets is too long"
            raise self._fault(message, tree, "put some of them together")
        self.names.used.add(name)
        inner = replace(self, path=f"let.{name}", open_lets=(*self.open_lets, name))
        return inner.text(self.names.lets[name])

    def _law_number(self, tree: sx.Name, keys: tuple[op.CellOf, ...] = ()) -> Typed:
        name = tree.parts[0]
        number, by = self.names.numbers[name], self.names.keyed_by.get(name, ())
        self.names.used.add(name)
        if by and not keys:
            keys = tuple(self._key(sx.Name(tuple(one.split(".")), tree.span), name) for one in by)
            self._rows_fit(keys, name)
        kind = Type(QUANTITY, number.measure, number.whole)
        return op.NumberOf(name, keys), DATE if number.kind == "date" else kind

    def _key(self, tree: sx.Name, table: str) -> op.CellOf:
        made, _ = self._dotted(tree) if len(tree.parts) > 1 else self._name(tree)
        if not isinstance(made, op.CellOf) or made.kind == QUANTITY:
            message = f"the table `{table}` needs a word to look up"
            raise self._fault(message, tree)
        return made

    def _rows_fit(self, keys: tuple[op.CellOf, ...], table: str) -> None:
        """Refuse a table with a row for no word, or without a row for some."""
        rows = set(self.names.numbers[table].rows)
        if any(not key.words for key in keys):
            return  # by code: which units there are only a plan tells
        fits = {KEY_JOIN.join(words) for words in product(*(key.words for key in keys))}
        stray = sorted(rows - fits - {ELSE})
        if stray:
            names = ", ".join(key.attribute for key in keys)
            message = f"`{stray[0]}` is not a word of `{names}`"
            known = ", ".join(f"`{word}`" for word in (*keys[0].words, ELSE))
            path = f"numbers.{table}.{stray[0]}"
            raise FaultError(path, message, f"one of {known}" if len(keys) == 1 else "")
        absent = [] if ELSE in rows else sorted(fits - rows, key=list(fits).index)
        if absent:
            order = [KEY_JOIN.join(words) for words in product(*(key.words for key in keys))]
            lacking = [word.replace(KEY_JOIN, ", ") for word in order if word in absent]
            words = ", ".join(f"`{word}`" for word in lacking)
            message = f"the table has no row for {words}"
            path = f"numbers.{table}"
            way_out = "add the row, or `else:`" if len(keys) == 1 else "add the row"
            raise FaultError(path, message, way_out)

    def _banded(self, tree: sx.Name, column: str) -> Typed:
        """A table by size is a chain of branches, the highest lower end first."""
        name = tree.parts[0]
        table = self.names.bands[name]
        self.names.used.add(name)
        value, kind = replace(self, path=f"numbers.{name}.by").text(table.by[0])
        if kind.kind != QUANTITY:
            message = f"a table by size is by a quantity, and this is {kind}"
            path = f"numbers.{name}.by"
            raise FaultError(path, message, "a table by a word has rows")
        made: op.Operator = op.Undefined(("below_the_bands", name))
        kinds: list[Type] = []
        for place, band in enumerate(table.bands):
            here = replace(self, path=f"numbers.{name}.bands.{place}")
            low, low_kind = here._part_of(name, place, "over" if band.over else "from")
            here._equal([kind, low_kind], tree)
            result, result_kind = here._part_of(name, place, column)
            kinds.append(result_kind)
            sign: Any = ">" if band.over else ">="
            made = op.Branch(op.Compared(sign, value, low), result, made)
        return made, self._equal(kinds, tree)

    def _part_of(self, table: str, place: int, column: str) -> Typed:
        """A lower end or a value of a band: a number, or an expression over named ones."""
        key = f"{table}.bands.{place}.{column}"
        if key in self.names.numbers:
            number = self.names.numbers[key]
            return op.NumberOf(key), Type(QUANTITY, number.measure, number.whole)
        text = band_text(self.names.bands[table].bands[place], column)
        if text is None:
            message = f"the bands of `{table}` have no column `{column}`"
            raise self._fault(message)
        return self.text(text)

    def _fact(self, name: str, level: str, tree: sx.Syntax) -> Typed:
        if name in self.names.counts:
            return self.tally(self.names.counts[name], name, level)
        attribute = self.names.vocabulary.attributes.get(name)
        if attribute is None or level not in attribute.of:
            raise self._unknown(name, level, tree)
        words = tuple(self.names.vocabulary.lists.get(attribute.words or "", ()))
        if attribute.kind == "truth":
            return op.CellOf(self.base, level, name, "truth", ("yes", "no")), TRUTH
        if attribute.kind == "date":
            return op.CellOf(self.base, level, name, "date"), DATE
        if attribute.kind == "code":
            return op.CellOf(self.base, level, name, "code"), Type("word", words="code")
        if attribute.kind == "word":
            kind = Type("word", words=attribute.words or "")
            return op.CellOf(self.base, level, name, "word", words), kind
        measure = measure_of(attribute.unit or "", self.names.vocabulary)
        whole = _countable(measure, self.names)
        return op.CellOf(self.base, level, name, QUANTITY), Type(QUANTITY, measure, whole)

    def _unknown(self, name: str, level: str, tree: sx.Syntax) -> FaultError:
        known = {*self.names.numbers, *self.names.lets, *self.names.counts}
        known |= {key for key, one in self.names.vocabulary.attributes.items() if level in one.of}
        known |= {*self.names.situation}
        if name in self.names.later:
            message = f"`{name}` comes later in the chain"
            return self._fault(message, tree, "put what is used before what uses it")
        message = f"`{name}` is no number, let or count, and no attribute at the level `{level}`"
        return self._fault(message, tree, nearest(name, known))

    def tally(self, count: Count, name: str, level: str) -> Typed:
        """The filtered sum of `count` at the unit of `level`."""
        measure = measure_of(count.of, self.names.vocabulary)
        return op.Tally(self.base, level, count, name), Type(QUANTITY, measure, True)

    def _is_attribute(self, name: str) -> bool:
        attribute = self.names.vocabulary.attributes.get(name)
        return attribute is not None and self.level in attribute.of


def _countable(measure: Measure, names: Names) -> bool:
    """Whether `measure` is a unit that comes in wholes only."""
    if len(measure.powers) != 1 or measure.powers[0][1] != 1:
        return False
    return names.vocabulary.units[measure.powers[0][0]].countable == "yes"
