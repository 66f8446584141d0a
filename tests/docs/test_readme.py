"""What the pages show is what happens: the README's examples, and those of docs."""

from __future__ import annotations

import doctest
import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from dinhbien import check_file
from dinhbien.cli import main
from dinhbien.errors import DinhbienError, Problem
from dinhbien.reading.to_pack import read_pack
from tests.docs.pages import README, ROOT, Block, blocks, blocks_of, matches
from tests.judged import share

_EXIT = re.compile(r"\s+# exit (\d+)$")
_INSTRUMENT = """
number: 1/2025
kind: decree
title: {vi: Nghị định, en: Decree}
issuer: {vi: Chính phủ, en: Government}
issued: 2025-01-01
in_force: {from: 2025-01-01, to: open}
force: binding
read: press
sources: {S: {url: https://example.org}}
checked: [{by: nobody, on: 2025-01-01, against: [S]}]
verified_until: 2025-12-31
"""
_ARTICLE = """
clause: "1"
source: S
confidence: high
norms:
  norm:
    title: {vi: Định mức, en: Norm}
"""
_NORM = ("form: floor", "count: civil_servants", "numbers: {five: 5 people}", "at_least: five")
_PLAN = """
plan: {vi: Kế hoạch thử, en: A test plan}
as_of: 2025-10-20
norms: dien-bien
province: {code: "99", name: Tỉnh thử}
sources: {B1: {url: https://example.org}}
"""
_CHANGE = """
change: {vi: Thay đổi thử, en: A change}
"""


def commands(block: Block) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """Each command of a block, its exit code, and the lines that it prints."""
    starts = [place for place, line in enumerate(block.lines) if line.startswith("$ ")]
    assert starts[:1] == [0], f"{block.place}: the first line is not a command"
    for start, end in zip(starts, [*starts[1:], len(block.lines)], strict=True):
        line = block.lines[start].removeprefix("$ ")
        code = _EXIT.search(line)
        yield _EXIT.sub("", line), int(code[1]) if code else 0, block.lines[start + 1 : end]


def run(command: str) -> int:
    """The exit code of a command of dinhbien, run here."""
    name, *arguments = shlex.split(command)
    assert name == "dinhbien", f"`{command}` is not run"
    try:
        return main(arguments)
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 1


