"""Small plans with holes, and what fills the holes: shared by all laws.

A plan is drawn as a sketch: nested dicts in which None is a missing value.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

from hypothesis import strategies as st

from dinhbien.language.from_norms import Rules, compile_norm
from dinhbien.language.operators import Program
from dinhbien.language.pack import Pack
from dinhbien.meaning.judge import Judge
from dinhbien.meaning.subjects import Subjects
from dinhbien.model.finding import Outcome
from dinhbien.model.norm import Norm
from dinhbien.model.plan import Cell, Plan, Unit
from dinhbien.model.wording import Bilingual
from dinhbien.reading.to_pack import read_pack

Sketch = dict[str, Any]
DAY = date(2025, 10, 20)
TITLE = {"vi": "thử", "en": "test"}
COLUMNS = ("assigned", "on_books", "concurrent", "contract", "seconded_in", "seconded_out")
WORDS = ("type", "mountainous", "kind", "category", "rank", "position")
FAR = 10**6

counts = st.integers(0, 9)
heads = st.sampled_from([0, 1, 30, 31, 32, 33, 40, 50, 51, 70, 71, 200])
people = st.sampled_from([0, 1, 15_999, 16_000, 16_001, 16_999, 17_000, 17_500, 34_000, 90_000])


@cache
def shipped() -> Pack:
    """The shipped pack."""
    return read_pack("dien-bien")


def rules() -> Rules:
    """The shipped rules."""
    return shipped().rules


def words(attribute: str) -> tuple[str, ...]:
    """The words that an attribute can have."""
    declared = rules().vocabulary.attributes[attribute]
    if declared.kind == "truth":
        return ("yes", "no")
    return tuple(rules().vocabulary.lists[declared.words or ""])


def word(attribute: str) -> st.SearchStrategy[str]:
    """A word of an attribute's list."""
    return st.sampled_from(words(attribute))


def maybe(values: st.SearchStrategy[Any], holes: bool) -> st.SearchStrategy[Any]:
    """One of `values`, or a hole."""
    return st.one_of(values, st.none()) if holes else values


@st.composite
def posts(draw: st.DrawFn, *, numbers: bool = True, open_words: bool = True) -> Sketch:
    """A post group; `numbers` and `open_words` say what may be missing."""
    sketch = {column: draw(maybe(counts, numbers)) for column in COLUMNS}
    for attribute in ("category", "rank", "position"):
        sketch[attribute] = draw(maybe(word(attribute), open_words))
    return sketch


@st.composite
def plans(draw: st.DrawFn, *, numbers: bool = True, open_words: bool = True) -> Sketch:
    """A province of one to three communes."""
    communes = [
        {
            "type": draw(maybe(word("type"), open_words)),
            "mountainous": draw(maybe(word("mountainous"), open_words)),
            "population": draw(maybe(people, numbers)),
            "complete": not numbers or draw(st.booleans()),
            "organisations": [
                {
                    "kind": draw(maybe(word("kind"), open_words)),
                    "complete": not numbers or draw(st.booleans()),
                    "posts": draw(
                        st.lists(posts(numbers=numbers, open_words=open_words), max_size=2)
                    ),
                }
                for _ in range(draw(st.integers(0, 2)))
            ],
        }
        for _ in range(draw(st.integers(1, 2)))
    ]
    for commune in communes:
        if not commune["complete"] and not commune["organisations"]:
            commune["figures"] = draw(st.fixed_dictionaries({}, optional={"vice_chairs": counts}))
    return {"communes": communes}


def holes(sketch: object) -> Iterator[tuple[Sketch, str]]:
    """Every place in a sketch where a value is missing: its dict and its key."""
    if isinstance(sketch, list):
        for item in sketch:
            yield from holes(item)
    elif isinstance(sketch, dict):
        for name, value in sketch.items():
            if value is None:
                yield sketch, name
            elif isinstance(value, list):
                yield from holes(value)


@st.composite
def completions(draw: st.DrawFn, sketch: Sketch) -> Sketch:
    """`sketch` with every hole filled, and open lists perhaps made longer."""
    full = copy.deepcopy(sketch)
    for commune in full["communes"]:
        for organisation in commune["organisations"]:
            if not organisation["complete"]:
                organisation["posts"] += draw(st.lists(posts(numbers=False, open_words=False)))
        if not commune["complete"] and not commune.get("figures"):
            commune["organisations"] += [
                {"kind": draw(word("kind")), "complete": True,
                 "posts": draw(st.lists(posts(numbers=False, open_words=False), max_size=2))}
                for _ in range(draw(st.integers(0, 2)))
            ]  # fmt: skip
    for place, name in list(holes(full)):
        if name in WORDS:
            place[name] = draw(word(name))
        else:
            place[name] = draw(people if name == "population" else st.one_of(counts, heads))
    return full


