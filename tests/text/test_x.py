"""What X counts: the cases of twitter-text's conformance suite, and X's own library asked about thousands of texts."""

import json
import random
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from campaign.text import weighted

WEIGHTS = Path(__file__).parents[1] / "node" / "weights.cjs"

CONFORMANCE = [  # after `validate.yml`: tweets, weighted, with discounted emoji
    ("CrazyCrazy", 10),
    ("Café", 4),
    ("Cafe\u0301", 4),
    ("a\u0300\u0301", 2),
    ("メインタイトル", 14),
    ("日本語 https://example.com/abc", 30),
    ("A URL http://example.com/ and another https://a.very.long.domain.example.com/with/a/path?and=query", 65),
    ("http://test.com", 23),
    ("http://test.com https://test.com", 47),
    ("test.com", 23),
    ("trailing dot test.com.", 37),
    ("in (parentheses) (test.com)", 42),
    ("http://www.example.com/balanced_(parens)", 23),
    ("http://example.com?foo=$bar.;baz?BAZ", 23),
    ("MLB.tv vine.co", 47),
    ("a.lv?q=1", 27),
    ("https://t.co/abcde", 23),
    ("#hashtag @mention $CASH", 23),
    ("user@example.com", 16),
    ("#hashtag.com", 12),
    ("http://user:PASSW0RD@example.com:8080/login.php", 47),
    ("foo-.com", 8),
    ("http://-begin.com", 17),
    ("https://xn--80abe5aohbnkjb.xn--p1ai/", 23),
    ("http://пример.испытание/путь", 28),
    ("😷", 2),
    ("😷" * 140, 280),
    ("👾🙋🏽👨\u200d🎤👨\u200d👩\u200d👧\u200d👦", 8),
    ("👾🙋🏽👨\u200d🎤👨\u200d👩\u200d👧\u200d👦" * 35, 280),
    ("🙋🏽", 2),
    ("🙋🏿\u200d♀\ufe0f", 2),
    ("🇫🇷🇺🇸", 4),
    ("#\ufe0f\u20e3", 2),
    ("🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", 2),
    ("𠜎", 2),
    ("\u200b\u200d", 2),
    ("“”‘’–—‐", 7),
    ("«»¿¡", 4),
]

WORDS = [
    "glāžšķūņu", "rūķīši", "Ķemeri", "Підтримка", "Свердлов", "ёж", "e\u0301", "a\u0323\u0301", "ā\u0301", "и\u0306",
    "漢字", "각", "नि", "𝒳", "½", "№", "€", "•", "→", "…", "112", "+371", "28612120", "plkst.10.00", "18.10.2023", "u.c.",
    "🇱🇻", "🇺🇦🇱🇻", "👩\u200d👩\u200d👧", "👍🏽", "❤\ufe0f", "❤", "☎\ufe0f", "☎", "1\ufe0f\u20e3", "#\u20e3", "©", "©\ufe0f",
    "🏳\ufe0f\u200d🌈", "👨🏿\u200d⚕\ufe0f", "🕵\ufe0f\u200d♀\ufe0f", "🏃🏽\u200d♂\ufe0f", "🫠", "🏽", "👨\u200d👩\u200d👧\u200d👦", "‼\ufe0f",
    "https://kampana.lv/lv/18-oktobris", "http://a.lv", "https://www.vārds.lv/ceļš/gara/adrese", "https://пример.рф/путь",
    "HTTPS://A.LV/ABC", "https://europa.eu/x_(y)?q=1&r=2#top", "www.lv", "a.lv", "rīga.lv", "sub.domain.co.uk/path",
    "a_b.lv", "t.co/abc", "https://t.co/abcdef", "x.museum", "z.online/ēst?x=1.", "a-b.lv", "xn--rga-wva.lv", "пример.рф",
    "x@y.lv", "a.lv/(b)", "@riga", "@riga@social.lv", "@user.lv", "#Kopā", "#18oktobris", "#www.lv", "$a.lv", "/a.lv", "_a.lv",
    "-a.lv", ".a.lv", "👩\u200d❤\ufe0f\u200d💋\u200d👩",
]  # fmt: skip
GAPS = [
    " ", " ", " ", " ", "\n", "\n\n", "\u00a0", ", ", ". ", "; ", " – ", " — ", " (", ") ", "“", "” ", "„", "« ", "! ", "? ",
    "\u200b", "…",
]  # fmt: skip
# Endings of domains and emoji that are younger than the library, or none: X may know them by now.
UNKNOWABLE = [
    "kampana.example", "https://kampana.example/lv/18-oktobris", "x.photography", "http://y.vilnius.", "beigas.Sākums",
    "🤏🏽", "🧑\u200d🧑\u200d🧒", "👩🏽\u200d🤝\u200d👩🏻", "🪿\ufe0f", "🇽🇽", "🇽🇰", "❤\ufe0f\u200d🔥", "👁\ufe0f\u200d🗨\ufe0f",
]  # fmt: skip