@pytest.mark.parametrize("block", blocks("console"), ids=lambda block: block.place)
def test_commands_print_what_is_shown(
    block: Block, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    share(monkeypatch)
    for command, code, expected in commands(block):
        left = run(command)
        printed = capsys.readouterr()
        found = tuple(line.rstrip() for line in (printed.out + printed.err).splitlines())

        assert left == code, command
        assert matches(expected, found), "\n".join([f"$ {command}", *found])


@pytest.mark.parametrize("block", blocks("python"), ids=lambda block: block.place)
def test_python_gives_what_is_shown(block: Block, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = "\n".join(block.lines) + "\n"
    example = doctest.DocTestParser().get_doctest(text, {}, block.place, block.place, block.line)
    said: list[str] = []
    result = doctest.DocTestRunner().run(example, out=said.append)

    assert result.attempted
    assert not result.failed, "".join(said)


@pytest.mark.parametrize(
    "block",
    [
        block
        for block in [*blocks("yaml"), *blocks("csv")]
        if len(block.info) == 2 and "." in block.info[1]
    ],
    ids=lambda block: block.place,
)
def test_files_hold_what_is_shown(block: Block) -> None:
    """A block named after a file stands in it, but for what `…` leaves out."""
    written = tuple((ROOT / block.info[1]).read_text("utf-8").splitlines())

    assert matches(("…", *block.lines, "…"), written)


def put(text: str, lines: tuple[str, ...]) -> str:
    """`text`, in which the keys that `lines` begin with are those of `lines`."""
    keys = {line.partition(":")[0] for line in lines if line[:1].isalpha()}
    kept = [line for line in text.splitlines() if line.partition(":")[0] not in keys]
    return "\n".join([*kept, *lines, ""])


def read_norms(folder: Path, norm: tuple[str, ...], instrument: tuple[str, ...] = ()) -> None:
    """Read a pack of one norm."""
    level = () if any(line.startswith("for:") for line in norm) else ("for: organisation",)
    article = _ARTICLE + "".join(f"    {line}\n" for line in (*level, *norm))
    for name, text in {
        "here/pack.yaml": "pack: {vi: Bộ, en: Pack}\ntakes: [vn]\n",
        "vn/x/instrument.yaml": put(_INSTRUMENT, instrument),
        "vn/x/article-1.yaml": article,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    read_pack("here", norms=folder)


def read_plan(folder: Path, lines: tuple[str, ...]) -> None:
    """Judge a plan of these lines."""
    (folder / "plan.yaml").write_text(put(_PLAN, lines), "utf-8")
    check_file(folder / "plan.yaml")


def read_change(folder: Path, lines: tuple[str, ...]) -> None:
    """Judge a plan that holds under a change of these lines."""
    (folder / "change.yaml").write_text(put(_CHANGE, lines), "utf-8")
    check_file(ROOT / "scenarios" / "examples" / "head-counts", change=folder / "change.yaml")


def read(block: Block, folder: Path) -> None:
    """Read what a mistake is shown in: a norm, an instrument, a plan or a change."""
    kind = " ".join(block.info[2:])
    if kind == "plan":
        read_plan(folder, block.lines)
    elif kind == "change":
        read_change(folder, block.lines)
    elif kind == "instrument":
        read_norms(folder, _NORM, block.lines)
    else:
        assert not kind, f"{block.place}: `{kind}` is no kind of mistake"
        read_norms(folder, block.lines)


def said_of(block: Block, folder: Path) -> list[str]:
    """What is said of a mistake: each message with its way out, places left out."""
    with pytest.raises(DinhbienError) as caught:
        read(block, folder)
    lines = [line for one in caught.value.problems for line in _message(one)]
    return list(dict.fromkeys(lines))


def _message(problem: Problem) -> list[str]:
    return [problem.message, *([f"  {problem.help}"] if problem.help else [])]


def mistakes() -> list[tuple[Block, Block]]:
    """Each block shown as a mistake, and the block below it: what is said of it."""
    found: list[tuple[Block, Block]] = []
    for page in {block.page for block in blocks("yaml", "mistake")}:
        on_page = list(blocks_of(page))
        found += [
            (one, other) for one, other in pairwise(on_page) if one.info[:2] == ("yaml", "mistake")
        ]
    return sorted(found, key=lambda pair: pair[0].place)


@pytest.mark.parametrize(
    ("wrong", "said"), mistakes(), ids=[wrong.place for wrong, _ in mistakes()]
)
def test_mistakes_are_told_as_shown(wrong: Block, said: Block, tmp_path: Path) -> None:
    assert said.info == ("text",)
    assert said_of(wrong, tmp_path) == list(said.lines)


def test_the_readme_is_short_and_has_its_examples() -> None:
    lines = README.read_text("utf-8").splitlines()
    kinds = [block.info[0] for block in blocks_of(README)]

    assert len(lines) < 170
    assert kinds.count("console") >= 4
    assert kinds.count("python") == 1


def test_what_rests_on_modelled_data_says_so() -> None:
    """The plan of Điện Biên holds modelled cells: an example of it carries the word."""
    shown = [block for block in blocks("console") if "$ dinhbien" in "\n".join(block.lines)]
    about = [block for block in shown if "scenarios/dien-bien/" in block.lines[0]]
    silent = [
        block.place
        for block in about
        if not re.search(r"modelled|mô hình", "\n".join(block.lines[1:]))
    ]

    assert about
    assert not silent, silent


@pytest.mark.parametrize(
    ("expected", "found", "same"),
    [
        (("a",), ("a",), True),
        (("a",), ("a", "b"), False),
        (("a", "…"), ("a", "b", "c"), True),
        (("…", "c"), ("a", "b", "c"), True),
        (("…", "b"), ("a", "b", "c"), False),
        (("a", "…", "d"), ("a", "b", "c"), False),
        ((), ("a",), False),
    ],
)
def test_the_comparison_notices(
    expected: tuple[str, ...], found: tuple[str, ...], same: bool
) -> None:
    assert matches(expected, found) is same
