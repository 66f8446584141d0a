"""The shipped norms cannot lose what makes them citable.

Removing an instrument's number, issuer, day, day in force or last source, a quantity's unit,
or a citation that nothing else supplies makes reading fail: where, why, and the way out.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dinhbien.errors import NormsError, Problem
from dinhbien.reading.to_pack import read_pack

from .damage import (
    ARTICLES,
    INSTRUMENTS,
    NORMS,
    composed,
    copied,
    cut,
    pairs,
    problems,
    problems_of,
    quantities,
    value_at,
    without_unit,
)

PLACE = re.compile(r"norms/.+\.yaml:\d+:\d+")
NEEDED = {
    "number": ("number",),
    "title": ("title",),
    "issuer": ("issuer",),
    "issued": ("issued",),
    "in_force": ("in_force",),
    "in_force.from": ("in_force", "from"),
    "force": ("force",),
    "read": ("read",),
    "sources": ("sources",),
    "checked": ("checked",),
    "verified_until": ("verified_until",),
}


def only_citations() -> list[tuple[str, tuple[str, ...]]]:
    """Each article and the way to a source that nothing else supplies."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for article in ARTICLES:
        root = composed((NORMS / article).read_text("utf-8"))
        if value_at(root, "source") is not None:
            found.append((article, ("source",)))
            continue
        norms = pairs(value_at(root, "norms"))
        found += [(article, ("norms", key.value, "source")) for key, _ in norms]
    return found


def all_quantities() -> list[tuple[str, tuple[str, ...]]]:
    """Each article and the way to each of its numbers with a unit."""
    return [
        (article, steps)
        for article in ARTICLES
        for steps in quantities(composed((NORMS / article).read_text("utf-8")))
    ]


def named(value: object) -> str:
    return ".".join(value) if isinstance(value, tuple) else str(value)


def place_of(problem: Problem, article: str) -> str:
    """Where in the article a problem is; an empty text where it is not."""
    place = str(problem.position)
    found = PLACE.fullmatch(place) and place.startswith(f"norms/{article}:")
    return place if found and problem.path else ""


def without(norms: Path, instrument: str, what: str) -> list[Problem]:
    """What is wrong once an instrument has lost one thing."""
    cut(norms / instrument / "instrument.yaml", *NEEDED[what])
    return problems_of(norms, instrument)


def without_its_unit(norms: Path, article: str, steps: tuple[str, ...]) -> list[Problem]:
    """What is wrong once a number has lost its unit."""
    number = value_at(composed((norms / article).read_text("utf-8")), *steps)
    assert number is not None
    without_unit(norms / article, number)
    return problems_of(norms, article.rpartition("/")[0])


def test_the_shipped_norms_are_without_fault(tmp_path: Path) -> None:
    assert INSTRUMENTS
    assert ARTICLES
    assert not problems(copied(tmp_path))


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_what_an_instrument_needs_is_missed_by_name_where_it_should_stand(
    instrument: str, tmp_path: Path
) -> None:
    file = f"{instrument}/instrument.yaml"
    norms = copied(tmp_path, instrument)
    text = (norms / file).read_text("utf-8")
    for what, way in NEEDED.items():
        (norms / file).write_text(text, "utf-8")
        holder = value_at(composed(text), *way[:-1])
        found = [one for one in without(norms, instrument, what) if place_of(one, file)]

        assert [problem.message for problem in found] == [f"`{way[-1]}` is missing"], what
        assert holder is not None
        line, column = holder.start_mark.line + 1, holder.start_mark.column + 1
        assert str(found[0].position) == f"norms/{file}:{line}:{column}", what
        assert found[0].path.endswith(what)


@pytest.mark.parametrize("what", NEEDED)
def test_what_is_missing_comes_with_a_way_out(what: str, tmp_path: Path) -> None:
    found = without(copied(tmp_path, INSTRUMENTS[0]), INSTRUMENTS[0], what)

    assert found[0].help


def named_by_others() -> list[str]:
    """The instruments of the pack that others take, and the first of each other pack."""
    first = {one.partition("/")[0]: one for one in reversed(INSTRUMENTS)}
    return sorted({*first.values(), *(one for one in INSTRUMENTS if one.startswith("vn/"))})


