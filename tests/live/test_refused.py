"""What a session refuses before it begins, in the words that it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from dinhbien import InputError, open_session
from dinhbien.judging.from_files import read_file
from dinhbien.shipped import content

PLAN = content("scenarios") / "examples" / "flags"


def test_a_plan_without_a_day_needs_one() -> None:
    plan = replace(read_file(PLAN)[0], as_of=None)

    with pytest.raises(
        InputError, match="no day to judge by: the plan states no `as_of`, and none was given"
    ):
        open_session(plan)


def test_a_file_that_is_no_log_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text('{"event": "hire", "at": "90001", "people": 1}\n', "utf-8")
    said = "this is no log of a live session: its first line says of which plan it is"

    with pytest.raises(InputError, match=said):
        open_session(PLAN, log=file)
    assert file.read_text("utf-8").count("\n") == 1
