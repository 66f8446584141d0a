"""A pack as text is the same pack, and a text makes nothing but packs."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from dinhbien.compiled.from_text import NotAPackError, pack_of
from dinhbien.compiled.kinds import kinds
from dinhbien.compiled.to_text import UnknownPartError, text_of
from dinhbien.language.pack import Pack
from dinhbien.model.authored import Authored
from dinhbien.reading.to_pack import packs, read_pack


@pytest.fixture(scope="module")
def pack() -> Pack:
    """One that uses most of the language."""
    return read_pack("dien-bien")


def with_other(text: str, key: str, value: object) -> str:
    """The text with something else in one of its two places."""
    body: dict[str, Any] = json.loads(text)
    return json.dumps({**body, key: value})


@pytest.mark.parametrize("name", packs())
def test_a_pack_comes_back_whole(name: str) -> None:
    written = read_pack(name)
    read = pack_of(text_of(written))

    assert read == written
    assert text_of(read) == text_of(written)
    assert [one.sha256 for one in read.norms] == [one.sha256 for one in written.norms]
    for one, other in zip(read.norms, written.norms, strict=True):
        assert one.norm.model_fields_set == other.norm.model_fields_set
        assert one.norm.slots == other.norm.slots
        assert one.instrument.model_dump_json() == other.instrument.model_dump_json()


def test_a_text_is_the_same_in_every_run(pack: Pack) -> None:
    assert text_of(pack) == text_of(read_pack("dien-bien"))


def test_only_frozen_classes_of_the_project_can_be_made() -> None:
    for name, kind in kinds().items():
        assert kind.__module__.startswith(("dinhbien.language.", "dinhbien.model.")), name
        written = issubclass(kind, Authored)
        frozen = kind.model_config["frozen"] if written else kind.__struct_config__.frozen  # type: ignore[attr-defined]  # else a record
        assert frozen, name


@pytest.mark.parametrize(
    "stranger", ["os.system", "builtins.eval", "pathlib.Path", "pack.", "norm.BaseModel", "", 1]
)
def test_a_part_of_another_class_refuses_the_whole(pack: Pack, stranger: object) -> None:
    text = text_of(pack)
    names = [stranger, *json.loads(text)["kinds"][1:]]

    with pytest.raises(NotAPackError):
        pack_of(with_other(text, "kinds", names))


@pytest.mark.parametrize(
    "parts",
    [
        [], [1], ["x"], [[0]], [{}], [1.5], [[99]], [[-1]], [[0, 1]], [[1, 0]], ["x", [1, 0]],
        [1, 0, [3, 0, 1]], [10**30, [4, 0]], [["x"]], [[[0]]], None, 3,
    ],
)  # fmt: skip
def test_other_parts_are_refused(pack: Pack, parts: object) -> None:
    with pytest.raises(NotAPackError):
        pack_of(with_other(text_of(pack), "parts", parts))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 5000, '{"kinds": 1, "parts": []}'])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(NotAPackError):
        pack_of(text)


def test_a_record_with_other_keys_is_refused(pack: Pack) -> None:
    text = text_of(pack).replace('"vi"', '"en"', 1)

    with pytest.raises(NotAPackError):
        pack_of(text)


def test_a_pack_that_holds_a_stranger_is_not_written(pack: Pack) -> None:
    strange: Any = Path()

    with pytest.raises(UnknownPartError):
        text_of(replace(pack, used=(strange,)))


def test_a_pickle_is_no_text_of_a_pack(pack: Pack, tmp_path: Path) -> None:
    mark = tmp_path / "ran"

    with pytest.raises(NotAPackError):
        pack_of(pickle.dumps(_Touches(mark), protocol=0).decode("latin-1"))
    assert not mark.exists()


class _Touches:
    """Leaves a mark where it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, tuple[Path]]:
        return Path.touch, (self.mark,)
