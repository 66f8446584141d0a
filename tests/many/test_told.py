"""Rows are explained one by one, as a report explains them, without judging the plan again."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from dinhbien.errors import InputError, UsageError
from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import Report
from dinhbien.language.operators import Program
from dinhbien.many.told import told
from dinhbien.meaning.judge import Judge
from dinhbien.model.finding import Finding, Outcome
from dinhbien.model.plan import Unit
from dinhbien.shipped import content
from tests.judged import check_file

SCENARIOS = content("scenarios")
PLANS = ["dien-bien/2025-10", "dien-bien-policy", "examples/deputies", "examples/head-counts",
         "vn/vice-chairs", "vn-moves"]  # fmt: skip
FRAME = "vn/od-09-2025/article-ii-1#frame"


def listed(report: Report) -> list[Finding]:
    """The rows of listed units, of norms that are certainly in force."""
    certain = {one.norm.id for one in report.judged if one.certain}
    return [one for one in report.rows if not one.unlisted and one.norm in certain]


@pytest.mark.parametrize("name", PLANS)
def test_every_row_is_said_as_a_report_says_it(name: str) -> None:
    report = check_file(SCENARIOS / name)
    rows = told(report.plan, report.pack, report.day)
    for lang in ("vi", "en"):
        say = Teller(report.pack, lang)
        meant = {}
        for one in listed(report):
            norm = report.pack.norm(one.norm)
            assert norm is not None
            meant[one.id] = say.sentence(one, norm)

        assert rows.sentences(lang) == meant


@pytest.mark.parametrize("name", ["dien-bien/2025-10", "examples/deputies"])
def test_a_row_alone_is_the_finding_of_a_report(name: str) -> None:
    report = check_file(SCENARIOS / name)
    rows = told(report.plan, report.pack, report.day)

    for one in listed(report)[::7]:
        assert rows.finding(one.norm, one.subject.code) == one


def test_a_row_alone_asks_related_norms_of_its_unit_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    report = check_file(SCENARIOS / "dien-bien" / "2025-10")
    rows = told(report.plan, report.pack, report.day)
    asked: list[str] = []
    exact = Judge.outcome

    def counted(judge: Judge, program: Program, unit: Unit) -> Outcome:
        asked.append(unit.code)
        return exact(judge, program, unit)

    monkeypatch.setattr(Judge, "outcome", counted)

    assert "Điện Biên Phủ" in rows.sentence(FRAME, "03127", "en")
    assert set(asked) == {"03127"}
    assert len(asked) < 10


def test_what_is_not_asked_is_said() -> None:
    report = check_file(SCENARIOS / "examples" / "head-counts")
    rows = told(report.plan, report.pack)

    with pytest.raises(UsageError, match="is no norm in force"):
        rows.sentence("vn/od-09-2025/article-ii-1#fame", "90001")
    with pytest.raises(UsageError, match="asks nothing of `90999`: it asks of each commune"):
        rows.sentence(FRAME, "90999")
    with pytest.raises(InputError, match="no day to judge by"):
        told(replace(report.plan, as_of=None), report.pack)
