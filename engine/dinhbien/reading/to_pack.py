"""``pack.yaml`` → the norms to judge by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from dinhbien.errors import NormsError, Problem, Problems, UsageError, nearest
from dinhbien.language.from_norms import Rules
from dinhbien.language.pack import EncodedNorm, Pack
from dinhbien.model.authored import Authored
from dinhbien.model.citation import Instrument
from dinhbien.model.norm import Keys
from dinhbien.model.wording import Bilingual
from dinhbien.reading.document import Node, read_document
from dinhbien.reading.patch import Patch
from dinhbien.reading.to_norms import NormReader
from dinhbien.reading.to_rules import read_rules
from dinhbien.reading.typed import position_in, typed
from dinhbien.shipped import content


class PackFile(Authored):
    """Which folders of norms are judged by, and which text is used where there are two."""

    pack: Bilingual
    takes: Keys = Field(min_length=1, description="the folders below norms/, as a list")
    used: Keys = ()


def read_pack(
    name: str,
    *,
    norms: Path | None = None,
    rules: Rules | None = None,
    patches: dict[str, list[Patch]] | None = None,
) -> Pack:
    """The pack `norms/<name>/pack.yaml`, with a change's patches applied.

    `norms` is a folder, by default the shipped one; `rules` are the shipped ones by default.
    Raises `NormsError` with every problem, and `UsageError` where there is no such pack.
    """
    root = norms or content("norms")
    declared = rules or read_rules(content("rules"), root / name)
    problems = Problems()
    shown = f"norms/{name}/pack.yaml"
    if not (root / name / "pack.yaml").is_file():
        raise UsageError(_no_pack(name, root))
    node = read_document(root / name / "pack.yaml", shown, problems)
    file = typed(PackFile, node, problems) if node else None
    problems.raise_as(NormsError)
    assert file is not None  # noqa: S101 - a missing one is a problem raised above
    assert node is not None  # noqa: S101 - likewise
    reader = NormReader(root, declared, patches or {}, problems)
    pack = _pack(name, file, node, reader, declared)
    _unmet(reader)
    if not problems:  # what is missing for want of a broken file is no fault of its own
        _links(pack, reader, node, shown)
    problems.raise_as(NormsError)
    return pack


def packs(norms: Path | None = None) -> list[str]:
    """The names of the packs in a folder of norms, by default the shipped one.

    Raises `UsageError` where it is no folder, or holds no pack.
    """
    root = norms or content("norms")
    found = sorted(path.parent.relative_to(root).as_posix() for path in root.rglob("pack.yaml"))
    if not found:
        message = f"`{root}` holds no pack of norms"
        raise UsageError([Problem(message, help="name a folder with a `pack.yaml` below it")])
    return found


def _no_pack(name: str, root: Path) -> Problems:
    known = packs(root)
    problems = Problems()
    way_out = nearest(name, known) or f"known: {', '.join(known)}"
    problems.add(f"there is no pack `{name}`", way_out=way_out)
    return problems


def _pack(name: str, file: PackFile, node: Node, reader: NormReader, rules: Rules) -> Pack:
    instruments: dict[str, Instrument] = {}
    norms: list[EncodedNorm] = []
    for identity in sorted(set(_folders(file, reader, node))):
        instrument, found = reader.instrument(identity)
        norms += found
        if instrument is not None:
            instruments[identity] = instrument
    ordered = tuple(sorted(norms, key=lambda norm: norm.id))
    exemptions = tuple(reader.exemptions)
    return Pack(name, file.pack, rules, ordered, instruments, file.used, exemptions)


def _folders(file: PackFile, reader: NormReader, node: Node) -> Iterator[str]:
    for place, taken in enumerate(file.takes):
        found = [
            path.parent.relative_to(reader.root).as_posix()
            for path in (reader.root / taken).rglob("instrument.yaml")
            if ".." not in taken
        ]
        if not found:
            known = [path.name for path in reader.root.iterdir() if path.is_dir()]
            at = position_in(node, ("takes", place))
            way_out = nearest(taken, known)
            reader.problems.add(f"`{taken}` holds no instrument", at, "takes", way_out)
        yield from found


def _unmet(reader: NormReader) -> None:
    for identity, patches in reader.patches.items():
        if identity not in reader.met:
            way_out = nearest(identity, reader.met)
            message = f"there is no norm, article or instrument `{identity}`"
            reader.problems.add(message, patches[0].at, identity, way_out)


def _links(pack: Pack, reader: NormReader, node: Node, shown: str) -> None:
    """Every norm that is named must exist."""
    known = [norm.id for norm in pack.norms]
    problems = reader.problems
    for place, name in enumerate(pack.used):
        if name not in known:
            at = position_in(node, ("used", place))
            problems.add(f"there is no norm `{name}`", at, "used", nearest(name, known))
    for norm in pack.norms:
        for key in ("supersedes", "exception_to", "alternative_to", "between"):
            for place, name in enumerate(getattr(norm.norm, key)):
                at = position_in(reader.nodes[norm.id], (key, place))
                path = f"{norm.id}:{key}"
                if name == norm.id:
                    problems.add(f"`{key}` names the norm itself", at, path)
                elif name not in known:
                    message = f"`{key}` names `{name}`, and there is no such norm"
                    problems.add(message, at, path, nearest(name, known))
    _sides(pack, reader)
    _alternatives(pack, reader, shown)
    for exemption, at in zip(pack.exemptions, reader.exempted_at, strict=True):
        if exemption.norm not in known:
            message = f"an exemption is from `{exemption.norm}`, and there is no such norm"
            problems.add(message, at, "norm", nearest(exemption.norm, known))


def _sides(pack: Pack, reader: NormReader) -> None:
    """Two texts are set side by side once, by figures that must be equal.  §8"""
    levels = pack.rules.vocabulary.levels
    for one in (norm for norm in pack.norms if norm.norm.between):
        path = f"{one.id}:between"
        at = position_in(reader.nodes[one.id], ("between",))
        if len(one.norm.between) != 2:
            reader.problems.add("`between` takes two norms", at, path, "write `[one, other]`")
        program = one.used.program
        if program.below != "off by" or program.above != "off by":
            message = f"`between` needs figures that must be equal, and `{one.norm.form}` asks more"
            reader.problems.add(message, at, path, "use a form such as `identity`")
        if levels[program.level].within:
            message = f"`between` is asked once, and there are several units of `{program.level}`"
            top = next(name for name, level in levels.items() if not level.within)
            reader.problems.add(message, at, path, f"write `for: {top}`")


def _alternatives(pack: Pack, reader: NormReader, shown: str) -> None:
    """A draft is no alternative to what is in force, and one of the texts must be used."""
    for one in pack.norms:
        for place, name in enumerate(one.norm.alternative_to):
            at = position_in(reader.nodes[one.id], ("alternative_to", place))
            path = f"{one.id}:alternative_to"
            other = pack.norm(name)
            if other and "draft" in {one.instrument.force, other.instrument.force}:
                message = "a draft is no alternative to another text"
                reader.problems.add(message, at, path, "leave it out until the draft is in force")
            if name not in pack.used and one.id not in pack.used:
                message = f"`{one.id}` and `{name}` are alternatives, and none is used"
                reader.problems.add(message, at, path, f"name one under `used:` in {shown}")
