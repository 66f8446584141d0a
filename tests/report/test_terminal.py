"""The page in a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def page(seed: str) -> str:
    """The page of a plan that lacks much, in a fresh Python."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "engine"), "PYTHONHASHSEED": seed}
    plan = ROOT / "scenarios" / "dien-bien" / "2025-10"
    command = [sys.executable, "-m", "dinhbien", "check", str(plan), "--lang", "en"]
    made = subprocess.run(
        command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert not made.stderr
    return made.stdout


def test_the_page_is_the_same_in_every_run() -> None:
    """The order of what is missing does not hang on how texts are hashed."""
    assert page("1") == page("2")
