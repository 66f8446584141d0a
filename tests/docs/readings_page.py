"""The page of readings and contradictions: what else a text may mean, and how to switch."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache

from dinhbien.language.pack import EncodedNorm
from dinhbien.shipped import content
from tests.docs.norm_pages import both, joined, names, own, pack, table

HEAD = [
    "# Cách hiểu và chỗ các nguồn trái nhau / Readings and contradictions", "",
    "Làm từ các tệp trong `norms/` và từ `norms/contradictions.csv`; `make pages` làm lại.",
    "Made from the files in `norms/` and from `norms/contradictions.csv` by `make pages`.",
    "",
    "Muốn thử cách hiểu khác thì viết một [thay đổi](../files.md#changes) "
    "với đường dẫn và giá trị ghi ở cột cuối.",
    "To try another, write a [change](../files.md#changes) "
    "with the path and the value of the last column.",
]  # fmt: skip


@cache
def contradictions() -> tuple[dict[str, str], ...]:
    """The rows of the table of contradictions."""
    with (content("norms") / "contradictions.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def with_readings() -> Iterator[tuple[str, EncodedNorm]]:
    """The norms whose text is silent, each with its pack."""
    for name in names():
        mine = {key for key, _ in own(name)}
        for norm in pack(name).norms:
            if norm.instrument_id in mine and norm.norm.readings is not None:
                yield name, norm


def switch(row: dict[str, str]) -> str:
    """The line of a change that uses the other one."""
    return f"`{row['switch']}: {row['value']}`" if row["switch"] else "—"


def page() -> str:
    """The page."""
    among = ("", "việc / topic", "một / one", "hai / other", "dùng / used", "định mức / norms",
             "đổi / switch")  # fmt: skip
    lines = [*HEAD, "", "## Chỗ các nguồn trái nhau / Contradictions", ""]
    lines += table(among, (_contradiction(row) for row in contradictions()))
    lines += ["", "## Văn bản không nói rõ / Where a text is silent", ""]
    heads = ("định mức / norm", "không nói rõ / silent on", "cách hiểu / readings", "vì sao / why",
             "đổi / switch")  # fmt: skip
    lines += table(heads, (_reading(norm) for _, norm in with_readings()))
    lines += ["", "## Văn bản khác về cùng việc / Another text on the same", ""]
    lines += table(
        ("định mức / norm", "văn bản khác / another text", "bộ dùng / used in"), _others()
    )
    return "\n".join(lines) + "\n"


def _contradiction(row: dict[str, str]) -> tuple[str, ...]:
    said = (joined(row[f"{key}_vi"], row[key]) for key in ("topic", "one", "other", "used"))
    norms = ", ".join(f"`{one}`" for one in row["norms"].split("; ") if one)
    return (row["id"], *said, norms or "—", switch(row))


def _reading(norm: EncodedNorm) -> tuple[str, ...]:
    readings = norm.norm.readings
    assert readings is not None
    options = "; ".join(
        f"`{key}`: {both(one.title)}" + (" (**đang dùng / used**)" if key == readings.used else "")
        for key, one in readings.options.items()
    )
    others = ", ".join(f"`{key}`" for key in readings.options if key != readings.used)
    why = f"{both(readings.why)} ({readings.chosen_by})"
    silent = both(readings.law_silent_on)
    return (f"`{norm.id}`", silent, options, why, f"`{norm.id}:readings.used`: {others}")


def _others() -> Iterator[tuple[str, ...]]:
    for name in names():
        mine = {key for key, _ in own(name)}
        for norm in pack(name).norms:
            if norm.instrument_id in mine and norm.norm.alternative_to:
                others = ", ".join(f"`{one}`" for one in norm.norm.alternative_to)
                used = [each for each in names() if norm.id in pack(each).used]
                yield f"`{norm.id}`", others, ", ".join(used) or "—"
