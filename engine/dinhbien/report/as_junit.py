"""Report → JUnit XML: a suite for each unit, a case for each norm that it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import Report
from dinhbien.judging.compared import Comparison, FindingChange
from dinhbien.judging.ranges import Ranges
from dinhbien.language.pack import EncodedNorm
from dinhbien.model.finding import Finding
from dinhbien.report.as_json import report_head
from dinhbien.report.cautions import unread_of
from dinhbien.report.ranged import Ranged
from dinhbien.shipped import VERSION

_SKIPPED = ("undetermined", "exempt", "not applicable")
_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def junit_text(
    report: Report, lang: str, fail_on: str, comparison: Comparison | None = None
) -> str:
    """The report as JUnit XML, in Vietnamese (``vi``) or English (``en``).

    A case fails where its finding stands at or above `fail_on`, one of `FAIL_LEVELS`; it is
    skipped where nothing can be told, or the norm does not apply.  What a lower level leaves
    out passes, and is said in the case's output.  Texts that stand aside are no cases.
    With a `comparison` whose second side the report is, only what is different is a case, and
    says what it was; what is gone passes.
    """
    changed = {one.last.id: one for one in comparison.findings} if comparison else None
    root = _Suites(report, Teller(report.pack, lang), fail_on, changed).element()
    indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


class _Suites:
    """Makes the elements of one report."""

    def __init__(
        self, report: Report, say: Teller, fail_on: str,
        changed: dict[str, FindingChange] | None,
    ) -> None:  # fmt: skip
        self.report, self.say, self.changed = report, say, changed
        self.ranged = Ranged(Ranges(report), say)
        self.failing = {one.id for one in report.failing(fail_on)}
        self.listed = {one.id for one in report.rows}
        self.own = {one.id for one in report.findings}
        self.said = [*self._properties(fail_on)]

    def element(self) -> Element:
        """All suites, in the plan's order."""
        suites: dict[tuple[str, str], list[Finding]] = {
            (unit.level, unit.code): [] for unit in self.report.plan.root.walk()
        }
        for one in self.report.findings:
            if one.standing == "used" and (self.changed is None or one.id in self.changed):
                suites[one.subject.level, one.subject.code].append(one)
        for one in self._gone():
            suites.setdefault((one.subject.level, one.subject.code), []).append(one)
        root = Element("testsuites", self._counts([*_all(suites)]))
        root.set("name", xml_text(self.report.plan.title.said(self.say.lang)))
        for findings in filter(None, suites.values()):
            self._suite(root, findings)
        return root

    def _suite(self, root: Element, findings: list[Finding]) -> None:
        subject = findings[0].subject
        name = xml_text(f"{subject.name} ({subject.code})")
        suite = SubElement(root, "testsuite", {"name": name, **self._counts(findings)})
        properties = SubElement(suite, "properties")
        for key, said in self.said:
            SubElement(properties, "property", {"name": key, "value": xml_text(said)})
        for one in findings:
            self._case(suite, one)

    def _gone(self) -> Iterator[Finding]:
        for one in (self.changed or {}).values():
            if one.after is None and one.before is not None and one.before.standing == "used":
                yield one.before

    def _was(self, one: Finding) -> str:
        """What a finding that is different was; nothing where there is no other side."""
        change = (self.changed or {}).get(one.id)
        if change is None:
            return ""
        before = self.say.conclusion(change.before) if change.before else "—"
        after = self.say.conclusion(change.after) if change.after else "—"
        return self.say.phrase("compare.from_to", before=before, after=after)

    def _case(self, suite: Element, one: Finding) -> None:
        norm = self.report.pack.norm(one.norm)
        if norm is None or one.id not in self.own:
            self._left(suite, one)
            return
        title = xml_text(norm.norm.title.said(self.say.lang))
        asked = xml_text(f"{one.norm}@{one.subject.code}")  # as `dinhbien explain` takes it
        case = SubElement(suite, "testcase", {"classname": asked, "name": title})
        message = xml_text(self._was(one) or self.ranged.conclusion(one))
        said = xml_text("\n".join(filter(None, [self._was(one), *self._lines(one, norm)])))
        if one.id in self.failing:
            failure = {"message": message, "type": one.verdict}
            SubElement(case, "failure", failure).text = said
        elif one.verdict in _SKIPPED:
            because = "; ".join(filter(None, [message, self._reason(one)]))
            SubElement(case, "skipped", {"message": because})
        elif one.id in self.listed or self.changed is not None:
            SubElement(case, "system-out").text = said

    def _left(self, suite: Element, one: Finding) -> None:
        """A case for what is there no more: it passes, and says what it was."""
        asked = xml_text(f"{one.norm}@{one.subject.code}")
        case = SubElement(suite, "testcase", {"classname": asked, "name": asked})
        SubElement(case, "system-out").text = xml_text(f"{self._was(one)}\n{one.id}")

    def _lines(self, one: Finding, norm: EncodedNorm) -> Iterator[str]:
        yield self.ranged.sentence(one, norm)
        yield from self.ranged.readings(one, norm)
        yield f"{self.say.phrase('explain.citation')}: {self.say.citation(norm)}"
        if one.outcome.missing:
            yield self._reason(one)
        yield one.id

    def _reason(self, one: Finding) -> str:
        """What is missing, and what else keeps a verdict back."""
        inputs = dict.fromkeys(self.say.input(path) for path in one.outcome.missing)
        missing = [self.say.phrase("missing", inputs=", ".join(inputs))] if inputs else []
        exempt = [one.exempt_by] if one.exempt_by else []
        return xml_text("; ".join([*missing, *map(self.say.reason, one.outcome.because), *exempt]))

    def _counts(self, findings: list[Finding]) -> dict[str, str]:
        failed = sum(1 for one in findings if one.id in self.failing)
        skipped = sum(
            1 for one in findings
            if one.id in self.own and one.id not in self.failing and one.verdict in _SKIPPED
        )  # fmt: skip
        counts = {"tests": len(findings), "failures": failed, "errors": 0, "skipped": skipped}
        return {name: str(count) for name, count in counts.items()}

    def _properties(self, fail_on: str) -> Iterator[tuple[str, str]]:
        """What was judged, by what, and how far it may be relied on."""
        head, plan = report_head(self.report), self.report.plan
        yield from (("dinhbien", VERSION), ("as_of", head["as_of"]), ("pack", head["pack"]))
        yield from (("plan", plan.sha256), ("fail_on", fail_on))
        yield "modelled_share", head["plan"]["modelled_share"]
        yield "unread_texts", ", ".join(unread_of(one.norm for one in self.report.judged))
        if plan.illustration is not None:
            yield "illustration", " ".join(self.ranged.head())


def _all(suites: dict[tuple[str, str], list[Finding]]) -> Iterator[Finding]:
    for findings in suites.values():
        yield from findings


def xml_text(said: str) -> str:
    """A text without the few letters that no XML may hold."""
    return _NOT_XML.sub("\ufffd", said)