@pytest.fixture(scope="module")
def weights(counterpart: Callable[[str], Path]) -> Callable[[Sequence[str]], list[int]]:
    """X's own library, asked about many texts at once."""
    node = counterpart("node")
    counterpart("twitter-text")

    def ask(texts: Sequence[str]) -> list[int]:
        said = json.dumps(texts).encode()
        answer = subprocess.run([node, WEIGHTS], input=said, capture_output=True, check=True, cwd=WEIGHTS.parent)
        return list(map(int, json.loads(answer.stdout)))

    return ask


def made_of(words: Sequence[str], gaps: Sequence[str], seed: int, count: int) -> list[str]:
    """Texts of a few words each, the same on every run."""
    chance = random.Random(seed)
    return [
        "".join(chance.choice(words) + chance.choice(gaps) for _ in range(chance.randint(1, 7))) for _ in range(count)
    ]


def differing(texts: Sequence[str], theirs: Sequence[int]) -> list[tuple[str, int, int]]:
    return [
        (text, weight, weighted(text)) for text, weight in zip(texts, theirs, strict=True) if weighted(text) != weight
    ]


@pytest.mark.parametrize(("text", "weight"), CONFORMANCE)
def test_the_cases_of_the_conformance_suite(text: str, weight: int) -> None:
    assert weighted(text) == weight


def test_the_library_itself_agrees_with_the_cases(weights: Callable[[Sequence[str]], list[int]]) -> None:
    assert weights([text for text, _ in CONFORMANCE]) == [weight for _, weight in CONFORMANCE]


def test_texts_weigh_what_x_says(weights: Callable[[Sequence[str]], list[int]]) -> None:
    texts = [*WORDS, *made_of(WORDS, GAPS, 7, 6000)]
    assert differing(texts, weights(texts)) == []


def test_words_run_together_never_weigh_less_than_x_says(weights: Callable[[Sequence[str]], list[int]]) -> None:
    texts = made_of(WORDS, ["", "", "", " "], 11, 4000)
    assert [found for found in differing(texts, weights(texts)) if found[2] < found[1]] == []


def test_what_x_may_have_learned_since_never_weighs_less_than_it_says(
    weights: Callable[[Sequence[str]], list[int]],
) -> None:
    texts = [*UNKNOWABLE, *made_of([*WORDS, *UNKNOWABLE * 4], GAPS, 13, 4000)]
    assert [found for found in differing(texts, weights(texts)) if found[2] < found[1]] == []


@pytest.mark.parametrize("sign", ["ж", "a.", "a-", "-_", "(a", "1\ufe0f\u20e3", "http://"])
def test_a_text_that_goes_on_and_on_is_counted_all_the_same(sign: str) -> None:
    assert weighted(f"{sign * 2000}.lv") >= 2000


def test_an_unknown_ending_never_counts_too_little() -> None:
    assert weighted("https://kampana.example/lv/18-oktobris") == 38
    assert weighted("http://a.example") == 23
    assert weighted("kampana.example") == 23
