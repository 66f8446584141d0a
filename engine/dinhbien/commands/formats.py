"""A report, or what is different between two, in the forms beside the page and JSON."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dinhbien.judging.check import Report
    from dinhbien.judging.compared import Comparison

FORMATS = ("table", "json", "csv", "html", "junit", "sarif", "xlsx", "docx")
COMPARED = ("table", "json", "html", "junit", "sarif", "xlsx")
"""The forms of what is different."""
BINARY = ("xlsx", "docx")
"""The forms that are no text: they are written to a file."""


def written(
    report: Report, comparison: Comparison | None, arguments: argparse.Namespace
) -> str | bytes | None:
    """The report as the option asks for; None for the page and for JSON.

    With a change it is what the change changes, unless the whole is asked for.
    """
    if comparison is not None and not arguments.full and arguments.format in COMPARED:
        return changed(comparison, arguments.format, arguments.lang, arguments.fail_on)
    if arguments.format in BINARY:
        return _office(report, comparison, arguments)
    return _whole(report, arguments)


def _office(report: Report, comparison: Comparison | None, arguments: argparse.Namespace) -> bytes:
    if arguments.format == "docx":
        from dinhbien.report.as_docx import docx_bytes

        return docx_bytes(report, arguments.lang)
    from dinhbien.report.xlsx.book import xlsx_bytes

    return xlsx_bytes(report, arguments.lang, comparison)


def _whole(report: Report, arguments: argparse.Namespace) -> str | None:
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
        case _:
            return None


def changed(comparison: Comparison, form: str, lang: str, fail_on: str) -> str | bytes | None:
    """What is different, in a form; None for the page and for JSON."""
    match form:
        case "html":
            from dinhbien.report.html.changes import changes_html

            return changes_html(comparison, lang)
        case "junit":
            from dinhbien.report.as_junit import junit_text

            return junit_text(comparison.after, lang, fail_on, comparison)
        case "sarif":
            from dinhbien.report.as_sarif import compared_sarif

            return compared_sarif(comparison, lang)
        case "xlsx":
            from dinhbien.report.xlsx.changes import changes_xlsx

            return changes_xlsx(comparison, lang)
        case _:
            return None
