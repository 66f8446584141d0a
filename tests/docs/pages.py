"""The pages of the documentation, and what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
CONTENT = tuple(ROOT / folder / "README.md" for folder in ("norms", "rules", "scenarios"))
ANY = "…"
_FENCE = re.compile(r"^```(.*)$")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$")


@dataclass(frozen=True)
class Block:
    """A fenced block: its page, the line of its fence, the words after the fence, its lines."""

    page: Path
    line: int
    info: tuple[str, ...]
    lines: tuple[str, ...]

    @property
    def place(self) -> str:
        """What a test of this block is called."""
        return f"{self.page.relative_to(ROOT).as_posix()}:{self.line}"


def pages() -> list[Path]:
    """Every page: those at the top, those of the three folders of content, and those below docs."""
    return [*sorted(ROOT.glob("*.md")), *CONTENT, *sorted(DOCS.rglob("*.md"))]


def blocks(*kinds: str) -> list[Block]:
    """The blocks of every page whose first words after the fence are `kinds`."""
    found = [block for page in pages() for block in blocks_of(page)]
    return [block for block in found if block.info[: len(kinds)] == kinds]


def blocks_of(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    start, info, inside = 0, "", list[str]()
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        fence = _FENCE.match(line)
        if fence and not start:
            start, info, inside = number, fence[1], []
        elif fence:
            yield Block(page, start, tuple(info.split()), tuple(inside))
            start = 0
        elif start:
            inside.append(line)
    assert not start, f"{page}:{start}: the block is not closed"


def prose(page: Path) -> list[str]:
    """The lines of a page outside its fenced blocks."""
    lines = page.read_text("utf-8").splitlines()
    inside = {
        number
        for block in blocks_of(page)
        for number in range(block.line, block.line + len(block.lines) + 2)
    }
    return [line for number, line in enumerate(lines, 1) if number not in inside]


def links(page: Path) -> list[str]:
    """Where the links of a page lead."""
    return [link for line in prose(page) for link in _LINK.findall(line)]


def anchors(page: Path) -> set[str]:
    """The anchors that the headings of a page make."""
    headings = (_HEADING.match(line) for line in prose(page))
    return {anchor(found[1]) for found in headings if found}


def anchor(heading: str) -> str:
    """The anchor of a heading, as a code host makes it."""
    kept = re.sub(r"[^\w\s-]", "", heading.strip().lower())
    return re.sub(r"\s", "-", kept)


def matches(expected: tuple[str, ...], found: tuple[str, ...]) -> bool:
    """Whether `found` is `expected`, in which a line `…` stands for any lines."""
    if not expected:
        return not found
    if expected[0].strip() == ANY:
        rest = expected[1:]
        return any(matches(rest, found[start:]) for start in range(len(found) + 1))
    return bool(found) and expected[0] == found[0] and matches(expected[1:], found[1:])
