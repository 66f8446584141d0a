"""The repository stands alone: it names nothing that only one machine has."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

# Written in pieces, so that this file does not break its own promise.
FORBIDDEN = {
    "a folder beside the checkout": r"\.\./" + "shared",
    "a machine's path": r"(?<![\w.:/])/(?:" + "work|root|home|Users|mnt|opt" + r")/",
    "a package registry": "|".join(
        [
            r"\b" + "pypi" + r"\.org",
            "python" + "hosted" + r"\.org",
            "registry" + r"\.(?:npmjs|yarnpkg)\.",
            r"\b(?:deb|security)" + r"\.debian" + r"\.org",
            "files" + r"\.python" + "hosted",
            r"\bconda" + r"\.(?:io|org)\b",
            "crates" + r"\.io\b",
        ]
    ),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what: str, root: Path, kept_files: Callable[..., set[str]]) -> None:
    """No file of the repository names a folder, a machine or a registry outside it."""
    pattern = re.compile(FORBIDDEN[what])
    breaches = [
        f"{name}:{number} {line.strip()}"
        for name in sorted(kept_files())
        for number, line in enumerate((root / name).read_text("utf-8", "replace").splitlines(), 1)
        if pattern.search(line)
    ]

    assert not breaches, "\n".join(breaches)


def test_the_root_is_small(kept_files: Callable[..., set[str]]) -> None:
    """The top of the repository has at most 20 entries."""
    entries = {name.partition("/")[0] for name in kept_files()}

    assert len(entries) <= 20
