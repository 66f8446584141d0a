"""The modelled plan: made by its program, meeting it to the letter, and always called modelled."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dinhbien import InputError, Plan, check, read_pack, read_plan
from dinhbien.reading.to_rules import read_rules
from dinhbien.shipped import content
from tests.judged import check_file

from .make import main, tables
from .posts import Row
from .program import FOLDER, Program, read_program
from .solve import ConflictError, allocation, built, conflict
from .verify import faults, rows

ALLOCATIONS = ("a", "b")
GAPS = 240
COMMITTED = FOLDER / "modelled"
Change = Callable[[list[Row]], object]


@pytest.fixture(scope="module")
def program() -> Program:
    return read_program()


def plan(name: str, folder: Path = FOLDER) -> Plan:
    return read_plan(folder / f"modelled-{name}.yaml", read_rules(content("rules")))


def test_the_tables_are_what_the_program_makes(program: Program) -> None:
    """Byte for byte; some seconds long."""
    made = tables(program)
    kept = {path.relative_to(COMMITTED).as_posix() for path in COMMITTED.rglob("*.csv")}

    assert set(made) == kept
    assert [name for name, text in made.items() if (COMMITTED / name).read_text() != text] == []


@pytest.mark.parametrize("name", ALLOCATIONS)
def test_the_tables_meet_every_constraint(name: str, program: Program) -> None:
    assert not list(faults(program, COMMITTED, name))


def _post(changed: list[Row], unit: str, organisation: str, code: str) -> Row:
    keys = {"commune": unit, "organisation": organisation, "code": code}
    return next(row for row in changed if keys.items() <= row.items())


def _moved(unit: str, organisation: str, code: str, more: int) -> Change:
    def change(changed: list[Row]) -> None:
        row = _post(changed, unit, organisation, code)
        row["on_books"] = str(int(row["on_books"]) + more)

    return change


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("total", _moved("03127", "office", "office_work", 1)),
        ("below_frame: 03193", _moved("03193", "office", "office_work", 1)),
        ("nobody_else_below: 03162", _moved("03162", "office", "office_work", -1)),
        ("stated: 03175", _moved("03175", "office", "office_work", 1)),
        ("excess_only_where_merged: 03162", _moved("03162", "office", "office_work", 1)),
        ("division_floor: 03193 economic", _moved("03193", "economic", "deputy", -1)),
        ("blocks: leaders of 03193 economic", _moved("03193", "economic", "deputy", -1)),
        ("blocks: leadership of 03127", _moved("03127", "leadership", "vice_chairs", 1)),
        ("divisions_alike: 03127", _moved("03127", "office", "office_work", 2)),
        ("gaps_total: 239", _moved("03127", "office", "justice", 1)),
        ("gaps_reported: 03175", _moved("03175", "economic", "finance_planning", 1)),
        ("gaps_most_where_short: 03193", _moved("03193", "office", "justice", 1)),
        ("total of 03127", _moved("03127", "office", "office_work", 1)),
    ],
)
def test_the_check_notices(
    constraint: str, change: Change, program: Program, tmp_path: Path
) -> None:
    from .make import _csv
    from .posts import POSTS

    folder = tmp_path / "modelled"
    shutil.copytree(COMMITTED, folder)
    changed = rows(folder / "a" / "posts.csv")
    change(changed)
    (folder / "a" / "posts.csv").write_text(_csv(POSTS, changed), "utf-8")

    found = list(faults(program, folder, "a"))

    assert any(one.startswith(constraint) for one in found), found


def test_what_cannot_be_met_is_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Σ of the frames but for the six is 1,332, and outside divisions the six have 14 each: 1,416.

    So 1,400 people cannot be, and neither the gaps nor the floor of divisions is to blame.
    """
    text = (COMMITTED / "program.yaml").read_text("utf-8").replace("people: 1633", "people: 1400")
    (tmp_path / "modelled").mkdir()
    (tmp_path / "modelled" / "program.yaml").write_text(text, "utf-8")

    assert main(tmp_path) == 1

    said = capsys.readouterr().out
    named = {line.split(":")[0].strip() for line in said.splitlines() if line.startswith("  ")}
    assert named == {"total", "blocks", "nobody_else_below"}
    assert "nothing was written" in said
    assert [path.name for path in (tmp_path / "modelled").iterdir()] == ["program.yaml"]


def test_the_constraints_in_conflict_are_each_needed(program: Program) -> None:
    """Two lines that exclude each other are found among all, and no third with them."""
    model = built(program)
    model.demand("more than there are", {"staff 03175": 1}, low=34)

    assert set(conflict(model)) == {"stated", "more than there are"}


