"""Programs drawn at random, of every operator that arrays reckon with."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any, Literal

from hypothesis import strategies as st
from msgspec.structs import replace

from dinhbien.language import operators as op
from dinhbien.language.units import NO_UNIT
from dinhbien.model.norm import Count
from dinhbien.model.period import Moment, Period
from dinhbien.model.wording import Bilingual

from .strategies import DAY, Sketch, maybe, plans, words

AREAS = [Fraction(1, 2), Fraction(3), Fraction(41, 4)]
"""Numbers of communes that are not whole."""
BELOW = {"province": ("commune", "organisation", "post"), "commune": ("organisation", "post"),
         "organisation": ("post",), "post": ()}  # fmt: skip
ABOVE = {"post": ("post", "organisation", "commune"), "organisation": ("organisation", "commune"),
         "commune": ("commune",), "province": ("province",)}  # fmt: skip
NUMBERS = {
    "commune": ("population", "area", "latitude"),
    "post": ("on_books", "assigned", "contract"),
    "organisation": (),
    "province": (),
}
WORDS = {"commune": ("type",), "post": ("rank", "category"), "organisation": ("kind",),
         "province": ()}  # fmt: skip
TRUTHS = {"commune": ("mountainous", "border"), "province": ("ha_noi_or_hcm",)}
SIGNS = ("=", "!=", "<", "<=", ">", ">=")
Base = Literal["here", "subject"]


@st.composite
def wider_plans(draw: st.DrawFn, *, open_words: bool = True) -> Sketch:
    """Plans with numbers that are not whole, days, and a total here and there."""
    sketch = draw(plans(open_words=open_words))
    for commune in sketch["communes"]:
        for name in ("area", "latitude"):
            commune[name] = draw(maybe(st.sampled_from(AREAS), holes=True))
        day = st.dates(date(2023, 1, 1), date(2027, 12, 31)).map(str)
        commune["secondments"] = draw(
            st.lists(
                st.fixed_dictionaries({"from_day": maybe(day, holes=True), "to_day": day}),
                max_size=2,
            )
        )
    return sketch


@st.composite
def law_numbers(draw: st.DrawFn) -> op.LawNumber:
    """A number of the law: alone or by a word, with a row that ends or begins about the day."""
    keys: tuple[str, ...] = draw(st.sampled_from([("",), ("yes", "no"), ("yes", "else")]))
    turn = Moment.read(draw(st.sampled_from(["2025-10-19", "2025-10-20", "2025-10-21", "2025-10"])))
    value = st.sampled_from([Fraction(one) for one in (0, 1, 2, 5, -1)] + [Fraction(5, 4)])
    rows = {}
    for key in keys:
        first = op.Row(Period(end=turn), draw(value))
        last = op.Row(Period(start=turn), draw(st.one_of(value, st.none())))
        always = op.Row(Period(), draw(value))
        suspended = replace(first, value=None, suspended=Bilingual(vi="hoãn", en="suspended"))
        rows[key] = draw(
            st.sampled_from([(always,), (always,), (always,), (first, last), (suspended, last)])
        )
    return op.LawNumber("n", NO_UNIT, False, rows, (), "high")


COUNTS = st.builds(
    lambda of, basis, words, vacancies: Count.model_validate(
        {"of": of, "basis": None if of == "organisations" else basis, **words,
         "vacancies": vacancies, "concurrent": "once"}
    ),
    of=st.sampled_from(["people", "people", "posts", "organisations"]),
    basis=st.sampled_from(["books", "at_work", "assigned"]),
    words=st.sampled_from([{}, {"rank": "deputy"}, {"category": ("cadre", "civil_servant")},
                           {"within": ("office",)}, {"rank": "head", "category": "cadre"}]),
    vacancies=st.sampled_from(["excluded", "excluded", "included"]),
)  # fmt: skip


class Drawn:
    """Draws the operators of one program; `numbers` are the law's that it reads."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.numbers: dict[str, op.LawNumber] = {}

    def one(self, among: Any) -> Any:  # noqa: ANN401 - of any kind
        return self.draw(st.sampled_from(among))

    def quantity(self, level: str, depth: int, base: Base = "subject") -> op.Operator:
        """A quantity at units of `level`."""
        leaf = [self.constant, self.number, self.cell, self.cell, self.tally, self.group]
        inner = [self.arithmetic, self.arithmetic, self.rounded, self.chosen, self.branch]
        return self.one(leaf if depth <= 0 else leaf + inner)(level, depth, base)  # type: ignore[no-any-return]  # one of them

    def constant(self, level: str, depth: int, base: Base) -> op.Operator:
        if depth < 0 or self.draw(st.integers(0, 9)):
            return op.Constant(Fraction(self.one([0, 1])))
        return self.one([op.AsOf(), op.Undefined(("below_first_band", "x"))])  # type: ignore[no-any-return]  # one of them

    def number(self, level: str, depth: int, base: Base) -> op.Operator:
        made = self.draw(law_numbers())
        name = f"n{len(self.numbers)}"
        keyed = level in ("commune", "organisation", "post") and set(made.rows) != {""}
        self.numbers[name] = (
            made if keyed else replace(made, rows={"": next(iter(made.rows.values()))})
        )
        key = op.CellOf(base, "commune", "mountainous", "truth", ("yes", "no"))
        return op.NumberOf(name, (key,) if keyed else ())

    def cell(self, level: str, depth: int, base: Base) -> op.Operator:
        of = self.one(ABOVE[level])
        if not NUMBERS[of]:
            return self.tally(level, depth, base)
        return op.CellOf(base, of, self.one(NUMBERS[of]), "quantity")

    def tally(self, level: str, depth: int, base: Base) -> op.Operator:
        name = self.one(["", "", "vice_chairs", "deputies"])
        count = rules_counts()[name] if name else self.draw(COUNTS)
        return op.Tally(base, self.one(ABOVE[level]), count, name)

    def group(self, level: str, depth: int, base: Base) -> op.Operator:
        within = self.one([level, *(["province"] if level == "commune" else [])])
        if not BELOW[within] or depth < 0:
            return self.tally(level, depth, base)
        of = self.one(BELOW[within])
        does = self.one(["count", "sum", "sum", "smallest", "largest"])
        value = None if does == "count" else self.quantity(of, depth - 2, "here")
        where = self.truth(of, depth - 2, "here") if self.draw(st.booleans()) else None
        return op.Members(does, base, within, of, value, where)

    def arithmetic(self, level: str, depth: int, base: Base) -> op.Operator:
        sign = self.one(["+", "-", "-", "*", "/"])
        right = self.quantity(level, depth - 1, base)
        return op.Arithmetic(sign, self.quantity(level, depth - 1, base), right)

    def rounded(self, level: str, depth: int, base: Base) -> op.Operator:
        mode = self.one(["full", "part", "half_up"])
        return op.Rounded(mode, self.quantity(level, depth - 1, base))

    def chosen(self, level: str, depth: int, base: Base) -> op.Operator:
        operands = tuple(self.quantity(level, depth - 1, base) for _ in range(2))
        return op.Chosen(self.one(["least", "greatest"]), operands)

    def branch(self, level: str, depth: int, base: Base) -> op.Operator:
        first, second = (self.quantity(level, depth - 1, base) for _ in range(2))
        return op.Branch(self.truth(level, depth - 1, base), first, second)

    def truth(self, level: str, depth: int, base: Base = "subject") -> op.Operator:
        """A truth at units of `level`."""
        leaf = [self.compared, self.word_in, self.known]
        inner = [self.logic, self.contrary]
        return self.one(leaf if depth <= 0 else leaf + inner)(level, depth, base)  # type: ignore[no-any-return]  # one of them

    def compared(self, level: str, depth: int, base: Base) -> op.Operator:
        left, right = (self.quantity(level, depth - 1, base) for _ in range(2))
        return op.Compared(self.one(SIGNS), left, right)

    def word_in(self, level: str, depth: int, base: Base) -> op.Operator:
        of = self.one(ABOVE[level])
        truths, named = TRUTHS.get(of, ()), WORDS[of]
        attribute = self.one([*truths, *named])
        if attribute in truths:
            return op.CellOf(base, of, attribute, "truth", ("yes", "no"))
        every = words(attribute)
        among = frozenset(self.draw(st.sets(st.sampled_from(every), min_size=1, max_size=2)))
        return op.WordIn(op.CellOf(base, of, attribute, "word", every), among)

    def known(self, level: str, depth: int, base: Base) -> op.Operator:
        of = self.one(ABOVE[level])
        if not NUMBERS[of]:
            return self.word_in(level, depth, base)
        return op.Known(op.CellOf(base, of, self.one(NUMBERS[of]), "quantity"))

    def logic(self, level: str, depth: int, base: Base) -> op.Operator:
        left, right = (self.truth(level, depth - 1, base) for _ in range(2))
        return op.Logic(self.one(["and", "or"]), left, right)

    def contrary(self, level: str, depth: int, base: Base) -> op.Operator:
        return op.Not(self.truth(level, depth - 1, base))


