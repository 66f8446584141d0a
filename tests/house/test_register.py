"""``norms/register.csv``: every entry is encoded, left out for a reason, or refused."""

from __future__ import annotations

import re

from dinhbien.model.register import Entry
from dinhbien.reading.to_pack import packs, read_pack
from dinhbien.reading.to_register import read_register
from dinhbien.shipped import content

ID = re.compile(r"[NLP]-[0-9]{2}|[ABCD][0-9]{1,2}")
# The packs that bind somebody; the examples bind nobody.
BINDING = tuple(name for name in packs() if name != "examples")
FORCES = {norm.id: norm.instrument.force for name in BINDING for norm in read_pack(name).norms}


def entries() -> tuple[Entry, ...]:
    """The entries, each with norms that exist, a reason of the closed list, and its sources."""
    return read_register(content("norms"), FORCES)


def test_no_entry_is_missing_from_a_run_of_ids() -> None:
    ids = [one.id for one in entries()]
    runs = {"N": 50, "L": 10, "P": 5, "A": 24, "C": 9, "D": 8}

    assert all(ID.fullmatch(one) for one in ids)
    for letter, many in runs.items():
        numbers = [int(re.sub(r"\D", "", one)) for one in ids if one[0] == letter]

        assert numbers == list(range(1, many + 1))


def test_every_entry_is_encoded_or_reasoned_or_refused() -> None:
    for one in entries():
        assert bool(one.norms) is (one.status in {"encoded", "draft"}), one.id
        assert bool(one.why) is not bool(one.norms), one.id
        assert one.sources, one.id


def test_every_norm_that_binds_is_in_the_register() -> None:
    named = {norm for one in entries() for norm in one.norms}

    assert not sorted(set(FORCES) - named)


def test_every_source_of_the_register_is_used() -> None:
    used = {key for one in entries() for key in one.sources}
    rows = (content("norms") / "register-sources.csv").read_text("utf-8").splitlines()[1:]

    assert {row.partition(",")[0] for row in rows} == used
