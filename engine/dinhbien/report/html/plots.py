"""The drawings of the page on their own: heat map, tile map and baselines as SVG."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from msgspec import Struct

from dinhbien.errors import Problem, UsageError
from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import Report
from dinhbien.report.html.figure import Figure, figure
from dinhbien.report.html.heat import Heat
from dinhbien.report.html.many import heat_of
from dinhbien.report.html.opening import Opening
from dinhbien.report.html.page import rendered
from dinhbien.report.html.places import TileMap, tile_map
from dinhbien.report.html.sight import Sight

KINDS = ("heatmap", "tiles", "baselines")
_LINE, _EDGE, _HIGH, _TOP, _LEFT = 18, 12, 22, 30, 150
_LETTER, _LEAST = 8, 34
_ROOT = re.compile(r":root \{(.*?)\}", re.DOTALL)
_VARIABLE = re.compile(r"--([\w-]+): ([^;]+);")
_DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{.*?\n\}\n", re.DOTALL)
_RULE = re.compile(r"^(?:svg|\.map|\.figure|\.m\d)[^{]*\{[^}]*\}$", re.MULTILINE)
_ALONE = """
svg { font: 13px system-ui, "Segoe UI", "Noto Sans", sans-serif; }
.map, .figure, .squares { width: auto; min-width: 0; max-width: none; }
.paper { fill: #ffffff; }
text.title { font-size: 18px; font-weight: 700; }
text.loud { font-weight: 700; fill: #4a2600; }
.squares .said { font-weight: 600; font-size: 12px; }
"""


class Plot(Struct, frozen=True):
    """One drawing as SVG text; a notebook shows it."""

    svg: str

    def _repr_svg_(self) -> str:
        return self.svg


class _Said(Struct, frozen=True):
    """A line of text, what stands before it, and how far down."""

    kind: str
    text: str
    y: int


class _Size(Struct, frozen=True):
    """The lengths of the squares of a heat map."""

    left: int
    top: int
    wide: int
    high: int
    width: int
    height: int


def plot(report: Report, kind: str, lang: str = "vi") -> Plot:
    """One drawing of a report: ``heatmap``, ``tiles`` or ``baselines``.

    It says what was judged, on which day and how much is modelled, as the page does; its
    elements carry the ids that the page gives them.

    Raises `UsageError` for another kind, and where the plan gives nothing to draw.
    """
    sight = Sight(report, Teller(report.pack, lang))
    makers = {"heatmap": _heat, "tiles": _tiles, "baselines": _baselines}
    if kind not in makers:
        raise UsageError([Problem(f"`{kind}` is no plot", help=f"take one of {', '.join(KINDS)}")])
    view = makers[kind](sight)
    return Plot(rendered("plot.svg.jinja", _set(sight, view)))


def _set(sight: Sight, view: dict[str, Any]) -> dict[str, Any]:
    """The drawing below what was judged, and above what its signs mean."""
    above = list(_above(sight))
    top = _LINE * (len(above) + 1) + _EDGE
    start = top + int(view["inner_height"]) + _LINE + _EDGE
    below = [_Said(kind, text, start + _LINE * place)
             for place, (kind, text) in enumerate(view["below"])]  # fmt: skip
    return {
        **view,
        "lang": sight.say.lang,
        "phrase": sight.say.phrase,
        "style": _style(),
        "above": above,
        "below": below,
        "top": top,
        "width": max(int(view["inner_width"]) + 2 * _EDGE, _longest([*above, *below])),
        "height": start + _LINE * len(below),
        "parts": {"heat": sight.say.phrase("html.part.heat"),
                  "tiles": sight.say.phrase("html.part.tiles")},
    }  # fmt: skip


def _longest(lines: list[_Said]) -> int:
    """How wide the longest line may be."""
    return max(_LETTER * len(one.text) + 2 * _LEFT * (one.kind == "title") for one in lines)


def _above(sight: Sight) -> Iterator[_Said]:
    opening = Opening(sight)
    loud = [*opening.illustration[:2], *filter(None, [opening.modelled])]
    lines = [("title", opening.title), ("line", opening.plan), *(("loud", one) for one in loud)]
    for place, (kind, text) in enumerate(lines, 1):
        yield _Said(kind, text, _LINE * place + _EDGE)


def _style() -> str:
    """The rules of the page for drawings, in its light colours: many viewers know no variables."""
    text = (files("dinhbien.report.html") / "templates" / "style.css").read_text("utf-8")
    light = _DARK.sub("", text)
    found = _ROOT.search(light)
    colours = dict(_VARIABLE.findall(found[1])) if found else {}
    rules = "\n".join(_RULE.findall(light))
    return re.sub(r"var\(--([\w-]+)\)", lambda one: colours[one[1]], rules) + _ALONE


def _refused(what: str, way_out: str) -> UsageError:
    return UsageError([Problem(what, help=way_out)])


def _baselines(sight: Sight) -> dict[str, Any]:
    made: Figure | None = figure(sight)
    if made is None:
        message = "no chain of flags says what is drawn"
        raise _refused(message, "give a chain `shown: table` the key `drawn`")
    say = sight.say
    signs = [("bound", ", ".join(made.bounds))]
    signs += [(f"mark{place}", said) for place, (_, said) in enumerate(made.heads[made.norms :], 1)]
    signs += [("span", say.phrase("html.figure.span")), ("open", say.phrase("html.figure.past"))]
    if sight.report.plan.illustration is not None:
        signs.append(("across", say.phrase("html.figure.across")))
    return {"drawing": "figure.drawing.jinja", "figure": made, "below": signs,
            "inner_width": made.width, "inner_height": made.height}  # fmt: skip


def _tiles(sight: Sight) -> dict[str, Any]:
    made: TileMap | None = tile_map(sight)
    if made is None:
        message = "fewer than two units have coordinates, or nothing says which are theirs"
        raise _refused(message, "give the units their coordinates, or take another plot")
    how = sight.say.phrase("html.map.how", title=made.title)
    signs = [("line", how), ("line", _signs(sight))]
    if made.left:
        signs.append(("line", sight.say.phrase("html.map.left", names=", ".join(made.left))))
    return {"drawing": "tiles.drawing.jinja", "tile_map": made, "below": signs,
            "inner_width": made.width, "inner_height": made.height}  # fmt: skip


def _heat(sight: Sight) -> dict[str, Any]:
    made: Heat = heat_of(sight)
    texts = [one.text for _, squares in made.rows for one in squares if one]
    wide = max(_LEAST, _LETTER * max((len(one) for one in texts), default=0) + _EDGE)
    longest = max((len(name) for name, _ in made.rows), default=0)
    left = max(_LEFT, _LETTER * longest) if sight.is_many else _LEFT
    size = _Size(
        left=left, top=_TOP, wide=wide, high=_HIGH,
        width=left + wide * len(made.columns), height=_TOP + _HIGH * len(made.rows),
    )  # fmt: skip
    signs = [("line", _signs(sight))]
    signs += [("line", f"{one.head}. {one.title}") for one in made.columns if one.number]
    return {"drawing": "heat.drawing.jinja", "heat": made, "heat_size": size, "below": signs,
            "inner_width": size.width, "inner_height": size.height}  # fmt: skip


def _signs(sight: Sight) -> str:
    """Each sign with its words, in one line."""
    return "   ".join(f"{one.sign} {one.said.partition(' / ')[0]}" for one in sight.legend)
