"""The reference names everything there is: forms, commands, options, keys of JSON."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from dinhbien import check_file, cli
from dinhbien.judging.check import FAIL_LEVELS
from dinhbien.model.finding import Verdict
from dinhbien.report.as_json import json_body
from tests.docs.pages import DOCS, ROOT

COMMANDS = DOCS / "reference" / "commands.md"
FILES = DOCS / "reference" / "files.md"
FORMS = sorted((ROOT / "rules" / "forms").glob("*.yaml"))
EXAMPLE = ROOT / "scenarios" / "dien-bien" / "2025-10"
_COMMAND = re.compile(r"^    ([a-z][\w-]*)\s", re.MULTILINE)
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def section(text: str, heading: str) -> str:
    """What stands below a heading of the second level."""
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def help_of(command: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as left:
        cli.main([*command, "--help"])
    assert left.value.code == 0
    return capsys.readouterr().out


def commands_of(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> dict[str, tuple[list[str], set[str]]]:
    """Every command below `command`: its words, and its options."""
    said = help_of(command, capsys)
    below = _COMMAND.findall(said) if "COMMAND" in said else []
    if not below:
        return {" ".join(command): (command, set(_OPTION.findall(said)))}
    found: dict[str, tuple[list[str], set[str]]] = {}
    for name in below:
        found |= commands_of([*command, name], capsys)
    return found


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_every_form_has_a_page(form: Path) -> None:
    page = DOCS / "reference" / "forms" / f"{form.stem}.md"
    text = page.read_text("utf-8")
    slots = yaml.load(form.read_text("utf-8"), yaml.BaseLoader)["slots"]  # noqa: S506 - texts only

    assert text.startswith(f"# {form.stem}: ")
    assert all(f"| `{slot}` |" in text for slot in slots)
    assert f"form: {form.stem}" in text
    assert all(f"\n## {part}\n" in text for part in ("Slots", "A norm", "Typical mistakes"))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_every_form_is_in_the_tables_of_rules(form: Path) -> None:
    text = (ROOT / "rules" / "README.md").read_text("utf-8")
    title = yaml.load(form.read_text("utf-8"), yaml.BaseLoader)["title"]  # noqa: S506 - texts only
    row = f"| [{form.stem}](../docs/reference/forms/{form.stem}.md) |"

    assert f"{row} {title['vi']} |" in text
    assert f"{row} {title['en']} |" in text


def test_every_page_has_a_form() -> None:
    documented = {page.stem for page in (DOCS / "reference" / "forms").glob("*.md")}

    assert documented == {form.stem for form in FORMS}


def test_every_command_and_option_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    text = COMMANDS.read_text("utf-8")
    found = commands_of([], capsys)
    headings = re.findall(r"^## dinhbien (.+)$", text, re.MULTILINE)
    for words, (_, options) in found.items():
        heading = next((one for one in headings if re.match(rf"{words}\b(?! [a-z])", one)), None)

        assert heading is not None, f"`dinhbien {words}` has no section"

        about = section(text, f"dinhbien {heading}")
        # a section may say that it takes the options of another
        for other in re.findall(r"the options of `([a-z ]+)`", about):
            about += section(text, f"dinhbien {other}")
        missing = sorted(option for option in options if f"`{option}" not in about)

        assert options, words
        assert not missing, (words, missing)


def test_no_option_is_named_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    options = {one for _, found in commands_of([], capsys).values() for one in found}

    assert set(_OPTION.findall(COMMANDS.read_text("utf-8"))) <= options


def test_every_exit_code_is_named() -> None:
    table = section(COMMANDS.read_text("utf-8"), "Exit codes")
    named = {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)}
    codes = {cli.CLEAN, cli.FINDINGS, cli.BAD_INPUT, cli.BAD_NORMS, cli.UNDETERMINED, cli.INTERNAL}

    assert named == codes


def test_every_fail_level_is_named() -> None:
    table = section(COMMANDS.read_text("utf-8"), "What makes a run fail")

    assert tuple(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == FAIL_LEVELS


def test_every_verdict_is_named() -> None:
    text = (DOCS / "explanation" / "semantics.md").read_text("utf-8")

    assert set(re.findall(r"^\| `([a-z ]+)` \|", text, re.MULTILINE)) == set(get_args(Verdict))


def keys_of(node: Any) -> set[str]:  # noqa: ANN401 - it is JSON
    """The keys of the contract, those made of ids left out."""
    if isinstance(node, list):
        return set().union(*map(keys_of, node))
    if not isinstance(node, dict):
        return set()
    below = set().union(*map(keys_of, node.values()))
    return below | {key for key in node if re.fullmatch(r"[a-z_0-9]+", key)}


def contract() -> set[str]:
    """Every key that the JSON of the example can hold, names of readings and verdicts apart."""
    body = json_body(check_file(EXAMPLE), everything=True)
    names = {reading for norm in body["norms"] for reading in norm["readings"]}
    names |= {verdict for row in body["counts"] for verdict in row["verdicts"]}
    return keys_of(body) - names - {"vi", "en"}


def test_every_key_of_the_contract_is_named() -> None:
    text = section(COMMANDS.read_text("utf-8"), "JSON")
    missing = sorted(key for key in contract() if not re.search(rf"[`\"]{key}[`\"]", text))

    assert not missing, missing


def test_the_first_table_is_the_contract_in_order() -> None:
    table = section(COMMANDS.read_text("utf-8"), "JSON").partition("A norm:")[0]
    body = json_body(check_file(EXAMPLE))

    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(body)


def fields_of(model: Any) -> set[str]:  # noqa: ANN401 - a model of pydantic
    return {field.alias or name for name, field in model.model_fields.items()}


def test_every_key_of_a_file_is_named() -> None:
    """The keys that are read are the keys that are described."""
    from dinhbien.model.citation import InForce, Instrument, NotEncoded, Source
    from dinhbien.model.form import Form, Holders, Says, Slot, Verdicts
    from dinhbien.model.norm import Count, DatedRow, Grace, NamedCount, Norm, Number, Readings
    from dinhbien.reading.to_cells import CellFile
    from dinhbien.reading.to_figures import COLUMNS
    from dinhbien.reading.to_pack import PackFile
    from dinhbien.reading.to_plan import PlanFile

    text = FILES.read_text("utf-8")
    models = (
        InForce, Instrument, NotEncoded, Source, Form, Holders, Says, Slot, Verdicts, Count,
        DatedRow, Grace, NamedCount, Norm, Number, Readings, CellFile, PackFile, PlanFile,
    )  # fmt: skip
    keys = {key.rstrip("_") for model in models for key in fields_of(model)} | set(COLUMNS)
    unnamed = sorted(key for key in keys if not re.search(rf"(?<![\w-]){key}(?![\w-])", text))

    assert len(keys) > len(models)
    assert not unnamed, unnamed
