"""Report → JSON: the contract.  Decimals are strings; the same input gives the same bytes.  §17"""

from __future__ import annotations

import json
from collections import Counter
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from msgspec.structs import asdict

from dinhbien.explain.sentences import Teller
from dinhbien.judging.agreement import SECOND
from dinhbien.judging.check import Report
from dinhbien.judging.precedence import Conflict
from dinhbien.judging.ranges import Ranges, column
from dinhbien.judging.standing import Absent, Judged
from dinhbien.judging.totals import Total
from dinhbien.language.pack import Pack
from dinhbien.model.amount import Amount, Reason
from dinhbien.model.finding import Finding, Outcome
from dinhbien.model.flagged import Flagged, FlagRow
from dinhbien.model.plan import Figure
from dinhbien.report.cautions import unread_of
from dinhbien.report.ranges_as_json import finding_ranges, flag_ranges, total_ranges
from dinhbien.report.values_as_json import both, citation, day_body, number_body, subject_body
from dinhbien.shipped import VERSION

SCHEMA_VERSION = "1"
_SHARE = Decimal("0.0001")


def json_text(report: Report, *, everything: bool = False) -> str:
    """The report as JSON text; with `everything` also what is met or not applicable."""
    return json.dumps(json_body(report, everything=everything), ensure_ascii=False, indent=1) + "\n"


def json_body(report: Report, *, everything: bool = False) -> dict[str, Any]:
    """The report as plain data in a stable order; `compared` is for who knows another report."""
    shown = report.findings if everything else report.rows
    ranges = Ranges(report)
    return {
        **report_head(report),
        "agreement": None if report.agreement is None else asdict(report.agreement),
        "norms": [_norm(one, report) for one in report.judged],
        "findings": [finding_body(one, report, ranges) for one in shown],
        "conflicts": [conflict_body(one) for one in report.conflicts],
        "counts": _counts(report, ranges),
        "flags": [
            _flag_row(one, report.pack, ranges)
            for one in (*(report.flags if everything else report.flag_rows), *report.forms)
        ],
        "totals": _totals(report, ranges),
        "figures": [_figure(one) for one in report.plan.figures],
        "to_collect": [
            {"input": one.path, "missing_in": one.missing_in, "settles": one.settles}
            for one in report.lacking
        ],
        "not_in_force": [_absent(one) for one in report.absent],
        "not_covered": _not_covered(report),
        "unread_texts": unread_of(one.norm for one in report.judged),
        "verified_until": verified_until(report),
        "compared": None,
    }


def report_head(report: Report) -> dict[str, Any]:
    """What was judged, by what, and on which day."""
    plan = report.plan
    return {
        "schema_version": SCHEMA_VERSION,
        "engine_version": VERSION,
        "judged_by": ["meaning"] if report.agreement is None else list(SECOND),
        "as_of": report.day.isoformat(),
        "pack": report.pack.id,
        "plan": {
            "title": both(plan.title),
            "sha256": plan.sha256,
            "modelled_share": _share(plan.modelled_share),
            "repairs": [str(one) for one in plan.repairs],
            "illustration": both(plan.illustration),
            "beside": [{"title": both(one.title), "sha256": one.sha256} for one in plan.beside],
        },
        "changes": [both(change) for change in plan.changes],
        "notes": [both(note) for note in plan.notes],
    }


def _share(share: Fraction) -> str:
    exact = Decimal(share.numerator) / Decimal(share.denominator)
    return str(exact.quantize(_SHARE, ROUND_HALF_EVEN))


def _norm(one: Judged, report: Report) -> dict[str, Any]:
    norm = one.norm
    until = norm.instrument.verified_until
    return {
        "id": norm.id,
        "version": norm.version,
        "sha256": norm.sha256,
        "standing": one.standing,
        "force": norm.instrument.force,
        "confidence": norm.norm.confidence,
        "reading": norm.used.name,
        "readings": [reading.name for reading in norm.readings],
        "in_force": {"from": str(norm.period.start), "to": day_body(norm.period.end)},
        "verified_until": until.isoformat(),
        "verified": report.day <= until,
        "glide": norm.norm.glide,
        "parameters": sorted(
            number.path for number in norm.used.program.numbers.values() if number.parameter
        ),
        "citation": citation(norm),
    }


def finding_body(one: Finding, report: Report, ranges: Ranges) -> dict[str, Any]:
    """One finding of `report`, with its range where that is an illustration."""
    norm = report.pack.norm(one.norm)
    assert norm is not None  # noqa: S101 - a finding comes from a norm of the pack
    return {
        "id": one.id,
        "norm": one.norm,
        "form": one.form,
        "subject": subject_body(one.subject),
        **_outcome(one.outcome),
        "reading": one.reading,
        "depends_on_reading": one.depends_on_reading,
        "readings": {name: _outcome(other) for name, other in one.others.items()},
        "baseline": one.baseline,
        "measured_on": one.measured_on.replace("_", " ") or None,
        **_group(one.outcome),
        "force": one.force,
        "standing": one.standing,
        "due": {"day": one.due.day.isoformat(), "derived": one.due.derived} if one.due else None,
        "time_to_comply": "not seen" if one.time_to_comply_unseen else None,
        "citation": {"number": norm.instrument.number, "clause": both(norm.norm.clause)},
        "glide": one.glide or None,
        "exempt_by": one.exempt_by or None,
        **_reasons(one.outcome, report.pack),
        **finding_ranges(one, ranges),
    }