def test_an_allocation_that_cannot_be_is_no_allocation(program: Program) -> None:
    body = {**program.body, "constraints": {**program.groups, "total": {"people": "1400"}}}

    with pytest.raises(ConflictError):
        allocation(Program(body, program.communes), "a")


def test_every_constraint_has_its_source_or_is_an_assumption(program: Program) -> None:
    known = {*plan("a").sources, *program.body["sources"]}
    quotas = [one["quota"] for one in program.body["allocations"].values()]
    declared = [program.body["blocks"], *program.groups.values(), *quotas]

    for one in declared:
        assert one["says"]["vi"]
        assert one["says"]["en"]
        assert one.get("source") or one.get("assumption"), one["says"]["en"]
        assert set(one.get("source", ())) <= known


# -- as the engine reads it -----------------------------------------------------


@pytest.mark.parametrize("name", ALLOCATIONS)
def test_the_engine_finds_240_fields_without_anybody(name: str, program: Program) -> None:
    found = 0
    for commune in plan(name).root.children["commune"]:
        for body in commune.children["organisation"]:
            kind = body.cells["kind"].value
            fields = next(
                (own for one, own in program.divisions.items() if kind in {one, f"{one}_urban"}), []
            )
            held = {
                post.cells["field"].value
                for post in body.children["post"]
                if post.cells["on_books"].value
            }
            found += len(set(fields) - held)

    assert found == 240


@pytest.mark.parametrize("name", ALLOCATIONS)
def test_every_cell_of_the_model_says_that_it_is_modelled(name: str) -> None:
    for commune in plan(name).root.children["commune"]:
        modelled = [*commune.figures.values()]
        modelled += [cell for body in commune.children["organisation"] for cell in body.all_cells()]

        assert len(modelled) > len(commune.figures)
        assert all(cell.origin == "modelled" for cell in modelled if cell.value is not None)
        assert all(cell.how for cell in modelled)


def test_without_the_line_of_quotas_no_unit_has_one_and_no_flag_speaks_of_them(
    tmp_path: Path,
) -> None:
    report = check_file(_without_quotas(tmp_path) / "modelled-a.yaml")
    quotas = [_assigned(one.plan) for one in (report, *report.beside)]
    assert all(all(_assigned(plan(name))) for name in ALLOCATIONS)
    assert not any(any(one) for one in quotas)
    asked = {"quota": ("over_quota", "unused_quota", "room_to_recruit"),
             "review": ("assigned_now", "above_quota", "below_quota")}  # fmt: skip
    rows = [one for each in (report, *report.beside) for one in each.flags if one.chain in asked]
    flags = [row.flag(name) for row in rows for name in asked[row.chain]]

    assert len(flags) == 2 * 45 * 6
    assert {one.raised for one in flags} == {None}


def _without_quotas(folder: Path) -> Path:
    made = folder / "plan"
    shutil.copytree(FOLDER, made)
    for one in ALLOCATIONS:
        file = made / f"modelled-{one}.yaml"
        lines = file.read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines if "quotas.csv" not in line or line.startswith("#")]
        assert len(kept) == len(lines) - 1
        file.write_text("".join(kept), "utf-8")
        (made / "modelled" / one / "quotas.csv").unlink()
    return made


def _assigned(one: Plan) -> list[bool]:
    return ["government_quota" in unit.figures for unit in one.root.children["commune"]]


@pytest.mark.parametrize("name", ALLOCATIONS)
def test_each_allocation_is_judged_beside_the_other(name: str) -> None:
    report = check_file(FOLDER / f"modelled-{name}.yaml")
    (other,) = report.beside

    assert report.plan.illustration is not None
    assert {one.id for one in report.findings} == {one.id for one in other.findings}
    assert {one.id for one in report.rows} == {one.id for one in other.rows} | {
        one.id for one in report.findings if one.is_row
    }
    assert other.beside == ()
    for each in (report, other):  # the norms find what the program put there
        gaps = [one.outcome.failed for one in each.findings if one.norm.endswith("-fields")]
        assert sum(map(len, gaps)) == GAPS


def test_a_total_that_is_not_the_sum_of_the_posts_is_refused(tmp_path: Path) -> None:
    """1,633 is stated for the province, and the posts of the model add up to it."""
    folder = tmp_path / "plan"
    shutil.copytree(FOLDER, folder)
    table = folder / "modelled" / "a" / "communes.csv"
    table.write_text(table.read_text("utf-8").replace(",76,4,2", ",70,4,2"), "utf-8")

    with pytest.raises(InputError, match="stated as 70"):
        check(plan("a", folder), read_pack("dien-bien"))
