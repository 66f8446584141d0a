"""The log of a session in a file: it holds what the session holds, whatever the disk does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dinhbien.errors import InputError, UsageError
from dinhbien.language.pack import Pack
from dinhbien.live.session import Session
from dinhbien.model.plan import Plan
from tests.laws.strategies import plan_of, shipped

HIRE = {"event": "hire", "at": "0/0/0"}
OPEN = {"event": "open", "at": "0", "code": "n", "kind": "economic"}
Given = tuple[Plan, Pack]


@pytest.fixture(scope="module")
def given() -> Given:
    """One commune with one office of five."""
    post = {"category": "civil_servant", "rank": "professional", "on_books": 5}
    commune = {"type": "xa", "organisations": [{"kind": "office", "posts": [post]}]}
    return plan_of({"communes": [commune]}), shipped()


def same(live: Session, given: Given, log: Path) -> bool:
    """Whether a session on the log is the session that wrote it."""
    again = Session(*given, log=log)
    return (again.events, again.log, again.digest) == (live.events, live.log, live.digest)


def test_what_the_disk_does_not_take_is_not_accepted(
    given: Given, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log.jsonl"
    live = Session(*given, log=log)
    live.accept(HIRE)
    before = log.read_bytes(), live.digest

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dinhbien.live.log.os.fsync", full)
    for call in (lambda: live.accept({**HIRE, "ref": "1"}), live.undo):
        with pytest.raises(
            UsageError, match=r"cannot write `.*log.jsonl`: no space left on device"
        ):
            call()
        assert (log.read_bytes(), live.digest) == before
    monkeypatch.undo()

    live.accept({**HIRE, "ref": "1"})
    assert same(live, given, log)


def test_half_a_line_that_stays_is_never_continued(
    given: Given, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log.jsonl"
    live = Session(*given, log=log)

    def broken(*_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("dinhbien.live.log.os.fsync", broken)
    monkeypatch.setattr("dinhbien.live.log.os.ftruncate", broken)
    with pytest.raises(UsageError, match="cannot write"):
        live.accept(HIRE)
    monkeypatch.undo()
    with pytest.raises(UsageError, match="one log has one writer: open a new session on it"):
        live.accept(HIRE)
    assert live.events == ()


def test_a_log_that_another_session_wrote_to_is_left_alone(given: Given, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    first, second = Session(*given, log=log), Session(*given, log=log)
    first.accept(HIRE)
    with pytest.raises(UsageError, match=r"has [0-9]+ bytes, and this session knows of [0-9]+"):
        second.accept(HIRE)

    assert second.events == ()
    assert same(first, given, log)


def test_a_text_with_any_break_and_a_log_named_from_a_folder_are_found_again(
    given: Given, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    live = Session(*given, log="log.jsonl")
    monkeypatch.chdir(os.sep)
    live.accept({**OPEN, "name": "A\u2028B\x85C"})

    assert same(live, given, tmp_path / "log.jsonl")


def test_half_a_character_is_refused_before_it_is_kept(given: Given) -> None:
    live = Session(*given)
    with pytest.raises(InputError, match="a text of the event holds half a character"):
        live.accept({**OPEN, "name": "\ud800"})
    assert live.events == ()


def test_a_log_that_cannot_be_carried_out_is_refused_with_its_line(
    given: Given, tmp_path: Path
) -> None:
    head = Session(*given).log
    log = tmp_path / "log.jsonl"
    bad = {
        '{"undo": 1}\n': "2:1: there is nothing to undo",
        '{"undo": 2}\n': '2:1: `{"undo": 2}` takes no event back',
        '{"event": {"event": []}}\n': "2:1: `[]` is not an event",
        '{"event": {"event": "hire", "at": "x"}}\n': "2:1: `x` names no unit of the plan",
        '{"event": {"event": "retire", "at": "0/0/0", "people": 9}}\n':
            "2:1: so many people are not there: `0/0/0` has 5",
    }  # fmt: skip
    for line, said in bad.items():
        log.write_text(head + line, "utf-8")
        with pytest.raises(InputError) as told:
            Session(*given, log=log)
        assert f"{log.as_posix()}:{said}" in str(told.value)
    log.write_bytes(b"\xff\n")
    with pytest.raises(InputError, match="the text is not UTF-8"):
        Session(*given, log=log)
    with pytest.raises(InputError, match="cannot read"):
        Session(*given, log=tmp_path)
    with pytest.raises(UsageError, match="cannot write"):
        Session(*given, log=tmp_path / "nowhere" / "log.jsonl")
