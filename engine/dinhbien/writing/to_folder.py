"""A plan → a folder of CSV, one file for each table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from fractions import Fraction

from dinhbien.language.from_norms import Rules
from dinhbien.model.amount import decimal_text
from dinhbien.model.plan import Plan
from dinhbien.writing.tables import Value, filled, tables_of

_NUMBER = re.compile(r"-?[0-9][0-9_]*(\.[0-9]+)?")
_RECKONED = re.compile(r"'*[=+\-@]")


def folder_of(plan: Plan, rules: Rules, beside: Sequence[str] = ()) -> dict[str, bytes]:
    """The files of a plan by name, in UTF-8; spreadsheets reckon with none of their cells.

    `beside` names the folders of the plans that stand beside it.
    """
    found: dict[str, bytes] = {}
    for sheet, rows in filled(tables_of(plan, rules, beside=beside)):
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([column.name for column in sheet.columns])
        writer.writerows([[shielded(value) for value in row] for row in rows])
        found[f"{sheet.name}.csv"] = text.getvalue().encode()
    return found


def shielded(value: Value | None) -> str:
    """The text of a cell; a quote before what a spreadsheet would take for a formula.

    >>> shielded("=1+1"), shielded("-5"), shielded("@a"), shielded("xã")
    ("'=1+1", '-5', "'@a", 'xã')
    """
    if value is None:
        return ""
    text = decimal_text(value) if isinstance(value, Fraction) else value
    return f"'{text}" if _RECKONED.match(text) and not _NUMBER.fullmatch(text) else text
