"""What is different in the norms → JSON.  §17"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from dinhbien.judging.amendments import Amendment, Amendments, NumberChange, Side, Stated
from dinhbien.language.operators import LawNumber, Row
from dinhbien.model.amount import decimal_text
from dinhbien.model.exemption import Exemption
from dinhbien.model.norm import Grace
from dinhbien.report.as_json import SCHEMA_VERSION
from dinhbien.report.values_as_json import both, citation
from dinhbien.shipped import VERSION


def amendments_json(found: Iterable[Amendments]) -> str:
    """What changes in the norms of some packs from one day to another, as JSON text."""
    packs = list(found)
    body = {
        "schema_version": SCHEMA_VERSION,
        "engine_version": VERSION,
        "packs": [{"pack": one.after.id, **amendments_body(one)} for one in packs],
    }
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def amendments_body(found: Amendments) -> dict[str, Any]:
    """What is different in the norms, as plain data in a stable order."""
    return {
        "from": found.start.isoformat(),
        "to": found.end.isoformat(),
        "norms": [_amendment(one) for one in found.norms],
        "exemptions": [_exemption(what, one) for what, one in found.exemptions],
        "unchanged": found.unchanged,
    }


def _amendment(one: Amendment) -> dict[str, Any]:
    after = one.after
    return {
        "norm": one.norm,
        "what": one.what,
        "before": _side(one.before),
        "after": _side(after),
        "superseded_by": (after.successor or None) if after is not None else None,
        "supersedes": list(one.last.norm.supersedes),
        "numbers": [_number(number) for number in one.numbers],
        "changed": list(one.aspects),
        "citation": citation(one.last),
    }


def _side(one: Side | None) -> dict[str, Any] | None:
    if one is None:
        return None
    period = one.norm.period
    return {
        "standing": one.standing,
        "why": one.why,
        "certain": one.certain,
        "force": one.norm.instrument.force,
        "reading": one.norm.used.name,
        "in_force": {
            "from": str(period.start),
            "to": None if period.end is None else str(period.end),
        },
        "grace": _grace(one.grace),
        "sha256": one.norm.sha256,
    }


def _grace(one: Grace | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "until": one.until.isoformat(),
        "covers": one.covers,
        "derived": both(one.derived),
    }


def _number(one: NumberChange) -> dict[str, Any]:
    stated = one.after or one.before
    assert stated is not None  # noqa: S101 - one side is always there
    return {
        "number": one.name,
        "reading": one.reading or None,
        "unit": str(stated.number.measure),
        "before": _stated(one.before),
        "between": [_row(row, stated.number) for row in one.between],
        "after": _stated(one.after),
        "source": list(stated.number.source),
    }


def _stated(one: Stated | None) -> dict[str, Any] | None:
    if one is None:
        return None
    if one.row is None:
        return {"value": None, "suspended": None, "from": None, "certain": one.certain}
    return {**_row(one.row, one.number), "certain": one.certain}


def _row(row: Row, number: LawNumber) -> dict[str, Any]:
    return {
        "value": None if row.value is None else _value(row.value, number),
        "suspended": both(row.suspended),
        "from": None if row.period.start is None else str(row.period.start),
    }


def _value(value: Fraction, number: LawNumber) -> str:
    if number.kind == "date":
        return date.fromordinal(int(value)).isoformat()
    return decimal_text(value)


def _exemption(what: str, one: Exemption) -> dict[str, Any]:
    return {
        "what": what,
        "norm": one.norm,
        "units": list(one.units),
        "by": one.by,
        "from": one.start.isoformat(),
        "to": one.until.isoformat(),
    }
