"""Exact numbers as people write them, in Vietnamese and in English."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from dinhbien.model.amount import decimal_text

_SEPARATORS = {"vi": (".", ","), "en": (",", ".")}


def number_said(number: Fraction, lang: str) -> str:
    """An exact number with the separators of the language.

    >>> number_said(Fraction(16000), "vi"), number_said(Fraction(5, 2), "vi")
    ('16.000', '2,5')
    """
    thousands, point = _SEPARATORS[lang]
    text = decimal_text(number)
    if "/" in text:
        return text
    whole, _, decimals = text.partition(".")
    sign, digits = ("−", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(digits):,}".replace(",", thousands)
    return f"{sign}{grouped}{point}{decimals}" if decimals else f"{sign}{grouped}"


def share_said(share: Fraction, lang: str) -> str:
    """A share as a per cent with one decimal.

    >>> share_said(Fraction(1, 9), "en")
    '11.1'
    """
    return number_said(round(share * 1000) / Fraction(10), lang)


def value_said(value: Fraction, kind: str, lang: str) -> str:
    """The value of a number of the law: a quantity, or a date as a number of days."""
    if kind == "date":
        return day_said(date.fromordinal(int(value)), lang)
    return number_said(value, lang)


def day_said(day: date, lang: str) -> str:
    """A day as it is written in the language.

    >>> day_said(date(2025, 10, 20), "vi")
    '20/10/2025'
    """
    return f"{day:%d/%m/%Y}" if lang == "vi" else day.isoformat()
