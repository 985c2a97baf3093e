"""No words of any language leave a card or become too small on it: they fit, or it is said that they do not."""

import os
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.cards.cases import LANGUAGES, SIZES, TEMPLATES, beyond, card, studio
from tests.cards.words import WORDS, texts, within

EXAMPLES = 2_000 if os.environ.get("CAMPAIGN_SOAK") == "1" else 40
"""For each language; every example is laid out in all six sizes."""
ROOMY = {
    "announcement": "title", "countdown": "title", "cover": "title", "event": "title", "fact": "statement",
    "quote": "quote", "thanks": "text",
}  # fmt: skip
"""The field of a message, on the cards that are made for one."""
NOT_WRITTEN = {"link", "status", "when"}
"""Texts that are an address, one of a few words, or a date that the program writes."""
LISTS = ("texts", "contacts", "entries", "series")


def one_longer(values, name, text):
    """A list with the first of its texts, names or titles replaced."""
    first = values[0]
    return [text if isinstance(first, str) else {**first, name: text}, *values[1:]]


def changes(template, field, text):
    kind = studio()._shelf.template(template)[0].fields[field].rstrip("?")
    if kind == "text":
        return {field: text}
    name = {"texts": "", "contacts": "name", "entries": "title", "series": "name"}[kind]
    return {field: one_longer(studio().sample(template, "og", "lv").fields[field], name, text)}


def written(template):
    """The fields of a template that an editor writes words into."""
    kinds = {name: kind.rstrip("?") for name, kind in studio()._shelf.template(template)[0].fields.items()}
    sample = studio().sample(template, "og", "lv").fields
    plain = [name for name, kind in kinds.items() if kind == "text" and name not in NOT_WRITTEN]
    return plain + [name for name, kind in kinds.items() if kind in LISTS and sample.get(name)]


FIELDS = [(template, field) for template in TEMPLATES for field in written(template)]


def assert_fits_or_is_told(one):
    laid = studio().picture(one)
    if laid.picture is None:
        assert {flaw.code for flaw in laid.flaws} == {"CRD03"}, laid.flaws
        assert all(flaw.message and flaw.field for flaw in laid.flaws)
    else:
        assert beyond(studio().sheet(one)[0]) == []


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_words_fit_every_field_of_every_template_and_size_or_are_told(language, data):
    template, field = data.draw(st.sampled_from(FIELDS))
    one = card(template, changes(template, field, data.draw(texts(language, 200))), "og", language)
    for size in SIZES:
        assert_fits_or_is_told(replace(one, size=size))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("template", "field"), FIELDS)
def test_long_words_fit_every_field_or_are_told(template, field, language):
    """The longest words of the language, one after the other, up to 200 characters."""
    text = within(sorted(WORDS[language], key=len, reverse=True), 200)
    for size in SIZES:
        assert_fits_or_is_told(card(template, changes(template, field, text), size, language))


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_a_message_of_ninety_characters_always_fits(language, data):
    template = data.draw(st.sampled_from(sorted(ROOMY)))
    one = card(template, {ROOMY[template]: data.draw(texts(language, 90))}, "og", language)
    for size in SIZES:
        assert (size, studio().picture(replace(one, size=size)).flaws) == (size, ())
        assert beyond(studio().sheet(replace(one, size=size))[0]) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", ROOMY)
def test_ninety_characters_of_the_longest_words_fit(template, language):
    text = within(sorted(WORDS[language], key=len, reverse=True), 90)
    found = {size: studio().picture(card(template, {ROOMY[template]: text}, size, language)).flaws for size in SIZES}
    assert found == dict.fromkeys(SIZES, ())


@settings(max_examples=EXAMPLES)
@given(
    st.lists(st.sampled_from(sorted(set("aāžшї 0.,–()€“”שלם🕯️👩‍👧中\u00a0\u00ad\u200d\n\t"))), min_size=1, max_size=60)
)
@example(list("🕯️ 👩‍👧 שלום"))
def test_no_mixture_of_scripts_leaves_a_card(letters):
    for size in SIZES:
        one = card("announcement", {"title": "".join(letters)}, size)
        laid = studio().picture(one)
        assert bool(laid.picture) is not bool(laid.flaws)
        assert {flaw.code for flaw in laid.flaws} <= {"CRD02", "CRD03", "IMG01", "IMG03"}
        assert laid.picture is None or beyond(studio().sheet(one)[0]) == []
