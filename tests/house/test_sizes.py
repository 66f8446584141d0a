"""Everything is small, says what it is, and runs no text as code."""

import ast
from collections.abc import Iterator
from pathlib import Path

MODULE_LINES = 400
FUNCTION_LINES = 25
DRAWERS = {"base", "common", "core", "helper", "helpers", "manager", "misc", "util", "utils"}
CODE_RUNNERS = {"__import__", "compile", "eval", "exec"}

type_of_function = (ast.FunctionDef, ast.AsyncFunctionDef)


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function's body, its docstring left out."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if not body:
        return 0
    opening: list[ast.stmt | ast.expr] = [body[0], *getattr(body[0], "decorator_list", [])]
    first = min(node.lineno for node in opening)
    return (function.end_lineno or first) - first + 1


def imported(module: ast.Module) -> Iterator[str]:
    """The modules a module imports, by their full names."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_modules_are_short(root: Path, modules: dict[str, ast.Module]) -> None:
    """No module is longer than 400 lines."""
    package = root / "engine" / "dinhbien"
    lengths = {name: len((package / name).read_text("utf-8").splitlines()) for name in modules}
    breaches = [f"{name}: {lines}" for name, lines in lengths.items() if lines > MODULE_LINES]

    assert not breaches, "\n".join(breaches)


def test_functions_are_short(modules: dict[str, ast.Module]) -> None:
    """No function's body is longer than 25 lines."""
    lengths = {
        f"{name}:{node.lineno} {node.name}": body_lines(node)
        for name, module in modules.items()
        for node in ast.walk(module)
        if isinstance(node, type_of_function)
    }

    breaches = [f"{name}: {lines}" for name, lines in lengths.items() if lines > FUNCTION_LINES]

    assert lengths
    assert not breaches, "\n".join(breaches)


def test_no_module_is_a_drawer(modules: dict[str, ast.Module]) -> None:
    """A module is named for what is in it, so none is called `utils` or the like."""
    drawers = [name for name in modules if DRAWERS & set(Path(name).with_suffix("").parts)]

    assert not drawers, "\n".join(drawers)


def test_no_text_is_run_as_code(modules: dict[str, ast.Module]) -> None:
    """Rules are data: the engine neither parses Python nor runs text."""
    breaches = [
        f"{name} imports {found}"
        for name, module in modules.items()
        for found in imported(module)
        if found.partition(".")[0] in {"ast", "builtins"}
    ]
    breaches += [
        f"{name}:{node.lineno} names {node.id}"
        for name, module in modules.items()
        for node in ast.walk(module)
        if isinstance(node, ast.Name) and node.id in CODE_RUNNERS
    ]

    assert not breaches, "\n".join(breaches)
