"""Two evaluators on one plan: how far they agree, and the refusal where they differ."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from dinhbien.errors import DisagreementError, Problem, loaded
from dinhbien.judging.standing import Judged
from dinhbien.meaning.judge import Judge
from dinhbien.model.amount import Amount
from dinhbien.model.finding import Finding, Outcome
from dinhbien.model.plan import Unit

SECOND = ("meaning", "columns")
"""The evaluators of an official report."""


class Agreement(Struct, frozen=True):
    """How many judgements two evaluators agree on, and how many only the definition made.

    A judgement is what one reading of one norm says of one unit.
    """

    agreed: int
    alone: int


class _Row(Struct, frozen=True):
    """A judgement by both; `second` is None where columns do not tell."""

    norm: str
    reading: str
    unit: Unit
    first: Outcome
    second: Outcome | None

    @property
    def differs(self) -> bool:
        return self.second is not None and self.second != _told(self.first)

    @property
    def size(self) -> tuple[int, str, str, str]:
        """Of two that differ the one with less to look through is shown."""
        return sum(1 for _ in self.unit.walk()), self.norm, self.unit.code, self.reading


def _told(outcome: Outcome) -> Outcome:
    """Verdict and amounts; what is lacked, and why, is told by the definition alone."""
    return replace(
        outcome, missing=(), because=(), holders=(), head_room=None, modelled=(), if_applicable=None
    )


def agreement(
    judged: tuple[Judged, ...], raw: dict[tuple[str, str], Finding], judge: Judge
) -> Agreement:
    """How far columns agree with what was found, by norm and path of the unit.

    Raises `DisagreementError` with the smallest row in which they differ.
    """
    rows = list(_rows(judged, raw, judge))
    wrong = [one for one in rows if one.differs]
    if wrong:
        raise DisagreementError(list(_said(min(wrong, key=lambda one: one.size), len(wrong))))
    agreed = sum(1 for one in rows if one.second is not None)
    return Agreement(agreed, len(rows) - agreed)


def _rows(
    judged: tuple[Judged, ...], raw: dict[tuple[str, str], Finding], judge: Judge
) -> Iterator[_Row]:
    loaded("dinhbien.columns.second", "a second evaluator")
    from dinhbien.columns.second import opinions  # NumPy is loaded only where it is asked for

    subjects = judge.subjects
    asked = [(one.norm, reading) for one in judged if one.certain for reading in one.norm.readings]
    programs = [reading.program for _, reading in asked]
    said = opinions(programs, subjects.plan, subjects.vocabulary, judge.day)
    for (norm, reading), second in zip(asked, said, strict=True):
        for place, unit in enumerate(subjects.below(subjects.plan.root, reading.program.level)):
            finding = raw[norm.id, unit.path]
            used = reading.name == finding.reading
            first = finding.outcome if used else finding.others[reading.name]
            yield _Row(norm.id, reading.name, unit, first, second[place] if second else None)


def _said(row: _Row, many: int) -> Iterator[Problem]:
    where = f"{row.norm}@{row.unit.code}" + (f"/{row.reading}" if row.reading else "")
    way_out = f"meaning: {_line(row.first)}\n  columns: {_line(row.second or row.first)}"
    message = f"two evaluators differ in {many} judgements, so nothing is published"
    yield Problem(message, path=where, help=f"{way_out}\n  please report it, with the plan")


def _line(outcome: Outcome) -> str:
    """A row's verdict and numbers."""
    names = ("measured", "least", "most", "amount", "short_by", "over_by", "failed")
    found = ((name, getattr(outcome, name)) for name in names)
    numbers = (f"{name} {_text(one)}" for name, one in found if one not in (None, ()))
    return ", ".join([str(outcome.verdict), *numbers])


def _text(one: Amount | tuple[str, ...]) -> str:
    return str(one) if isinstance(one, Amount) else " ".join(one)
