"""Each norm renders to a Vietnamese and an English sentence."""

from __future__ import annotations

import re

import pytest

from dinhbien.explain.sentences import Teller
from dinhbien.explain.spoken import sentence
from dinhbien.language.pack import EncodedNorm, Pack
from dinhbien.reading.to_pack import packs, read_pack

PACKS = {name: read_pack(name) for name in packs()}
NORMS = [(pack, norm) for pack in PACKS.values() for norm in pack.norms]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(("pack", "norm"), NORMS, ids=[norm.id for _, norm in NORMS])
def test_a_norm_is_said_in_words(pack: Pack, norm: EncodedNorm, lang: str) -> None:
    text = sentence(norm, Teller(pack, lang))

    assert norm.norm.title.said(lang) in text
    assert "{" not in text
    assert not re.search(r"\b[a-z]+_[a-z_]+\b", text), "an identifier is no word"


def test_the_frame_is_said_with_its_numbers() -> None:
    pack = PACKS["dien-bien"]
    norm = pack.norm("vn/od-09-2025/article-ii-1#frame")
    assert norm is not None
    text = sentence(norm, Teller(pack, "vi"))

    for part in ("32 biên chế", "16.000 người dân", "1.000 (miền núi: có)", "50 (xã)", "dân số"):
        assert part in text


def test_every_number_of_a_norm_is_in_its_sentence() -> None:
    pack = PACKS["dien-bien"]
    for norm in pack.norms:
        text = sentence(norm, Teller(pack, "en"))
        for number in norm.used.program.numbers.values():
            if "#" not in number.path:
                continue  # an article's number, which another norm of it may use
            for rows in number.rows.values():
                assert all(f"{row.value.__float__():g}" in text for row in rows if row.value)
