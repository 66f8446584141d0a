"""Comparison → one HTML page: before, after, and only what is different."""

from __future__ import annotations

from dinhbien.judging.compared import Comparison
from dinhbien.report.compared_tables import Changes
from dinhbien.report.html.page import rendered


def changes_html(comparison: Comparison, lang: str) -> str:
    """The page as text, in Vietnamese (``vi``) or English (``en``)."""
    found = Changes(comparison, lang)
    view = {
        "lang": lang,
        "phrase": found.say.phrase,
        "title": found.title,
        "head": list(found.head()),
        "loud": list(found.loud()),
        "norms": found.norms(),
        "tables": list(found.tables()),
        "cautions": list(found.cautions()),
    }
    return rendered("changes.html.jinja", view)
