"""``dinhbien live``: what a host pipes in, and what it gets."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from dinhbien.cli import BAD_INPUT, CLEAN, main

PLAN = str(Path(__file__).parents[2] / "scenarios" / "dien-bien" / "quota")
CLERK = {"category": "civil_servant", "rank": "professional", "position": "other_position"}
HIRE = {"event": "hire", "at": "90002", **CLERK}


def piped(monkeypatch: pytest.MonkeyPatch, *lines: object, options: tuple[str, ...] = ()) -> int:
    """The exit code of the command that is given these lines."""
    text = "".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in lines)
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    return main(["live", PLAN, *options])


def test_each_line_is_answered_and_a_bad_one_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    log = tmp_path / "log.jsonl"
    lines = (HIRE, "no", {"event": "hier"}, {"event": "hire", "to": "90002"}, "", {"undo": 1},
             {"propose": HIRE})  # fmt: skip
    code = piped(monkeypatch, *lines, options=("--format", "json", "--log", str(log)))
    printed = capsys.readouterr()
    said = [json.loads(line) for line in printed.out.splitlines()]

    assert code == BAD_INPUT
    assert [one.get("decision") for one in said] == ["refuse", None, "refuse"]
    assert [one.get("accepted") for one in said] == [True, None, False]
    assert printed.err.splitlines()[0].startswith("line 2: this is no JSON")
    assert "line 3: `hier` is not an event" in printed.err
    assert "did you mean `hire`?" in printed.err
    assert "line 4: `at` is missing" in printed.err
    assert "line 4: `to` is not a key of `hire`" in printed.err
    kept = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert kept[0]["dinhbien"] == "live"
    assert kept[1:] == [{"event": HIRE}, {"undo": 1}]

    assert piped(monkeypatch, {"undo": 1}, options=("--log", str(log))) == BAD_INPUT
    assert "nothing to undo" in capsys.readouterr().err


def test_what_only_asks_takes_nothing_back_and_one_event_is_taken_back_at_a_time(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    log = tmp_path / "log.jsonl"
    options = ("--format", "json", "--log", str(log))
    assert piped(monkeypatch, HIRE, {"undo": 2}, "[" * 100_000, options=options) == BAD_INPUT
    told = capsys.readouterr().err
    assert "line 2: `2` events are not taken back at once" in told
    assert "line 3: this is no JSON" in told

    assert piped(monkeypatch, {"undo": 1}, options=("--propose", *options)) == BAD_INPUT
    assert "line 1: nothing is taken back: `--propose` only answers" in capsys.readouterr().err
    assert len(log.read_text("utf-8").splitlines()) == 2


def test_a_page_says_the_decision_and_the_numbers_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    quota = {"event": "quota", "at": "90002", "count": "government_quota", "value": 30}

    assert piped(monkeypatch, quota, options=("--propose",)) == CLEAN
    said = capsys.readouterr().out
    assert "Không được." in said
    assert "Đã ghi." not in said

    assert piped(monkeypatch, quota, options=("--lang", "en")) == CLEAN
    said = capsys.readouterr().out
    assert "No." in said
    assert "at most 30" in said
    assert "Accepted." in said


def test_a_log_of_another_day_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    log = tmp_path / "log.jsonl"
    piped(monkeypatch, HIRE, options=("--log", str(log)))
    capsys.readouterr()

    code = piped(monkeypatch, options=("--log", str(log), "--as-of", "2025-10-21"))

    assert code == BAD_INPUT
    assert "the log is of another as_of: `2025-10-20`" in capsys.readouterr().err


def test_a_line_that_was_cut_off_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    log = tmp_path / "log.jsonl"
    piped(monkeypatch, HIRE, options=("--log", str(log)))
    log.write_text(log.read_text("utf-8")[:-5], "utf-8")
    capsys.readouterr()

    assert piped(monkeypatch, options=("--log", str(log))) == BAD_INPUT
    assert f"{log.as_posix()}:2:1: the last line was not written to its end" in (
        capsys.readouterr().err
    )


def test_at_a_terminal_it_says_what_to_type(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin = io.StringIO("")
    monkeypatch.setattr(stdin, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", stdin)

    assert main(["live", PLAN, "--lang", "en"]) == CLEAN
    said = capsys.readouterr().err
    assert said.startswith('One event a line, such as {"event": "hire", "at": "…"}; {"undo": 1}')
    assert said.endswith("> ")
