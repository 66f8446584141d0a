"""``norms/register.csv``: every entry names norms that exist, or says why there is none."""

from __future__ import annotations

import csv
import re

from dinhbien.reading.to_pack import read_pack
from dinhbien.shipped import content

ID = re.compile(r"[NL]-[0-9]{2}")
STATUS = {"encoded", "draft", "not encoded"}


def entries() -> list[dict[str, str]]:
    """The rows of the register."""
    with (content("norms") / "register.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_entry_has_an_id_of_its_own_and_a_status() -> None:
    found = entries()

    assert found
    assert len({one["id"] for one in found}) == len(found)
    for one in found:
        assert ID.fullmatch(one["id"])
        assert one["status"] in STATUS
        assert one["norm_or_reason"].strip()


def test_what_is_encoded_exists_and_only_a_draft_is_a_draft() -> None:
    forces = {norm.id: norm.instrument.force for norm in read_pack("dien-bien").norms}

    for one in entries():
        if one["status"] == "not encoded":
            continue
        for norm in one["norm_or_reason"].split("; "):
            assert norm in forces, f"{one['id']} names `{norm}`"
            assert (forces[norm] == "draft") is (one["status"] == "draft")
