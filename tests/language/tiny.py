"""A norm as small as can be, compiled."""

from __future__ import annotations

from dinhbien.language.from_norms import Compiled, compile_norm
from dinhbien.model.norm import Norm

from ..reading.cases import shipped_rules

NUMBERS = {
    "most": "30 posts",
    "heads": "4 people",
    "share": "1/3",
    "half_post": "2.5 posts",
    "threshold": "16_000 inhabitants",
    "step": "1_000 inhabitants per post",
    "each": "4 posts per commune",
}


def compiled(**changes: object) -> Compiled:
    """A ceiling of 30 posts in a commune, changed; numbers that are not used are no matter."""
    written: dict[str, object] = {
        "title": {"vi": "Mức tối đa", "en": "Ceiling"},
        "form": "ceiling",
        "for": "commune",
        "clause": {"vi": "một", "en": "one"},
        "count": "government_staff",
        "at_most": "most",
        "source": "S-1",
        "confidence": "high",
        "numbers": NUMBERS,
    }
    norm = Norm.model_validate(written | changes)
    return compile_norm(norm, shipped_rules(), {})


def faults(**changes: object) -> list[tuple[str, str]]:
    """Where and what is wrong with it."""
    return [(fault.path, str(fault)) for fault in compiled(**changes).faults]
