"""The pages of norms, made of the files of norms: a page for each pack, and their index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from dinhbien.explain.numbers import value_said
from dinhbien.explain.sentences import Teller
from dinhbien.explain.spoken import sentence
from dinhbien.language.operators import LawNumber, Row
from dinhbien.language.pack import EncodedNorm, Pack
from dinhbien.model.citation import Instrument, NotEncoded
from dinhbien.model.period import Moment
from dinhbien.model.wording import Bilingual
from dinhbien.reading.to_pack import packs, read_pack

FOLDER = "docs/reference/norms"
UP = "../../../"
SEEN = "chưa thấy / not seen"
OPEN = "chưa có ngày hết hiệu lực / no end known"


@cache
def pack(name: str) -> Pack:
    """A shipped pack."""
    return read_pack(name)


@cache
def names() -> tuple[str, ...]:
    """The packs that have a page: those with instruments of their own that bind somebody."""
    return tuple(name for name in packs() if name != "examples" and own(name))


def own(name: str) -> list[tuple[str, Instrument]]:
    """The instruments in a pack's own folder, by id."""
    return sorted(one for one in pack(name).instruments.items() if one[0].startswith(f"{name}/"))


def norms_of(name: str, instrument: str) -> list[EncodedNorm]:
    """The norms of one instrument."""
    return [one for one in pack(name).norms if one.instrument_id == instrument]


def tellers(name: str) -> tuple[Teller, Teller]:
    """The words of a pack in Vietnamese and in English."""
    return Teller(pack(name), "vi"), Teller(pack(name), "en")


def both(text: Bilingual | None) -> str:
    """A text in both languages."""
    return "" if text is None else joined(text.said("vi"), text.said("en"))


