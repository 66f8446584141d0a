"""``norms fmt``: one form, comments kept, meaning untouched."""

from __future__ import annotations

from pathlib import Path

import pytest

from dinhbien.cli import main
from dinhbien.errors import NormsError
from dinhbien.reading.formatted import formatted
from dinhbien.shipped import content

NORMS = content("norms")
FILES = sorted(path.relative_to(NORMS).as_posix() for path in NORMS.rglob("*.yaml"))
UNTIDY = """\
# what binds nobody
clause:   "1"      # the only one
for: commune
norms:
    frame:
        title: {vi: thử,   en: test}
        form: floor
        let: {frame: "least( base+( population  above threshold )/step ,cap )"}   # a let
        at_least:   frame
"""


@pytest.mark.parametrize("file", FILES)
def test_shipped_files_are_in_form(file: str) -> None:
    text = (NORMS / file).read_text(encoding="utf-8")

    assert formatted(text, file) == text


def test_comments_are_kept_and_expressions_spelt_one_way() -> None:
    made = formatted(UNTIDY, "article-1.yaml")

    assert "# what binds nobody" in made
    assert "# the only one" in made
    assert "# a let" in made
    assert '"least(base + (population above threshold) / step, cap)"' in made
    assert formatted(made, "article-1.yaml") == made


def test_what_cannot_be_read_is_not_put_in_form() -> None:
    with pytest.raises(NormsError, match="stands here twice"):
        formatted("a: 1\na: 2\n", "article-1.yaml")


def test_check_changes_nothing_and_says_what_would_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "article-1.yaml"
    file.write_text(UNTIDY, encoding="utf-8")

    assert main(["norms", "fmt", "--check", str(file)]) == 1
    assert file.read_text(encoding="utf-8") == UNTIDY
    assert main(["norms", "fmt", str(file)]) == 0
    assert main(["norms", "fmt", "--check", str(file)]) == 0
    assert "would be changed" in capsys.readouterr().out
