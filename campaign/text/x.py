"""A text's length as X counts it.

The rules are those of twitter-text 3.1.0, X's own library, which the tests ask. Where X knows a list that grows
(endings of domains, emoji), what we do not know costs more, never less.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import regex

_URL_WEIGHT = 23
_LONGEST_LABEL, _LONGEST_ADDRESS, _LONGEST_SLUG = 63, 4096, 40

# ---------------------------------------------------------------- signs

_HEAVY = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
"""Whatever is not Latin, Cyrillic or another script of Europe and the Near East, or common punctuation."""
_COUNTRIES = re.findall(
    "..",
    "acadaeafagaialamaoaqarasatauawaxazbabbbdbebfbgbhbibjblbmbnbobqbrbsbtbvbwbybzcacccdcfcgchcickclcmcncocrcucvcwcx"
    "cyczdedjdkdmdodzeceeegehereseteufifjfkfmfofrgagbgdgegfggghgiglgmgngpgqgrgsgtgugwgyhkhmhnhrhthuidieiliminioiqir"
    "isitjejmjojpkekgkhkikmknkpkrkwkykzlalblclilklrlsltlulvlymamcmdmemfmgmhmkmlmmmnmompmqmrmsmtmumvmwmxmymznancnenf"
    "ngninlnonpnrnunzompapepfpgphpkplpmpnprpsptpwpyqarerorsrurwsasbscsdsesgshsisjskslsmsnsosrssstsvsxsysztctdtftgth"
    "tjtktltmtntotrtttvtwtzuaugumusuyuzvavcvevgvivnvuwfwsyeytzazmzw",
)
"""Each has a flag and an ending of domains."""
_FLAGS = "|".join("".join(chr(0x1F1E6 + ord(letter) - ord("a")) for letter in code) for code in _COUNTRIES)
_SKIN = "[\U0001f3fb-\U0001f3ff]"
_JOINED = "\u200d"
_EMOJI = regex.compile(
    rf"""[👨👩]{_SKIN}?{_JOINED}(?:[⚕⚖✈]\ufe0f|[🌾🍳🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🦰-🦳])
    |[🏋🏌🕴🕵⛹](?:{_SKIN}|\ufe0f){_JOINED}[♀♂]\ufe0f
    |[🏃🏄🏊👮👱👳👷💁💂💆💇🙅-🙇🙋🙍🙎🚣🚴-🚶🤦🤵🤷-🤹🤽🤾🦸🦹🧖-🧝]{_SKIN}?{_JOINED}[♀♂]\ufe0f
    |[👯🤼🧞🧟]{_JOINED}[♀♂]\ufe0f
    |[👨👩]{_JOINED}❤\ufe0f{_JOINED}(?:💋{_JOINED})?👨|👩{_JOINED}❤\ufe0f{_JOINED}(?:💋{_JOINED})?👩
    |(?:👨{_JOINED}[👨👩]|👩{_JOINED}👩|[👨👩])(?:{_JOINED}👧{_JOINED}[👦👧]|{_JOINED}👦{_JOINED}👦|{_JOINED}[👦👧])
    |🏳\ufe0f{_JOINED}🌈|🏴{_JOINED}☠\ufe0f|👁{_JOINED}🗨
    |[\#*0-9]\ufe0f?\u20e3
    |🏴\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073)\U000e007f
    |{_FLAGS}
    |[[\p{{Emoji_Modifier_Base}}&&[\u2000-\u2fff🎀-🗿🙀-🛿🤘-🤹🤽-🤾🦵-🦹🧑-🧝]]--[🤝👫-👯💏💑🤴]]\ufe0f?{_SKIN}
    |[[\p{{Extended_Pictographic}}--\p{{Emoji_Presentation}}]||[\u2000-\u2fff&&\p{{Emoji_Presentation}}]||[🀄🈚🈯]]\ufe0f""",
    regex.VERBOSE | regex.VERSION1,
)
"""What weighs like one sign though it is several: the sequences that X has known for longest."""

# ---------------------------------------------------------------- addresses

_PUNCTUATION = r"!\"'#%&()*+,\\\-./:;<=>?@\[\]^_{|}~$"
_SPACES = "\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_NOWHERE = "\ufffe\ufeff\uffff"
_MARKS = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
_LETTER = f"[^{_PUNCTUATION}{_SPACES}{_NOWHERE}{_MARKS}]"
_ACCENTED = (
    "\xc0-\xd6\xd8-\xf6\xf8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u028b\u02bb"
    "\u0300-\u036f\u1e00-\u1eff"
)
_ENDINGS = "|".join(
    [
        "com|org|net|info|edu|gov|int|mil|biz|name|museum|asia|cat|coop|jobs|travel|app|art|blog|cloud|club|dev|digital",
        "email|events|foundation|global|help|legal|link|live|media|network|news|ngo|one|ong|online|page|press|pro|shop",
        "site|social|space|store|support|tech|today|top|video|website|wiki|work|world|xyz|укр|срб|рф|мон|мкд|ею|бел|бг",
        *_COUNTRIES,
        "su|uk",
    ]
)
_ENDS = "(?=[^0-9A-Za-z@+-]|$)"
_KNOWN = rf"(?:(?:{_ENDINGS}){_ENDS}|xn--[-0-9a-z]+)"
_UNKNOWN = rf"(?:[a-z]{{2,63}}|[^\W\d_a-z]{{2,63}}){_ENDS}"
_PATH = rf"[a-z\u0400-\u04ff0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{_ACCENTED}]"
_PAIRED = rf"\((?:{_PATH}+|{_PATH}*\({_PATH}+\){_PATH}*)\)"
_PATH_END = rf"(?:[+\-a-z\u0400-\u04ff0-9=_#/{_ACCENTED}]|{_PAIRED})"
_QUERY = r"[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]"


def _address(ending: str) -> re.Pattern[str]:
    """An address as X finds it; labels are bounded, so that no text takes long."""
    label = rf"{_LETTER}(?:(?:{_LETTER}|[_-]){{0,61}}{_LETTER})?\."
    name = rf"{_LETTER}(?:(?:{_LETTER}|-){{0,61}}{_LETTER})?\."
    return re.compile(
        rf"""(?P<before>(?=[\U00010000-\U0010ffff])|[^A-Za-z0-9@＠$\#＃{_NOWHERE}]|^)(?P<address>(?P<scheme>https?://)?
        (?P<domain>(?:{label}){{0,20}}{name}{ending})(?::[0-9]+)?
        (?P<path>/(?:{_PATH}*(?:{_PAIRED}{_PATH}*)*{_PATH_END}|@{_PATH}+/)?)?(?:\?{_QUERY})?)""",
        re.IGNORECASE | re.VERBOSE,
    )


class _Kind(NamedTuple):
    """Addresses with endings of one sort: as they stand in a text, and the plain part of a domain without scheme."""

    address: re.Pattern[str]
    plain: re.Pattern[str]


def _kind(ending: str) -> _Kind:
    return _Kind(_address(ending), re.compile(rf"(?:[-a-z0-9{_ACCENTED}]+\.)+{ending}", re.IGNORECASE))


_KNOWN_KIND, _UNKNOWN_KIND = _kind(_KNOWN), _kind(_UNKNOWN)
_SHORTENED = re.compile(rf"https?://t\.co/([a-z0-9]+)(?:\?{_QUERY})?", re.IGNORECASE)


def weighted(text: str) -> int:
    """Most letters weigh 1, other signs and an emoji 2, an address 23 however long it is.

    An address whose ending we do not know counts as 23 or in full, whichever is more: X may link it or not.
    """
    text = unicodedata.normalize("NFC", text)
    if "." not in text:
        return _weight(text)
    total, done = 0, 0
    for start, end in _addresses(text, _KNOWN_KIND, 0, len(text)):
        total += _unsure(text, done, start) + _URL_WEIGHT
        done = end
    return total + _unsure(text, done, len(text))


def _weight(text: str) -> int:
    if not _HEAVY.search(text):
        return len(text)
    single = _EMOJI.sub("😀", text)
    return len(single) + len(_HEAVY.findall(single))


def _unsure(text: str, start: int, end: int) -> int:
    """The weight of a part that holds no address that X surely makes a link of."""
    found = _addresses(text, _UNKNOWN_KIND, start, end)
    return _weight(text[start:end]) + sum(max(0, _URL_WEIGHT - _weight(text[first:last])) for first, last in found)


def _addresses(text: str, kind: _Kind, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where addresses of a kind begin and end in a part of a text."""
    for match in kind.address.finditer(text, start, end):
        if _is_possible(match):
            yield from _of_scheme(match) if match["scheme"] else _bare(match, kind)


def _is_possible(match: re.Match[str]) -> bool:
    """Domains have parts of at most 63 signs, as they are written in ASCII."""
    labels = match["domain"].split(".")
    return len(match["address"]) < _LONGEST_ADDRESS and all(_ascii_length(label) <= _LONGEST_LABEL for label in labels)


def _ascii_length(label: str) -> int:
    return len(label) if label.isascii() else len("xn--") + len(label.encode("punycode"))


def _of_scheme(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """The whole address; of one that X has shortened itself only what it makes."""
    start, end = match.span("address")
    shortened = _SHORTENED.match(match["address"])
    if shortened is None:
        yield start, end
    elif len(shortened[1]) <= _LONGEST_SLUG:
        yield start, start + shortened.end()


def _bare(match: re.Match[str], kind: _Kind) -> Iterator[tuple[int, int]]:
    """The parts of a domain in Latin letters; a path belongs to the last."""
    if match["before"] and match["before"] in "-_./":
        return
    start = match.start("domain")
    spans = [(start + found.start(), start + found.end()) for found in kind.plain.finditer(match["domain"])]
    if spans and match["path"]:
        spans[-1] = spans[-1][0], match.end("address")
    yield from spans
