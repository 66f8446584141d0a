"""Every fault of norms and every doubt is a row of the page on lints, as its case says it."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import dinhbien
from dinhbien.reading.lint import LINTS
from tests.docs.pages import DOCS, ROOT

PAGE = DOCS / "reference" / "lints.md"
READING = ROOT / "tests" / "reading"
PARTS = ("instrument", "article", "exempt", "pack", "rules", "flags")
RESET = bool(os.environ.get("DINHBIEN_RESET"))
GROUPS = ["Citation", "Numbers", "Names", "Law", "Text", "Flags", "Tests"]
_SAYS = "# ---- says"
_HEAD = re.compile(r"# (?:(?:warning|note) ([a-z-]+): )?\S+?:\d+:\d+: (.+)")
_ROW = re.compile(r"\| ([a-z0-9/-]+) \| *(?:error|warning|note)? *\|.*\|")
_MESSAGES = {"add": 0, "refusal": 0, "FaultError": 1, "fault": 1, "_refuse": 1}
"""The calls that keep a problem, and which of their arguments is its message."""
_NO_CASE = {
    "is longer than": "a file of megabytes",
    "norm grows too large": "a file of many lines",
    "expression is too long": "a file of many lines",
    "chain of lets is too long": "a file of many lines",
    "module `dinhbien` has no": "about Python",
    "cannot be put in form": "a guard against a fault of our own",
    "cannot stand inside": "no known file leads there",
}
"""Messages that no case need expect, each with the reason."""
_ELSEWHERE = (
    "cli",
    "columns",
    "commands",
    "compiled",
    "corpus",
    "explain",
    "frames",
    "writing",
    "judging",
    "many",
    "meaning",
    "report",
)
"""They read no norms: what they say is about plans, runs, the call and kept files."""


def cases() -> dict[str, Path]:
    """The case of every lint."""
    errors = [path for part in PARTS for path in (READING / "bad" / part).glob("*.yaml")]
    named = {path.relative_to(READING / "bad").with_suffix("").as_posix(): path for path in errors}
    return named | {name: READING / "doubts" / f"{name}.yaml" for name in LINTS}


def row(name: str, path: Path) -> str:
    """The row of a lint: the first thing that its case says of it, and the way out."""
    said = path.read_text("utf-8").partition(_SAYS)[2].splitlines()[1:]
    heads = [(place, found) for place, line in enumerate(said) if (found := _HEAD.match(line))]
    place, head = next((at, one) for at, one in heads if one[1] in {None, name})
    below = [line.removeprefix("#   ") for line in said[place + 1 :]]
    after = below[: next((at for at, one in enumerate(below) if one.startswith("# ")), None)]
    way_out = next((one for one in after if not one.startswith("at ")), "")
    cells = (name, LINTS.get(name, "error"), head[2], way_out)
    return "| " + " | ".join(one.replace("|", "\\|") for one in cells) + " |"


def test_every_lint_has_its_row_and_every_row_its_lint() -> None:
    rows = [
        found[1] for line in PAGE.read_text("utf-8").splitlines() if (found := _ROW.match(line))
    ]

    assert sorted(rows) == sorted(cases())


def test_every_row_says_what_the_case_says() -> None:
    lines = PAGE.read_text("utf-8").splitlines()
    expected = [
        row(found[1], cases()[found[1]]) if (found := _ROW.match(line)) else line for line in lines
    ]
    if RESET:
        PAGE.write_text("\n".join(expected) + "\n", "utf-8")
    else:
        assert lines == expected


def test_the_page_has_every_group() -> None:
    found = re.findall(r"^## (.+)$", PAGE.read_text("utf-8"), re.MULTILINE)

    assert found == GROUPS


def pattern(node: ast.expr) -> str:
    """What a written message may become, as a regular expression; empty for any other thing."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = [
            re.escape(str(one.value)) if isinstance(one, ast.Constant) else ".*"
            for one in node.values
        ]
        return "".join(parts)
    return ""


def messages(module: ast.Module) -> Iterator[str]:
    """The messages that a module can keep: those of its calls, and what is named `message`."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = _MESSAGES.get(name)
            yield from (
                [pattern(node.args[place])] if place is not None and node.args[place:] else []
            )
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                first = target.elts[0] if isinstance(target, ast.Tuple) else target
                several = isinstance(node.value, ast.Tuple) and node.value.elts
                value = several[0] if several else node.value
                if isinstance(first, ast.Name) and first.id == "message":
                    yield pattern(value)


@pytest.fixture(scope="module")
def told() -> str:
    """All that cases and tests expect to be said."""
    paths = [path for kind in ("bad", "doubts") for path in (READING / kind).rglob("*.*")]
    paths += [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    return "\n".join(path.read_text("utf-8") for path in paths)


def test_every_message_in_the_code_is_expected_somewhere(told: str) -> None:
    package = Path(dinhbien.__file__).parent
    unheard = [
        f"{path.relative_to(package).as_posix()}: {one}"
        for path in sorted(package.rglob("*.py"))
        if path.relative_to(package).parts[0].removesuffix(".py") not in _ELSEWHERE
        for one in messages(ast.parse(path.read_text("utf-8")))
        if len(one.replace(".*", "")) > 2 and not re.search(one, told)
        if not any(re.escape(part) in one for part in _NO_CASE)
    ]

    assert not unheard, "\n".join(unheard)
