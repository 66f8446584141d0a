"""A plan of many communes, for pages and formats that must hold it: every number is invented."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from dinhbien.shipped import content

_PROVINCE = content("scenarios") / "dien-bien" / "2025-10"
_HEAD = """\
plan: {vi: "Nhiều xã, số giả định", en: "Many communes, invented numbers"}
as_of: 2025-10-20
norms: dien-bien
province: {code: "00", name: Tỉnh rộng, ha_noi_or_hcm: no, centrally_run: no}
lists_complete: {commune: yes, organisation: no, post: no}
tables: {communes: communes.csv, organisations: organisations.csv, posts: posts.csv}
"""
_ASIDE = ("population.source", "population.note", "former_units")
_WIDE = 60


def country(folder: Path, communes: int, staffed: int = 0) -> Path:
    """Write a plan of so many communes, of which the first `staffed` list people; its folder.

    The communes are like those of the shipped plan, each with a code and a place of its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    like = list(_read("communes.csv"))
    codes = {one["code"]: f"{place:05d}" for place, one in enumerate(like[:staffed])}
    units = [_commune(like[place % len(like)], place) for place in range(communes)]
    _write(folder / "communes.csv", units)
    for name, file in (("organisations", "organisations.csv"), ("posts", "a/posts.csv")):
        rows = _read(f"modelled/{file}")
        own = [{**one, "commune": codes[one["commune"]]} for one in rows if one["commune"] in codes]
        _write(folder / f"{name}.csv", own)
    (folder / "plan.yaml").write_text(_HEAD, encoding="utf-8")
    return folder


def _commune(like: dict[str, str], place: int) -> dict[str, str]:
    kept = {name: value for name, value in like.items() if name not in _ASIDE}
    across, down = place % _WIDE, place // _WIDE
    return {
        **kept,
        "code": f"{place:05d}",
        "name": f"{like['name']} {place}",
        "latitude": f"{23 - down / 10:.1f}",
        "longitude": f"{102 + across / 10:.1f}",
    }


def _read(name: str) -> Iterator[dict[str, str]]:
    with (_PROVINCE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _write(file: Path, rows: list[dict[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]) if rows else ["commune", "code"])
        writer.writeheader()
        writer.writerows(rows)
