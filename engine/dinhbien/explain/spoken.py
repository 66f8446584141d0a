"""A norm as a sentence: its program in words, from the form and the phrases.  §16"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from dinhbien.explain.numbers import number_said, value_said
from dinhbien.explain.sentences import Teller
from dinhbien.language import operators as op
from dinhbien.language.numbers import ELSE
from dinhbien.language.pack import EncodedNorm
from dinhbien.language.units import Measure
from dinhbien.model.form import Form
from dinhbien.model.norm import KEY_JOIN

_SIGNS = {"+": "plus", "-": "minus", "*": "times", "/": "divided"}
_LOOKS = {"<=": "≤", ">=": "≥", "!=": "≠"}


def sentence(norm: EncodedNorm, say: Teller) -> str:
    """What the norm demands, in the words of the language."""
    return _Speaker(norm.used.program, say).norm(norm)


class _Speaker(Struct, frozen=True):
    """Says the operators of one program."""

    program: op.Program
    say: Teller

    def norm(self, norm: EncodedNorm) -> str:
        """The whole norm: what is counted, what is demanded, and where it applies."""
        form = self.say.pack.rules.forms[norm.norm.form]
        says = form.says
        same = says.same if says.same and self.program.least == self.program.most else says.demand
        demand = same.said(self.say.lang).replace("{body}", self.say.body(norm))
        for name, bound in (("min", self.program.least), ("max", self.program.most)):
            demand = demand.replace(f"{{{name}}}", self.spoken(bound) if bound else "")
        if form.must:
            demand = self._conditions(form) or demand
        words = self.say.pack.rules.vocabulary
        text = self.say.phrase(
            "spoken.conditions" if form.must else "spoken.sentence",
            title=norm.norm.title.said(self.say.lang),
            level=words.levels[self.program.level].name.said(self.say.lang),
            counted=self._counted(norm),
            demand=demand,
        )
        if self.program.applies is not None:
            condition = self.spoken(self.program.applies)
            text += " " + self.say.phrase("spoken.where", condition=condition)
        return text

    def _conditions(self, form: Form) -> str:
        """The conditions in the words of their form; where it has none, each spelt out."""
        given = self.program.words
        said = [
            line.says.said(self.say.lang).replace("{words}", self._listed(form, line.given))
            for line in form.says.lines
            if given.get(line.given)
            and all(choice in given.get(slot, ()) for slot, choice in line.when.items())
        ]
        return "; ".join(said or [self.spoken(part.must) for part in self.program.parts])

    def _listed(self, form: Form, slot: str) -> str:
        """The words of a slot, each in quotes, for some hold commas."""
        words, listed = self.program.words[slot], form.slots[slot].listed
        known = self.say.pack.rules.vocabulary
        quoted = [f"“{known.said(listed, one, self.say.lang)}”" for one in words]
        most = ", ".join(quoted[:-1])
        return self.say.phrase("spoken.and").join([most, quoted[-1]] if most else quoted)

    def _counted(self, norm: EncodedNorm) -> str:
        counted = self.say.counted(norm)
        if counted and counted != self.say.phrase("measured.reckoned"):
            return counted
        return self.spoken(self.program.measured) if self.program.measured else "—"

    def spoken(self, operator: op.Operator) -> str:
        """One operator in words."""
        step: Callable[[_Speaker, Any], str] = _WORDS[type(operator)]
        return step(self, operator)

    def of(self, operator: op.CellOf | op.Tally, what: str) -> str:
        """`what`, and whose it is where it is that of a unit above the norm's own."""
        if operator.base == "here" or operator.level == self.program.level:
            return what
        level = self.say.pack.rules.vocabulary.levels[operator.level].name.said(self.say.lang)
        return self.say.phrase("spoken.of", what=what, level=level)

    def attribute(self, name: str) -> str:
        """The name of an attribute."""
        found = self.say.pack.rules.vocabulary.attributes.get(name)
        return found.name.said(self.say.lang) if found else name

    def unit(self, measure: Measure) -> str:
        """The name of a unit of measure."""
        units = self.say.pack.rules.vocabulary.units
        above = [
            units[name].name.said(self.say.lang) for name, power in measure.powers if power > 0
        ]
        below = [
            units[name].name.said(self.say.lang) for name, power in measure.powers if power < 0
        ]
        return "/".join(["·".join(above), *below])

    def word_of(self, attribute: str, word: str) -> str:
        """A word of the list that an attribute takes."""
        words = self.say.pack.rules.vocabulary
        found = words.attributes.get(attribute)
        listed = (found.words or "truth") if found else "truth"
        said = words.said(listed, word, self.say.lang)
        is_truth = found is not None and found.kind == "truth"
        return f"{self.attribute(attribute)}: {said}" if is_truth else said


def _constant(self: _Speaker, operator: op.Constant) -> str:
    return number_said(operator.value, self.say.lang)


def _number(self: _Speaker, operator: op.NumberOf) -> str:
    number = self.program.numbers[operator.name]
    said: list[str] = []
    for key, rows in number.rows.items():
        values = [
            value_said(row.value, number.kind, self.say.lang)
            for row in rows
            if row.value is not None
        ]
        value = "→".join(values)
        if operator.keys:
            words = key.split(KEY_JOIN)
            named = [
                self.word_of(cell.attribute, word)
                for cell, word in zip(operator.keys, words, strict=False)
            ]
            word = self.say.phrase("spoken.else") if key == ELSE else ", ".join(named)
            value = self.say.phrase("spoken.row", value=value, word=word)
        said.append(value)
    unit = self.unit(number.measure)
    return self.say.phrase(
        "spoken.number", value=self.say.phrase("spoken.or").join(said), unit=unit
    ).strip()


