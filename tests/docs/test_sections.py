"""The semantics are numbered, and what cites a number finds it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, pages, prose

SEMANTICS = DOCS / "explanation" / "semantics.md"
_CITED = re.compile(r"§\s?(\d{1,2})\b")
_HEADED = re.compile(r"^## §(\d+) \S")
_MODULE = re.compile(r"`([\w/.-]*\w\.py)`")
_PARTS = ("**Rule.**", "**Why.**", "**Rejected.**", "**Where.**")


def headings() -> list[int]:
    found = (_HEADED.match(line) for line in SEMANTICS.read_text("utf-8").splitlines())
    return [int(one[1]) for one in found if one]


def citing() -> list[Path]:
    """Every file that may cite a section."""
    code = [*(ROOT / "engine").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    content = [
        path for folder in ("rules", "norms", "scenarios") for path in (ROOT / folder).rglob("*")
    ]
    return [*code, *(path for path in content if path.suffix in {".yaml", ".md"}), *pages()]


def test_the_sections_are_one_to_eighteen() -> None:
    assert headings() == list(range(1, 19))


def test_every_section_cited_is_there() -> None:
    known = set(headings())
    cited = {
        (path.relative_to(ROOT).as_posix(), int(number))
        for path in citing()
        for number in _CITED.findall(path.read_text("utf-8"))
    }
    lost = sorted(place for place in cited if place[1] not in known)

    assert {number for path, number in cited if path.startswith("engine/")} > {1, 2, 3}
    assert not lost, lost


@pytest.mark.parametrize("number", range(1, 19))
def test_a_section_says_rule_why_and_where(number: int) -> None:
    text = SEMANTICS.read_text("utf-8")
    section = text.partition(f"\n## §{number} ")[2].partition("\n## §")[0]
    places = [section.find(part) for part in _PARTS]

    assert -1 not in places, section
    assert places == sorted(places)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_module_named_exists(page: Path) -> None:
    homes = (ROOT, ROOT / "engine" / "dinhbien")
    named = {name for line in prose(page) for name in _MODULE.findall(line)}
    lost = sorted(name for name in named if not any((home / name).is_file() for home in homes))

    assert not lost, lost


def test_every_function_named_with_its_module_exists() -> None:
    """`module.py` (`name`) names something that stands in that module."""
    text = SEMANTICS.read_text("utf-8")
    named = [
        (module, name)
        for module, names in re.findall(r"`([\w/]+\.py)` \(((?:`\w+`(?:, )?)+)\)", text)
        for name in re.findall(r"`(\w+)`", names)
    ]
    lost = [
        (module, name)
        for module, name in named
        if not re.search(
            rf"\b(?:def|class) {name}\b|^{name} = ",
            (ROOT / "engine" / "dinhbien" / module).read_text("utf-8"),
            re.MULTILINE,
        )
    ]

    assert named
    assert not lost, lost
