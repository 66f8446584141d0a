"""A position is where the word stands, however it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from dinhbien.errors import NormsError

from .cases import put, read_here

ARTICLE = """\
clause: none
for: commune
source: S-1
confidence: high
norms:
  ceiling:
    title: {{vi: Mức tối đa, en: Ceiling}}
    form: ceiling
    count: government_staff
    numbers: {{most: 30 posts}}
    {written}
"""
SPELLINGS = {
    "plain": "at_most: most + mots",
    "plain, further right": "at_most:    least(most, mots)",
    "double quotes": 'at_most: "most + mots"',
    "single quotes": "at_most: 'most + mots'",
    "a quoted key": '"at_most": most + mots',
    "Vietnamese before it": 'let: {"mức": most + mots}\n    at_most: mức',
    "in a flow": "let: {bound: most + mots}\n    at_most: bound",
    "in quotes in a flow": 'let: {bound: "most + mots"}\n    at_most: bound',
}


@pytest.mark.parametrize("how", SPELLINGS)
def test_an_unknown_name_is_found_where_it_stands(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = ARTICLE.format(written=SPELLINGS[how])
    lines = text.splitlines()
    line = next(place for place, one in enumerate(lines, 1) if "mots" in one)
    put(tmp_path, "norms/vn/x/article-1.yaml", text)
    monkeypatch.chdir(tmp_path)

    with pytest.raises(NormsError) as caught:
        read_here()

    (problem,) = caught.value.problems
    assert problem.message.startswith("`mots` ")
    assert problem.position is not None
    assert (problem.position.line, problem.position.column) == (
        line,
        lines[line - 1].index("mots") + 1,
    )
