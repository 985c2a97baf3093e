"""Plural classes of the languages we speak (CLDR), for numbers people count things with."""

from collections.abc import Mapping

Wordings = str | Mapping[str, str]
"""A wording, or one per plural class."""


def plural(n: float, language: str) -> str:
    """The plural class of `n` (whole, or with tenths): zero, one, few, many or other, as the language has them."""
    if language == "en":
        return "one" if n == 1 else "other"
    if n != int(n):
        return "one" if language == "lv" and str(n).endswith(".1") else "other"
    tens, ones = int(abs(n)) % 100, int(abs(n)) % 10
    return _latvian(tens, ones) if language == "lv" else _slavic(tens, ones)


def _latvian(tens: int, ones: int) -> str:
    if ones == 0 or 11 <= tens <= 19:
        return "zero"
    return "one" if ones == 1 else "other"


def _slavic(tens: int, ones: int) -> str:
    if ones == 1 and tens != 11:
        return "one"
    return "few" if 2 <= ones <= 4 and not 12 <= tens <= 14 else "many"
