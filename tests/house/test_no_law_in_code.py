"""Nothing about the law, its numbers or its country is in code.

What is allowed all the same stands in the three tables below, each line with its reason.
A module is named by its path inside the package; `dir/*` is every module of that folder.
"""

import ast
import re
import unicodedata
from collections.abc import Hashable, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, TypeVar

import yaml

Value = TypeVar("Value", bound=Hashable)

# Numbers that mean nothing but themselves.
PLAIN_NUMBERS: set[float] = {-1, 0, 1, 2}

# module → numbers allowed there → why
NUMBERS: dict[str, dict[float, str]] = {
    "cli.py": dict.fromkeys((3, 4, 70), "exit codes"),
    "__main__.py": dict.fromkeys((20, 100_000), "how seldom cycles are looked for"),
    "commands/output.py": {100: "columns of a page that goes elsewhere than a terminal"},
    "report/compared.py": {12: "letters of a hash that are shown"},
    "columns/calendar.py": {1970: "the year that NumPy counts from", 12: "months of a year"},
    "columns/blocks.py": {
        20_000: "units of a block",
        2_048: "the same for the kernel",
        2_000_000: "units of a large plan",
    },
    "columns/rows.py": dict.fromkeys((10, 11), "a tenth more"),
    "columns/from_frames.py": {
        **dict.fromkeys((6, 10, 15), "decimals and digits that a binary number may have"),
        31: "places of codes, as a power of 2",
    },
    "columns/from_plan.py": dict.fromkeys((10, 12), "how fine a number may be, as digits"),
    "columns/from_program.py": {
        **dict.fromkeys((10, 5), "rows that a table may have, as digits"),
        4_000_000: "days of a calendar",
    },
    "columns/group_lanes.py": {60: "bits of a number"},
    "columns/inputs.py": {4: "words that are compared one by one"},
    "columns/kernel.py": {1_000_000: "rows of a small plan", 128: "units of a chunk"},
    "columns/lanes.py": dict.fromkeys((3, 4, 12), "places in a row of code"),
    "columns/loading.py": {16: "letters of a hash", 0o700: "rights of a folder"},
    "columns/on_groups.py": {63: "the highest bit of a number"},
    "columns/on_*.py": dict.fromkeys((3, 4, 5, 6, 8, 10, 12), "places in a row of code"),
    "columns/tape.py": {4: "a flag's bit"},
    "columns/sinks.py": {4: "turns of counting", 1.03: "a little more than is likely"},
    "columns/tallies.py": {
        3: "what holds of a class",
        53: "bits of a floating-point number",
        256: "tables that are kept",
    },
    "columns/to_lanes.py": dict.fromkeys((50, 62), "how large a number may be, as powers of 2"),
    "columns/verdicts.py": {
        **dict.fromkeys((5, 8), "how many bits"),
        **dict.fromkeys((15, 16, 32, 64, 128), "bits of an entry"),
    },
    "columns/table.py": dict.fromkeys((59, 61), "how large a number may be, as powers of 2"),
    "compiled/folder.py": {24: "packs that are kept", 0o700: "rights of a folder"},
    "compiled/kinds.py": {5: "kinds of parts that are no class"},
    "compiled/sources.py": {26: "bytes of a folder of norms, as a power of 2"},
    "judging/lacking.py": dict.fromkeys((10, 12), "10¹², for a domain without an end"),
    "report/rows.py": {3: "columns of a row"},
    "explain/numbers.py": dict.fromkeys((10, 1000), "a share as a per cent with one decimal"),
    "report/terminal.py": {12: "letters of a hash that are shown"},
    "reading/to_statements.py": {100: "a per cent"},
    "report/reconciled.py": {5: "the primes of a decimal"},
    "report/answer.py": {4: "columns that a line is set in"},
    "report/flags.py": {
        3: "missing inputs named",
        99: "after every rank",
    },
    "errors.py": {3: "suggestions shown", 0.5: "likeness below which none is offered"},
    "live/chained/consequences.py": {
        10: "seconds that a worker is waited for",
        3: "folders above the module",
    },
    "live/chained/facts.py": dict.fromkeys((9, 10), "10⁹, for a number without an end"),
    "live/chained/guard.py": {
        **dict.fromkeys((4, 6, 8, 53), "limits of durable-rules, as powers of 2"),
        **dict.fromkeys((0x811C9DC5, 0x01000193, 0xFFFFFFFF), "the hash FNV-1a"),
        20_000: "facts of one process",
    },
    "live/chained/worker.py": {10_000: "how deep a chain may go"},
    "live/alike.py": {12: "outcomes that are kept, as a power of 2"},
    "live/found.py": {10: "sorted names that are kept, as a power of 2"},
    "live/leaves.py": dict.fromkeys((10, 12), "values that are kept, as a power of 2"),
    "live/memory.py": dict.fromkeys((9, 11), "answers that are kept, as a power of 2"),
    "live/raised.py": {9: "likenesses of rows that are kept, as a power of 2"},
    "live/subjects.py": {12: "sums that are kept, as a power of 2"},
    "live/session.py": {4: "states that are kept to undo, as a power of 2"},
    "language/parse.py": {
        **dict.fromkeys((10, 20, 30, 40, 50, 60, 70), "how tightly an operator binds"),
        60: "how tightly an operator binds, and how deep an expression may nest",
        100_000: "how many words an expression may have",
    },
    "language/elaborate.py": {
        2_000: "how many operators a norm may grow to",
        100: "how deep an expression may nest, lets included",
    },
    "language/resolve.py": {40: "how long a chain of lets may be"},
    "language/units.py": {100: "a per cent", 40: "how long a number may be"},
    "meaning/calendar.py": {12: "months of a year"},
    "meaning/completions.py": {6: "unknowns tried both ways, as a power of 2"},
    "model/wording.py": {16: "texts that are kept, as a power of 2"},
    "model/amount.py": {5: "the other prime of ten", 10: "decimal digits"},
    "model/period.py": {31: "days that reach into the next month"},
    "reading/formatted.py": {**dict.fromkeys((4, 12), "indents and widths of a page")},
    "reading/lint.py": {3: "ranks of force"},
    "reading/sheets.py": {
        200_000_000: "how long a workbook may be when opened",
        5_000_000: "how many cells a sheet may span",
        26: "letters that name columns",
    },
    "reading/stored.py": {15: "digits that a workbook keeps", 10: "decimal digits"},
    "reading/to_cells.py": dict.fromkeys((1899, 12, 30), "day 0 of spreadsheets"),
    "reading/workbook.py": {8_000_000: "how long a workbook may be"},
    "report/plan.py": {100: "a per cent"},
    "report/html/figure.py": {
        **dict.fromkeys((12, 24, 27, 60, 112, 150, 430), "sizes of a drawing"),
        **dict.fromkeys((5, 6, 10), "how many ticks, and 1, 2, 5 and 10 times a power of ten"),
    },
    "report/html/heat.py": {6: "equal signs set side by side"},
    "report/html/plots.py": dict.fromkeys((8, 12, 18, 22, 30, 34, 150), "sizes of a drawing"),
    "report/html/places.py": dict.fromkeys((4, 12, 46, 92), "sizes of a drawing"),
    "report/html/sight.py": {200: "units that are told one by one", 40: "units told of more"},
    "report/html/page.py": {12: "letters of a hash that are shown"},
    "report/as_docx.py": {
        **dict.fromkeys((8, 10, 13, 15, 20, 30, 45, 210, 297), "sizes of a page"),
        1980: "the first day that a zip file knows",
        2000: "the day that every document is made on",
    },
    "report/compared_tables.py": {10_000: "columns of a line that is set elsewhere"},
    "report/xlsx/page.py": dict.fromkeys((6, 9, 12, 24, 30, 44, 60, 110), "widths of columns"),
    "report/xlsx/form.py": dict.fromkeys(
        (4, 5, 9, 10, 40, 50, 90, 100, 400, 500, 900, 1000), "what roman numerals are worth"
    ),
    "report/xlsx/totals.py": dict.fromkeys((3, 5, 6), "columns of a sheet"),
    "report/xlsx/writer.py": {
        1_048_576: "rows that a sheet holds",
        32_767: "letters that a cell holds",
        2000: "the day that every workbook is made on",
        **dict.fromkeys((0.4, 0.95, 8, 9, 11, 12, 15, 16, 170, 400), "sizes of a page"),
    },
    "writing/to_workbook.py": {
        32_767: "letters that a cell holds",
        255: "letters of a list of choices",
        2000: "the day that every workbook is made on",
        **dict.fromkeys((3, 4, 9, 11, 16, 34, 48, 60), "sizes of a page"),
    },
    "writing/to_yaml.py": {100: "columns of a page"},
    "reading/document.py": {40: "how deep a file may nest", 8_000_000: "how long it may be"},
}

