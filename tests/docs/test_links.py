"""The pages hold together: links lead somewhere, and the changelog keeps its own rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, anchor, anchors, links, pages

CHANGELOG = ROOT / "CHANGELOG.md"
_OUTSIDE = re.compile(r"[a-z]+:")


def lost_links(page: Path) -> list[str]:
    """The links of a page that lead nowhere in the repository."""
    lost: list[str] = []
    for link in links(page):
        path, _, part = link.partition("#")
        if _OUTSIDE.match(link):
            continue
        target = (page.parent / path).resolve() if path else page
        known = target.exists() and target.is_relative_to(ROOT)
        if not known or (part and part not in anchors(target)):
            lost.append(link)
    return lost


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    assert not lost_links(page)


def test_a_lost_link_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Here\n\n[a](#here) [b](#there) [c](none.md)\n\n```\n[d](e.md)\n```\n")

    assert anchors(page) == {"here"}
    assert links(page) == ["#here", "#there", "none.md"]
    assert "none.md" in lost_links(page)


def test_every_page_can_be_reached() -> None:
    """From the README, link by link, every page of docs is reached."""
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md" or not page.is_file():
            continue
        reached.add(page)
        waiting += [(page.parent / link.partition("#")[0]).resolve() for link in links(page)]

    assert set(DOCS.rglob("*.md")) <= reached


def test_anchors_are_those_of_a_code_host() -> None:
    assert anchor("dinhbien check PLAN") == "dinhbien-check-plan"
    assert anchor("§2 Missing is not zero") == "2-missing-is-not-zero"
    assert anchor("norms: pack.yaml") == "norms-packyaml"


def test_each_change_opens_with_its_type() -> None:
    """The types are those that the changelog's own head declares."""
    head, _, changes = CHANGELOG.read_text("utf-8").partition("\n## ")
    types = set(re.findall(r"^- \*\*(\w+)\*\*: ", head, re.MULTILINE))
    entries = [line for line in changes.splitlines() if line.startswith("- ")]
    odd = [line for line in entries if line.split("**")[1:2] not in [[one] for one in types]]
    odd += [line for line in entries if not line.endswith(".")]

    assert types == {"norm", "semantics", "feature", "fix"}
    assert entries
    assert not odd, "\n".join(odd)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_text_is_tidy(page: Path) -> None:
    lines = page.read_text("utf-8").splitlines()
    untidy = [number for number, line in enumerate(lines, 1) if line != line.rstrip()]

    assert lines[0].startswith("# ")
    assert not untidy