def rules_counts() -> dict[str, Any]:
    from .strategies import rules

    return dict(rules().counts)


@st.composite
def drawn_programs(draw: st.DrawFn) -> op.Program:
    """A program of a number, or of conditions."""
    drawn = Drawn(draw)
    level = drawn.one(["commune", "commune", "organisation", "province"])
    applies = drawn.truth(level, 1) if draw(st.booleans()) else None
    shape = drawn.one(["least", "most", "both", "parts"])
    parts = tuple(op.Part(drawn.truth(level, 2), "", f"p{at}") for at in range(2))
    is_parts = shape == "parts"
    return op.Program(
        level=level,
        applies=applies,
        measured=None if is_parts else drawn.quantity(level, 2),
        least=drawn.quantity(level, 2) if shape in ("least", "both") else None,
        most=drawn.quantity(level, 2) if shape in ("most", "both") else None,
        below="breach" if is_parts else "shortage",
        above="surplus",
        measure=NO_UNIT,
        measured_on="books",
        counts="",
        numbers=drawn.numbers,
        parts=parts if is_parts else (),
    )


terms = st.builds(
    lambda unit, sign, many: op.Program(
        level="secondment", applies=None,
        measured=op.Elapsed(unit, op.CellOf("subject", "secondment", "from_day", "date"),
                            op.CellOf("subject", "secondment", "to_day", "date")),
        least=None, most=op.NumberOf("most"), below="shortage", above="surplus", measure=NO_UNIT,
        measured_on="", counts="",
        numbers={"most": op.LawNumber("m", NO_UNIT, True, {"": (op.Row(Period(), Fraction(many)),)},
                                      (), "high")},
    ),
    unit=st.sampled_from(["days", "months", "years"]), sign=st.just(1), many=st.integers(0, 40),
)  # fmt: skip
"""Programs of terms: the time from one day to another."""

DAYS = st.sampled_from([DAY, date(2025, 10, 19), date(2025, 10, 21), date(2025, 11, 1)])