def _flag_row(one: FlagRow, pack: Pack, ranges: Ranges) -> dict[str, Any]:
    found = ranges.flags(one)
    return {
        "id": one.id,
        "chain": one.chain,
        "subject": subject_body(one.subject),
        "norm": one.norm or None,
        "force": one.force or None,
        "flags": [
            {**flag_body(each, pack), **flag_ranges(each.flag, found)} for each in one.flags
        ],
        "modelled": list(one.modelled),
    }  # fmt: skip


def flag_body(one: Flagged, pack: Pack) -> dict[str, Any]:
    """One flag of a row."""
    return {
        "flag": one.flag,
        "kind": one.kind,
        "raised": one.raised,
        "amount": number_body(one.amount),
        "missing": list(one.missing),
        "because": _because(one.because, pack),
    }


def _because(reasons: tuple[Reason, ...], pack: Pack) -> list[dict[str, Any]]:
    return [
        {"reason": one[0], **{lang: Teller(pack, lang).reason(one) for lang in ("vi", "en")}}
        for one in reasons
    ]


def _reasons(outcome: Outcome, pack: Pack) -> dict[str, Any]:
    return {
        "failed": list(outcome.failed),
        "missing": list(outcome.missing),
        "modelled": list(outcome.modelled),
        "because": _because(outcome.because, pack),
    }


def _group(outcome: Outcome) -> dict[str, Any]:
    holders = [
        {"code": one.code, "name": one.name, "measured": one.measured.json}
        for one in outcome.holders
    ]
    return {"head_room": number_body(outcome.head_room), "holders": holders}


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "verdict": outcome.verdict,
        "measured": number_body(outcome.measured),
        "required": {"min": number_body(outcome.least), "max": number_body(outcome.most)},
        "amount": number_body(outcome.amount),
        "short": number_body(outcome.short_by),
        "over": number_body(outcome.over_by),
    }


def _counts(report: Report, ranges: Ranges) -> list[dict[str, Any]]:
    """How many subjects of each level got which verdict, per norm; lists still open apart."""
    each = [_counted(one) for one in (report, *report.beside)]
    made: list[dict[str, Any]] = []
    for (norm, level), row in sorted(each[0].items()):
        count: dict[str, Any] = {
            "norm": norm,
            "level": level,
            "verdicts": dict(sorted(row.items())),
        }
        if ranges.many > 1:
            rows = [one.get((norm, level), Counter()) for one in each]
            words = sorted({word for one in rows for word in one})
            count["illustration"] = {
                word: {"from": min(one[word] for one in rows), "to": max(one[word] for one in rows)}
                for word in words
            }
        made.append(count)
    return made


def _counted(report: Report) -> dict[tuple[str, str], Counter[str]]:
    found: dict[tuple[str, str], Counter[str]] = {}
    for one in report.findings:
        row = found.setdefault((one.norm, one.subject.level), Counter())
        row["unlisted" if one.unlisted else column(one)] += 1
    return found


def conflict_body(one: Conflict) -> dict[str, Any]:
    """Two norms that cannot both be met."""
    return {
        "norms": list(one.norms),
        "units": list(one.units),
        "prevails": one.prevails or None,
        "shown_by": one.shown_by or None,
    }


def _totals(report: Report, ranges: Ranges) -> dict[str, Any]:
    """By baseline, norm and reading."""
    found: dict[str, Any] = {}
    for one in report.totals:
        by_norm = found.setdefault(one.baseline, {}).setdefault(one.norm, {})
        by_norm[one.reading] = total_body(one, ranges)
    return found


def total_body(one: Total, ranges: Ranges) -> dict[str, Any]:
    """One total, with its range over the allocations of an illustration."""
    body = _total(one)
    if ranges.many > 1:
        body["illustration"] = total_ranges(ranges.total(one))
    return body


def _total(one: Total) -> dict[str, Any]:
    return {
        "force": one.force,
        "subjects": one.subjects,
        "undetermined": one.undetermined,
        "required": {"min": number_body(one.required[0]), "max": number_body(one.required[1])},
        "shortage": number_body(one.shortage),
        "surplus": number_body(one.surplus),
        "measured": number_body(one.measured),
        "measured_source": one.figure.source if one.figure else None,
        "net": number_body(one.net),
        "modelled": list(one.modelled),
    }


def _figure(one: Figure) -> dict[str, Any]:
    value = one.cell.value
    return {
        "level": one.level,
        "code": one.code,
        "quantity": one.quantity,
        "value": Amount(value, value).json if isinstance(value, Fraction) else None,
        "precision": one.precision,
        "unit": one.unit,
        "scope": one.cell.scope,
        "date": one.cell.date,
        "origin": one.cell.origin,
        "source": one.cell.source,
        "note": both(one.cell.note),
    }


def _absent(one: Absent) -> dict[str, Any]:
    period = one.norm.period
    return {
        "norm": one.norm.id,
        "why": one.why,
        "from": str(period.start),
        "last_day": period.last_day.isoformat() if period.last_day else None,
        "successor": one.successor or None,
    }


def _not_covered(report: Report) -> list[dict[str, Any]]:
    return [
        {
            "instrument": identity, "number": instrument.number, "clause": both(one.clause),
            "what": both(one.what), "why": one.why,
        }
        for identity, instrument in sorted(report.pack.instruments.items())
        for one in instrument.not_encoded
    ]  # fmt: skip


def verified_until(report: Report) -> str | None:
    """The earliest day until which a norm that was judged is verified."""
    days = [one.norm.instrument.verified_until for one in report.judged]
    return min(days).isoformat() if days else None
