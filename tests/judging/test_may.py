"""May a unit recruit, transfer or second: at the quota, one below and one above it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from dinhbien.errors import UsageError
from dinhbien.judging.from_files import check_file, may_file
from dinhbien.judging.may import may
from dinhbien.model.amount import Amount
from dinhbien.model.proposal import Answer, Proposal, Why
from dinhbien.shipped import content

SCENARIOS = content("scenarios")
FLAGS = SCENARIOS / "examples" / "flags"
QUOTA = SCENARIOS / "dien-bien" / "quota"
PUBLISHED = SCENARIOS / "dien-bien" / "2025-10"
WITHIN = "dien-bien/assigned-quota/articles-not-seen#government-within-quota"
FRAME = "vn/od-09-2025/article-ii-1#frame"

PLAN = """
plan: {vi: thử, en: test}
as_of: 2025-10-20
norms: dien-bien
province: {code: "99", name: Thử}
lists_complete: {commune: yes, organisation: no, post: no}
communes:
  "90001": {name: Một, type: xa, mountainous: yes, population: 5000, figures: {STATED}}
  "90002":
    {name: Hai, type: xa, mountainous: yes, population: 5000,
     figures: {government_staff: 30, government_quota: 32}}
"""


def asked(where: Path, kind: str, to: str, people: int = 1, **words: str) -> Answer:
    """The answer to a proposal in the plan of a folder."""
    proposal = Proposal(kind, to, people=people, **words)  # type: ignore[arg-type]  # of the test
    return may_file(where, proposal).answer


def stated(tmp_path: Path, figures: str) -> Path:
    """A plan of two units that states totals only."""
    (tmp_path / "plan.yaml").write_text(PLAN.replace("STATED", figures), encoding="utf-8")
    return tmp_path


def reasons(answer: Answer, effect: str) -> set[str]:
    """What is said with an effect: norms, flags, or units where people are not there."""
    found = [one for one in answer.reasons if one.effect == effect]
    return {one.norm or one.flag or one.subject.code for one in found}


def number(answer: Answer, unit: str, flag: str) -> tuple[Amount | None, Amount | None]:
    """A number of a unit before and after."""
    return next(
        (one.before, one.after)
        for one in answer.numbers
        if one.subject.code == unit and one.flag == flag
    )


# -- recruit ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "decision"), [(1, "allow"), (3, "warn"), (4, "warn"), (5, "refuse"), (40, "refuse")]
)
def test_recruits_are_allowed_up_to_the_quota(people: int, decision: str) -> None:
    answer = asked(FLAGS, "recruit", "90002", people)

    assert answer.decision == decision
    assert answer.room == Amount(4, 4)  # type: ignore[arg-type]  # equal to a Fraction


@pytest.mark.parametrize(("people", "refused"), [(4, False), (5, False), (6, True)])
def test_stated_totals_answer_where_no_post_is_listed(
    tmp_path: Path, people: int, refused: bool
) -> None:
    plan = stated(tmp_path, "government_staff: 33, government_quota: 38")
    answer = asked(plan, "recruit", "90001", people)

    assert answer.decision == ("refuse" if refused else "warn")
    assert ("over_quota" in reasons(answer, "refuse")) is refused
    assert (WITHIN in reasons(answer, "refuse")) is refused
    assert FRAME in reasons(answer, "warn")
    assert [one and one.exact for one in number(answer, "90001", "on_books_now")] == [
        33,
        33 + people,
    ]


def test_the_frame_is_beside_and_never_taken_from_the_room(tmp_path: Path) -> None:
    plan = stated(tmp_path, "government_staff: 33, government_quota: 38")
    answer = asked(plan, "recruit", "90001")
    (bounds,) = [one for one in answer.numbers if one.norm == FRAME and one.subject.code == "90001"]

    assert answer.room is not None
    assert answer.room.exact == 5
    assert bounds.before is not None
    assert bounds.before.exact == 32


def test_a_surplus_over_the_quota_may_not_grow(tmp_path: Path) -> None:
    plan = stated(tmp_path, "government_staff: 40, government_quota: 38")

    assert "over_quota" in reasons(asked(plan, "recruit", "90001"), "refuse")


@pytest.mark.parametrize(
    ("quotas", "decision"),
    [((38, 38), "refuse"), ((38, 60), "cannot be told"), ((60, 38), "cannot be told")],
)
def test_an_illustration_answers_only_what_every_allocation_answers(
    tmp_path: Path, quotas: tuple[int, int], decision: str
) -> None:
    figures = "government_staff: 40, government_quota: {}"
    both = [check_file(stated(tmp_path, figures.format(one))) for one in quotas]
    plan = replace(both[0].plan, beside=(both[1].plan,))

    answer = may(plan, both[0].pack, Proposal("recruit", "90001"))

    assert answer.decision == decision
    assert answer.alone == ("refuse" if quotas[0] == 38 else "warn")
    assert [one.alone == "refuse" for one in answer.beside] == [quotas[1] == 38]


def test_a_surplus_that_certainly_grows_is_refused_though_its_amount_is_open(
    tmp_path: Path,
) -> None:
    figures = "government_staff: 40, government_quota: {at_least: 20, at_most: 38}"
    answer = asked(stated(tmp_path, figures), "recruit", "90001")

    assert answer.decision == "refuse"
    assert {"over_quota", WITHIN} <= reasons(answer, "refuse")


@pytest.mark.parametrize(
    ("least", "people", "decision"), [(36, 2, "warn"), (36, 3, "warn"), (36, 4, "cannot be told")]
)
def test_an_open_quota_answers_up_to_its_least(
    tmp_path: Path, least: int, people: int, decision: str
) -> None:
    figures = f"government_staff: 33, government_quota: {{at_least: {least}, at_most: 38}}"

    assert asked(stated(tmp_path, figures), "recruit", "90001", people).decision == decision


def test_the_published_plan_cannot_tell_and_says_what_is_missing() -> None:
    answer = asked(PUBLISHED, "recruit", "Chà Tở")
    missing = {path for one in answer.reasons if one.effect == "open" for path in one.missing}

    assert answer.decision == "cannot be told"
    assert "communes.03175.figures.government_quota" in missing
    assert "communes.03175.figures.government_staff" in missing


def test_what_binds_a_unit_above_or_another_quota_warns_and_does_not_decide() -> None:
    answer = asked(QUOTA, "recruit", "90001")

    assert answer.decision == "warn"
    assert any("commune-within-quota" in one for one in reasons(answer, "unsure"))
    assert not reasons(answer, "open")


def test_another_rank_is_not_taken_for_a_civil_servant(tmp_path: Path) -> None:
    plan = stated(tmp_path, "government_staff: 33, government_quota: 33")

    assert asked(plan, "recruit", "90001", rank="professional").decision == "cannot be told"
    words = {"rank": "chuyên môn", "category": "công chức"}
    assert asked(plan, "recruit", "90001", 1, **words).decision == "refuse"


def test_people_outside_the_block_use_no_quota_of_it(tmp_path: Path) -> None:
    plan = stated(tmp_path, "government_staff: 33, government_quota: 33")

    assert "over_quota" not in reasons(asked(plan, "recruit", "90001", into="party"), "refuse")
    assert "over_quota" in reasons(asked(plan, "recruit", "90001", into="office"), "refuse")


# -- transfer and second -----------------------------------------------------------


def test_a_transfer_moves_a_person_from_one_quota_to_the_other(tmp_path: Path) -> None:
    plan = stated(tmp_path, "government_staff: 33, government_quota: 38")
    answer = asked(plan, "transfer", "90002", 2, from_unit="90001")

    assert answer.decision == "warn"
    assert [one and one.exact for one in number(answer, "90001", "on_books_now")] == [33, 31]
    assert [one and one.exact for one in number(answer, "90002", "on_books_now")] == [30, 32]
    assert asked(plan, "transfer", "90002", 3, from_unit="90001").decision == "refuse"


def test_a_secondee_stays_on_the_books_and_uses_no_quota_where_the_work_is() -> None:
    answer = asked(FLAGS, "second", "90003", 2, from_unit="90001", out_of="office", into="office")

    assert answer.decision != "refuse"
    assert not {"over_quota", WITHIN} & reasons(answer, "refuse")
    for unit, at_work in (("90001", [25, 23]), ("90003", [41, 43])):
        books = [one and one.exact for one in number(answer, unit, "on_books_now")]
        assert books[0] == books[1]
        assert [one and one.exact for one in number(answer, unit, "at_work_now")] == at_work


@pytest.mark.parametrize("kind", ["transfer", "second"])
@pytest.mark.parametrize(("people", "there"), [(1, True), (2, True), (3, False)])
def test_nobody_is_sent_who_is_not_there(kind: str, people: int, there: bool) -> None:
    words = {"from_unit": "90001", "out_of": "office", "into": "office"}
    answer = asked(FLAGS, kind, "90002", people=people, **words)
    lacking = [one for one in answer.reasons if one.there is not None]

    assert bool(lacking) is not there
    assert (answer.decision == "refuse") is not there


def test_a_secondment_is_listed_with_its_days() -> None:
    from dinhbien.judging.proposed import carried_out, ends_of

    found = check_file(FLAGS)
    days = {"first_day": date(2025, 10, 1), "until": date(2026, 4, 1)}
    proposal = Proposal("second", "90002", "90001", out_of="office", into="office", **days)  # type: ignore[arg-type]  # of the test
    chain = next(one for one in found.pack.rules.flags if one.file.may)
    assert chain.file.may is not None
    (ends,) = ends_of(found.plan, found.pack.rules, chain.file.may, "commune", proposal)
    made = carried_out(found.plan, found.pack.rules, ends, chain.file.may.listed, proposal)
    (entry,) = made.root.children["commune"][0].children["secondment"]

    assert entry.cell("from_day").value == "2025-10-01"
    assert entry.cell("to_day").value == "2026-04-01"
    assert may(found.plan, found.pack, proposal).decision in {"allow", "warn"}


def test_where_the_posts_part_it_cannot_be_told_and_every_choice_is_there() -> None:
    answer = asked(FLAGS, "transfer", "90002", 3, from_unit="90001", into="office")

    assert answer.decision == "cannot be told"
    assert {one.decision for one in answer.tried} == {"refuse", "warn"}
    assert all(len(one.at) == 2 for one in answer.tried)


# -- what is refused ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"to": "90009"}, "`90009` names no commune-level unit"),
        ({"to": "90001", "people": 0}, "`0` people cannot be proposed"),
        ({"to": "90001", "into": "nowhere"}, "`nowhere` names no organisation"),
        ({"to": "90001", "rank": "chief"}, "`chief` is not a rank"),
        ({"to": "90001", "post": "nobody"}, "no post of `Đủ Người` is `nobody`"),
        ({"to": "90001", "position": "vice_chair"}, "no post of `Đủ Người` is `vice_chair`"),
    ],
)
def test_what_names_nothing_of_the_plan_is_refused(words: dict[str, object], message: str) -> None:
    found = check_file(FLAGS)

    with pytest.raises(UsageError, match=message):
        may(found.plan, found.pack, Proposal("recruit", **words))  # type: ignore[arg-type]  # of the test


def test_nobody_is_sent_to_where_they_are(tmp_path: Path) -> None:
    plan = stated(tmp_path, "government_staff: 33")

    with pytest.raises(UsageError, match="people cannot be sent to where they are"):
        asked(plan, "transfer", "90001", from_unit="90001")


def test_the_ids_of_reasons_are_those_of_findings() -> None:
    answer = asked(QUOTA, "recruit", "90002")
    ids = {one.id for one in check_file(QUOTA).findings}
    norms: list[Why] = [one for one in answer.reasons if one.after is not None]

    assert norms
    assert {one.id for one in norms} <= ids
