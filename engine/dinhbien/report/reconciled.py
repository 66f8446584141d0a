"""Whether published figures agree → a page, or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from msgspec import Struct
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from dinhbien.explain.numbers import share_said
from dinhbien.explain.sentences import Teller
from dinhbien.judging.reconcile import Reckoned, Reconciled
from dinhbien.model.amount import Amount
from dinhbien.model.plan import Plan
from dinhbien.reading.to_statements import Used
from dinhbien.report.layout import headed, heading, page_text
from dinhbien.report.values_as_json import both, number_body

_STYLES = {"holds": "", "off by": "bold yellow"}
_SECTION = "reconcile"
_SAID = ("derived", "modelled")
"""The origins that are said of a figure: it was not printed as it stands."""


def reconciled_text(
    found: Sequence[Reconciled], plan: Plan, say: Teller, *, width: int | None, colour: bool
) -> str:
    """The statements with both sides, what came of each, and the figures behind the others."""
    return page_text(_Page(found, plan, say).parts(), width=width, colour=colour)


class _Page(Struct, frozen=True):
    found: Sequence[Reconciled]
    plan: Plan
    say: Teller

    def parts(self) -> Iterator[RenderableType]:
        """The table, then what does not agree, with its figures."""
        say = self.say
        yield Text(say.phrase("reconcile.title", plan=self.plan.title.said(say.lang)), "bold")
        yield Text(say.phrase("reconcile.legend"), "dim")
        yield Text(say.phrase(f"reconcile.{'modelled' if self._modelled else 'printed'}"), "dim")
        table = headed(say, _SECTION, "statement", ">left", ">right", "result")
        table.columns[0].ratio = 1
        for one in self.found:
            sides = [self._side(side) for side in (one.left, one.right)]
            said = Text(self._result(one), _STYLES.get(one.result, "dim"))
            table.add_row(one.statement.file.title.said(say.lang), *sides, said)
        yield table
        for result in ("off by", "cannot be compared", "cannot be told", "holds"):
            among = [one for one in self.found if one.result == result]
            shown = [one for one in among if result != "holds" or self._says_more(one)]
            if shown:
                yield heading(say, f"reconcile.heading.{result.replace(' ', '_')}")
            for one in shown:
                yield from self._about(one)
        many = len([one for one in self.found if one.result == "holds"])
        yield Text("")
        yield Text(say.phrase("reconcile.count", holds=many, all=len(self.found)), "bold")

    @property
    def _modelled(self) -> bool:
        """Whether a statement rests on a figure that is modelled."""
        used = (one for each in self.found for one in each.statement.figures.values())
        return any("modelled" in one.origins for one in used)

    @staticmethod
    def _says_more(one: Reconciled) -> bool:
        file = one.statement.file
        return file.note is not None or file.across_scopes is not None

    def _side(self, side: Reckoned) -> str:
        if side.value is None:
            return self.say.phrase("amount.unknown")
        if not side.unit and side.value.exact is not None:
            share = share_said(side.value.exact, self.say.lang)
            return self.say.phrase("reconcile.share", share=share)
        return self.say.amount(side.value)

    def _result(self, one: Reconciled) -> str:
        say = self.say
        if one.off is None:
            return say.phrase(f"reconcile.{one.result.replace(' ', '_')}")
        above = one.off.low is not None and one.off.low > 0
        size = one.off if above else one.off.negative
        amount = self._side(Reckoned(size, one.left.unit))
        return say.phrase("reconcile.off_by", amount=amount)

    def _about(self, one: Reconciled) -> Iterator[RenderableType]:
        say, file = self.say, one.statement.file
        yield Text(f"• {file.title.said(say.lang)}: {self._result(one)}")
        yield _line(f"{file.left} = {file.right}", "dim")
        for used in one.statement.figures.values():
            yield _line(self._figure(used))
        if one.why:
            yield _line(self._why(one))
        for key, text in (("reconcile.across", file.across_scopes), ("reconcile.note", file.note)):
            if text is not None:
                yield _line(say.phrase(key, text=text.said(say.lang)))

    def _figure(self, one: Used) -> str:
        say = self.say
        scope = self.plan.scopes.get(one.scope)
        value = "?" if one.value is None else self._side(Reckoned(one.value, one.unit))
        about = [scope.said(say.lang) if scope else one.scope, one.date, one.source]
        about += [say.word("origin", origin) for origin in one.origins if origin in _SAID]
        return f"{one.name} = {value}  ({'; '.join(filter(None, about))})"

    def _why(self, one: Reconciled) -> str:
        kind, *words = one.why
        if kind == "scopes":
            titles = self.plan.scopes
            none = self.say.phrase("reconcile.scope.none")
            words = [titles[w].said(self.say.lang) if w in titles else w or none for w in words]
        return self.say.phrase(f"reconcile.why.{kind}", words="; ".join(words))


def _line(text: str, style: str = "") -> RenderableType:
    return Padding(Text(text, style), (0, 0, 0, 2))


def reconciled_json(found: Sequence[Reconciled], plan: Plan) -> str:
    """The same as JSON text: decimals are strings, and the same input gives the same bytes."""
    body = {
        "plan": {"title": both(plan.title), "sha256": plan.sha256},
        "statements": [_statement(one) for one in found],
    }
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def _statement(one: Reconciled) -> dict[str, Any]:
    file = one.statement.file
    return {
        "statement": one.statement.key,
        "title": both(file.title),
        "left": {"written": file.left, "value": _exact(one.left.value), "unit": one.left.unit},
        "right": {"written": file.right, "value": _exact(one.right.value), "unit": one.right.unit},
        "result": one.result,
        "off_by": _exact(one.off),
        "why": list(one.why),
        "figures": [
            {
                "name": used.name, "value": _exact(used.value), "unit": used.unit,
                "scope": used.scope, "date": used.date, "source": used.source,
                "origins": list(used.origins),
            }
            for used in one.statement.figures.values()
        ],
        "note": both(file.note),
    }  # fmt: skip


def _exact(amount: Amount | None) -> object:
    """A decimal where it is one, else the fraction as it is."""
    exact = None if amount is None else amount.exact
    if exact is not None and not _is_decimal(exact):
        return f"{exact.numerator}/{exact.denominator}"
    return number_body(amount)


def _is_decimal(number: Fraction) -> bool:
    left = number.denominator
    for prime in (2, 5):
        while left % prime == 0:
            left //= prime
    return left == 1
