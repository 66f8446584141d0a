"""Tree → model: pydantic checks the shape, we say what is wrong, where, and the way out."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from dinhbien.errors import Position, Problems, nearest
from dinhbien.reading.document import Mapping, Node, Scalar, node_at, plain

Model = TypeVar("Model", bound=BaseModel)


def typed(model: type[Model], node: Node, problems: Problems, path: str = "") -> Model | None:
    """`node` as a `model`, or None with every problem kept; `path` is how the node is called."""
    try:
        return model.model_validate(plain(node))
    except ValidationError as error:
        for detail in error.errors():
            _explain(model, detail, node, problems, path)
        return None


def _explain(
    model: type[BaseModel], detail: ErrorDetails, node: Node, problems: Problems, path: str
) -> None:
    real = _real_steps(node, detail["loc"])
    steps = (*real, *detail["loc"][-1:]) if detail["type"] == "missing" else tuple(real)
    if detail["type"] == "extra_forbidden":
        steps = (*real, *detail["loc"][-1:]) if real[-1:] != [*detail["loc"][-1:]] else tuple(real)
    name = str(steps[-1]) if steps else path.rstrip(".:").rpartition(".")[2]
    where = ".".join(str(step) for step in steps)
    found = node_at(node, steps)
    kind = detail["type"]
    if kind == "missing":
        message, way_out = f"`{name}` is missing", _described(model, steps)
        if isinstance(found, Scalar):
            message = f"`{name}` cannot stand inside `{found.text}`"
    elif kind == "extra_forbidden":
        parent = node_at(node, steps[:-1])
        message, way_out = f"`{name}` is not a key here", nearest(name, _known(model, steps[:-1]))
        found_at = parent.keys.get(name) if isinstance(parent, Mapping) else None
        problems.add(message, found_at or found.at, _full(path, where), way_out)
        return
    else:
        message, way_out = _said(detail, name, found)
    problems.add(message, found.at, _full(path, where), way_out)


def _full(path: str, where: str) -> str:
    return f"{path}{where}" if where else path.rstrip(".:")


_SHAPES = {
    "string_type": ("must be a text", "write one value, without keys or a list"),
    "tuple_type": ("must be a list", "write `[one, two]`"),
    "dict_type": ("must have keys of its own", "write `key: value` lines below it"),
    "model_type": ("must have keys of its own", "write `key: value` lines below it"),
    "string_too_short": ("is empty", "give a text"),
}


def _said(detail: ErrorDetails, name: str, found: Node) -> tuple[str, str]:
    context: dict[str, Any] = detail.get("ctx", {})
    kind = detail["type"]
    if kind == "refused":
        return str(context["message"]), str(context["way_out"])
    if kind == "literal_error":
        text = found.text if isinstance(found, Scalar) else name
        known = str(context["expected"]).replace("'", "`").replace(" or ", ", ")
        return f"`{text}` is not a word for `{name}`", f"one of {known}"
    if kind == "too_short":
        return f"`{name}` has too few entries", f"give at least {context['min_length']}"
    if kind in _SHAPES:
        said, way_out = _SHAPES[kind]
        return f"`{name}` {said}", way_out
    return f"`{name}` is not valid: {detail['msg'].lower()}", ""


def _real_steps(node: Node, steps: tuple[str | int, ...]) -> list[str | int]:
    """The steps that stand in the file: validators and defaults add others."""
    real: list[str | int] = []
    for step in steps:
        if node_at(node, (*real, step)) is not node_at(node, tuple(real)):
            real.append(step)
    return real


def _field_model(model: object, step: str | int) -> object:
    """The model, if any, of the field that `step` names in `model`; else `model` itself."""
    fields = getattr(model, "model_fields", {})
    for name, field in fields.items():
        if step in {name, field.alias}:
            return _inner_model(field.annotation) or model
    return model


def _inner_model(annotation: object) -> object:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_inner_model(part) for part in getattr(annotation, "__args__", ()))
    return next((one for one in found if one is not None), None)


def _known(model: type[BaseModel], steps: tuple[str | int, ...]) -> list[str]:
    fields = getattr(_at(model, steps), "model_fields", {})
    return [field.alias or name for name, field in fields.items()]


def _described(model: type[BaseModel], steps: tuple[str | int, ...]) -> str:
    for name, field in getattr(_at(model, steps[:-1]), "model_fields", {}).items():
        if steps[-1] in {name, field.alias} and field.description:
            return f"give {field.description}"
    return ""


def _at(model: type[BaseModel], steps: tuple[str | int, ...]) -> object:
    found: object = model
    for step in steps:
        found = _field_model(found, step)
    return found


def position_in(node: Node, steps: tuple[str | int, ...], offset: int = 0) -> Position:
    """Where the value at `steps` stands, `offset` characters into its text."""
    found = node_at(node, steps)
    if isinstance(found, Scalar) and found.offset is not None:
        return found.at.after(found.offset + offset)
    return found.at
