"""Somebody is seconded away from a division of five: the sending body's floor warns."""

from __future__ import annotations

from pathlib import Path

from dinhbien.live.session import open_session
from dinhbien.report.ruling import ruling_body, ruling_text

ROOT = Path(__file__).parents[2]
PLAN = ROOT / "scenarios" / "dien-bien" / "2025-10"
FLOOR = "dien-bien-policy/sender-floor/article-1#sender-floor@03382/economic/norm/as written"
AWAY = {
    "event": "second", "from": "03382/economic/finance_planning",
    "to": "03256/economic/finance_planning",
    "first_day": "2025-10-20", "last_day": "2026-04-19",
}  # fmt: skip


def test_the_floor_of_the_sending_body_warns_with_its_number_at_work() -> None:
    session = open_session(
        PLAN / "modelled-a.yaml",
        "dien-bien-policy",
        change=PLAN / "modelled" / "change-sender-floor.yaml",
    )

    ruling = session.propose(AWAY)

    assert ruling.decision == "warn"
    assert [one.alone for one in ruling.beside] == ["warn"]
    (why,) = ruling.reasons
    assert why.id == FLOOR
    assert why.effect == "warn"
    assert why.before is not None
    assert why.after is not None
    assert [str(one.outcome.measured) for one in (why.before, why.after)] == ["5", "4"]
    still = {one.flag: one for one in ruling.numbers if one.subject.code == "03382"}
    for flag in ("on_books_now", "assigned_now", "room_to_recruit"):
        assert still[flag].before == still[flag].after
    assert str(still["on_books_now"].after) == "31"

    body = ruling_body(ruling, session, accepted=False)
    said = next(one for one in body["findings"] if one["id"] == FLOOR)
    assert said["sentence"]["en"].endswith("below the province's own standard 1.")
    assert said["sentence"]["vi"].startswith("Phình Giàng – Phòng Kinh tế: có 4 ")
    assert body["reasons"][0]["citation"]["number"] == "none"
    page = ruling_text(ruling, session, "vi", width=100, colour=False)
    assert "Được, có lưu ý." in page
    assert "không phải văn bản pháp luật" in " ".join(page.split())
    assert session.events == ()
