"""Report → one workbook: what was judged first, the sheets that are read, then the evidence."""

from __future__ import annotations

from collections.abc import Iterator

from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import Report
from dinhbien.judging.compared import Comparison
from dinhbien.report.html.opening import Opening, tiles
from dinhbien.report.html.sight import Sight
from dinhbien.report.xlsx.changes import change_pages
from dinhbien.report.xlsx.findings import FindingSheet, FlagSheet
from dinhbien.report.xlsx.form import form_pages
from dinhbien.report.xlsx.given import cell_page, collect_page, figure_page
from dinhbien.report.xlsx.page import TEXT, WIDE, Column, Page, Styled, Value
from dinhbien.report.xlsx.review import review_page
from dinhbien.report.xlsx.texts import conflict_pages, gap_page, norm_page, unread_page
from dinhbien.report.xlsx.totals import totals_pages
from dinhbien.report.xlsx.writer import opened, workbook_bytes


def xlsx_bytes(report: Report, lang: str, comparison: Comparison | None = None) -> bytes:
    """The workbook of a report, in Vietnamese (``vi``) or English (``en``).

    With a `comparison`, whose second side the report is, come sheets of what is different, and
    what is proposed fills in the columns of a form that ask for it.
    """
    sight = Sight(report, Teller(report.pack, lang))
    plan = report.plan
    return workbook_bytes(_pages(sight, comparison), plan.title.vi, plan.title.en)


def _pages(sight: Sight, comparison: Comparison | None) -> list[Page]:
    changed = change_pages(comparison, sight.say.lang) if comparison else ()
    rest = [*changed, *_parts(sight, comparison.before if comparison else None)]
    return [_judged(sight, rest), *rest]


def _parts(sight: Sight, before: Report | None) -> Iterator[Page]:
    review = review_page(sight)
    if review is not None:
        yield review
    yield from form_pages(sight, before)
    yield FindingSheet(sight).page()
    yield FlagSheet(sight).page()
    yield from conflict_pages(sight)
    yield from totals_pages(sight)
    yield collect_page(sight)
    yield norm_page(sight)
    yield gap_page(sight)
    yield unread_page(sight)
    yield figure_page(sight)
    yield cell_page(sight)


def _judged(sight: Sight, rest: list[Page]) -> Page:
    """What was judged, on which day, under what, how far it may be relied on, and the sheets."""
    say, opening = sight.say, Opening(sight)
    loud = [*opening.illustration, *filter(None, [opening.modelled])]
    return Page(
        name=say.phrase("xlsx.sheet.judged"),
        title=opening.title,
        columns=(
            Column(say.phrase("xlsx.judged.what"), TEXT, "label"),
            Column(say.phrase("xlsx.judged.said"), WIDE),
        ),
        rows=[[opened(key), said] for key, said in _said(sight, opening, rest)],
        notes=tuple(Styled(line, "loud") for line in loud),
        filtered=False,
        whole=True,
    )


def _said(sight: Sight, opening: Opening, rest: list[Page]) -> Iterator[tuple[str, Value]]:
    say, report = sight.say, sight.report
    yield say.phrase("xlsx.judged.plan"), opening.plan
    yield say.phrase("html.proof.day"), say.day(report.day)
    yield say.phrase("xlsx.judged.norms"), opening.pack
    for one in opening.lines:
        yield say.phrase("xlsx.judged.note"), one
    for answer in sight.summary.answers():
        said = [answer.said, *answer.cautions, answer.modelled, answer.source]
        yield say.phrase("html.part.answers"), "\n".join(filter(None, said))
    for tile in tiles(sight):
        yield f"{tile.chip.sign} {tile.chip.said}", tile.count
    yield "", say.phrase("html.tiles")
    for line in sight.summary.gaps()[: _cautions(sight)]:
        yield say.phrase("xlsx.judged.caution"), line
    for page in rest:
        yield say.phrase("xlsx.judged.sheet", name=page.name), page.title
    yield from opening.hashes


def _cautions(sight: Sight) -> int:
    """How many lines on gaps come before the provisions, which have a sheet of their own."""
    return len(sight.summary.gaps()) - len(list(sight.summary.not_encoded()))
