"""Report → SARIF 2.1.0: a rule for each norm, a result for each finding that is listed.

The format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from dinhbien.explain.sentences import Teller
from dinhbien.explain.spoken import sentence
from dinhbien.judging.check import BINDING, Report
from dinhbien.judging.compared import Comparison
from dinhbien.judging.ranges import Ranges
from dinhbien.language.pack import EncodedNorm
from dinhbien.model.finding import BROKEN, Finding
from dinhbien.report.as_json import report_head
from dinhbien.report.cautions import stale_said, unread_said
from dinhbien.report.ranged import Ranged
from dinhbien.report.ranges_as_json import finding_ranges
from dinhbien.shipped import VERSION

SARIF_VERSION = "2.1.0"
_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_FINGERPRINT = "finding/v1"
_KINDS = {"undetermined": "open", "exempt": "notApplicable", "not applicable": "notApplicable"}


_STATES = {"appeared": "new", "changed": "updated", "gone": "absent"}


def compared_sarif(comparison: Comparison, lang: str) -> str:
    """What is different as SARIF text: each result says whether it is new, updated or absent."""
    before, after = (
        _Run(report, Teller(report.pack, lang)) for report in (comparison.before, comparison.after)
    )
    body = after.body()
    left = [one for one in comparison.findings if one.after is None]
    known = {rule["id"] for rule in body["tool"]["driver"]["rules"]}
    old = [norm for norm in before.norms if norm.id not in known
           and any(one.norm == norm.id for one in left)]  # fmt: skip
    body["tool"]["driver"]["rules"] += [before.rule(norm) for norm in old]
    places = {rule["id"]: n for n, rule in enumerate(body["tool"]["driver"]["rules"])}
    body["results"] = []
    for one in comparison.findings:
        side = after if one.after is not None else before
        state = {"baselineState": _STATES[one.what], "ruleIndex": places[one.norm]}
        body["results"].append({**side.result(one.last), **state})
    body["properties"]["before"] = {
        name: report_head(comparison.before)[name] for name in ("as_of", "pack", "plan", "changes")
    }
    runs = {"$schema": _SCHEMA, "version": SARIF_VERSION, "runs": [body]}
    return json.dumps(runs, ensure_ascii=False, indent=1) + "\n"


def sarif_text(report: Report, lang: str) -> str:
    """The report as SARIF text; the same input gives the same bytes."""
    body = {
        "$schema": _SCHEMA,
        "version": SARIF_VERSION,
        "runs": [_Run(report, Teller(report.pack, lang)).body()],
    }
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


class _Run:
    """Makes the one run of a report."""

    def __init__(self, report: Report, say: Teller) -> None:
        self.report, self.say = report, say
        self.ranges = Ranges(report)
        self.ranged = Ranged(self.ranges, say)
        self.norms = [one.norm for one in report.judged]
        self.places = {norm.id: place for place, norm in enumerate(self.norms)}

    def body(self) -> dict[str, Any]:
        """The tool with its rules, the results, and what was judged."""
        head = report_head(self.report)
        driver = {
            "name": "dinhbien",
            "semanticVersion": VERSION,
            "language": self.say.lang,
            "rules": [self.rule(norm) for norm in self.norms],
        }
        return {
            "tool": {"driver": driver},
            "language": self.say.lang,
            "results": [self.result(one) for one in self.report.rows],
            "properties": {name: head[name] for name in ("as_of", "pack", "plan", "changes")},
        }

    def rule(self, norm: EncodedNorm) -> dict[str, Any]:
        """A norm: its title, what it demands, its citation and how its text was read."""
        say = self.say
        read = say.word("read", norm.instrument.read)
        cited = f"{say.phrase('explain.citation')}: {say.citation(norm)}; {read}."
        cautions = [*unread_said([norm], say), *stale_said([norm], self.report.day, say)]
        return {
            "id": norm.id,
            "shortDescription": {"text": norm.norm.title.said(say.lang)},
            "fullDescription": {"text": sentence(norm, say)},
            "help": {"text": "\n".join([cited, *cautions])},
            "defaultConfiguration": {"level": _level(norm.instrument.force)},
            "properties": {
                "force": norm.instrument.force,
                "confidence": norm.norm.confidence,
                "version": norm.version,
                "sha256": norm.sha256,
            },
        }

    def result(self, one: Finding) -> dict[str, Any]:
        """A finding: where, what is said of it, and how grave it is."""
        norm = self.report.pack.norm(one.norm)
        assert norm is not None  # noqa: S101 - a finding comes from a norm of the pack
        kind, subject = _kind(one), one.subject
        place = {"name": subject.name, "fullyQualifiedName": subject.code, "kind": subject.level}
        return {
            "ruleId": one.norm,
            "ruleIndex": self.places[one.norm],
            "kind": kind,
            "level": self._level(one) if kind == "fail" else "none",
            "message": {"text": "\n".join(self._lines(one, norm))},
            "locations": [{"logicalLocations": [place]}],
            "fingerprints": {_FINGERPRINT: one.id},
            "properties": {
                "verdict": one.verdict,
                "force": one.force,
                "standing": one.standing,
                "depends_on_reading": one.depends_on_reading,
                "missing": list(one.outcome.missing),
                "modelled": list(one.outcome.modelled),
                **finding_ranges(one, self.ranges),
            },
        }

    def _lines(self, one: Finding, norm: EncodedNorm) -> Iterator[str]:
        """The sentence with its range, the readings, what is missing, and the citation."""
        yield self.ranged.sentence(one, norm)
        yield from self.ranged.readings(one, norm)
        inputs = dict.fromkeys(self.say.input(path) for path in one.outcome.missing)
        if inputs:
            yield self.say.phrase("missing", inputs=", ".join(inputs))
        yield from map(self.say.reason, one.outcome.because)
        yield f"{self.say.phrase('explain.citation')}: {self.say.citation(norm)}"

    @staticmethod
    def _level(one: Finding) -> str:
        """How grave a difference is: a note where there is time left, or it only plans."""
        return "note" if one.due is not None or one.glide else _level(one.force)


def _level(force: str) -> str:
    return "error" if force in BINDING else "warning"


def _kind(one: Finding) -> str:
    """What a result is to SARIF; what depends on the reading is for people to review."""
    if one.standing != "used":
        return "informational"
    if one.verdict in _KINDS:
        return _KINDS[one.verdict]
    if one.depends_on_reading:
        return "review"
    return "fail" if one.verdict in BROKEN else "pass"
