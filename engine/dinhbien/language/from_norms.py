"""Norm + form → program: a form is a macro over the language."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from dinhbien.errors import nearest
from dinhbien.language import operators as op
from dinhbien.language.chain import Chain
from dinhbien.language.elaborate import Elaborator, syntax_of
from dinhbien.language.names import (
    FILTERS,
    FaultError,
    Names,
    SilentFaultError,
    SlotValue,
    Type,
)
from dinhbien.language.numbers import band_numbers, check_source, law_number
from dinhbien.language.resolve import Typed
from dinhbien.language.syntax import Group
from dinhbien.language.units import NO_UNIT
from dinhbien.model.form import Form, Must, Slot
from dinhbien.model.norm import Count, NamedCount, Norm, Number
from dinhbien.model.wording import Bilingual
from dinhbien.model.words import Vocabulary

Made = TypeVar("Made")
_SLOT_COUNT = "count"
_QUOTAS = ("assigned", "provisional")


class Rules(Struct, frozen=True):
    """The vocabulary, the named counts, the forms, the reports' phrases, the flags: ``rules/``."""

    vocabulary: Vocabulary
    counts: dict[str, NamedCount]
    forms: dict[str, Form]
    phrases: dict[str, Bilingual]
    flags: tuple[Chain, ...] = ()

    @property
    def listed(self) -> tuple[Chain, ...]:
        """The chains whose flags pages list: those that fill in no printed form."""
        return tuple(one for one in self.flags if one.file.form is None)


