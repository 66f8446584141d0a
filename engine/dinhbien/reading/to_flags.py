"""``rules/flags/*.yaml``, with a change's patches → chains of flags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from dinhbien.errors import Problems, nearest
from dinhbien.language.chain import Chain
from dinhbien.language.from_flags import compile_flags
from dinhbien.language.names import FaultError
from dinhbien.model.flag import FlagFile
from dinhbien.model.norm import NamedCount
from dinhbien.model.words import Vocabulary
from dinhbien.reading.document import Node, read_document
from dinhbien.reading.patch import Asked, Patch, patched
from dinhbien.reading.typed import position_in, typed

Patches = dict[str, list[Patch]]


def read_flags(
    folder: Path,
    vocabulary: Vocabulary,
    counts: dict[str, NamedCount],
    patches: Patches,
    problems: Problems,
) -> tuple[Chain, ...]:
    """The chains of a folder, those per unit before those per norm; every problem is kept."""
    files = list(_files(folder, patches, problems))
    for name in sorted(set(patches) - {path.stem for path in folder.glob("*.yaml")}):
        known = [path.stem for path in folder.glob("*.yaml")]
        message = f"there is no chain of flags `{name}`"
        problems.add(message, patches[name][0].at, name, nearest(name, known))
    made: list[Chain] = []
    for file, node, shown in sorted(files, key=lambda one: (one[0].each != "unit", one[2])):
        chain, faults = compile_flags(file, vocabulary, counts, made)
        _told(faults, node, shown, problems)
        if chain is not None:
            made.append(chain)
    _shown(made, files, problems)
    _placed(files, vocabulary, problems)
    _grouped(files, vocabulary, problems)
    return tuple(made)


def _shown(made: list[Chain], files: list[tuple[FlagFile, Node, str]], problems: Problems) -> None:
    """Refuse what `may` would show and no chain per unit of its level raises."""
    for file, node, shown in files:
        chains = [one for one in made if one.file.each == "unit" and one.file.level == file.level]
        known = {step.name for one in chains for step in one.shown}
        for name in file.may.shows if file.may else ():
            if name not in known and file.flags in {one.name for one in made}:
                message = f"`{name}` is no flag of a chain per unit"
                at = position_in(node, ("may", "shows"))
                problems.add(message, at, f"{Path(shown).stem}:may.shows", nearest(name, known))


def _placed(
    files: list[tuple[FlagFile, Node, str]], vocabulary: Vocabulary, problems: Problems
) -> None:
    """Refuse to place units by what is no number of theirs."""
    for file, node, shown in files:
        known = [name for name, one in vocabulary.attributes.items()
                 if one.kind == "quantity" and file.level in one.of]  # fmt: skip
        for key in ("north", "east") if file.placed else ():
            name = getattr(file.placed, key)
            if name not in known:
                message = f"`{name}` is no number that each `{file.level}` has"
                at = position_in(node, ("placed", key))
                problems.add(message, at, f"{Path(shown).stem}:placed.{key}", nearest(name, known))


def _grouped(
    files: list[tuple[FlagFile, Node, str]], vocabulary: Vocabulary, problems: Problems
) -> None:
    """Refuse a form whose units are grouped by what is no word of theirs."""
    for file, node, shown in files:
        known = [name for name, one in vocabulary.attributes.items()
                 if one.kind == "word" and file.level in one.of]  # fmt: skip
        if file.form is not None and file.form.grouped_by not in known:
            name = file.form.grouped_by
            message = f"`{name}` is no word that each `{file.level}` has"
            at = position_in(node, ("form", "grouped_by"))
            path = f"{Path(shown).stem}:form.grouped_by"
            problems.add(message, at, path, nearest(name, known) or ", ".join(known))


def _files(
    folder: Path, patches: Patches, problems: Problems
) -> Iterator[tuple[FlagFile, Node, str]]:
    for path in sorted(folder.glob("*.yaml")):
        shown = f"rules/flags/{path.name}"
        node = read_document(path, shown, problems)
        for one in patches.get(path.stem, ()) if node is not None else ():
            asked = Asked(one.steps, one.at, problems, closed=frozenset(["chain", "remedies"]))
            node = patched(node, one.value, asked) if node is not None else None
        file = typed(FlagFile, node, problems, f"{path.stem}:") if node is not None else None
        if file is None or node is None:
            continue
        if file.flags != path.stem:
            problems.add(f"`{file.flags}` is not the file's name", node.at, "flags")
        yield file, node, shown


def _told(faults: Iterable[FaultError], node: Node, shown: str, problems: Problems) -> None:
    for fault in faults:
        steps = tuple(int(step) if step.isdigit() else step for step in fault.path.split("."))
        offset = fault.span.start if fault.span else 0
        at = position_in(node, steps, offset) if fault.path else node.at
        problems.add(str(fault), at, f"{Path(shown).stem}:{fault.path}", fault.way_out)
