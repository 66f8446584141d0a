"""Plan file + change file + day → report: the way in of the command and of scripts."""

from __future__ import annotations

from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dinhbien.compiled.folder import Kept
from dinhbien.errors import Problem, UsageError
from dinhbien.judging.check import Report, check
from dinhbien.language.from_norms import Rules
from dinhbien.language.pack import Pack
from dinhbien.model.plan import Plan
from dinhbien.reading.to_change import Change, read_change
from dinhbien.reading.to_pack import packs, read_pack
from dinhbien.reading.to_plan import plan_of
from dinhbien.reading.to_rules import read_rules
from dinhbien.reading.written import Written, read_written
from dinhbien.shipped import content

if TYPE_CHECKING:
    from dinhbien.judging.compared import Comparison
    from dinhbien.model.proposal import Answer, Proposal


class Asked(NamedTuple):
    """An answer, with the plan and the pack that it was given for."""

    answer: Answer
    plan: Plan
    pack: Pack


def check_file(  # noqa: PLR0913 - each is one thing that may be chosen
    plan: str | PathLike[str],
    *,
    as_of: date | None = None,
    change: str | PathLike[str] | None = None,
    norms: str | PathLike[str] | None = None,
    cache: bool = False,
    official: bool = False,
) -> Report:
    """Judge the plan in a folder or file.

    Args:
        plan: a folder with ``plan.yaml`` or ``plan.csv``, that file, or a workbook.
        as_of: the day to judge by; by default the plan's own.
        change: a change file: what is different in the plan or in the norms.
        norms: a folder of norms to judge by instead of the shipped one.
        cache: whether the norms may be taken, compiled, from an earlier run, and kept for a
            later one; a change's patches to norms and flags are never kept.
        official: whether a second evaluator judges too, and has to agree.

    Raises:
        InputError: the plan or the change cannot be read, or no day is given.
        NormsError: the rules or norms are invalid, or become so by the change.
        DisagreementError: two evaluators differ.
    """
    return check(*_read(plan, change, norms, cache), as_of, official=official)


def may_file(  # noqa: PLR0913 - each is one thing that may be chosen
    plan: str | PathLike[str],
    proposal: Proposal,
    *,
    as_of: date | None = None,
    change: str | PathLike[str] | None = None,
    norms: str | PathLike[str] | None = None,
    cache: bool = False,
) -> Asked:
    """Whether a proposal may be carried out in the plan of a folder or file; as `check_file`.

    Raises `UsageError` too, where the proposal names nothing of the plan.
    """
    read, pack = _read(plan, change, norms, cache)
    from dinhbien.judging.may import may  # who judges a plan does not load what asks of it

    return Asked(may(read, pack, proposal, as_of), read, pack)


def read_plan_and_pack(
    plan: str | PathLike[str],
    *,
    change: str | PathLike[str] | None = None,
    norms: str | PathLike[str] | None = None,
    cache: bool = False,
) -> tuple[Plan, Pack]:
    """The plan in a folder or file, and the norms it names; as `check_file`."""
    return _read(plan, change, norms, cache)


def _read(
    plan: str | PathLike[str],
    change: str | PathLike[str] | None,
    norms: str | PathLike[str] | None,
    cache: bool,
) -> tuple[Plan, Pack]:
    folder = Path(norms) if norms is not None else None
    changed = read_change(Path(change)) if change is not None else None
    written = read_written(Path(plan))
    kept = Kept.of(written.pack, folder) if cache and not (changed and changed.flags) else None
    found = kept.pack() if kept else None
    rules = found.rules if found else _rules(written, changed, folder)
    read = plan_of(written, rules, changed, packs(folder))
    patches = changed.norms if changed else {}
    if patches or read.norms != written.pack:
        found = kept = None
    pack = found or read_pack(read.norms, norms=folder, rules=rules, patches=patches)
    if kept and not found:
        kept.keep(pack)
    return read, pack


def _rules(written: Written, change: Change | None, norms: Path | None) -> Rules:
    """The rules that a plan is read by, with what its pack adds and a change patches."""
    named = (norms or content("norms")) / written.pack
    return read_rules(content("rules"), named, change.flags if change else None)


def compare_files(  # noqa: PLR0913 - each is one thing that may be different
    before: str | PathLike[str],
    after: str | PathLike[str] | None = None,
    *,
    as_of: date | None = None,
    start: date | None = None,
    end: date | None = None,
    change: str | PathLike[str] | None = None,
    norms: str | PathLike[str] | None = None,
    cache: bool = False,
) -> Comparison:
    """Judge two plans, or one plan on two days or without and with a change, and compare.

    Args:
        before: a plan, as `check_file` takes it.
        after: the other plan; by default the same one.
        as_of: the day to judge both by; by default each plan's own.
        start: the day to judge `before` by.
        end: the day to judge `after` by.
        change: a change file for `after`.
        norms: a folder of norms to judge both by instead of the shipped one.
        cache: as `check_file`.

    Raises:
        UsageError: nothing to compare is named, or days are named twice.
        InputError: a plan or the change cannot be read, or no day is given.
        NormsError: the rules or norms are invalid, or become so by the change.
    """
    if after is None and change is None and start is None and end is None:
        message = "there is nothing to compare: one plan, on one day, without a change"
        way_out = "name a second plan, a change, or the two days"
        raise UsageError([Problem(message, help=way_out)])
    if as_of is not None and (start is not None or end is not None):
        message = "one day for both plans, and another for one of them"
        raise UsageError([Problem(message, help="give one day, or a day for each")])
    from dinhbien.judging.compared import Comparison

    first = check_file(before, as_of=start or as_of, norms=norms, cache=cache)
    if after is None and change is None:
        return Comparison(first, check(first.plan, first.pack, end))
    other = before if after is None else after
    second = check_file(other, as_of=end or as_of, change=change, norms=norms, cache=cache)
    return Comparison(first, second)


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
    rules = _rules(written, change, folder)
    return plan_of(written, rules, change, packs(folder)), rules