class _Compiler(Struct):
    """Compiles one norm and gathers everything it may not say."""

    norm: Norm
    rules: Rules
    number_paths: dict[str, str]
    faults: list[FaultError] = field(default_factory=list)
    unused: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)

    def attempt(self, step: Callable[[], Made]) -> Made | None:
        """What `step` makes, or None with its fault kept."""
        try:
            return step()
        except SilentFaultError:
            return None
        except FaultError as fault:
            if all(str(fault) != str(one) or fault.path != one.path for one in self.faults):
                self.faults.append(fault)
            return None

    def fault(self, path: str, message: str, way_out: str = "") -> None:
        """Keep one fault."""
        self.faults.append(FaultError(path, message, way_out))

    # -- names ---------------------------------------------------------------

    def names(self, form: Form) -> Names:
        """All that the norm's expressions may name."""
        names = Names(self.rules.vocabulary, self.rules.counts, lets=dict(self.norm.let))
        for name, number in self.norm.numbers.items():
            path = self.number_paths.get(name, f"numbers.{name}")
            self.attempt(lambda: check_source(name, number, self.norm))  # noqa: B023 - called at once
            if number.bands:
                self._bands(name, number, path, names)
                continue
            made = self.attempt(lambda: law_number(name, number, self.norm, path, self._words))  # noqa: B023 - called at once
            if made is None:
                names.broken.add(name)
            else:
                names.numbers[name] = made
            if number.by:
                names.keyed_by[name] = number.by
        before = len(self.faults)
        names.slots = self._slots(form)
        if any(fault.path.startswith(_SLOT_COUNT) for fault in self.faults[before:]):
            names.broken.add(_SLOT_COUNT)
        for path, name, other in names.clashes():
            self.fault(path, f"`{name}` is also {other}", "give it another name")
        return names

    def _bands(self, name: str, number: Number, path: str, names: Names) -> None:
        made = self.attempt(lambda: band_numbers(name, number, self.norm, path, self._words))
        if len(number.by) != 1:
            message = "a table by size is by one quantity"
            self.fault(f"numbers.{name}", message, "say it under `by:`")
            made = None
        if made is None:
            names.broken.add(name)
            return
        names.numbers |= made
        names.bands[name] = number

    @property
    def _words(self) -> Vocabulary:
        return self.rules.vocabulary

    def _slots(self, form: Form) -> dict[str, SlotValue]:
        given: dict[str, object] = dict(self.norm.slots)
        if self.norm.count is not None:
            given[_SLOT_COUNT] = self.norm.count
        for name in given:
            if name not in form.slots:
                known = {*form.slots, *Norm.model_fields}
                message = f"the form `{form.form}` has no `{name}`"
                self.fault(name, message, nearest(name, known))
        for name, slot in form.slots.items():
            if slot.required == "yes" and name not in given:
                message = f"`{name}` is missing: the form `{form.form}` needs it"
                self.fault("", message, slot.what.en)
        filled = {
            name: self._slot(name, value, form.slots[name])
            for name, value in given.items()
            if name in form.slots
        }
        made = {name: one for name, one in filled.items() if one}
        for name, slot in form.slots.items():
            if name not in given and slot.as_in in made:
                made[name] = made[slot.as_in]
        return made

    def _slot(self, name: str, value: object, slot: Slot) -> SlotValue | None:
        if slot.takes in {"words", "choice"}:
            return self._words_slot(name, value, slot)
        if isinstance(value, Count):
            self.check_count(value)
            return SlotValue("count", name, count=value)
        if not isinstance(value, str):
            self.fault(name, f"`{name}` takes a name or an expression")
            return None
        named = self.rules.counts.get(value)
        if named is not None:
            return SlotValue("count", name, count=named, count_name=value)
        return SlotValue(slot.takes, name, text=value)

    def _words_slot(self, name: str, value: object, slot: Slot) -> SlotValue | None:
        words = value if isinstance(value, tuple) else (value,)
        known = slot.choices or tuple(self._words.lists.get(slot.listed, {}))
        if slot.takes == "choice" and len(words) != 1:
            self.fault(name, f"`{name}` takes one of {', '.join(known)}")
            return None
        if slot.two == "yes" and len(words) != 2:
            self.fault(name, f"`{name}` takes two words", "write `[one, other]`")
            return None
        for word in words:
            if word not in known:
                way_out = nearest(str(word), known) or f"one of {', '.join(known)}"
                self.fault(name, f"`{word}` is not a word for `{name}`", way_out)
                return None
        return SlotValue(slot.takes, name, words=tuple(str(word) for word in words))

    def check_count(self, count: Count) -> None:
        """Refuse words that are not in their lists, and a count without its basis."""
        for key, listed in FILTERS.items():
            known = self._words.lists.get(listed, {})
            for word in getattr(count, key):
                if word not in known:
                    way_out = nearest(word, known)
                    self.fault(f"count.{key}", f"`{word}` is not a word of `{listed}`", way_out)
        for key in count.silent:
            message = f"the law is silent on `{key}`, and this reading does not say"
            way_out = f"patch `count.{key}` in every option of `readings`"
            self.fault(f"count.{key}", message, way_out)
        if (count.of == "organisations") == (count.basis is not None):
            message = "a count of people or posts needs `basis`, one of organisations has none"
            self.fault("count", message, "basis: books | at_work | assigned | provisional")

    # -- the program ---------------------------------------------------------

    def program(self, form: Form) -> op.Program | None:
        """The norm as a program, or None with the faults kept."""
        if self.norm.level not in self._words.levels:
            way_out = nearest(self.norm.level, self._words.levels)
            self.fault("for", f"`{self.norm.level}` is not a level", way_out)
            return None
        names = self.names(form)
        needed = [name for name, slot in form.slots.items() if slot.required == "yes"]
        if any(name not in names.slots for name in needed):
            return None
        seen = Elaborator(names, self.norm.level, self.norm.level, "where")
        where = self.norm.where
        applies = self.attempt(lambda: seen.truth(where)) if where is not None else None
        measured = self._side(names, form.measured, "measured") if form.measured else None
        least = self._side(names, form.min, "min") if form.min else None
        most = least if form.min and form.min == form.max else self._most(names, form)
        self._same_unit(measured, [one for one in (least, most) if one])
        holders = self.attempt(lambda: self._holders(names, form)) if form.holders else None
        parts = self._conditions(names, form)
        for must in form.where:
            for part in self._parts(names, must, form):
                applies = part.must if applies is None else op.Logic("and", applies, part.must)
        self._note_unused(names)
        if self.faults:
            return None
        program = self._put_together(form, names, applies, measured, least, most, holders)
        return replace(program, parts=parts)

    def _most(self, names: Names, form: Form) -> Typed | None:
        """The greatest number: the form's own, or the least of the caps whose slot is given."""
        if not form.caps:
            return self._side(names, form.max, "max") if form.max else None
        given = [
            cap.at_most
            for cap in form.caps
            if cap.given in names.slots and self._chosen(names, cap.when)
        ]
        if not given:
            if not self.faults:
                slots = ([f"`{one}`" for one in (cap.given, *cap.when)] for cap in form.caps)
                ways = dict.fromkeys(" with ".join(one) for one in slots)
                message = "the norm names nobody to compare with"
                self.fault("", message, f"give {', or '.join(ways)}")
            return None
        text = given[0] if len(given) == 1 else f"least({', '.join(given)})"
        return self._side(names, text, "max")

    def _conditions(self, names: Names, form: Form) -> tuple[op.Part, ...]:
        parts = tuple(part for must in form.must for part in self._parts(names, must, form))
        if form.must and not parts and not self.faults and not any(m.when for m in form.must):
            self.fault("", "the norm demands nothing", "fill in a slot of its form")
        return parts

    def _put_together(  # noqa: PLR0913, PLR0917 - the parts of a program
        self,
        form: Form,
        names: Names,
        applies: op.Operator | None,
        measured: Typed | None,
        least: Typed | None,
        most: Typed | None,
        holders: op.HolderList | None,
    ) -> op.Program:
        slot = names.slots.get(_SLOT_COUNT)
        count = slot.count if slot else None
        return op.Program(
            level=self.norm.level,
            applies=applies,
            measured=measured[0] if measured else None,
            least=least[0] if least else None,
            most=most[0] if most else None,
            below=form.verdicts.below,
            above=form.verdicts.above,
            within=form.verdicts.within,
            measure=(measured[1].measure if measured else None) or NO_UNIT,
            measured_on=(count.basis or "") if count else "",
            counts=slot.count_name if slot else "",
            baseline=_baseline([one[0] for one in (least, most) if one]),
            numbers=names.numbers,
            holders=holders,
            words={name: one.words for name, one in names.slots.items() if one.words},
        )

    def _side(self, names: Names, text: str, path: str) -> Typed | None:
        level = self.norm.level
        elaborator = Elaborator(names, level, level, path, in_form=True)
        made = self.attempt(lambda: elaborator.text(text))
        if made is None:
            return None
        if made[1].kind != "quantity":
            self.fault(path, f"a quantity is expected, and this is {made[1]}")
            return None
        if path != "measured":
            self._whole(made[1], self._slot_path(names, text))
        return made

    def _parts(self, names: Names, must: Must, form: Form) -> list[op.Part]:
        """The conditions that a line of a form stands for: one, or one for each word of a slot."""
        if not self._chosen(names, must.when):
            return []
        level = self.norm.level
        elaborator = Elaborator(names, level, level, "must", in_form=True)
        pairs = [slot.words for slot in names.slots.values() if len(slot.words) == 2]
        names.macro = dict(zip(("first", "second"), pairs[0], strict=True)) if pairs else {}
        if not must.each:
            made = self.attempt(lambda: elaborator.truth(must.must))
            return [op.Part(made)] if made is not None else []
        found: list[op.Part] = []
        each = names.slots.get(must.each)
        for word in each.words if each else ():
            names.macro = {"word": word}
            made = self.attempt(lambda: elaborator.truth(must.must))
            if made is not None:
                found.append(op.Part(made, form.slots[must.each].listed, word))
        return found

    @staticmethod
    def _chosen(names: Names, when: dict[str, str]) -> bool:
        """Whether the slots of choices hold what a line of a form asks for."""
        chosen = {slot: names.slots[slot].words for slot in when if slot in names.slots}
        return all(choice in chosen.get(slot, ()) for slot, choice in when.items())

    def _slot_path(self, names: Names, text: str) -> str:
        return next((slot.path for name, slot in names.slots.items() if name == text), "")

    def _whole(self, kind: Type, path: str) -> None:
        powers = kind.measure.powers if kind.measure else ()
        countable = any(
            self._words.units[name].countable == "yes" for name, power in powers if power > 0
        )
        if countable and not kind.whole and self.norm.rounding != "none":
            message = f"the bound in {kind.measure} may be a part of one, and nothing rounds it"
            way_out = "round with `full`, `part` or `half_up`, or say `rounding: none`"
            self.fault(path, message, way_out)

    def _same_unit(self, measured: Typed | None, bounds: list[Typed]) -> None:
        for _, bound in bounds:
            if measured is None or bound.measure is None or measured[1].measure is None:
                continue
            if bound.measure != measured[1].measure:
                message = f"`{measured[1].measure}` are counted and `{bound.measure}` demanded"
                self.fault(_SLOT_COUNT, message, "count and bound need the same unit")

    def _holders(self, names: Names, form: Form) -> op.HolderList | None:
        wanted = form.holders
        if wanted is None:
            return None
        level = self.norm.level
        outer = Elaborator(names, level, level, "holders", in_form=True)
        text = f"sum({wanted.group}.{wanted.shows} where {wanted.where})"
        tree = syntax_of(text, "holders")
        made, _ = outer.tree(tree)
        if not isinstance(made, op.Members) or made.value is None or not isinstance(tree, Group):
            return None
        return op.HolderList(made, made.value)

    def _note_unused(self, names: Names) -> None:
        self.used |= names.used
        for path, group in (("numbers", {**names.numbers, **names.bands}), ("let", names.lets)):
            for name in group:
                shared = "#" not in self.number_paths.get(name, "#")
                if name not in names.used and not shared and "." not in name:
                    self.unused.add(f"{path}.{name}")


