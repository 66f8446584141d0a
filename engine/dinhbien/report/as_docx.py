"""Report → a Word document: the annex to a submission, every number traced to its id in JSON."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from dinhbien.errors import Problem, UsageError
from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import Report
from dinhbien.judging.ranges import column
from dinhbien.model.finding import BROKEN, Finding
from dinhbien.report.as_junit import xml_text
from dinhbien.report.cautions import modelled_cells
from dinhbien.report.html.findings import flags, review
from dinhbien.report.html.opening import Opening
from dinhbien.report.html.sight import Sight

if TYPE_CHECKING:
    from docx.document import Document

_FONT, _SIZE, _SMALL = "Times New Roman", 13, 10
_WIDE, _HIGH, _TOP, _LEFT, _RIGHT = 297, 210, 20, 30, 15
_LEAST, _MOST = 8, 45
"""Between how many letters the widths of columns are shared out."""
_ZIPPED = (1980, 1, 1, 0, 0, 0)
_MADE = datetime(2000, 1, 1, tzinfo=UTC)  # the same report gives the same bytes
_SUMS = ("required", "measured", "short", "over", "net")


def docx_bytes(report: Report, lang: str) -> bytes:
    """The annex of a report, in Vietnamese (``vi``) or English (``en``).

    Raises `UsageError` where python-docx is not installed.
    """
    try:
        import docx
    except ImportError:
        message, way_out = "`docx` needs python-docx", "install it: `pip install 'dinhbien[docx]'`"
        raise UsageError([Problem(message, help=way_out)]) from None
    made = docx.Document()
    _Annex(made, Sight(report, Teller(report.pack, lang))).write()
    properties = made.core_properties
    properties.title = xml_text(report.plan.title.said(lang))
    properties.author = "dinhbien"
    properties.created = properties.modified = _MADE
    out = io.BytesIO()
    made.save(out)
    return _same_each_time(out.getvalue())


def _same_each_time(body: bytes) -> bytes:
    """The same parts without the hour at which they were put together."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, date_time=_ZIPPED)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return out.getvalue()


