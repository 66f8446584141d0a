"""What stands in the JSON of many answers: texts, numbers, units, citations.  §17"""

from __future__ import annotations

from typing import Any

from dinhbien.language.pack import EncodedNorm
from dinhbien.model.amount import Amount
from dinhbien.model.finding import Subject
from dinhbien.model.wording import Bilingual


def both(text: Bilingual | None) -> dict[str, str] | None:
    """A text in both languages."""
    return {"vi": text.vi, "en": text.en} if text else None


def number_body(amount: Amount | None) -> object:
    """An amount, or none."""
    return None if amount is None else amount.json


def day_body(moment: object) -> str | None:
    """A day, or none."""
    return None if moment is None else str(moment)


def citation(norm: EncodedNorm) -> dict[str, Any]:
    """Number, clause, issuer, dates, sources and how the text was read."""
    instrument = norm.instrument
    return {
        "number": instrument.number,
        "kind": instrument.kind,
        "clause": both(norm.norm.clause),
        "issuer": both(instrument.issuer),
        "issued": day_body(instrument.issued) or "not seen",
        "read": instrument.read,
        "sources": [
            {"key": key, "url": instrument.sources[key].url}
            for key in norm.norm.source
            if key in instrument.sources
        ],
        "checked": [{"by": one.by, "on": one.on.isoformat()} for one in instrument.checked],
    }


def subject_body(one: Subject) -> dict[str, str]:
    """The unit that is spoken of."""
    return {"level": one.level, "code": one.code, "name": one.name}
