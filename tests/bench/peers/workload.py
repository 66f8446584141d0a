"""The plan that is judged: so many communes, about five organisations in each, posts in these.

It is invented, from a fixed seed, to measure with.  Columns are named as in
docs/reference/files.md; 3 % of the numbers are missing.  Numbers lie near the bounds of the
norms, so that n−1, n and n+1 occur.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

Array = npt.NDArray[Any]
SEED = 20261122
MISSING = -1
SHARE_MISSING = 0.03
PLACES = 100
"""A commune has fewer organisations than this; see `Workload.keys`."""
NUMBERS = {
    "communes": ("population", "files_a_year"),
    "organisations": ("cases", "sites"),
    "posts": ("on_books", "contract", "assigned"),
}
TRUTHS = {"communes": ("mountainous", "border"), "organisations": ("public_desk",), "posts": ()}
WORDS = {
    "communes": ("type", "region", "unit_grade"),
    "organisations": ("kind",),
    "posts": ("category", "rank"),
}
ALWAYS = ("office", "economic", "culture_social", "service_centre")
SOMETIMES = (("leadership", 0.6), ("military", 0.4))
POSTS = (
    # category, rank, how often, the least, more for each of the organisation's size, at random
    ("civil_servant", "head", 0.97, 1, 0.0, 1.04),
    ("civil_servant", "deputy", 0.85, 1, 0.0, 1.2),
    ("civil_servant", "professional", 1.0, 0, 1.0, 1.5),
    ("public_employee", "professional", 0.8, 1, 0.15, 1.3),
    ("contract_staff", "support", 0.9, 1, 0.0, 1.3),
)
SMALLEST, LARGEST = 6, 12


@dataclass(frozen=True)
class Workload:
    """Three tables as flat columns, in the order of their codes.

    A number is an int32, -1 where it is missing; a word is the int8 of its place in its list; a
    truth is a bool.  `organisations` has `commune` and `posts` has `organisation`: the row of
    the unit above.  `organisations` also has `place`, its number in its commune, from 1.
    """

    communes: dict[str, Array]
    organisations: dict[str, Array]
    posts: dict[str, Array]

    @property
    def size(self) -> int:
        """How many communes."""
        return len(self.communes["population"])

    @property
    def bytes(self) -> int:
        """What its columns take."""
        tables = (self.communes, self.organisations, self.posts)
        return sum(column.nbytes for table in tables for column in table.values())

    def keys(self, level: str) -> Array:
        """A number for each unit, ordered as the codes are: commune × 100 + organisation."""
        if level == "commune":
            return np.arange(1, self.size + 1, dtype=np.int32) * PLACES
        communes = self.organisations["commune"].astype(np.int32) + 1
        return communes * PLACES + self.organisations["place"]


def generated(size: int, words: dict[str, tuple[str, ...]], seed: int = SEED) -> Workload:
    """A plan of so many communes; the same for the same seed.

    `words` are the lists of words by attribute, as in `Table.words`.
    """
    draw = np.random.default_rng([seed, size])
    communes = _communes(draw, size, words)
    organisations = _organisations(draw, size, words)
    posts = _posts(draw, organisations, words)
    del organisations["size"]
    for name, table in (
        ("communes", communes), ("organisations", organisations), ("posts", posts)
    ):  # fmt: skip
        for column in NUMBERS[name]:
            missing = draw.random(len(table[column]), np.float32) < SHARE_MISSING
            table[column][missing] = MISSING
    return Workload(communes, organisations, posts)


def _communes(
    draw: np.random.Generator, size: int, words: dict[str, tuple[str, ...]]
) -> dict[str, Array]:
    near = np.array([8_000, 10_000, 16_000, 18_000, 20_000])
    population = draw.integers(1_500, 40_000, size)
    at_a_bound = draw.random(size) < 0.3
    population[at_a_bound] = draw.choice(near, int(at_a_bound.sum()))
    population[at_a_bound] += draw.integers(-1, 2, int(at_a_bound.sum()))
    types = draw.choice(3, size, p=(0.8, 0.18, 0.02))
    return {
        "type": types.astype(np.int8),
        "region": draw.integers(0, len(words["region"]), size, np.int8),
        "unit_grade": draw.integers(0, len(words["unit_grade"]), size, np.int8),
        "mountainous": draw.random(size) < 0.4,
        "border": draw.random(size) < 0.1,
        "population": population.astype(np.int32),
        "files_a_year": _about(draw, draw.integers(20, 60, size), 600),
    }


def _about(draw: np.random.Generator, times: Array, step: int) -> Array:
    """Multiples of a step, some of them one less or one more."""
    return (times * step + draw.integers(-1, 2, len(times))).clip(0).astype(np.int32)


def _organisations(
    draw: np.random.Generator, size: int, words: dict[str, tuple[str, ...]]
) -> dict[str, Array]:
    kinds = [words["kind"].index(kind) for kind in (*ALWAYS, *(kind for kind, _ in SOMETIMES))]
    here = np.ones((size, len(kinds)), bool)
    for place, (_, share) in enumerate(SOMETIMES, len(ALWAYS)):
        here[:, place] = draw.random(size) < share
    commune, which = here.nonzero()
    many = len(commune)
    sizes = draw.integers(SMALLEST, LARGEST + 1, many, np.int8)
    return {
        "commune": commune.astype(np.int32),
        "place": (here.cumsum(1)[commune, which]).astype(np.int8),
        "kind": np.array(kinds, np.int8)[which],
        "public_desk": draw.random(many) < 0.4,
        "size": sizes,
        "cases": _about(draw, sizes - draw.integers(-1, 5, many), 160),
        "sites": draw.integers(0, 4, many, np.int32),
    }


def _posts(
    draw: np.random.Generator,
    organisations: dict[str, Array],
    words: dict[str, tuple[str, ...]],
) -> dict[str, Array]:
    many = len(organisations["kind"])
    often, least, each, more = (
        np.array([post[place] for post in POSTS], np.float32) for place in range(2, 6)
    )
    organisation, which = (draw.random((many, len(POSTS)), np.float32) < often).nonzero()
    size = organisations["size"][organisation]
    by_chance = np.floor(draw.random(len(which), np.float32) * more[which])
    books = (least[which] + np.floor(size * each[which]) + by_chance).astype(np.int32)
    change = draw.choice(np.array([-1, 0, 1], np.int32), len(which), p=(0.03, 0.67, 0.3))
    return {
        "organisation": organisation.astype(np.int32),
        "category": _coded([name for name, *_ in POSTS], words["category"])[which],
        "rank": _coded([name for _, name, *_ in POSTS], words["rank"])[which],
        "on_books": books,
        "contract": (draw.integers(0, 10, len(which), np.int32) - 7).clip(0),
        "assigned": (books + change).clip(0),
    }


def _coded(names: list[str], words: tuple[str, ...]) -> Array:
    return np.array([words.index(name) for name in names], np.int8)


def frames_of(plan: Workload, words: dict[str, tuple[str, ...]]) -> dict[str, pd.DataFrame]:
    """The same plan as the project's own frames; see docs/reference/python.md.

    For a plan that is small enough for codes of five digits.
    """
    import pandas as pd

    places = {"communes": plan.communes, "organisations": plan.organisations, "posts": plan.posts}
    frames = {
        name: pd.DataFrame({
            **{one: pd.array(_worded(table[one], words[one]), "string") for one in WORDS[name]},
            **{one: pd.array(table[one], "boolean") for one in TRUTHS[name]},
            **{one: _whole(table[one]) for one in NUMBERS[name]},
        })
        for name, table in places.items()
    }  # fmt: skip
    communes = [f"{number:05d}" for number in range(1, plan.size + 1)]
    owner, place = plan.organisations["commune"], plan.organisations["place"]
    holder = plan.posts["organisation"]
    frames["communes"].insert(0, "code", communes)
    frames["organisations"].insert(0, "commune", [communes[row] for row in owner])
    frames["organisations"].insert(1, "code", [f"o{number:02d}" for number in place])
    frames["posts"].insert(0, "commune", [communes[owner[row]] for row in holder])
    frames["posts"].insert(1, "organisation", [f"o{place[row]:02d}" for row in holder])
    frames["posts"].insert(2, "code", [f"p{number}" for number in range(len(holder))])
    return {"plan": _head(), **frames}


def _worded(codes: Array, words: tuple[str, ...]) -> list[str]:
    return [words[code] for code in codes]


def _whole(numbers: Array) -> Any:  # noqa: ANN401 - pandas' own array
    import pandas as pd

    return pd.array([None if one == MISSING else int(one) for one in numbers], "Int64")


def _head() -> pd.DataFrame:
    import pandas as pd

    lists = [{"key": f"lists_complete.{one}", "value": "yes"} for one in _LISTS]
    return pd.DataFrame([
        {"key": "plan", "vi": "Bịa ra để đo tốc độ", "en": "Invented to measure with"},
        {"key": "as_of", "value": "2026-06-01"},
        {"key": "norms", "value": "workload"},
        {"key": "province.code", "value": "99"},
        *lists,
    ])  # fmt: skip


_LISTS = ("commune", "organisation", "post")
