"""Plan file + change file + day → report: the way in of the command and of scripts."""

from __future__ import annotations

from datetime import date
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from dinhbien.judging.check import Report, check
from dinhbien.judging.may import may
from dinhbien.language.from_norms import Rules
from dinhbien.language.pack import Pack
from dinhbien.model.plan import Plan
from dinhbien.model.proposal import Answer, Proposal
from dinhbien.reading.to_change import Change, read_change
from dinhbien.reading.to_pack import packs, read_pack
from dinhbien.reading.to_plan import plan_of
from dinhbien.reading.to_rules import read_rules
from dinhbien.reading.written import read_written
from dinhbien.shipped import content


class Asked(NamedTuple):
    """An answer, with the plan and the pack that it was given for."""

    answer: Answer
    plan: Plan
    pack: Pack


def check_file(
    plan: str | PathLike[str],
    *,
    as_of: date | None = None,
    change: str | PathLike[str] | None = None,
    norms: str | PathLike[str] | None = None,
) -> Report:
    """Judge the plan in a folder or file.

    Args:
        plan: a folder with ``plan.yaml`` or ``plan.csv``, that file, or a workbook.
        as_of: the day to judge by; by default the plan's own.
        change: a change file: what is different in the plan or in the norms.
        norms: a folder of norms to judge by instead of the shipped one.

    Raises:
        InputError: the plan or the change cannot be read, or no day is given.
        NormsError: the rules or norms are invalid, or become so by the change.
    """
    return check(*_read(plan, change, norms), as_of)


def may_file(
    plan: str | PathLike[str],
    proposal: Proposal,
    *,
    as_of: date | None = None,
    change: str | PathLike[str] | None = None,
    norms: str | PathLike[str] | None = None,
) -> Asked:
    """Whether a proposal may be carried out in the plan of a folder or file; as `check_file`.

    Raises `UsageError` too, where the proposal names nothing of the plan.
    """
    read, pack = _read(plan, change, norms)
    return Asked(may(read, pack, proposal, as_of), read, pack)


def _read(
    plan: str | PathLike[str],
    change: str | PathLike[str] | None,
    norms: str | PathLike[str] | None,
) -> tuple[Plan, Pack]:
    folder = Path(norms) if norms is not None else None
    changed = read_change(Path(change)) if change is not None else None
    read, rules = read_file(plan, change=changed, norms=norms)
    patches = changed.norms if changed else None
    return read, read_pack(read.norms, norms=folder, rules=rules, patches=patches)


def read_file(
    plan: str | PathLike[str],
    *,
    change: Change | None = None,
    norms: str | PathLike[str] | None = None,
) -> tuple[Plan, Rules]:
    """The plan in a folder or file, in any of its forms, and the rules that it is read by.

    Raises:
        InputError: the plan cannot be read; with every problem and every repair.
        NormsError: the rules are invalid.
    """
    folder = Path(norms) if norms is not None else None
    written = read_written(Path(plan))
    named = (folder or content("norms")) / written.pack
    rules = read_rules(content("rules"), named, change.flags if change else None)
    return plan_of(written, rules, change, packs(folder)), rules
