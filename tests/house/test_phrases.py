"""What reports say stands in ``rules/phrases.yaml``, in both languages, and all of it is used."""

from __future__ import annotations

import re
from pathlib import Path

import dinhbien
from dinhbien.reading.to_rules import read_rules
from dinhbien.shipped import content

PHRASES = read_rules(content("rules")).phrases
SOURCE = "\n".join(
    path.read_text(encoding="utf-8")
    for kind in ("*.py", "*.jinja")
    for path in sorted(Path(dinhbien.__file__).parent.rglob(kind))
)


def test_both_languages_have_the_same_placeholders() -> None:
    unlike = [
        key
        for key, text in PHRASES.items()
        if sorted(re.findall(r"\{\w*\}", text.vi)) != sorted(re.findall(r"\{\w*\}", text.en))
    ]

    assert not unlike


def test_every_phrase_that_code_names_is_there() -> None:
    named = set(re.findall(r'(?:phrase\(|_line\(say, |_heading\()\s*"([a-z_.]+)"', SOURCE))
    reasons = re.findall(r'(?:undefined|Undefined)\(\("([a-z_]+)"', SOURCE)
    reasons += re.findall(r'(?:reason = |because=\()\(\s*"([a-z_]+)"', SOURCE)

    assert named
    assert reasons
    assert not {*named, *(f"reason.{one}" for one in reasons)} - set(PHRASES)


def test_every_phrase_is_used() -> None:
    """A key is used whole, or by the part before or after its last dot."""
    unused = [
        key
        for key in PHRASES
        if key not in SOURCE
        and f'"{key.rpartition(".")[2]}"' not in SOURCE
        and f"{key.rpartition('.')[0]}.{{" not in SOURCE
        and f'">{key.rpartition(".")[2]}"' not in SOURCE
    ]

    assert not unused