def joined(vi: str, en: str) -> str:
    """Two texts beside each other, or one where they are the same."""
    return vi if vi == en else f"{vi} / {en}"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A table."""
    heads = list(heads)
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for row in rows:
        yield f"| {' | '.join(one.replace('|', '&#124;') for one in row)} |"


# -- the index -----------------------------------------------------------------


def index() -> str:
    """The page that leads to the others."""
    lines = [
        "# Định mức trong bộ / The norms", "",
        "Các trang này làm từ các tệp trong `norms/`; `make pages` làm lại.",
        "These pages are made from the files in `norms/`; `make pages` makes them again.", "",
        "- [Có hiệu lực theo ngày / In force by day](in-force.md)",
        "- [Cách hiểu và chỗ các nguồn trái nhau / Readings and contradictions](readings.md)", "",
        *table(("bộ / pack", "", "văn bản / texts", "định mức / norms"), map(_listed, names())),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _listed(name: str) -> tuple[str, ...]:
    texts = own(name)
    norms = sum(len(norms_of(name, key)) for key, _ in texts)
    return (f"[{name}]({name}.md)", both(pack(name).title), str(len(texts)), str(norms))


# -- a pack --------------------------------------------------------------------


def pack_page(name: str) -> str:
    """The page of one pack: its texts, and under each its norms and what is left out."""
    title = pack(name).title
    lines = [
        f"# {title.said('vi')} / {title.said('en')}", "",
        f"Làm từ các tệp trong `norms/{name}/`; `make pages` làm lại.",
        f"Made from the files in `norms/{name}/`; `make pages` makes it again.",
        "Con số đọc qua báo chí phải đối chiếu với công báo trước khi dùng.",
        "Check a number that was read in the press against the gazette before it is used.",
    ]  # fmt: skip
    for key, instrument in own(name):
        lines += ["", *_instrument(name, key, instrument)]
    return "\n".join(lines) + "\n"


def _instrument(name: str, key: str, one: Instrument) -> Iterator[str]:
    vi, en = tellers(name)
    yield f"## {key.partition('/')[2]}"
    yield ""
    yield f"**{vi.document(one)}**: {one.title.said('vi')}."
    yield f"**{en.document(one)}**: {one.title.said('en')}."
    yield ""
    end = one.in_force.end
    last = OPEN if end is None else f"trước / before {end}"
    about = {
        "cơ quan ban hành / issuer": both(one.issuer),
        "ban hành / issued": str(one.issued or SEEN),
        "hiệu lực / in force": f"{one.in_force.start} – {last}",
        "ngày suy ra / day derived": both(one.in_force.derived),
        "tính chất / force": joined(vi.word("force", one.force), en.word("force", one.force)),
        "đã đọc / read": joined(vi.word("read", one.read), en.word("read", one.read)),
        "kiểm tra đến / verified until": str(one.verified_until),
        "đối chiếu / compared": "; ".join(f"{each.by}, {each.on}" for each in one.checked),
    }
    yield from table(("", ""), [row for row in about.items() if row[1]])
    for norm in norms_of(name, key):
        yield ""
        yield from _norm(name, norm)
    if one.not_encoded:
        yield ""
        yield "**Chưa mã hóa / Not encoded**"
        yield ""
        heads = ("điều khoản / clause", "nội dung / what", "lý do / why")
        yield from table(heads, (_gap(name, gap) for gap in one.not_encoded))
    yield ""
    yield "**Nguồn / Sources**"
    yield ""
    for label, source in one.sources.items():
        where = f"<{source.url}>" if source.url.startswith("http") else source.url
        yield f"- {label}: {source.title or source.publisher} {where}"


def _gap(name: str, gap: NotEncoded) -> tuple[str, str, str]:
    vi, en = tellers(name)
    why = gap.why.replace(" ", "_")
    said = joined(vi.word("why_not_encoded", why), en.word("why_not_encoded", why))
    return (clause(gap.clause), both(gap.what), said)


def clause(one: Bilingual | str) -> str:
    """An article or clause, as it is cited."""
    if isinstance(one, Bilingual):
        return both(one)
    return SEEN if one == "not seen" else "" if one == "none" else one


def _norm(name: str, norm: EncodedNorm) -> Iterator[str]:
    vi, en = tellers(name)
    file = f"norms/{norm.id.partition('#')[0]}.yaml"
    yield f"### {norm.id}"
    yield ""
    yield sentence(norm, vi)
    yield ""
    yield sentence(norm, en)
    yield ""
    yield f"- [{file}]({UP}{file}), {clause(norm.norm.clause) or norm.norm.form}"
    yield f"- hiệu lực / in force: {_period(norm)}"
    confidence = norm.norm.confidence
    said = joined(vi.word("confidence", confidence), en.word("confidence", confidence))
    yield f"- độ tin cậy / confidence: {said}"
    yield from (f"- {line}" for line in _about(name, norm))
    numbers = list(_numbers(name, norm))
    if numbers:
        heads = ("con số / number", "", "khi nào / when", "nguồn / source", "tin cậy / confidence")
        yield ""
        yield from table(heads, numbers)


def _period(norm: EncodedNorm) -> str:
    return f"{norm.period.start} – {norm.period.last_day or OPEN}"


def _about(name: str, norm: EncodedNorm) -> Iterator[str]:
    """Transition, readings, other texts and remarks."""
    vi, en = tellers(name)
    one = norm.norm
    grace = one.transition
    if grace is not None:
        derived = f" ({both(grace.derived)})" if grace.derived else ""
        yield f"chuyển tiếp đến trước ngày / in transition before {grace.until}{derived}"
    if one.time_to_comply_unseen:
        yield joined(vi.phrase("due.not_seen"), en.phrase("due.not_seen"))
    if one.readings is not None:
        yield f"văn bản không nói rõ / the text is silent: {both(one.readings.law_silent_on)}"
        for key, option in one.readings.options.items():
            used = " — **đang dùng / used**" if key == one.readings.used else ""
            yield f"  `{key}`: {both(option.title)}{used}".replace("  ", "cách hiểu / reading ", 1)
    links = {
        "thay / in place of": one.supersedes,
        "văn bản khác về cùng việc / another text on the same": one.alternative_to,
        "ngoại lệ của / an exception to": one.exception_to,
        "đặt cạnh nhau / set side by side": one.between,
    }
    for said, others in links.items():
        if others:
            yield f"{said}: {', '.join(f'`{other}`' for other in others)}"
    if one.glide:
        yield joined(vi.phrase("glide.norm"), en.phrase("glide.norm"))
    if one.note is not None:
        yield both(one.note)


def _numbers(name: str, norm: EncodedNorm) -> Iterator[tuple[str, ...]]:
    for label, number in norm.used.program.numbers.items():
        for key, rows in number.rows.items():
            for row in rows:
                yield _row(name, f"{label}.{key}" if key else label, number, row)


def _row(name: str, label: str, number: LawNumber, row: Row) -> tuple[str, ...]:
    vi, en = tellers(name)
    value = both(row.suspended)
    if row.value is not None:
        value = value_said(row.value, number.kind, "vi")
        value += "" if number.kind == "date" else f" {number.measure}"
    when = f"{row.period.start} – {row.period.last_day or '…'}" if _dated(row) else ""
    said = joined(
        vi.word("confidence", number.confidence), en.word("confidence", number.confidence)
    )
    if number.parameter:
        said += "; " + joined(vi.phrase("show.parameter"), en.phrase("show.parameter"))
    return (f"`{label}`", value, when, ", ".join(number.source), said)


def _dated(row: Row) -> Moment | None:
    return row.period.start or row.period.end