def _baseline(bounds: list[op.Operator]) -> str:
    """`assigned` where bounds are made of quotas and of no number of a text.  §10"""
    leaves = [leaf for bound in bounds for leaf in op.within(bound)]
    quotas = [one for one in leaves if isinstance(one, op.Tally) and one.count.basis in _QUOTAS]
    numbers = any(isinstance(one, op.NumberOf) for one in leaves)
    return op.QUOTA_BASELINE if quotas and not numbers else op.NORM_BASELINE


class Compiled(Struct, frozen=True):
    """What became of a norm: its program if nothing is wrong, its faults.

    `unused` are the paths of its own numbers and lets that it never uses, `used` the names it uses.
    """

    program: op.Program | None
    faults: list[FaultError]
    unused: frozenset[str] = frozenset()
    used: frozenset[str] = frozenset()


def compile_norm(norm: Norm, rules: Rules, number_paths: dict[str, str]) -> Compiled:
    """The program of `norm` under the reading already patched into it.

    `number_paths` gives each number its path in the content; a path without ``#``
    belongs to the whole article, and other norms may use it.
    """
    form = rules.forms.get(norm.form)
    if form is None:
        way_out = nearest(norm.form, rules.forms)
        return Compiled(None, [FaultError("form", f"`{norm.form}` is not a form", way_out)])
    compiler = _Compiler(norm, rules, number_paths)
    program = compiler.program(form)
    unused, used = frozenset(compiler.unused), frozenset(compiler.used)
    return Compiled(program, compiler.faults, unused, used)
