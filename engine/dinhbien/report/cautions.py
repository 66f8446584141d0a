"""What a page says of how far it may be relied on: modelled inputs, and until when verified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import Report
from dinhbien.language.pack import EncodedNorm


def modelled_said(paths: Iterable[str], say: Teller) -> str:
    """Which modelled inputs stand behind what was just said, and how many; or nothing."""
    said = inputs_said(paths, say)
    return say.phrase("rows.modelled", inputs=said) if said else ""


def inputs_said(paths: Iterable[str], say: Teller) -> str:
    """The names of inputs, each with how many there are."""
    inputs = Counter(say.input(path) for path in set(paths))
    return ", ".join(f"{name} ({many})" for name, many in sorted(inputs.items()))


def modelled_cells(paths: Iterable[str], say: Teller) -> str:
    """How many modelled cells stand behind a number; nothing where none does."""
    many = len(set(paths))
    return say.phrase("xlsx.modelled", count=many) if many else ""


def evaluators_said(report: Report, say: Teller) -> str:
    """By how many evaluators it was judged, and how far they agree."""
    if report.agreement is None:
        return say.phrase("report.evaluator")
    found = report.agreement
    return say.phrase("report.evaluators", agreed=found.agreed, alone=found.alone)


def stale_said(norms: Iterable[EncodedNorm], day: date, say: Teller) -> Iterator[str]:
    """The texts that are not verified for `day`, by the day until which they are."""
    by_day: dict[str, list[str]] = {}
    for norm in norms:
        until = norm.instrument.verified_until
        if day > until:
            by_day.setdefault(say.day(until), []).append(say.citation(norm))
    for last, texts in by_day.items():
        yield say.phrase("gaps.verified", day=last, texts=", ".join(sorted(set(texts))))


def unread_said(norms: Iterable[EncodedNorm], say: Teller) -> Iterator[str]:
    """The texts that were not read in full, in one line.  §6"""
    texts = ", ".join(unread_of(norms))
    if texts:
        yield say.phrase("gaps.unread", texts=texts)


def unread_of(norms: Iterable[EncodedNorm]) -> list[str]:
    """The numbers of the instruments of `norms` whose texts were not read in full.  §6"""
    instruments = {norm.instrument_id: norm.instrument for norm in norms}
    return [
        instrument.number if instrument.has_number else identity
        for identity, instrument in sorted(instruments.items())
        if instrument.read != "full text"
    ]
