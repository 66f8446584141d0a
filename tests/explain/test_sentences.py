"""What is said of a text and of a number, in each language's own words."""

from __future__ import annotations

import pytest

from dinhbien.explain.sentences import Teller
from dinhbien.language.pack import EncodedNorm, Pack
from dinhbien.model.wording import Bilingual
from dinhbien.reading.to_pack import read_pack


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack("examples")


def named(pack: Pack, end: str) -> EncodedNorm:
    return next(one for one in pack.norms if one.id.endswith(end))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_text_whose_number_was_not_seen_is_cited_by_its_title(pack: Pack, lang: str) -> None:
    norm = named(pack, "tsc-kenya/primary#teachers")
    said = Teller(pack, lang).citation(norm)

    assert norm.instrument.number == "not seen"
    assert said.startswith(norm.instrument.title.said(lang))
    assert "not seen" not in said


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        ("vi", "“doctors_needed” đang tạm ngưng: mục tiêu của năm 2027"),
        ("en", "`doctors_needed` is suspended: a target for 2027"),
    ],
)
def test_why_a_number_is_suspended_is_said_in_the_readers_language(
    pack: Pack, lang: str, says: str
) -> None:
    number = named(pack, "#doctors-from-2027").used.program.numbers["doctors_needed"]
    why = number.rows[""][0].suspended
    assert why is not None

    assert Teller(pack, lang).reason(("suspended", "doctors_needed", why)) == says


def test_reasons_have_an_order() -> None:
    one, other = Bilingual(vi="a", en="b"), Bilingual(vi="b", en="a")

    assert sorted([("suspended", "x", other), ("suspended", "x", one)])[0][2] == one
