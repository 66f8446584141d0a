"""The base of everything a person writes in YAML."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


class Authored(BaseModel):
    """A frozen, strict record; unknown keys are refused; every scalar arrives as text."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, strict=True, defer_build=True
    )


def refusal(message: str, way_out: str = "") -> PydanticCustomError:
    """An error of a value, in our words, with its way out."""
    context: dict[str, Any] = {"message": message.replace("{", "("), "way_out": way_out}
    return PydanticCustomError("refused", "{message}", context)
