"""What cannot be read is an answer of the command: every problem, their number, a code.  §3"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from dinhbien.cli import BAD_INPUT, BAD_NORMS, main

from .cases import PACK, put
from .damage import cut

ARTICLE, INSTRUMENT = "norms/vn/x/article-1.yaml", "norms/vn/x/instrument.yaml"
PLAN, COMMUNES = "plan/plan.yaml", "plan/communes.csv"
CHECK = ("check", "plan", "--norms", "norms")
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00"


@dataclass(frozen=True)
class Answer:
    """What the command did."""

    code: int
    out: str
    errors: list[str]

    def check(self, code: int, *says: str) -> None:
        """It ended with `code`, said each of `says` at the start of a line, and their number."""
        assert "Traceback" not in "\n".join(self.errors)
        assert not self.out
        heads = [line for line in self.errors[:-1] if not line.startswith("  ")]
        assert len(heads) == len(says), self.errors
        for line, expected in zip(heads, says, strict=True):
            assert line.startswith(expected), line
        assert self.errors[-1] == f"{len(says)} error{'' if len(says) == 1 else 's'}"
        assert self.code == code


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the good pack and its change."""
    put(tmp_path, "change.yaml", (PACK.parent / "change.yaml").read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def command(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command, run in the folder."""
    assert folder.is_dir()
    return Run(capsys)


@dataclass(frozen=True)
class Run:
    """Runs the command."""

    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> Answer:
        """What it does with `arguments`."""
        code = main(arguments)
        said = self.capsys.readouterr()
        return Answer(code, said.out, said.err.splitlines())


def test_the_good_pack_has_no_errors(command: Run) -> None:
    answer = command(*CHECK, "--change", "change.yaml")

    assert answer.out
    assert not answer.errors
    assert answer.code not in {BAD_INPUT, BAD_NORMS}


def test_bad_norms_are_all_said(command: Run, folder: Path) -> None:
    for what in ("number", "issuer", "sources"):
        cut(folder / INSTRUMENT, what)
    cut(folder / ARTICLE, "for")

    command(*CHECK).check(
        BAD_NORMS,
        f"{ARTICLE}:6:5: `for` is missing",
        f"{INSTRUMENT}:1:1: `issuer` is missing",
        f"{INSTRUMENT}:1:1: `number` is missing",
        f"{INSTRUMENT}:1:1: `sources` is missing",
    )


def test_a_bad_plan_and_its_bad_table_are_said_together(command: Run, folder: Path) -> None:
    text = (folder / PLAN).read_text("utf-8")
    (folder / PLAN).write_text(text + "lists_complete: {comune: yes}\n", "utf-8")
    (folder / COMMUNES).write_text("code,type,population\n00001,town,many\n", "utf-8")

    command(*CHECK).check(
        BAD_INPUT,
        f"{COMMUNES}:2:7: `town` is not a word for type of unit",
        f"{COMMUNES}:2:12: `many` is not a number",
        f"{PLAN}:12:26: `comune` is not a level",
    )


def test_a_bad_change_is_said(command: Run, folder: Path) -> None:
    text = "change: {vi: Thử, en: A try}\nplan: 5\norigins: modelled\n"
    (folder / "change.yaml").write_text(text, "utf-8")

    command(*CHECK, "--change", "change.yaml").check(
        BAD_INPUT,
        "change.yaml:2:7: `plan` holds `path: value` lines",
        "change.yaml:3:1: `origins` is not a key here",
    )


def test_a_change_that_breaks_the_norms_is_said(command: Run, folder: Path) -> None:
    path = "vn/x/article-1#ceiling:numbers.most"
    text = f"change: {{vi: Thử, en: A try}}\nnorms: {{{path}: some posts}}\n"
    (folder / "change.yaml").write_text(text, "utf-8")

    command(*CHECK, "--change", "change.yaml").check(
        BAD_NORMS, "change.yaml:2:46: `some posts` is not a number with its unit"
    )


def test_a_missing_plan_is_said(command: Run) -> None:
    command("check", "nowhere").check(BAD_INPUT, "nowhere:1:1: cannot read `nowhere`: no such file")


def test_a_folder_without_a_plan_is_said(command: Run, folder: Path) -> None:
    (folder / "empty").mkdir()

    command("check", "empty").check(
        BAD_INPUT, "empty/plan.yaml:1:1: cannot read `empty/plan.yaml`: no such file"
    )


def test_a_folder_for_a_plan_file_is_said(command: Run, folder: Path) -> None:
    (folder / "odd" / "plan.yaml").mkdir(parents=True)

    command("check", "odd").check(BAD_INPUT, "odd/plan.yaml:1:1: cannot read `odd/plan.yaml`: is a")


def test_a_folder_for_a_change_is_said(command: Run) -> None:
    command(*CHECK, "--change", "norms").check(
        BAD_INPUT, "norms:1:1: cannot read `norms`: is a directory"
    )


def test_a_missing_change_is_said(command: Run) -> None:
    command(*CHECK, "--change", "no.yaml").check(BAD_INPUT, "no.yaml:1:1: cannot read `no.yaml`")


@pytest.mark.parametrize("file", [PLAN, "change.yaml"])
def test_a_picture_is_said(file: str, command: Run, folder: Path) -> None:
    (folder / file).write_bytes(PICTURE)

    command(*CHECK, "--change", "change.yaml").check(
        BAD_INPUT, f"{file}:1:1: the text is not UTF-8"
    )


def test_a_picture_for_a_table_is_said(command: Run, folder: Path) -> None:
    (folder / COMMUNES).write_bytes(PICTURE)
    answer = command(*CHECK)

    assert answer.code == BAD_INPUT
    assert answer.errors[0] == f"{COMMUNES}:1:1: the text is not UTF-8"


def test_a_picture_among_the_norms_is_said(command: Run, folder: Path) -> None:
    (folder / ARTICLE).write_bytes(PICTURE)

    command(*CHECK).check(BAD_NORMS, f"{ARTICLE}:1:1: the text is not UTF-8")


@pytest.mark.parametrize("folder_of_norms", ["nowhere", PLAN])
@pytest.mark.parametrize("arguments", [("check", "plan"), ("norms", "list")])
def test_no_folder_of_norms_is_said(
    arguments: tuple[str, ...], folder_of_norms: str, command: Run
) -> None:
    answer = command(*arguments, "--norms", folder_of_norms)

    assert f"`{folder_of_norms}`" in answer.errors[0]
    assert answer.code == BAD_INPUT


def test_an_unknown_pack_is_said(command: Run) -> None:
    answer = command("norms", "list", "--norms", "norms", "--pack", "her")

    answer.check(BAD_INPUT, "there is no pack `her`")
    assert "  did you mean `here`?" in answer.errors


def test_a_plan_without_a_day_is_said(command: Run, folder: Path) -> None:
    cut(folder / PLAN, "as_of")
    answer = command(*CHECK)

    assert answer.code == BAD_INPUT
    assert answer.errors[-1] == "1 error"
    assert command(*CHECK, "--as-of", "2025-10-15").code not in {BAD_INPUT, BAD_NORMS}


@pytest.mark.parametrize("day", ["nonsense", "2025-02-30", "2025-10", "15/10/2025", ""])
def test_a_day_that_is_none_is_a_usage_error(
    day: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert folder.is_dir()
    with pytest.raises(SystemExit) as caught:
        main([*CHECK, "--as-of", day])

    said = capsys.readouterr().err
    assert caught.value.code == BAD_INPUT
    assert f"`{day}` is not a day; write year-month-day, as in 2025-10-15" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "arguments", [(), ("chek",), ("check",), (*CHECK, "--format", "xml"), ("norms", "show")]
)
def test_a_wrong_command_is_a_usage_error(arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)

    assert caught.value.code == BAD_INPUT


@pytest.mark.parametrize(
    "arguments",
    [("explain", "plan", "nothing@00001", "--norms", "norms"),
     ("explain", "plan", "ceiling@00009", "--norms", "norms"),
     ("norms", "show", "nothing", "--norms", "norms")],
)  # fmt: skip
def test_an_unknown_finding_or_norm_is_said(arguments: tuple[str, ...], command: Run) -> None:
    answer = command(*arguments)

    assert answer.code == BAD_INPUT
    assert answer.errors[-1] == "1 error"
    assert not answer.out