def unit(level: str, code: str, path: str, sketch: Sketch, **below: tuple[Unit, ...]) -> Unit:
    """A unit with the plain values of a sketch as its cells."""
    cells = {
        name: Cell(f"{path}.{name}", Fraction(value) if isinstance(value, int) else value)
        for name, value in sketch.items()
        if (value is None or isinstance(value, (int, str, Fraction)))
        and not isinstance(value, bool)
    }
    figures = {
        name: Cell(f"{path}.figures.{name}", Fraction(value))
        for name, value in sketch.get("figures", {}).items()
    }
    complete = frozenset(below) if sketch.get("complete", True) else frozenset()
    return Unit(level, code, code, path, cells, figures, dict(below), complete)


def plan_of(sketch: Sketch) -> Plan:
    """The plan that a sketch stands for."""
    communes = []
    for place, commune in enumerate(sketch["communes"]):
        path = f"communes.{place}"
        organisations = []
        for second, organisation in enumerate(commune["organisations"]):
            inner = f"{path}.organisations.{second}"
            groups = tuple(
                unit("post", f"{place}/{second}/{third}", f"{inner}.posts.{third}", group)
                for third, group in enumerate(organisation["posts"])
            )
            made = unit("organisation", f"{place}/{second}", inner, organisation, post=groups)
            organisations.append(made)
        secondments = tuple(
            unit("secondment", f"{place}/s{at}", f"{path}.secondments.{at}", one)
            for at, one in enumerate(commune.get("secondments", ()))
        )
        below = {"organisation": tuple(organisations), "secondment": secondments}
        communes.append(unit("commune", str(place), path, commune, **below))
    root = unit("province", "99", "", {"ha_noi_or_hcm": "no"}, commune=tuple(communes))
    title = Bilingual(**TITLE)
    return Plan(title, DAY, "dien-bien", root, (), {}, {}, {})


def program(**norm: object) -> Program:
    """The program of a norm written in a test; `level` stands for the key `for`."""
    norm["for"] = norm.pop("level", "commune")
    about = {"title": TITLE, "clause": "test", "source": "not seen", "confidence": "high"}
    made = compile_norm(Norm.model_validate({**about, **norm}), rules(), {})
    assert made.program is not None, made.faults
    return made.program


def judge(plan: Plan) -> Judge:
    """The definition, on a plan."""
    return Judge(Subjects(plan, rules().vocabulary), DAY)


def outcomes(made: Program, plan: Plan) -> dict[str, Outcome]:
    """What a program says of each of its subjects, by code."""
    definition = judge(plan)
    subjects = definition.subjects.below(plan.root, made.level)
    return {one.code: definition.outcome(made, one) for one in subjects}


def of_forms() -> list[tuple[str, Program]]:
    """Norms of the forms that no shipped norm takes, small as can be."""
    divisions = {"peers": "organisation in commune where kind = office", "which": "smallest"}
    written: dict[str, dict[str, object]] = {
        "cap above": {"level": "organisation", "count": "deputies", "form": "relative-cap",
                      "there": "vice_chairs", "that_of": "commune"},
        "cap of peers": {"level": "organisation", "count": "deputies", "form": "relative-cap",
                         **divisions},
        "cap of the largest": {"level": "organisation", "count": "deputies",
                               "form": "relative-cap", **divisions, "which": "largest"},
    }  # fmt: skip
    written["share of a pool"] = {
        "form": "apportionment", "count": {"of": "posts", "basis": "assigned"}, "pool": "nine",
        "among": "commune in province where mountainous", "weight": "population",
        "where": "mountainous", "rest": "largest_remainder", "ties": "code",
        "numbers": {"nine": "9 posts"},
    }  # fmt: skip
    written["share of an open pool"] = {
        **written["share of a pool"], "where": "type = xa", "numbers": {},
        "among": "commune in province where type = xa", "weight": "assigned_posts",
        "pool": "sum(commune.assigned_posts in province)",
    }  # fmt: skip
    return [(name, program(**norm)) for name, norm in written.items()]


def programs() -> list[tuple[str, Program]]:
    """Every shipped norm under each of its readings, and norms of other forms."""
    return of_forms() + [
        (f"{norm.id}/{reading.name}", reading.program)
        for norm in shipped().norms
        for reading in norm.readings
    ]
