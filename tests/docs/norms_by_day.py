"""The page of what is in force by day, and why the set of norms changes."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

from dinhbien.judging.amendments import Amendment, Amendments
from dinhbien.judging.standing import standings
from dinhbien.language.pack import EncodedNorm
from dinhbien.shipped import content
from tests.docs.norm_pages import both, joined, names, pack, table, tellers

HEAD = [
    "# Có hiệu lực theo ngày / In force by day", "",
    "Làm từ các tệp trong `norms/` và các ngày trong `norms/days.csv`; `make pages` làm lại.",
    "Made from the files in `norms/` and the days in `norms/days.csv` by `make pages`.",
    "",
    "`●` được xét; `?` trong tháng mà ngày có hiệu lực chưa thấy, nên không kết luận; "
    "`○` nhường cho văn bản khác về cùng việc; trống: chưa hoặc không còn hiệu lực; "
    "`·` dự thảo, không xét.",
    "`●` judged; `?` inside a month whose day was not seen, so nothing is decided; "
    "`○` stands aside for another text on the same; blank: not yet or no longer in force; "
    "`·` a draft, not judged.",
]  # fmt: skip


@cache
def days() -> tuple[tuple[date, str, str], ...]:
    """The days, each with what happens on it in Vietnamese and in English."""
    with (content("norms") / "days.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            (date.fromisoformat(row["day"]), row["what_vi"], row["what"])
            for row in csv.DictReader(file)
        )


@cache
def judged() -> tuple[str, ...]:
    """The packs whose norms are shown: one that is taken in whole by another is not said twice."""
    shown = {name: {one.id for one in pack(name).norms} for name in names()}
    return tuple(
        name for name in names() if not any(shown[name] < other for other in shown.values())
    )


@cache
def marks(day: date) -> dict[str, str]:
    """What the table says of each norm on a day."""
    found: dict[str, str] = {}
    for name in judged():
        held, absent = standings(pack(name), day)
        found |= {one.norm.id: "·" if one.why == "draft" else "" for one in absent}
        for one in held:
            mark = "●" if one.standing == "used" else "○"
            found[one.norm.id] = mark if one.certain else "?"
    return found


@cache
def changes(before: date, after: date) -> tuple[tuple[str, Amendment], ...]:
    """What is different from one day to another, with the pack it is told from."""
    return tuple(
        (name, one)
        for name in judged()
        for one in Amendments(pack(name), before, pack(name), after).norms
    )


def steps() -> Iterator[tuple[date, date]]:
    """Each day with the one before it; the first is compared with the day before."""
    listed = [day for day, _, _ in days()]
    yield listed[0] - timedelta(days=1), listed[0]
    yield from pairwise(listed)


def explained(one: Amendment, before: date, after: date) -> bool:
    """Whether an instrument or a day of the norm itself says why it is different."""
    period = one.last.period
    began = period.start is not None and before < period.start.last and period.start.first <= after
    ended = period.last_day is not None and before <= period.last_day < after
    by_what = {
        "begins": began or (one.before is not None and one.before.why == "superseded"),
        "ends": ended,
        "superseded": one.after is not None and bool(one.after.successor),
        "in between": began and ended,
        "amended": bool(one.numbers or one.aspects),
    }
    return by_what[one.what]


def page() -> str:
    """The page: what changes from day to day, and which norms are judged on each."""
    lines = list(HEAD)
    for (before, after), (_, vi, en) in zip(steps(), days(), strict=True):
        held = sum(1 for mark in marks(after).values() if mark in {"●", "?"})
        lines += ["", f"## {after}", "", *(f"{one[0].upper()}{one[1:]}." for one in (vi, en))]
        lines += ["", f"Được xét / judged: {held}.", ""]
        lines += list(_changed(before, after))
    lines += ["", "## Bảng / Table", "", *_table()]
    return "\n".join(lines) + "\n"


def _changed(before: date, after: date) -> Iterator[str]:
    found = changes(before, after)
    if not found:
        yield f"Không gì thay đổi từ / nothing changes from {before}."
        return
    for name, one in found:
        yield f"- **{_WHAT[one.what]}** {_said(name, one.last)}{_why(name, one)}"


_WHAT = {
    "begins": "bắt đầu / begins:",
    "ends": "hết hiệu lực / ends:",
    "superseded": "được thay / superseded:",
    "in between": "chỉ ở giữa / only in between:",
    "amended": "đổi / changes:",
}


def _said(name: str, norm: EncodedNorm) -> str:
    vi, en = tellers(name)
    document = joined(vi.document(norm.instrument), en.document(norm.instrument))
    return f"{both(norm.norm.title)} ({document}; `{norm.id}`)"


def _why(name: str, one: Amendment) -> str:
    """The day, the text that takes its place, the number or the transition."""
    period = one.last.period
    if one.what == "begins":
        return f", từ / from {period.start}"
    if one.what == "ends":
        return f", ngày cuối / last day {period.last_day}"
    if one.what == "superseded" and one.after is not None:
        return f", bởi / by `{one.after.successor}`"
    if one.what == "in between":
        return f", {period.start} – {period.last_day}"
    parts = [f"`{number.name}`" for number in one.numbers]
    parts += [_ASPECTS.get(aspect, aspect) for aspect in one.aspects]
    return f": {', '.join(parts)}"


_ASPECTS = {
    "grace": "chuyển tiếp / transition",
    "certain": "ngày đã chắc hay chưa / whether the day is certain",
    "standing": "thay vị trí / standing",
}


def _table() -> Iterator[str]:
    listed = [day for day, _, _ in days()]
    norms = sorted({norm.id for name in judged() for norm in pack(name).norms})
    heads = ["định mức / norm", *(str(day)[2:] for day in listed)]
    rows = ([f"`{norm}`", *(marks(day)[norm] for day in listed)] for norm in norms)
    yield from table(heads, rows)