# module → why its texts may be in Vietnamese
VIETNAMESE: dict[str, str] = {}

# module → words allowed there → why
WORDS: dict[str, dict[str, str]] = {
    "judging/check.py": {"party": "an authority that binds its own"},
    "judging/may.py": {"party": "an authority that binds its own"},
    "judging/precedence.py": {"party": "an authority that binds its own"},
    "model/citation.py": {"party": "an authority that binds its own"},
    "live/applied.py": {"secondment": "a key of an event"},
    "live/events.py": {"type": "a key of pydantic's own errors"},
    "model/*": {"type": "a key of JSON Schema"},
    "report/as_junit.py": {"type": "a key of JUnit XML"},
    "report/html/changes.py": {"head": "the head of a page"},
    "report/xlsx/form.py": {"I": "a roman numeral"},
    "report/xlsx/writer.py": {
        "border": "a key of xlsxwriter",
        "head": "the style of a heading",
    },
    "report/schemas.py": {"type": "a key of JSON Schema"},
    "reading/lint.py": {"party": "an authority that binds its own"},
    "reading/typed.py": {"type": "a key of pydantic's own errors"},
}

# The levels that a plan has in any country.
OWN_LEVELS = {"organisation", "post", "person", "qualification"}

VIETNAMESE_LETTER = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")


