"""A plan is the same in every form: nothing is lost on the way round."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinhbien import InputError, Plan, UsageError, check_file, read_plan, read_rules, write_plan
from dinhbien.language.from_norms import Rules
from dinhbien.reading.to_pack import packs
from dinhbien.reading.to_plan import pack_named
from dinhbien.shipped import content
from tests.laws.examples import some
from tests.writing.plans import written_plans

SCENARIOS = content("scenarios")
SHIPPED = sorted([*SCENARIOS.rglob("plan.yaml"), *SCENARIOS.rglob("modelled-a.yaml")])
"""The other allocation is written beside that one."""
SMALL = SCENARIOS / "examples" / "head-counts" / "plan.yaml"
BESIDE = SCENARIOS / "examples" / "beside"
FORMS = ("plan.xlsx", "csv", "plan.yaml")


@cache
def rules(pack: str) -> Rules:
    return read_rules(content("rules"), content("norms") / pack)


def read(path: Path) -> Plan:
    """As `check_file` reads it, with rules that are read once."""
    return read_plan(path, rules(pack_named(path)), packs=packs())


def there_and_back(plan: Plan, path: Path) -> Plan:
    write_plan(plan, path)
    return read(path)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_a_shipped_plan_is_the_same_in_every_form(file: Path, tmp_path: Path) -> None:
    expected = found = read(file)
    for form in FORMS:
        found = there_and_back(found, tmp_path / form)

        assert found == expected, form
        assert found.repairs == ()
    assert Plan.from_frames(found.to_frames()) == expected
    assert found.sha256 == expected.sha256


@settings(max_examples=some(20))
@given(plan=written_plans(), order=st.permutations(FORMS))
def test_any_plan_is_the_same_in_every_form(plan: Plan, order: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = plan
        for form in order:
            found = there_and_back(found, Path(folder) / form)

            assert found == plan
    assert Plan.from_frames(plan.to_frames()) == plan


@pytest.mark.parametrize("form", FORMS)
def test_the_same_plan_gives_the_same_bytes(form: str, tmp_path: Path) -> None:
    plan = read(SMALL)
    one = write_plan(plan, tmp_path / "one" / form if form == "csv" else _in(tmp_path / "1", form))
    two = write_plan(plan, tmp_path / "two" / form if form == "csv" else _in(tmp_path / "2", form))

    assert [file.read_bytes() for file in one] == [file.read_bytes() for file in two]


def _in(folder: Path, form: str) -> Path:
    folder.mkdir()
    return folder / form


def test_a_plan_in_every_form_is_judged_alike(tmp_path: Path) -> None:
    file = content("scenarios") / "examples" / "head-counts" / "plan.yaml"
    expected = check_file(file)
    for form in FORMS:
        write_plan(expected.plan, tmp_path / form)

        assert check_file(tmp_path / form).rows == expected.rows


def test_what_is_there_is_written_over_only_by_force(tmp_path: Path) -> None:
    plan = read(SMALL)
    for form in FORMS:
        write_plan(plan, tmp_path / form)
        with pytest.raises(UsageError, match="is there already"):
            write_plan(plan, tmp_path / form)
        write_plan(plan, tmp_path / form, force=True)

        assert read(tmp_path / form) == plan


def test_a_table_that_the_plan_does_not_have_does_not_stay_in_its_folder(tmp_path: Path) -> None:
    deputies = read(content("scenarios") / "examples" / "deputies")
    heads = read(content("scenarios") / "examples" / "head-counts")
    write_plan(deputies, tmp_path / "csv")
    (tmp_path / "csv" / "mine.txt").write_text("kept", "utf-8")
    write_plan(heads, tmp_path / "csv", force=True)

    assert read(tmp_path / "csv") == heads
    assert (tmp_path / "csv" / "mine.txt").exists()


@pytest.mark.parametrize("name", ["plan.pdf", "plan.csv", "plan.xls", "plan.ods"])
def test_a_suffix_that_is_no_form_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="names no form of a plan"):
        write_plan(read(SMALL), tmp_path / name)

    assert not (tmp_path / name).exists()


def test_a_folder_with_two_plans_is_refused(tmp_path: Path) -> None:
    plan = read(SMALL)
    write_plan(plan, tmp_path / "csv")
    write_plan(plan, tmp_path / "csv" / "plan.yaml")

    with pytest.raises(InputError, match="the folder holds"):
        read(tmp_path / "csv")
    with pytest.raises(UsageError, match="holds a plan"):
        write_plan(plan, tmp_path / "csv", force=True)


def test_no_text_becomes_a_formula(tmp_path: Path) -> None:
    import csv

    from msgspec.structs import replace

    from dinhbien.model.wording import Bilingual

    evil = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "'=1", "''+2", "-5"]
    plan = read(SMALL)
    named = {f"q{at}": Bilingual(vi=one, en=one) for at, one in enumerate(evil)}
    sneaky = replace(plan, quantities=named, figures=())
    for form in FORMS:
        assert there_and_back(sneaky, tmp_path / form).quantities == sneaky.quantities
    text = (tmp_path / "csv" / "quantities.csv").read_text("utf-8")
    cells = [cell for row in csv.reader(text.splitlines()) for cell in row]

    assert not [one for one in cells if one[:1] in {"=", "+", "@"}]
    assert [one for one in cells if one[:1] == "-"] == ["-5", "-5"]


def test_the_plans_beside_an_illustration_are_written_with_it(tmp_path: Path) -> None:
    plan = read(BESIDE)
    written = {form: write_plan(plan, tmp_path / form) for form in FORMS}

    assert [path.name for path in written["plan.xlsx"]] == ["plan.xlsx", "plan-beside-1.xlsx"]
    assert [path.name for path in written["plan.yaml"]] == ["plan.yaml", "plan-beside-1.yaml"]
    assert tmp_path / "csv" / "beside-1" / "communes.csv" in written["csv"]
    assert {"plan", "beside-1.plan", "beside-1.communes"} <= set(plan.to_frames())


@pytest.mark.parametrize("alone", ["plan-beside-1.xlsx", "csv/beside-1", "plan-beside-1.yaml"])
def test_a_plan_that_stood_beside_one_is_not_read_without_a_range(
    alone: str, tmp_path: Path
) -> None:
    for form in FORMS:
        write_plan(read(BESIDE), tmp_path / form)

    with pytest.raises(InputError, match="`illustration` names no plan beside this one"):
        read(tmp_path / alone)


def test_an_illustration_is_not_written_without_the_plans_beside_it(tmp_path: Path) -> None:
    (other,) = read(BESIDE).beside
    assert other.illustration is not None

    for form in FORMS:
        with pytest.raises(UsageError, match="with the plans beside it"):
            write_plan(other, tmp_path / form)
    with pytest.raises(UsageError, match="with the plans beside it"):
        other.to_frames()
    assert not list(tmp_path.iterdir())


def test_a_plan_beside_that_is_there_is_written_over_only_by_force(tmp_path: Path) -> None:
    (tmp_path / "plan-beside-1.xlsx").write_text("mine", "utf-8")

    with pytest.raises(UsageError, match="is there already"):
        write_plan(read(BESIDE), tmp_path / "plan.xlsx")
    assert not (tmp_path / "plan.xlsx").exists()


def test_frames_that_are_named_beside_and_not_there_are_said() -> None:
    frames = read(BESIDE).to_frames()
    kept = {name: frame for name, frame in frames.items() if "." not in name}

    with pytest.raises(InputError, match="there are no frames of `beside-1`"):
        Plan.from_frames(kept)


def test_an_illustration_in_every_form_is_judged_alike(tmp_path: Path) -> None:
    expected = check_file(BESIDE)
    for form in FORMS:
        write_plan(expected.plan, tmp_path / form)
        found = check_file(tmp_path / form)

        assert found.rows == expected.rows
        assert [one.rows for one in found.beside] == [one.rows for one in expected.beside]
