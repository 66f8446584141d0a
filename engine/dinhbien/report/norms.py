"""Norms for people: the list of a pack, and one norm in full."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

from rich import box
from rich.console import Console
from rich.table import Table

from dinhbien.errors import Problem, UsageError, nearest
from dinhbien.explain.numbers import value_said
from dinhbien.explain.sentences import Teller
from dinhbien.explain.spoken import sentence
from dinhbien.judging.check import norm_named
from dinhbien.language.operators import LawNumber, Row
from dinhbien.language.pack import EncodedNorm, Pack


def norm_list(pack: Pack, lang: str, *, width: int | None, colour: bool) -> str:
    """A table of the norms of a pack."""
    say = Teller(pack, lang)
    out = StringIO()
    console = Console(file=out, width=width, no_color=not colour, highlight=False)
    console.print(say.phrase("list.heading", pack=pack.title.said(lang)), style="bold")
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for key in ("verdicts.norm", "explain.citation", "verdicts.force", "show.period"):
        table.add_column(say.phrase(key), overflow="fold")
    for norm in pack.norms:
        title = f"{norm.norm.title.said(lang)}\n[dim]{norm.id}[/dim]"
        force = say.word("force", norm.instrument.force)
        if norm.id in pack.unused:
            title += f"\n[italic]{say.phrase('rows.alternative')}[/italic]"
        table.add_row(title, say.citation(norm), force, _period(norm, say))
    console.print(table)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def norm_page(packs: list[Pack], asked: str, lang: str) -> str:
    """One norm: sentence, citation, numbers by date, readings, sources, confidence.

    Raises `UsageError` where `asked` names no norm of `packs`, or several.
    """
    every_one = {norm.id: (pack, norm) for pack in packs for norm in norm_named(pack, asked)}
    found = list(every_one.values())
    if len(found) != 1:
        every = [norm.id for pack in packs for norm in pack.norms]
        known = [norm.id for _, norm in found] or every
        near = nearest(asked, sorted({one.rpartition("#")[2] for one in every}))
        message = f"`{asked}` names {len(found)} norms"
        listed = "one of\n  " + "\n  ".join(known)
        raise UsageError([Problem(message, help=near if near and not found else listed)])
    pack, norm = found[0]
    return "\n".join(_page(norm, Teller(pack, lang))) + "\n"


def _period(norm: EncodedNorm, say: Teller) -> str:
    end = norm.period.last_day
    return f"{norm.period.start} – {end or say.phrase('explain.open')}"


def _page(norm: EncodedNorm, say: Teller) -> Iterator[str]:
    instrument = norm.instrument
    yield norm.norm.title.said(say.lang)
    yield norm.id
    yield ""
    yield sentence(norm, say)
    if say.lang == "vi":
        yield sentence(norm, Teller(say.pack, "en"))
    yield ""
    yield f"{say.phrase('explain.citation')}: {say.citation(norm)}"
    yield f"{say.phrase('verdicts.force')}: {say.word('force', instrument.force)}"
    if norm.norm.glide:
        yield say.phrase("glide.norm")
    yield f"{say.phrase('show.period')}: {_period(norm, say)}"
    yield f"{say.phrase('show.read')}: {say.word('read', instrument.read)}"
    yield f"{say.phrase('show.verified')}: {say.day(instrument.verified_until)}"
    yield f"{say.phrase('explain.confidence')}: {say.word('confidence', norm.norm.confidence)}"
    yield from _remarks(norm, say)
    yield from _written(norm, say)
    yield from _numbers(norm, say)
    yield from _readings(norm, say)
    yield from _sources(norm, say)


def _remarks(norm: EncodedNorm, say: Teller) -> Iterator[str]:
    if norm.norm.time_to_comply_unseen:
        yield _capital(say.phrase("due.not_seen"))
    for name in norm.norm.between:
        yield f"{say.phrase('explain.between')}: {name}"
    if norm.norm.note:
        yield say.phrase("report.note", note=norm.norm.note.said(say.lang))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _sources(norm: EncodedNorm, say: Teller) -> Iterator[str]:
    yield f"{say.phrase('show.sources')}:"
    numbers = (key for number in norm.used.program.numbers.values() for key in number.source)
    for key in sorted({*norm.norm.source, *numbers}):
        source = norm.instrument.sources.get(key)
        if source is not None:
            yield f"  {key}: {source.title or source.url}"
            yield f"      {source.url}"


def _written(norm: EncodedNorm, say: Teller) -> Iterator[str]:
    one = norm.norm
    yield f"{say.phrase('show.written')} ({one.form}): {say.counted(norm)}"
    if one.where:
        yield f"  {say.phrase('explain.condition')}: {one.where}"
    for name, text in {**one.let, **one.slots}.items():
        said = text if isinstance(text, str) else ", ".join(map(str, text))
        yield f"  {name} = {said}"


def _numbers(norm: EncodedNorm, say: Teller) -> Iterator[str]:
    numbers = norm.used.program.numbers
    if numbers:
        yield f"{say.phrase('show.numbers')}:"
    for name, number in numbers.items():
        for key, rows in number.rows.items():
            for row in rows:
                label = f"{name}.{key}" if key else name
                yield f"  {label} = {_row(row, number, say)}"


def _row(row: Row, number: LawNumber, say: Teller) -> str:
    value = "" if row.value is None else value_said(row.value, number.kind, say.lang)
    if row.suspended is not None:
        value = row.suspended.said(say.lang)
    when = ""
    if row.period.start or row.period.end:
        when = f" ({row.period.start} – {row.period.last_day or say.phrase('explain.open')})"
    confidence = say.word("confidence", number.confidence)
    unit = "" if number.kind == "date" else f" [{number.measure}]"
    about = [", ".join(number.source), confidence]
    about += [say.phrase("show.parameter")] if number.parameter else []
    return f"{value}{unit}{when}  {' · '.join(about)}"


def _readings(norm: EncodedNorm, say: Teller) -> Iterator[str]:
    readings = norm.norm.readings
    if readings is None:
        return
    yield f"{say.phrase('show.silent_on')}: {readings.law_silent_on.said(say.lang)}"
    for name, option in readings.options.items():
        mark = f" ({say.phrase('totals.used')})" if name == readings.used else ""
        yield f"  {name}: {option.title.said(say.lang)}{mark}"
    why = readings.why.said(say.lang)
    yield "  " + say.phrase("explain.chosen_by", who=readings.chosen_by, why=why)
