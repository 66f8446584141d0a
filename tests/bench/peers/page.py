"""What was measured, as the section of docs/explanation/performance.md."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.peers.engines import ENGINES

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "performance.md"
BEGIN, END = (
    "<!-- measured by make bench-peers -->",
    "<!-- end of what make bench-peers measured -->",
)
MS = 1000
Result = dict[str, Any]
TITLES = {one.module: one.title for one in ENGINES}


def written(made: Result) -> None:
    """Put the tables between the marks of the page."""
    text = PAGE.read_text("utf-8")
    above, _, rest = text.partition(BEGIN)
    _, _, below = rest.partition(END)
    lines = "\n".join(section(made))
    PAGE.write_text(f"{above}{BEGIN}\n\n{lines}\n{END}{below}", "utf-8")


def section(made: Result) -> Iterator[str]:
    """The lines of the section."""
    machine = made["machine"]
    versions = ", ".join(
        f"{name} {one}" for name, one in sorted(machine["versions"].items(), key=_folded)
    )
    yield (
        f"Measured on {machine['day']} in {machine['minutes']} minutes: "
        f"Python {machine['python']}, {machine['cores']} cores ({machine['processor']}), "
        f"load {machine['load']}; {versions}."
    )
    rounds = {size["rounds"] for size in (*made["sizes"], *made["norms"], *made["scenarios"])}
    yield f"Medians of {' and '.join(map(str, sorted(rounds)))} rounds."
    if machine["shared"]:
        yield (
            "The machine was shared with other work: these numbers are provisional, "
            "and engines with threads of their own suffer most."
        )
    for size in made["sizes"]:
        yield from _of_size(size)
    yield from _growth(made["norms"], "Norms", "norms", "3,321 communes, milliseconds")
    scenarios = "scenarios of 45 communes, as a plan of so many communes, milliseconds"
    yield from _growth(made["scenarios"], "Scenarios", "communes", scenarios)


def _folded(pair: tuple[str, str]) -> str:
    return pair[0].lower()


def _of_size(size: Result) -> Iterator[str]:
    engines = size["engines"]
    rows = {one["rows"] for one in engines.values() if "rows" in one}
    told = f", {max(rows):,} findings" if rows else ""
    yield from ("", f"### {size['communes']:,} communes{told}", "")
    yield "| | median | × NumPy by hand | × polars, sorted | peak memory | in the run | findings |"
    yield "|---|---:|---:|---:|---:|---:|---|"
    reasons: dict[str, list[str]] = {}
    for name, one in _in_order(engines):
        if "not" in one:
            reasons.setdefault(one["not"], []).append(TITLES[name])
        else:
            yield _row(TITLES[name], one, engines)
    if reasons:
        yield ""
    for reason, names in reasons.items():
        yield f"Not reached: {', '.join(names)} ({reason})."


def _in_order(engines: Result) -> Iterator[tuple[str, Result]]:
    """What was measured of each engine, as the list of engines has them."""
    return ((one.module, engines[one.module]) for one in ENGINES if one.module in engines)


def _row(title: str, one: Result, engines: Result) -> str:
    ratios = [_ratio(one, engines.get(name, {})) for name in ("hand_numpy", "with_polars")]
    same = {True: "the same", False: "**WRONG**", None: "not compared"}[one.get("equal")]
    once = " (once)" if one["rounds"] == 1 else ""
    memory = f"{one['peak']:,.0f} MB | {one['peak'] - one['loaded']:,.0f} MB"
    return f"| {title} | {_time(one['seconds'])}{once} | {' | '.join(ratios)} | {memory} | {same} |"


def _time(seconds: float) -> str:
    spent = seconds * MS
    return f"{spent:,.0f} ms" if spent >= 100 else f"{spent:.3g} ms"


def _ratio(one: Result, other: Result) -> str:
    if "seconds" not in other:
        return ""
    times = one["seconds"] / other["seconds"]
    return f"{times:,.0f}" if times >= 100 else f"{times:.2g}"


def _growth(found: list[Result], title: str, what: str, said: str) -> Iterator[str]:
    if not found:
        return
    yield from ("", f"### {title}", "", said[0].upper() + said[1:] + ".", "")
    many = " | ".join(f"{one[what]:,}" for one in found)
    yield f"| {what} | {many} |"
    yield "|---" + "|---:" * len(found) + "|"
    for name, _ in _in_order(found[0]["engines"]):
        ones = [one["engines"][name] for one in found]
        if all("seconds" in one for one in ones):
            wrong = "" if all(one.get("equal") for one in ones) else " **WRONG**"
            times = " | ".join(f"{one['seconds'] * MS:,.1f}" for one in ones)
            yield f"| {TITLES[name]}{wrong} | {times} |"


if __name__ == "__main__":
    written(json.loads(Path(__file__).with_name("measured.json").read_text("utf-8")))
