"""Each norm renders to a Vietnamese and an English sentence."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

import pytest

from dinhbien.errors import Position
from dinhbien.explain.numbers import number_said
from dinhbien.explain.sentences import Teller
from dinhbien.explain.spoken import sentence
from dinhbien.judging.from_files import check_file
from dinhbien.language.pack import EncodedNorm, Pack
from dinhbien.reading.document import Scalar
from dinhbien.reading.patch import Patch
from dinhbien.reading.to_pack import packs, read_pack
from dinhbien.shipped import content

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


CONDITIONS = {
    "vn/law-72-2025/article-29#two-committees": (
        "Mỗi xã, phường, đặc khu: phải có “Ban Kinh tế – Ngân sách của HĐND” và "
        "“Ban Văn hóa – Xã hội của HĐND”; không được có “Ban khác của HĐND”.",
        "Each commune-level unit: there must be “Economic–Budget Committee of the Council” and "
        "“Culture–Social Committee of the Council”; there must be no "
        "“another committee of the Council”.",
    ),
    "vn/law-72-2025/article-29#committee-head-heads-no-division": (
        "Mỗi xã, phường, đặc khu: không ai được giữ cả hai vị trí “Trưởng Ban của HĐND” và "
        "“Trưởng phòng, Chánh Văn phòng”.",
        "Each commune-level unit: nobody may hold both posts, “Head of a Council committee” and "
        "“head of a division or of the Office”.",
    ),
    "vn/decree-118-2025/article-10#director-is-vice-chair": (
        "Mỗi xã, phường, đặc khu: phải có một người giữ cả hai vị trí “Phó Chủ tịch UBND” và "
        "“Giám đốc Trung tâm Phục vụ hành chính công”. Áp dụng khi",
        "Each commune-level unit: one person must hold both posts, “Committee Vice-chair” and "
        "“Director of the service centre”. Applies where",
    ),
}


@pytest.mark.parametrize("norm", CONDITIONS)
def test_conditions_are_said_in_the_words_of_their_form(norm: str) -> None:
    pack = PACKS["vn"]
    found = pack.norm(norm)
    assert found is not None

    for lang, says in zip(("vi", "en"), CONDITIONS[norm], strict=True):
        text = sentence(found, Teller(pack, lang))
        assert text.startswith(f"{found.norm.title.said(lang)}. {says}")


def test_the_words_are_those_of_the_used_reading() -> None:
    norm = "vn/decree-150-2025/article-15#divisions-of-a-ward"
    said = []
    for used in ("names_only", "all_three"):
        at = Position("change.yaml")
        patch = Patch("readings.used", Scalar(used, at), at)
        pack = read_pack("vn", patches={norm: [patch]})
        found = pack.norm(norm)
        assert found is not None
        said.append(sentence(found, Teller(pack, "vi")))

    assert "phải có" not in said[0]
    assert "phải có “Văn phòng HĐND và UBND”, “Phòng Kinh tế, Hạ tầng và Đô thị” và" in said[1]
    assert all("không được có “Phòng Kinh tế”" in one for one in said)


def written(value: Fraction, kind: str) -> str:
    """A number of the law as a sentence writes it; a day as it is written in files."""
    if kind == "date":
        return date.fromordinal(int(value)).isoformat()
    return number_said(value, "en")


def test_every_number_of_a_norm_is_in_its_sentence() -> None:
    pack = PACKS["dien-bien"]
    for norm in pack.norms:
        text = sentence(norm, Teller(pack, "en"))
        for number in norm.used.program.numbers.values():
            if "#" not in number.path:
                continue  # an article's number, which another norm of it may use
            for rows in number.rows.values():
                assert all(written(row.value, number.kind) in text for row in rows if row.value)


def test_a_breach_about_no_word_has_no_dangling_colon() -> None:
    plan = content("scenarios") / "vn" / "service-centre"
    report = check_file(plan, as_of=date(2025, 10, 15))
    (found,) = (
        one
        for one in report.findings
        if one.norm.endswith("#director-is-no-vice-chair") and one.subject.code == "90001"
    )

    assert Teller(report.pack, "vi").conclusion(found) == "trái quy định"
