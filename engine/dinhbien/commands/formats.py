"""A report in the forms that `check` writes beside its page and its JSON."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dinhbien.judging.check import Report
    from dinhbien.judging.compared import Comparison

FORMATS = ("table", "json", "csv", "html", "junit", "sarif", "xlsx")
BINARY = ("xlsx",)
"""The forms that are no text: they are written to a file."""


def written(
    report: Report, comparison: Comparison | None, arguments: argparse.Namespace
) -> str | bytes | None:
    """The report as the option asks for; None for the page and for JSON."""
    match arguments.format:
        case "csv":
            from dinhbien.report.as_csv import csv_text

            return csv_text(report, arguments.lang)
        case "html":
            from dinhbien.report.html.page import html_text

            return html_text(report, arguments.lang)
        case "junit":
            from dinhbien.report.as_junit import junit_text

            return junit_text(report, arguments.lang, arguments.fail_on)
        case "sarif":
            from dinhbien.report.as_sarif import sarif_text

            return sarif_text(report, arguments.lang)
        case "xlsx":
            from dinhbien.report.xlsx.book import xlsx_bytes

            before = comparison.before if comparison is not None else None
            return xlsx_bytes(report, arguments.lang, before)
        case _:
            return None
