"""Shipped plans, judged once in a process however many tests ask.

A report cannot be changed, so whoever asks for the same plan, day and change may have the same
one.  Files that a test writes are never shared.
"""

from __future__ import annotations

import os
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dinhbien.judging import from_files
from dinhbien.judging.check import Report
from dinhbien.shipped import content

if TYPE_CHECKING:
    from dinhbien.judging.from_files import Asked
    from dinhbien.model.proposal import Proposal

SCENARIOS = content("scenarios")
judge, ask = from_files.check_file, from_files.may_file
Named = str | os.PathLike[str]


@cache
def _judged(plan: str, as_of: date | None, change: str | None, official: bool) -> Report:
    return judge(plan, as_of=as_of, change=change, cache=True, official=official)


@cache
def _asked(plan: str, proposal: Proposal, as_of: date | None, change: str | None) -> Asked:
    return ask(plan, proposal, as_of=as_of, change=change, cache=True)


def _text(file: Named | None) -> str | None:
    return None if file is None else os.fspath(file)


def _is_shipped(*files: Named | None) -> bool:
    return all(Path(one).resolve().is_relative_to(SCENARIOS) for one in files if one is not None)


def check_file(  # noqa: PLR0913 - as the function it stands for
    plan: Named,
    *,
    as_of: date | None = None,
    change: Named | None = None,
    norms: Named | None = None,
    cache: bool = False,
    official: bool = False,
) -> Report:
    """As `dinhbien.check_file`."""
    if norms is None and _is_shipped(plan, change):
        return _judged(os.fspath(plan), as_of, _text(change), official)
    return judge(plan, as_of=as_of, change=change, norms=norms, cache=cache, official=official)


def may_file(  # noqa: PLR0913 - as the function it stands for
    plan: Named,
    proposal: Proposal,
    *,
    as_of: date | None = None,
    change: Named | None = None,
    norms: Named | None = None,
    cache: bool = False,
) -> Asked:
    """As `dinhbien.may_file`."""
    if norms is None and _is_shipped(plan, change):
        return _asked(os.fspath(plan), proposal, as_of, _text(change))
    return ask(plan, proposal, as_of=as_of, change=change, norms=norms, cache=cache)


def share(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have commands that a test runs here take shipped plans as they were judged before."""
    monkeypatch.setattr(from_files, "check_file", check_file)
    monkeypatch.setattr(from_files, "may_file", may_file)
