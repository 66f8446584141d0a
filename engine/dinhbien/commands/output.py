"""Where answers go: the standard output, and the standard error for what was repaired."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dinhbien.errors import Problem

_PAGE = 100


def width() -> int | None:
    """The terminal's width, or a page's where the output goes elsewhere."""
    return None if sys.stdout.isatty() else _PAGE


def colour() -> bool:
    """Whether the output is a terminal that takes colours."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def write(text: str) -> None:
    """Print a text that ends its own lines."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # the real stdout has it
    sys.stdout.write(text)
    sys.stdout.flush()


def say_repairs(repairs: Iterable[Problem]) -> None:
    """What was read otherwise than it is written is never passed over."""
    for one in repairs:
        print(f"repaired: {one}", file=sys.stderr)