def allowed(table: Mapping[str, Mapping[Value, str]], name: str) -> set[Value]:
    """What a table allows in one module."""
    matching = [values for pattern, values in table.items() if fnmatch(name, pattern)]
    return {value for values in matching for value in values}


def docstrings(module: ast.Module) -> set[int]:
    """The constants that are documentation, by identity."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        id(node.body[0].value)
        for node in ast.walk(module)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }


def numbers(module: ast.Module) -> Iterator[tuple[int, float]]:
    """Each number written in a module, with its line; `-1` counts as -1."""
    negated = {
        id(node.operand): node
        for node in ast.walk(module)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and type(node.value) in {int, float}:
            assert isinstance(node.value, int | float)
            yield node.lineno, -node.value if id(node) in negated else node.value


def texts(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Each text written in a module, with its line; documentation is left out."""
    documentation = docstrings(module)
    for node in ast.walk(module):
        if not isinstance(node, ast.Constant) or id(node) in documentation:
            continue
        if isinstance(node.value, str):
            yield node.lineno, node.value


def closed_words(declared: dict[str, Any]) -> set[str]:
    """The kinds of places, what is known of a place, and every word that says what a thing is.

    Words of lists that no attribute takes (verdicts, origins) are the engine's own.
    """
    places = set(declared["levels"]) - OWN_LEVELS
    attributes = declared["attributes"]
    facts = {name for name, one in attributes.items() if places & set(one["of"])}
    taken = {one["words"] for one in attributes.values() if "words" in one}
    entries = [word for listed in taken for word in declared["lists"][listed].items()]
    spelled = [(word, said["vi"], said["en"], *said.get("also", ())) for word, said in entries]
    return places | facts | {spelling for spellings in spelled for spelling in spellings}


def test_no_number_of_the_law(modules: dict[str, ast.Module]) -> None:
    """A number in code is -1, 0, 1 or 2, or has its reason in the table above."""
    breaches = [
        f"{name}:{line} {number}"
        for name, module in modules.items()
        for line, number in numbers(module)
        if number not in PLAIN_NUMBERS | allowed(NUMBERS, name)
    ]

    assert not breaches, "\n".join(breaches)


def test_no_vietnamese_text(modules: dict[str, ast.Module]) -> None:
    """Wording lives in rules and norms, so no text in code holds a Vietnamese letter."""
    breaches = [
        f"{name}:{line} {text}"
        for name, module in modules.items()
        if not any(fnmatch(name, pattern) for pattern in VIETNAMESE)
        for line, text in texts(module)
        if VIETNAMESE_LETTER.search(unicodedata.normalize("NFC", text))
    ]

    assert not breaches, "\n".join(breaches)


def test_no_word_of_the_law(root: Path, modules: dict[str, ast.Module]) -> None:
    """The kinds of places, organisations and posts are data, so no text in code is one of them."""
    text = (root / "rules" / "words.yaml").read_text("utf-8")
    words = closed_words(yaml.load(text, yaml.BaseLoader))  # noqa: S506 - so that `yes` is a text
    excused = {name: allowed(WORDS, name) for name in modules}
    breaches = [
        f"{name}:{line} {word}"
        for name, module in modules.items()
        for line, word in texts(module)
        if word in words and word not in excused[name]
    ]

    assert words
    assert not breaches, "\n".join(breaches)


def test_every_exception_is_used(modules: dict[str, ast.Module]) -> None:
    """An exception that nothing needs any more is taken out of the tables."""
    written = {
        name: {value for _, value in (*numbers(module), *texts(module))}
        for name, module in modules.items()
    }
    unused = [
        f"{pattern}: {value}"
        for table in (NUMBERS, WORDS)
        for pattern, values in table.items()
        for value in values
        if not any(value in found for name, found in written.items() if fnmatch(name, pattern))
    ]

    assert not unused, "\n".join(unused)
