"""What was judged by: the norms with their texts, what is not covered, what was not read."""

from __future__ import annotations

from collections.abc import Iterator

from dinhbien.explain.contradictions import conflict_said
from dinhbien.language.pack import EncodedNorm
from dinhbien.model.citation import Instrument
from dinhbien.report.html.sight import Sight
from dinhbien.report.xlsx.page import (
    NAME,
    NUMBER,
    SENTENCE,
    TINY,
    TITLE,
    Column,
    Page,
    Styled,
    Value,
)


def norm_page(sight: Sight) -> Page:
    """The norms that were judged, with their citations and how each text was read."""
    say = sight.say
    names = {"html.number": TINY, "verdicts.norm": TITLE, "xlsx.force": NUMBER,
             "xlsx.confidence": NUMBER, "xlsx.standing": NUMBER, "xlsx.text": NAME,
             "xlsx.clause": NAME, "xlsx.issuer": NAME, "xlsx.issued": NUMBER,
             "html.read": NUMBER, "xlsx.in_force": NAME, "html.until": NUMBER,
             "xlsx.readings": TITLE, "xlsx.no_text": NAME, "xlsx.sources": SENTENCE,
             "xlsx.id": TITLE, "html.hash": SENTENCE}  # fmt: skip
    ids = ("xlsx.id", "html.hash")
    return Page(
        name=say.phrase("xlsx.sheet.norms"),
        title=say.phrase("html.part.norms"),
        columns=tuple(
            Column(say.phrase(name), width, "id" if name in ids else "text")
            for name, width in names.items()
        ),
        rows=[_norm(sight, one.norm, one.standing) for one in
              sorted(sight.report.judged, key=lambda one: sight.norms[one.norm.id])],
        fixed=2,
    )  # fmt: skip


def _norm(sight: Sight, norm: EncodedNorm, standing: str) -> list[Value]:
    say, instrument, period = sight.say, norm.instrument, norm.period
    readings = (one.title.said(say.lang) if one.title else one.name for one in norm.readings)
    numbers = (one for one in norm.used.program.numbers.values() if one.parameter)
    until = "…" if period.end is None else str(period.end)
    sources = [instrument.sources[key].url for key in norm.norm.source
               if key in instrument.sources]  # fmt: skip
    return [
        str(sight.norms[norm.id]),
        norm.norm.title.said(say.lang),
        say.word("force", instrument.force),
        say.word("confidence", norm.norm.confidence),
        say.phrase(f"compare.as.{standing}"),
        say.document(instrument),
        norm.norm.clause.said(say.lang),
        instrument.issuer.said(say.lang),
        str(instrument.issued or say.phrase("xlsx.not_seen")),
        Styled(say.word("read", instrument.read), _read(instrument)),
        f"[{period.start}; {until})",
        say.day(instrument.verified_until),
        "\n".join(readings) if norm.norm.readings else "",
        "\n".join(sorted(one.path for one in numbers)),
        "\n".join(sources),
        norm.id,
        norm.sha256,
    ]


def _read(instrument: Instrument) -> str:
    return "text" if instrument.read == "full text" else "departs"


def gap_page(sight: Sight) -> Page:
    """The provisions that are not encoded, and why."""
    say = sight.say
    columns = [("xlsx.text", NAME), ("xlsx.title", TITLE), ("xlsx.clause", NAME),
               ("xlsx.what", SENTENCE), ("xlsx.why", NAME)]  # fmt: skip
    used = {one.norm.instrument_id for one in sight.report.judged}
    rows: list[list[Value]] = [
        [say.document(instrument), instrument.title.said(say.lang), one.clause.said(say.lang),
         one.what.said(say.lang), say.word("why_not_encoded", one.why)]
        for identity, instrument in sorted(sight.report.pack.instruments.items())
        for one in instrument.not_encoded if identity in used
    ]  # fmt: skip
    return Page(
        name=say.phrase("xlsx.sheet.gaps"),
        title=say.phrase("xlsx.gaps.title"),
        columns=tuple(Column(say.phrase(name), width) for name, width in columns),
        rows=rows,
        notes=tuple(Styled(line, "note") for line in sight.summary.lapsed()),
        fixed=1,
    )


def unread_page(sight: Sight) -> Page:
    """The texts that were not read in full, or are not verified for the day."""
    say, day = sight.say, sight.report.day
    instruments = {one.norm.instrument_id: one.norm.instrument for one in sight.report.judged}
    columns = [("xlsx.text", NAME), ("xlsx.title", SENTENCE), ("html.read", NUMBER)]
    columns += [("html.until", NUMBER), ("xlsx.verified", NAME), ("xlsx.sources", SENTENCE)]
    rows: list[list[Value]] = []
    for _, one in sorted(instruments.items()):
        if one.read == "full text" and day <= one.verified_until:
            continue
        verified = say.phrase(f"xlsx.verified.{'yes' if day <= one.verified_until else 'no'}")
        urls = "\n".join(source.url for source in one.sources.values())
        rows.append([
            say.document(one), one.title.said(say.lang), say.word("read", one.read),
            say.day(one.verified_until), verified, urls,
        ])  # fmt: skip
    return Page(
        name=say.phrase("xlsx.sheet.unread"),
        title=say.phrase("xlsx.unread.title"),
        columns=tuple(Column(say.phrase(name), width) for name, width in columns),
        rows=rows,
        notes=(Styled(say.phrase("xlsx.unread.note"), "note"),),
        fixed=1,
    )


def conflict_pages(sight: Sight) -> Iterator[Page]:
    """Pairs of norms that cannot both be met; nothing where there is none."""
    say = sight.say
    rows: list[list[Value]] = [
        [conflict_said(one, sight.report, say), ", ".join(one.units), "\n".join(one.norms)]
        for one in sight.report.conflicts
    ]
    if rows:
        yield Page(
            name=say.phrase("xlsx.sheet.conflicts"),
            title=say.phrase("html.part.conflicts"),
            columns=(
                Column(say.phrase("xlsx.what"), SENTENCE * 2),
                Column(say.phrase("xlsx.units"), TITLE),
                Column(say.phrase("xlsx.ids"), TITLE, "id"),
            ),
            rows=rows,
        )
