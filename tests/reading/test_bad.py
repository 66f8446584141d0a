"""Every fault is refused, with where it stands, what it is, and the way out."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from dinhbien.errors import DinhbienError, UsageError
from dinhbien.reading.to_pack import packs

from .cases import HERE, Case, put, read_here, said

BAD = sorted(path for path in (HERE / "bad").rglob("*") if path.suffix in {".yaml", ".csv"})
RESET = bool(os.environ.get("DINHBIEN_RESET"))
HEAD = re.compile(r"# (\S+?):([1-9]\d*):([1-9]\d*): (.+)")
INTERNAL = re.compile(r"NoneType|\bdict\b|\btuple\b|pydantic|is_\b|``|at .*:\n")

BYTES = {
    "not UTF-8": (b"clause: \xc4i\xeau\n", "1:9: the text is not UTF-8"),
    "not UTF-8 on a later line": (b"clause: one\nfor: x\xd0ng\n", "2:7: the text is not UTF-8"),
    "UTF-16": ("clause: one\n".encode("utf-16"), "1:1: the text is not UTF-8"),
    "a null": (b"clause: one\nfor: \x00\n", "2:1: not readable as YAML: "),
}


def named(path: Path) -> str:
    return path.relative_to(HERE / "bad").as_posix()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("path", BAD, ids=named)
def test_a_fault_is_said_to_the_letter(path: Path, folder: Path) -> None:
    case = Case.read(path)
    case.put(folder)

    with pytest.raises(DinhbienError) as caught:
        read_here()

    if RESET:
        case.reset(said(caught.value))
    else:
        assert case.says == said(caught.value)


@pytest.mark.parametrize("path", BAD, ids=named)
def test_a_message_has_good_manners(path: Path) -> None:
    """It stands where the file has text, starts small, ends without a period, and names no type."""
    case = Case.read(path)
    lines = [*case.placed.splitlines(), ""]
    heads = [HEAD.fullmatch(line) for line in case.says.splitlines() if line.startswith("# ")]

    assert not INTERNAL.search(case.says)
    for found in filter(None, heads):
        file, line, column, message = found.groups()
        assert file != case.file or int(column) <= len(lines[int(line) - 1]) + 1
        assert not message[0].isupper()
        assert not message.endswith(".")
    assert any(heads)


def test_every_kind_of_file_has_its_faults() -> None:
    """What is read is broken here in each of its kinds."""
    broken = {Case.read(path).file.partition("/")[0] for path in BAD}

    assert broken == {"change.yaml", "norms", "plan", "rules"}


@pytest.mark.parametrize("what", BYTES)
@pytest.mark.parametrize("file", ["norms/vn/x/article-1.yaml", "plan/plan.yaml", "change.yaml"])
def test_what_is_no_text_is_refused_where_it_starts(what: str, file: str, folder: Path) -> None:
    raw, says = BYTES[what]
    put(folder, file, raw)

    with pytest.raises(DinhbienError) as caught:
        read_here()

    assert str(caught.value).startswith(f"{file}:{says}")
    assert len(caught.value.problems) == 1


def test_a_table_that_is_no_text_is_refused(folder: Path) -> None:
    put(folder, "plan/communes.csv", b"code,name\n00001,X\xe3\n")

    with pytest.raises(DinhbienError) as caught:
        read_here()

    assert str(caught.value).startswith("plan/communes.csv:2:8: the text is not UTF-8\n")


def test_a_folder_without_a_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"`.+` holds no pack of norms"):
        packs(tmp_path)
