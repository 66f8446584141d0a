"""One finding in full: what was read, how it was reckoned, under which text.  §16"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dinhbien.errors import Problem, UsageError, nearest
from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import Report, norm_named
from dinhbien.judging.ranges import Ranges
from dinhbien.judging.standing import Absent
from dinhbien.language.operators import BASELINES
from dinhbien.language.pack import EncodedNorm
from dinhbien.meaning.judge import Judge
from dinhbien.meaning.quantity import Quantity
from dinhbien.meaning.subjects import Subjects
from dinhbien.model.amount import Amount
from dinhbien.model.finding import Finding
from dinhbien.model.plan import Cell, Unit
from dinhbien.model.wording import folded
from dinhbien.report.ranged import Ranged


def explained_text(report: Report, asked: str, lang: str) -> str:
    """Why a finding is what it is.

    `asked` is a finding's id, or ``NORM@UNIT`` with the end of a norm's id and the unit's
    code or name.  Raises `UsageError` where it names no norm, no unit or several.
    """
    norm, unit = _norm_and_unit(report, asked)
    say = Teller(report.pack, lang)
    absent = next((one for one in report.absent if one.norm.id == norm.id), None)
    if absent is not None:
        return "\n".join(_not_in_force(absent, report, say)) + "\n"
    found = [
        one
        for one in report.findings
        if one.norm == norm.id and one.subject.code == unit.code and one.subject.level == unit.level
    ]
    if not found:
        level = report.pack.rules.vocabulary.levels[norm.used.program.level].name.en
        message = f"`{norm.id}` asks nothing of `{unit.name}`: it asks of each {level}"
        raise UsageError(message)
    return "\n".join(_lines(found[0], norm, unit, report, say)) + "\n"


def _norm_and_unit(report: Report, asked: str) -> tuple[EncodedNorm, Unit]:
    name, _, rest = asked.partition("@")
    where = re.split(rf"/(?:{'|'.join(BASELINES)})/", rest)[0]
    if not name or not where:
        message = f"`{asked}` names no finding"
        raise UsageError([Problem(message, help="write the norm and the unit: `NORM@UNIT`")])
    norms = norm_named(report.pack, name)
    if len(norms) != 1:
        known = {norm.id.rpartition("#")[2] for norm in report.pack.norms}
        way_out = nearest(name, sorted(known)) or "`dinhbien norms list` has their names"
        way_out = f"one of {', '.join(f'`{norm.id}`' for norm in norms)}" if norms else way_out
        what = "no norm" if not norms else f"{len(norms)} norms"
        raise UsageError([Problem(f"`{name}` names {what}", help=way_out)])
    level = norms[0].used.program.level
    units = [
        unit
        for unit in report.plan.root.walk()
        if where == unit.code or folded(where) == folded(unit.name)
    ]
    units = [unit for unit in units if unit.level == level] or units
    if len(units) != 1:
        names = [unit.name for unit in report.plan.root.walk()]
        what = "no unit" if not units else f"{len(units)} units"
        way_out = nearest(where, names) or "name a unit by its code"
        raise UsageError([Problem(f"`{where}` names {what} of the plan", help=way_out)])
    return norms[0], units[0]


def _not_in_force(absent: Absent, report: Report, say: Teller) -> Iterator[str]:
    period = absent.norm.period
    if absent.why == "draft":
        yield say.phrase("explain.draft", title=absent.norm.norm.title.said(say.lang))
        yield say.citation(absent.norm)
        return
    end = say.day(period.last_day) if period.last_day else say.phrase("explain.open")
    yield say.phrase(
        "explain.not_in_force",
        title=absent.norm.norm.title.said(say.lang),
        day=say.day(report.day),
        start=str(period.start),
        end=end,
    )
    yield say.citation(absent.norm)
    if absent.successor:
        yield say.phrase("explain.instead", norm=absent.successor)


def _sides(norm: EncodedNorm, report: Report, say: Teller) -> Iterator[str]:
    """The two texts that a norm sets side by side."""
    for side in filter(None, map(report.pack.norm, norm.norm.between)):
        text = f"{side.norm.title.said(say.lang)} · {say.citation(side)}"
        yield _line(say, "explain.between", text)


def _lines(
    finding: Finding, norm: EncodedNorm, unit: Unit, report: Report, say: Teller
) -> Iterator[str]:
    yield say.sentence(finding, norm)
    if say.lang == "vi":
        yield Teller(report.pack, "en").sentence(finding, norm)
    ranged = Ranged(Ranges(report), say)
    yield from ranged.about(finding)
    yield ""
    yield _line(say, "explain.norm", f"{norm.norm.title.said(say.lang)} · {norm.id}")
    yield _line(say, "explain.citation", say.citation(norm))
    yield from _sides(norm, report, say)
    confidence = say.word("confidence", norm.norm.confidence)
    yield _line(say, "explain.confidence", confidence)
    if norm.norm.glide:
        yield say.phrase("glide.norm")
    if norm.norm.where:
        aside = finding.verdict == "not applicable"
        applied = "explain.applies_not" if aside else "explain.applies"
        yield _line(say, "explain.condition", f"{norm.norm.where} → {say.phrase(applied)}")
    if finding.subject.level == norm.used.program.level and not finding.unlisted:
        yield from _operands(norm, unit, report, say)
        yield from _arithmetic(norm, unit, finding, report, say)
        yield from _readings(norm, finding, ranged)
    yield from _ways_out(finding, norm, say)


def _line(say: Teller, key: str, text: str) -> str:
    return f"{say.phrase(key)}: {text}"


def _operands(norm: EncodedNorm, unit: Unit, report: Report, say: Teller) -> Iterator[str]:
    judge = Judge(Subjects(report.plan, report.pack.rules.vocabulary), report.day)
    reads = judge.reads(norm.used.program, unit)
    if not reads:
        return
    cells = {cell.path: cell for cell in report.plan.root.all_cells()}
    cells |= {unit.at(f"figures.{name}"): cell for name, cell in unit.figures.items()}
    sources = {
        row.path: ", ".join(number.source)
        + (f"; {say.phrase('show.parameter')}" if number.parameter else "")
        for number in norm.used.program.numbers.values()
        for rows in number.rows.values()
        for row in rows
    }
    yield f"{say.phrase('explain.operands')}:"
    for path, value in sorted(reads.items()):
        said = value if isinstance(value, str) else _value_said(value, say)
        yield f"  {path} = {said or say.phrase('amount.unknown')}{_from(path, cells, sources, say)}"


def _value_said(value: object, say: Teller) -> str:
    return say.amount(value.bounds) if isinstance(value, Quantity) else str(value)


def _from(path: str, cells: dict[str, Cell], sources: dict[str, str], say: Teller) -> str:
    if path in sources:
        return f"  [{say.phrase('explain.source')}: {sources[path]}]"
    cell = cells.get(path)
    if cell is None or cell.value is None:
        return ""
    about = [say.word("origin", cell.origin), cell.source, cell.place]
    about += [cell.how.said(say.lang)] if cell.how else []
    return f"  [{'; '.join(one for one in about if one)}]"


def _arithmetic(
    norm: EncodedNorm, unit: Unit, finding: Finding, report: Report, say: Teller
) -> Iterator[str]:
    outcome = finding.outcome
    if outcome.measured is None:
        return
    yield f"{say.phrase('explain.arithmetic')}:"
    for name, text in norm.norm.let.items():
        yield f"  {name} = {text}"
    for name, text in norm.norm.slots.items():
        yield f"  {name} = {text}"
    yield from _choices(norm, unit, report, say)
    yield f"  {say.phrase('rows.measured').lower()}: {say.amount(outcome.measured)}"
    if outcome.least is not None or outcome.most is not None:
        yield f"  {say.phrase('rows.required').lower()}: {say.demand(norm, outcome)}"
    if outcome.head_room is not None:
        yield "  " + say.phrase("rows.head_room", number=say.amount(outcome.head_room))
    yield f"  → {say.conclusion(finding)}"
    if finding.due is not None:
        yield f"  {say.due(finding)}"


def _choices(norm: EncodedNorm, unit: Unit, report: Report, say: Teller) -> Iterator[str]:
    """Which branch of each `least` and `greatest` won."""
    judge = Judge(Subjects(report.plan, report.pack.rules.vocabulary), report.day)
    for operator, amounts in judge.choices(norm.used.program, unit):
        items = "; ".join(say.amount(one) for one in amounts)
        said = say.phrase(f"spoken.{operator}", items=items)
        known = [one.exact for one in amounts if one.exact is not None]
        if len(known) == len(amounts):
            best = min(known) if operator == "least" else max(known)
            said += f" = {say.amount(Amount(best, best))}"
        yield f"  {said}"


def _readings(norm: EncodedNorm, finding: Finding, ranged: Ranged) -> Iterator[str]:
    readings, say = norm.norm.readings, ranged.say
    if readings is None:
        return
    yield f"{say.phrase('explain.readings')} ({readings.law_silent_on.said(say.lang)}):"
    yield from (f"  {line}" for line in ranged.readings(finding, norm))
    why = readings.why.said(say.lang)
    yield "  " + say.phrase("explain.chosen_by", who=readings.chosen_by, why=why)


def _ways_out(finding: Finding, norm: EncodedNorm, say: Teller) -> Iterator[str]:
    outcome = finding.outcome
    nearest_change = say.nearest(norm, outcome)
    if nearest_change:
        yield _line(say, "explain.nearest", nearest_change)
    if outcome.missing:
        yield f"{say.phrase('explain.missing')}:"
        yield from (f"  {path} ({say.input(path)})" for path in outcome.missing)
    if outcome.because:
        yield _line(say, "explain.because", "; ".join(map(say.reason, outcome.because)))
    for holder in outcome.holders:
        yield f"  {holder.name}: {say.amount(holder.measured)}"