def _cell(self: _Speaker, operator: op.CellOf) -> str:
    return self.of(operator, self.attribute(operator.attribute))


def _tally(self: _Speaker, operator: op.Tally) -> str:
    named = self.say.pack.rules.counts.get(operator.name)
    what = named.title.said(self.say.lang) if named else self.say.described(operator.count)
    return self.of(operator, what)


def _members(self: _Speaker, operator: op.Members) -> str:
    words = self.say.pack.rules.vocabulary
    text = self.say.phrase(
        f"spoken.group.{operator.operator}",
        level=words.units[operator.level].name.said(self.say.lang),
        within=words.levels[operator.within].name.said(self.say.lang),
        value=self.spoken(operator.value) if operator.value else "",
    )
    if operator.where is None:
        return text
    condition = self.spoken(operator.where)
    return self.say.phrase("spoken.where_members", group=text, condition=condition)


def _apportioned(self: _Speaker, operator: op.Apportioned) -> str:
    group = operator.members
    words = self.say.pack.rules.vocabulary
    return self.say.phrase(
        "spoken.apportioned",
        level=words.levels[group.level].name.said(self.say.lang),
        pool=self.spoken(operator.pool),
        weights=self.spoken(group),
    )


def _covered(self: _Speaker, operator: op.Covered) -> str:
    what = self.word_of(operator.cell.attribute, operator.field)
    return self.say.phrase("spoken.covered", what=what, most=self.spoken(operator.most))


def _arithmetic(self: _Speaker, operator: op.Arithmetic) -> str:
    one, other = self.spoken(operator.left), self.spoken(operator.right)
    return self.say.phrase(f"spoken.{_SIGNS[operator.operator]}", one=one, other=other)


def _rounded(self: _Speaker, operator: op.Rounded) -> str:
    return self.say.phrase(f"spoken.{operator.operator}", one=self.spoken(operator.operand))


def _chosen(self: _Speaker, operator: op.Chosen) -> str:
    first, *rest = operator.operands
    excess = rest[0] if len(rest) == 1 else None
    is_excess = isinstance(first, op.Constant) and first.value == 0
    if is_excess and isinstance(excess, op.Arithmetic) and excess.operator == "-":
        one, other = self.spoken(excess.left), self.spoken(excess.right)
        return self.say.phrase("spoken.above", one=one, other=other)
    items = "; ".join(self.spoken(one) for one in operator.operands)
    return self.say.phrase(f"spoken.{operator.operator}", items=items)


def _compared(self: _Speaker, operator: op.Compared) -> str:
    one, other = self.spoken(operator.left), self.spoken(operator.right)
    sign = _LOOKS.get(operator.operator, operator.operator)
    return self.say.phrase("spoken.compared", one=one, sign=sign, other=other)


def _word_in(self: _Speaker, operator: op.WordIn) -> str:
    cell = operator.word
    words = [self.word_of(cell.attribute, word) for word in cell.words if word in operator.among]
    said = self.say.phrase("spoken.or").join(words)
    return self.say.phrase("spoken.in", what=self.attribute(cell.attribute), words=said)


def _logic(self: _Speaker, operator: op.Logic) -> str:
    sides = (self.spoken(operator.left), self.spoken(operator.right))
    return self.say.phrase(f"spoken.{operator.operator}").join(sides)


def _not(self: _Speaker, operator: op.Not) -> str:
    return self.say.phrase("spoken.not", one=self.spoken(operator.operand))


def _branch(self: _Speaker, operator: op.Branch) -> str:
    condition, one, other = (
        self.spoken(each) for each in (operator.condition, operator.first, operator.second)
    )
    return self.say.phrase("spoken.if", condition=condition, one=one, other=other)


def _undefined(self: _Speaker, _: op.Undefined) -> str:
    return self.say.phrase("spoken.undefined")


def _as_of(self: _Speaker, _: op.AsOf) -> str:
    return self.say.phrase("spoken.as_of")


def _elapsed(self: _Speaker, operator: op.Elapsed) -> str:
    one, other = self.spoken(operator.start), self.spoken(operator.end)
    unit = self.unit(Measure.one(operator.unit.removesuffix("s")))
    return self.say.phrase("spoken.elapsed", unit=unit, one=one, other=other)


def _later(self: _Speaker, operator: op.Later) -> str:
    one, other = self.spoken(operator.start), self.spoken(operator.length)
    return self.say.phrase("spoken.later", one=one, other=other)


def _known(self: _Speaker, operator: op.Known) -> str:
    return self.say.phrase("spoken.known", what=self.attribute(operator.cell.attribute))


_WORDS: dict[type, Callable[[_Speaker, Any], str]] = {
    op.Constant: _constant,
    op.NumberOf: _number,
    op.CellOf: _cell,
    op.Tally: _tally,
    op.Members: _members,
    op.Apportioned: _apportioned,
    op.Covered: _covered,
    op.Arithmetic: _arithmetic,
    op.Rounded: _rounded,
    op.Chosen: _chosen,
    op.Compared: _compared,
    op.WordIn: _word_in,
    op.Logic: _logic,
    op.Not: _not,
    op.Branch: _branch,
    op.Undefined: _undefined,
    op.AsOf: _as_of,
    op.Elapsed: _elapsed,
    op.Later: _later,
    op.Known: _known,
}
