"""Report → CSV: the chain of flags that is shown as a table, one row for each unit.  §2, §11"""

from __future__ import annotations

import csv
import io
from fractions import Fraction

from dinhbien.errors import Problem, UsageError
from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import Report
from dinhbien.judging.flags import raised
from dinhbien.language.chain import Chain, Step
from dinhbien.model.amount import NOT_NEGATIVE, Amount, decimal_text
from dinhbien.model.flagged import Flagged, FlagRow
from dinhbien.writing.to_folder import shielded

_REMARK = "#"
_BETWEEN = "; "


def csv_text(report: Report, lang: str) -> str:
    """The table of figures of a report as CSV text.

    The first row holds the names, the second their words in `lang`, the last the sums; both
    of these are remarks.  A number that is not known exactly is a blank cell.

    Raises `UsageError` where no chain of flags is shown as a table.
    """
    say = Teller(report.pack, lang)
    chain = _table(report)
    rows = [row for row in _rows(report, chain) if row.chain == chain.name]
    steps = [step for step in chain.shown if step.amount is not None]
    titles = [chain.file.chain[step.name].title.said(lang) for step in steps]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["code", "name", *(step.name for step in steps), "unknown", "modelled"])
    words = [say.phrase(f"csv.{name}") for name in ("code", "name", "unknown", "modelled")]
    writer.writerow([f"{_REMARK} {words[0]}", words[1], *titles, *words[2:]])
    for row in rows:
        writer.writerow([shielded(cell) for cell in _cells(row, steps)])
    complete = chain.file.level in report.plan.root.complete
    sums = [_number(column_sum(rows, step, complete=complete)) for step in steps]
    writer.writerow([_REMARK, say.phrase("csv.total"), *sums, "", ""])
    return text.getvalue()


def _table(report: Report) -> Chain:
    for chain in report.pack.rules.flags:
        if chain.file.shown == "table" and chain.file.each == "unit":
            return chain
    message, way_out = "no chain of flags is shown as a table", "give one `shown: table`"
    raise UsageError([Problem(message, help=way_out)])


def _rows(report: Report, chain: Chain) -> list[FlagRow]:
    """The rows of `chain`; those per norm, which no table needs, are not reckoned."""
    before = [one for one in report.pack.rules.flags if one.file.each == "unit"]
    needed = (*before[: before.index(chain)], chain)
    return list(raised(report.situations, needed, report.day))


def _cells(row: FlagRow, steps: list[Step]) -> list[str]:
    flags = [row.flag(step.name) for step in steps]
    unknown = [_unknown(one) for one in flags if _exact(one) is None]
    numbers = [_number(_exact(one)) for one in flags]
    subject = row.subject
    modelled = _BETWEEN.join(row.modelled)
    return [subject.code, subject.name, *numbers, _BETWEEN.join(unknown), modelled]


def _exact(one: Flagged) -> Fraction | None:
    return None if one.amount is None or one.because else one.amount.exact


def _number(exact: Fraction | None) -> str:
    return "" if exact is None else decimal_text(exact)


def _unknown(one: Flagged) -> str:
    """A column that is not known, and what is known of it: `below_quota 3..12`."""
    amount = one.amount
    if amount is None or one.because or amount in (Amount(None, None), NOT_NEGATIVE):
        return one.flag
    low, high = (_number(end) for end in (amount.low, amount.high))
    return f"{one.flag} {low}..{high}"


def column_sum(rows: list[FlagRow], step: Step, *, complete: bool) -> Fraction | None:
    """What a column adds up to; None where one of its cells, or a unit, may be missing."""
    found = [_exact(row.flag(step.name)) for row in rows]
    known = [one for one in found if one is not None]
    whole = complete and len(known) == len(found) and step.kind != "rank"
    return sum(known, Fraction(0)) if whole else None