class _Annex(Struct, dict=True):
    """Writes one annex; `traced` holds the ids in the order in which they are first told."""

    document: Document
    sight: Sight
    traced: dict[str, int] = field(default_factory=dict)

    def write(self) -> None:
        """Everything, from the top."""
        self._page()
        self._head()
        self._basis()
        self._totals()
        self._review()
        self._demands()
        self._findings()
        self._gaps()
        self._trace()

    @cached_property
    def _say(self) -> Teller:
        return self.sight.say

    def _mark(self, *ids: str) -> str:
        """The numbers under which ids stand in the last table: ``[3]``."""
        for one in ids:
            self.traced.setdefault(one, len(self.traced) + 1)
        return " ".join(f"[{self.traced[one]}]" for one in ids)

    # -- the page and its head -----------------------------------------------

    def _page(self) -> None:
        from docx.enum.section import WD_ORIENT
        from docx.oxml.ns import qn
        from docx.shared import Mm, Pt

        style: Any = self.document.styles["Normal"]
        style.font.name, style.font.size = _FONT, Pt(_SIZE)
        style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
        section = self.document.sections[0]
        section.orientation = WD_ORIENT.LANDSCAPE  # the tables are wide
        section.page_width, section.page_height = Mm(_WIDE), Mm(_HIGH)
        section.top_margin, section.bottom_margin = Mm(_LEFT), Mm(_RIGHT)
        section.left_margin, section.right_margin = Mm(_TOP), Mm(_TOP)

    def _head(self) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        say = self._say
        table = self.document.add_table(rows=1, cols=2)
        sides = (("docx.body", "docx.number"), ("docx.state", "docx.motto", "docx.place"))
        for cell, keys in zip(table.rows[0].cells, sides, strict=True):
            cell.text = ""
            for place, key in enumerate(keys):
                line = cell.paragraphs[0] if not place else cell.add_paragraph()
                line.alignment = WD_ALIGN_PARAGRAPH.CENTER
                line.add_run(say.phrase(key)).bold = key in {"docx.body", "docx.state",
                                                             "docx.motto"}  # fmt: skip
        opening = Opening(self.sight)
        for text in (say.phrase("docx.annex"), say.phrase("docx.title", title=opening.title)):
            line = self.document.add_paragraph()
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            line.add_run(xml_text(text)).bold = True
        self._line(say.phrase("docx.with"), centred=True)
        for text in (*opening.illustration, opening.modelled):
            if text:
                self._line(text, bold=True)

    def _line(self, text: str, *, bold: bool = False, centred: bool = False) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        line = self.document.add_paragraph()
        line.add_run(xml_text(text)).bold = bold
        line.paragraph_format.keep_with_next = bold
        if centred:
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _heading(self, key: str) -> None:
        self._line(self._say.phrase(key), bold=True)

    def _table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        from docx.oxml import OxmlElement
        from docx.shared import Mm, Pt

        table = self.document.add_table(rows=1, cols=len(heads))
        table.style, table.autofit = "Table Grid", False
        widths = [Mm(one) for one in _shared_out([heads, *rows])]
        for grid, width in zip(table.columns, widths, strict=True):
            grid.width = width
        above: Any = table.rows[0]._tr
        above.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for row, texts in enumerate((heads, *rows)):
            cells = table.rows[0].cells if not row else table.add_row().cells
            for cell, text, width in zip(cells, texts, widths, strict=True):
                run = cell.paragraphs[0].add_run(xml_text(text))
                run.bold, run.font.size, cell.width = not row, Pt(_SMALL), width

    # -- parts ---------------------------------------------------------------

    def _basis(self) -> None:
        say, opening = self._say, Opening(self.sight)
        self._heading("docx.part.basis")
        for line in (opening.plan, opening.pack, *opening.lines):
            self._line(line)
        for answer in self.sight.summary.answers():
            for line in (answer.said, *answer.cautions, answer.modelled, answer.source):
                if line:
                    self._line(line)
        rows = [
            [str(number), one.norm.norm.title.said(say.lang), say.citation(one.norm),
             say.word("read", one.norm.instrument.read)]
            for one in self.sight.report.judged
            for number in [self.sight.norms[one.norm.id]]
        ]  # fmt: skip
        heads = [say.phrase(key) for key in ("html.number", "verdicts.norm", "explain.citation",
                                             "html.read")]  # fmt: skip
        self._table(heads, sorted(rows, key=lambda one: int(one[0])))

    def _totals(self) -> None:
        say = self._say
        rows = []
        for one in self.sight.summary.totals():
            key = f"totals/{one.total.baseline}/{one.total.norm}/{one.total.reading}"
            modelled = modelled_cells(one.total.modelled, say)
            rows.append([one.title, one.reading, *one.numbers, modelled, self._mark(key)])
        if rows:
            self._heading("docx.part.totals")
            heads = [say.phrase("verdicts.norm"), say.phrase("totals.reading")]
            heads += [say.phrase(f"totals.{one}") for one in _SUMS]
            self._table([*heads, say.phrase("html.modelled"), say.phrase("docx.trace")], rows)

    def _review(self) -> None:
        say, found = self._say, review(self.sight)
        if found is None:
            return
        self._heading("docx.part.review")
        rows = [
            [unit.name + ("*" if modelled else ""), *cells, self._mark(identity)]
            for unit, identity, cells, modelled in found.rows
        ]
        sums = [say.phrase("html.sum"), *found.sums, ""]
        self._table([say.phrase("csv.name"), *found.heads, say.phrase("docx.trace")],
                    [*rows, sums])  # fmt: skip
        self._line(say.phrase("html.review.note"))
        self._line(f"* {say.phrase('flags.modelled')}")

    def _demands(self) -> None:
        say = self._say
        self._heading("docx.part.demands")
        for chain in flags(self.sight):
            self._line(chain.title, bold=True)
            for table in chain.tables:
                if table.said:
                    self._line(table.said)
                rows = [
                    [row.subject.name + ("*" if row.id in table.modelled else ""), *cells,
                     self._mark(row.id)]
                    for row, cells in table.rows
                ]  # fmt: skip
                self._table([say.phrase("flags.unit"), *table.heads, say.phrase("docx.trace")],
                            rows)  # fmt: skip
            for line in (*chain.foot, *chain.open):
                self._line(line)

    def _findings(self) -> None:
        """What is not as a norm asks, unit by unit; what is open is only counted."""
        say = self._say
        self._heading("docx.part.findings")
        listed = [one for one in self.sight.report.rows if column(one) in BROKEN]
        heads = [say.phrase(key) for key in ("csv.name", "docx.sentence", "explain.citation",
                                             "docx.trace")]  # fmt: skip
        self._table(heads, [self._finding(one) for one in listed])
        left = len(self.sight.report.rows) - len(listed)
        self._line(say.phrase("html.findings.open", count=left))

    def _finding(self, one: Finding) -> list[str]:
        norm = self.sight.report.pack.norm(one.norm)
        assert norm is not None  # noqa: S101 - a finding comes from a norm of the pack
        said = [self.sight.ranged.sentence(one, norm),
                modelled_cells(one.outcome.modelled, self._say)]  # fmt: skip
        text = "; ".join(filter(None, said))
        return [one.subject.name, text, self._say.citation(norm), self._mark(one.id)]

    def _gaps(self) -> None:
        self._heading("docx.part.gaps")
        for line in self._collect():
            self._line(line)
        for line in self.sight.summary.gaps():
            self._line(f"– {line}")

    def _collect(self) -> Iterator[str]:
        for name, units, settles, many in self.sight.summary.to_collect():
            yield "– " + self._say.phrase(
                "docx.collect", input=name, units=units, settles=settles, many=many
            )

    def _trace(self) -> None:
        self._heading("docx.part.trace")
        for key, hashed in Opening(self.sight).hashes:
            self._line(f"{key}: {hashed}")
        heads = [self._say.phrase("docx.trace"), self._say.phrase("xlsx.id")]
        self._table(heads, [[f"[{number}]", one] for one, number in self.traced.items()])


def _shared_out(rows: Sequence[Sequence[str]]) -> list[float]:
    """How wide columns are, in millimetres: by their longest texts, within reason."""
    longest = [max(_LEAST, *(min(len(one), _MOST) for one in column))
               for column in zip(*rows, strict=True)]  # fmt: skip
    room = _WIDE - 2 * _TOP
    return [room * one / sum(longest) for one in longest]
