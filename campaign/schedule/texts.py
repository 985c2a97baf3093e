"""Texts to be published: whole, and in several languages."""

import itertools
import re
from typing import Any

from campaign.schedule.kinds import ADDRESS, HASHTAG, LANGUAGE, WORDS_SCHEMA, listing
from campaign.schedule.mistakes import Mistake, nearest, quoted, told
from campaign.schedule.reading import LONGEST_LINE, MISSING, Kind, Reading, not_a, pairs, says, take, under
from campaign.schedule.yaml import Node, Table, Text

# ---------------------------------------------------------------- text that YAML took apart


def written(node: Node, reading: Reading) -> str:
    """The text of a scalar as it is to be published; text that YAML silently lost or took apart is told."""
    if not isinstance(node, Text):
        raise _taken_apart(node, reading)
    if not node.style:
        _refuse_lost_end(node, reading)
    text = node.text.strip()
    if not text:
        raise Mistake("FMT02", "a text should stand here, but there is none")
    return text


def _refuse_lost_end(node: Text, reading: Reading) -> None:
    end = node.end
    if reading.source[end : end + 1] not in {" ", "\t"}:
        return
    rest = re.match(r"[ \t]+#[^\r\n]*", reading.source[end : end + 2000])
    if rest:
        lost = rest[0].strip()
        raise Mistake(
            "LOS01",
            f"{told(lost)} is lost: behind a space, # begins a comment",
            instead=quoted(f"{node.text}{rest[0].rstrip()}"),
        )


def _taken_apart(node: Node, reading: Reading) -> Mistake:
    line = reading.line(node.line)[node.column - 1 :][:LONGEST_LINE].strip()
    braces = re.match(r"\{[^{}]*\}|\[[^\[\]]*\]", line)
    if braces:
        sign = line[0]
        return Mistake("LOS03", f"a text that begins with {sign} needs quotes: {told(line)}", instead=quoted(braces[0]))
    if isinstance(node, Table) and len(node.pairs) == 1:
        return Mistake("LOS03", f"the colon takes the text {told(line)} apart; it needs quotes", instead=quoted(line))
    return not_a(node, "a text")


# ---------------------------------------------------------------- texts in several languages


TEXT = Kind(lambda node, path, reading: written(node, reading), WORDS_SCHEMA)


def localised(kind: Kind = TEXT, *, one_for_all: bool = False) -> Kind:
    """Language → value. `one_for_all`: one value alone stands for every language."""

    def read(node: Node, path: str, reading: Reading) -> dict[str, Any]:
        if one_for_all and not isinstance(node, Table):
            value = kind.read(node, path, reading)
            return dict.fromkeys(reading.languages, value)
        if isinstance(node, Text) and node.text:
            if len(reading.languages) == 1:
                return {reading.languages[0]: kind.read(node, path, reading)}
            example = reading.languages[0] if reading.languages else "lv"
            raise Mistake(
                "FMT02",
                f"{told(node.text)} does not say in which language",
                instead=f"{{{example}: {quoted(node.text)}}}",
            )
        return by_language(kind, node, path, reading)

    languages = {
        "type": "object",
        "propertyNames": {"pattern": "^[a-z]{2,3}$"},
        "additionalProperties": kind.schema,
        "minProperties": 1,
    }
    return Kind(read, {"anyOf": [kind.schema, languages]} if one_for_all else {"anyOf": [languages, kind.schema]})


def by_language(kind: Kind, node: Node, path: str, reading: Reading) -> dict[str, Any]:
    """Language → value, for the languages known here; another key is told."""
    texts: dict[str, Any] = {}
    before = ""
    for name, key, value in pairs(node, path, reading):
        if _is_language(name, value, reading):
            texts[name] = take(kind, value, f"{path}.{name}", reading)
        elif not _cut(before, name, node):
            reading.report(_no_language(name, node, reading), key, path)
        elif before in texts:
            reading.report(_cut_text(before, name, node), key, path)
        before = name
    if isinstance(node, Table) and not node.pairs:
        raise Mistake("FMT02", "a text should stand here, but there is none")
    return {name: text for name, text in texts.items() if text is not MISSING}


def _cut(before: str, name: str, node: Node) -> bool:
    """Whether the key is the rest of the text before it: `{lv: Sveiki, draugi}` has a key "draugi" without a value."""
    if not isinstance(node, Table) or not node.flow or not before:
        return False
    text = node.pairs[before][1]
    return _empty(node.pairs[name][1]) and isinstance(text, Text) and not text.style


def _cut_text(language: str, name: str, node: Node) -> Mistake:
    """The text as it was meant: up to the next key that has a value."""
    following = list(node.pairs.items()) if isinstance(node, Table) else []
    names = [one for one, _ in following]
    rest = itertools.takewhile(lambda pair: _empty(pair[1][1]), following[names.index(name) :])
    text = under(node, language)
    whole = ", ".join([text.text if isinstance(text, Text) else "", *(one for one, _ in rest)])
    return Mistake(
        "LOS02",
        f"the comma ends the text, and {told(name)} becomes a key; put the text in quotes",
        hint=f"{language}: {quoted(whole)}",
    )


def _is_language(name: str, value: Node, reading: Reading) -> bool:
    if reading.any_language:
        return LANGUAGE.fullmatch(name) is not None and not _empty(value)
    return name in reading.languages


def _no_language(name: str, node: Node, reading: Reading) -> Mistake:
    listed = ", ".join(reading.languages)
    close = nearest(name, [language for language in reading.languages if not says(node, language)])
    if LANGUAGE.fullmatch(name):
        return Mistake("FMT02", f"{told(name)} is not among the languages here ({listed})", instead=close)
    return Mistake("FMT01", f"{told(name)} is not a language; the languages here are {listed}", instead=close)


def _empty(node: Node) -> bool:
    return isinstance(node, Text) and not node.text


LINK = localised(ADDRESS, one_for_all=True)
HASHTAGS = localised(listing(HASHTAG), one_for_all=True)


def _footer(node: Node, path: str, reading: Reading) -> dict[str, str]:
    if isinstance(node, Text) and node.text == "none":
        return {}
    return dict(LOCALISED.read(node, path, reading))


LOCALISED = localised()
FOOTER = Kind(_footer, {"anyOf": [{"const": "none"}, LOCALISED.schema]})
