"""The public face is one list."""

import ast

import dinhbien


def under_type_checking(module: ast.Module) -> set[str]:
    """The names a module imports for type checkers only."""
    guarded = [
        statement
        for block in module.body
        if isinstance(block, ast.If) and ast.unparse(block.test).endswith("TYPE_CHECKING")
        for statement in block.body
    ]
    return {
        alias.asname or alias.name
        for statement in guarded
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }


def test_the_list_is_sorted() -> None:
    """`__all__` is in order and names nothing twice."""
    assert list(dinhbien.__all__) == sorted(set(dinhbien.__all__))


def test_the_list_is_what_dir_shows() -> None:
    """`dir(dinhbien)` is `__all__`."""
    assert dir(dinhbien) == list(dinhbien.__all__)


def test_each_name_resolves() -> None:
    """Every name in `__all__` can be had."""
    missing = [name for name in dinhbien.__all__ if not hasattr(dinhbien, name)]

    assert not missing


def test_type_checkers_see_the_list(modules: dict[str, ast.Module]) -> None:
    """What type checkers see imported is what is exported, but for what the module defines."""
    face = modules["__init__.py"]
    defined = {
        target.id
        for statement in face.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }

    assert under_type_checking(face) == set(dinhbien.__all__) - defined
