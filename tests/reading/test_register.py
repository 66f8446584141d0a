"""What is wrong in a register is said at its place, with the way out.  §7"""

from __future__ import annotations

from pathlib import Path

import pytest

from dinhbien.errors import NormsError, UsageError
from dinhbien.reading.to_register import read_register

HEAD = "id,title,title_vi,source,keys,status,norm_or_reason,remark,remark_vi"
SOURCES = "key,title,url\nS-1,a page,https://example.org\n"
FORCES = {"vn/x#one": "binding", "vn/x#two": "draft"}


def read(folder: Path, *lines: str, sources: str = SOURCES, head: str = HEAD) -> tuple[str, ...]:
    """What is said of a register with these lines; its entries' ids where all is well."""
    (folder / "register.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    (folder / "register-sources.csv").write_text(sources, encoding="utf-8")
    try:
        return tuple(one.id for one in read_register(folder, FORCES))
    except NormsError as error:
        return tuple(str(one) for one in error.problems)


def test_a_good_register_gives_its_entries(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "N-01,One,Một,Law 1,S-1,encoded,vn/x#one,,",
        "N-02,Two,Hai,Law 1,S-1,draft,vn/x#two,,",
        "N-03,Three,Ba,Law 1,S-1,not encoded,not numeric,why,vì sao",
        "N-04,Four,Bốn,Law 1,S-1,refused,from memory,,",
    )

    assert found == ("N-01", "N-02", "N-03", "N-04")


@pytest.mark.parametrize(
    ("line", "says", "way_out"),
    [
        (
            "N-01,One,Một,Law 1,S-1,encoded,vn/x#ones,,",
            "`N-01` names `vn/x#ones`, and no pack has such a norm",
            "`vn/x#one`",
        ),
        (
            "N-01,One,Một,Law 1,S-1,encoded,vn/x#two,,",
            "`vn/x#two` has the force `draft`",
            "is `draft` where",
        ),
        (
            "N-01,One,Một,Law 1,S-1,draft,vn/x#one,,",
            "`vn/x#one` has the force `binding`",
            "is `draft` where",
        ),
        ("N-01,One,Một,Law 1,S-1,encodde,vn/x#one,,", "`encodde` is no status", "`encoded`"),
        (
            "N-01,One,Một,Law 1,S-1,not encoded,too hard,,",
            "`too hard` is no reason why an entry is not encoded",
            "`not numeric`",
        ),
        (
            "N-01,One,Một,Law 1,S-1,refused,not numeric,,",
            "`not numeric` is no reason why an entry is refused",
            "`from memory`",
        ),
        (
            "N-01,One,Một,Law 1,S-2,encoded,vn/x#one,,",
            "`S-2` is not a source in `register-sources.csv`",
            "`S-1`",
        ),
        ("N-01,One,,Law 1,S-1,encoded,vn/x#one,,", "`title_vi` is blank", "every line"),
        (
            "N-01,One,Một,Law 1,S-1,encoded,vn/x#one,why,",
            "a remark stands in one language only",
            "`remark_vi`",
        ),
    ],
)
def test_one_fault_is_one_problem(tmp_path: Path, line: str, says: str, way_out: str) -> None:
    (problem,) = read(tmp_path, line)

    assert problem.startswith("norms/register.csv:2:")
    assert says in problem
    assert way_out in problem.partition("\n")[2]


def test_two_entries_of_one_id_are_refused(tmp_path: Path) -> None:
    line = "N-01,One,Một,Law 1,S-1,encoded,vn/x#one,,"

    assert read(tmp_path, line, line) == ("norms/register.csv:3:1: there are two entries `N-01`",)


def test_columns_are_those_that_are_needed(tmp_path: Path) -> None:
    found = read(tmp_path, head=HEAD.replace("status", "state"))

    assert found[0] == "norms/register.csv:1:1: the column `status` is missing"
    assert found[1].startswith("norms/register.csv:1:31: there is no column `state`")


def test_a_source_without_an_address_is_refused(tmp_path: Path) -> None:
    found = read(tmp_path, sources="key,title,url\nS-1,a page,\n")

    assert found == ("norms/register-sources.csv:2:1: `url` is blank\n  every line has one",)


def test_a_folder_without_a_register_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UsageError) as caught:
        read_register(Path("empty"), FORCES)

    assert str(caught.value).startswith("`empty` holds no `register.csv`")