@pytest.mark.parametrize("instrument", named_by_others())
def test_one_thing_missing_is_one_problem(instrument: str, tmp_path: Path) -> None:
    """A text that cannot be read is still there: nobody is told that its norms do not exist."""
    norms = copied(tmp_path)
    cut(norms / instrument / "instrument.yaml", *NEEDED["number"])
    found = problems(norms, instrument.partition("/")[0])

    assert [problem.message for problem in found] == ["`number` is missing"]


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_an_instrument_needs_its_last_source(instrument: str, tmp_path: Path) -> None:
    norms = copied(tmp_path, instrument)
    file = norms / instrument / "instrument.yaml"
    sources = pairs(value_at(composed(file.read_text("utf-8")), "sources"))
    for key, _ in sources:
        cut(file, "sources", key.value)
    found = [one for one in problems_of(norms, instrument) if one.path.endswith("sources")]

    assert sources
    assert len(found) == 1
    assert place_of(found[0], f"{instrument}/instrument.yaml")
    assert found[0].help


@pytest.mark.parametrize(("article", "steps"), all_quantities(), ids=named)
def test_a_quantity_needs_its_unit_and_is_told_how(
    article: str, steps: tuple[str, ...], tmp_path: Path
) -> None:
    found = without_its_unit(copied(tmp_path, article.rpartition("/")[0]), article, steps)
    here = [one for one in found if place_of(one, article)]

    assert any("unit" in one.message + one.help for one in here), found
    assert all(one.help for one in here), here


@pytest.mark.parametrize(("article", "steps"), only_citations(), ids=named)
def test_a_norm_needs_its_citation(article: str, steps: tuple[str, ...], tmp_path: Path) -> None:
    instrument = article.rpartition("/")[0]
    norms = copied(tmp_path, instrument)
    cut(norms / article, *steps)
    found = [one for one in problems_of(norms, instrument) if one.path.endswith(":source")]

    assert found
    for problem in found:
        assert problem.message == "the norm has no source of its own, and nothing else supplies one"
        assert place_of(problem, article)
        assert problem.help


def test_a_unit_and_a_citation_of_one_norm_are_said_together(tmp_path: Path) -> None:
    norms = copied(tmp_path)
    article, norm = "vn/od-09-2025/article-ii-1.yaml", ("norms", "division-leaders")
    cut(norms / article, *norm, "source")
    found = without_its_unit(norms, article, (*norm, "numbers", "two"))

    assert any("no unit" in one.message for one in found)
    assert any(one.path.endswith("#division-leaders:source") for one in found)


def test_ten_faults_take_one_run(tmp_path: Path) -> None:
    """An instrument and its article lose ten things at once, and one run says all ten."""
    norms = copied(tmp_path)
    folder = norms / "vn" / "od-09-2025"
    instrument, article = folder / "instrument.yaml", folder / "article-ii-1.yaml"
    for what in ("number", "issuer", "issued", "in_force.from", "checked", "verified_until"):
        cut(instrument, *NEEDED[what])
    for key, _ in pairs(value_at(composed(instrument.read_text("utf-8")), "sources")):
        cut(instrument, "sources", key.value)
    base = value_at(composed(article.read_text("utf-8")), "numbers", "base")
    assert base is not None
    number = value_at(base, "is") or base
    without_unit(article, number)
    cut(article, "norms", "frame", "source")
    cut(article, "norms", "division-professionals", "source")

    with pytest.raises(NormsError) as caught:
        read_pack("dien-bien", norms=norms)

    said = {problem.path: problem for problem in caught.value.problems}
    start = "vn/od-09-2025/article-ii-1#"
    expected = {"number", "issuer", "issued", "in_force.from", "sources", "checked"}
    expected |= {"verified_until", f"{start}frame:source", f"{start}division-professionals:source"}
    assert expected <= set(said)
    assert any("no unit" in problem.message for problem in said.values())
    for problem in said.values():
        assert PLACE.fullmatch(str(problem.position)), problem
    assert all(str(problem) in str(caught.value) for problem in said.values())
