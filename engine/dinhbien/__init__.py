"""Judge a staffing plan against the norms that bind it, and cite each one.

>>> import dinhbien
>>> report = dinhbien.check_file("scenarios/dien-bien/2025-10")  # doctest: +SKIP
>>> [finding.id for finding in report.rows]  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dinhbien.errors import (
        DinhbienError,
        DisagreementError,
        InputError,
        NormsError,
        Problem,
        UsageError,
    )
    from dinhbien.judging.check import Report, check
    from dinhbien.judging.compared import Comparison
    from dinhbien.judging.from_files import Asked, check_file, compare_files, may_file
    from dinhbien.judging.may import may
    from dinhbien.language.pack import Pack
    from dinhbien.live.chained.consequences import (
        Consequences,
        NotUsableError,
        WorkerLostError,
    )
    from dinhbien.live.session import Session, open_session
    from dinhbien.many.check_frame import check_frame
    from dinhbien.many.flags import flag_frame
    from dinhbien.many.scenarios import Scenarios, scenarios
    from dinhbien.many.told import Told, told
    from dinhbien.model.amount import Amount
    from dinhbien.model.finding import Finding, Outcome
    from dinhbien.model.plan import Plan
    from dinhbien.model.proposal import Answer, Proposal
    from dinhbien.reading.to_change import Change, read_change
    from dinhbien.reading.to_pack import read_pack
    from dinhbien.reading.to_plan import read_plan
    from dinhbien.reading.to_rules import read_rules
    from dinhbien.report.html.plots import Plot, plot
    from dinhbien.writing.to_files import write_plan

_HOMES = {
    "Amount": "model.amount",
    "Answer": "model.proposal",
    "Asked": "judging.from_files",
    "Change": "reading.to_change",
    "Comparison": "judging.compared",
    "Consequences": "live.chained.consequences",
    "DinhbienError": "errors",
    "DisagreementError": "errors",
    "Finding": "model.finding",
    "InputError": "errors",
    "NormsError": "errors",
    "NotUsableError": "live.chained.consequences",
    "Outcome": "model.finding",
    "Pack": "language.pack",
    "Plan": "model.plan",
    "Plot": "report.html.plots",
    "Problem": "errors",
    "Proposal": "model.proposal",
    "Report": "judging.check",
    "Scenarios": "many.scenarios",
    "Session": "live.session",
    "Told": "many.told",
    "UsageError": "errors",
    "WorkerLostError": "live.chained.consequences",
    "check": "judging.check",
    "check_file": "judging.from_files",
    "check_frame": "many.check_frame",
    "compare_files": "judging.from_files",
    "flag_frame": "many.flags",
    "may": "judging.may",
    "may_file": "judging.from_files",
    "plot": "report.html.plots",
    "open_session": "live.session",
    "read_change": "reading.to_change",
    "read_pack": "reading.to_pack",
    "read_plan": "reading.to_plan",
    "read_rules": "reading.to_rules",
    "scenarios": "many.scenarios",
    "told": "many.told",
    "write_plan": "writing.to_files",
}

__all__ = [
    "Amount",
    "Answer",
    "Asked",
    "Change",
    "Comparison",
    "Consequences",
    "DinhbienError",
    "DisagreementError",
    "Finding",
    "InputError",
    "NormsError",
    "NotUsableError",
    "Outcome",
    "Pack",
    "Plan",
    "Plot",
    "Problem",
    "Proposal",
    "Report",
    "Scenarios",
    "Session",
    "Told",
    "UsageError",
    "WorkerLostError",
    "check",
    "check_file",
    "check_frame",
    "compare_files",
    "flag_frame",
    "may",
    "may_file",
    "open_session",
    "plot",
    "read_change",
    "read_pack",
    "read_plan",
    "read_rules",
    "scenarios",
    "told",
    "write_plan",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = f"module `dinhbien` has no `{name}`"
        raise AttributeError(message)
    from dinhbien.errors import loaded

    return getattr(loaded(f"dinhbien.{_HOMES[name]}", f"`dinhbien.{name}`"), name)


def __dir__() -> list[str]:
    return __all__
