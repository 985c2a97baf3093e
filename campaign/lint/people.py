"""What readers need: every language of an entry (TRN01), words for pictures they cannot see (IMG01).

And what the people shown need: that somebody asked them (IMG02).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from campaign.compose import fields_in
from campaign.compose.book import place_of_card
from campaign.lint.subjects import finding, listed
from campaign.model import Event, Image, Localised, Message, Observance, Problem, Schedules, Severity, Site, Variant

ALT_IS_LONG, ALT_IS_TOO_LONG = 1000, 1500
"""Characters of an alt text that a listener bears, and that networks take."""


def review(schedules: Schedules, site: Site) -> Iterator[Problem]:
    """Everything the campaigns say, in every language they say it in."""
    for campaign in schedules.campaigns:
        entries: tuple[Message | Event, ...] = (*campaign.messages, *campaign.events)
        for entry in entries:
            yield from _languages(entry)
            yield from _unseen(entry)
            yield from _unasked(entry)
    for name in dict.fromkeys(name for campaign in schedules.campaigns for name in campaign.observances):
        if observance := schedules.observances.get(name):
            yield from _unnamed(observance, site.languages)


# ---------------------------------------------------------------- TRN01: languages


def _languages(entry: Message | Event) -> Iterator[Problem]:
    for field, words in _spoken(entry).items():
        missing = [language for language in entry.languages if not words.get(language, "").strip()]
        yield from (_missing(entry, field, language) for language in missing)
        yield from _differing(entry, field, words)


def _spoken(entry: Message | Event) -> dict[str, Localised]:
    """Field → what must be there in every language: what any language has, and the text or title itself."""
    if isinstance(entry, Event):
        fields = {"summary": entry.summary, "place": entry.place, "organizer": entry.organizer, "footer": entry.footer}
        needed = {"title": entry.title}
    else:
        intro, warning = entry.digest.intro if entry.digest else {}, entry.content_warning
        fields = {"title": entry.title, "content_warning": warning, "footer": entry.footer, "digest.intro": intro}
        needed = {f"thread.{number}.text": post.text for number, post in enumerate(entry.thread)}
        needed = needed or ({} if entry.digest else {"text": entry.text})
    return needed | {field: words for field, words in fields.items() if words}


def _missing(entry: Message | Event, field: str, language: str) -> Problem:
    who = f"“{entry.id}”" if _is_own(entry, field) else f"the campaign “{entry.campaign}”"
    message = f"{who} has no {field} in {language}; live mode holds it in that language, the others go on"
    without = ", ".join(other for other in entry.languages if other != language)
    hint = f'add to {field}: {language}: "…"   (or leave it out on purpose: languages: [{without}])'
    found = finding(entry, "TRN01", Severity.ERROR, (message, hint), (field, f"{field}.{_source(entry)}"))
    return replace(found, language=language, field=f"{field}.{language}")


def _is_own(entry: Message | Event, field: str) -> bool:
    """False for what stands further up in the file, said for all entries."""
    return field not in entry.spots or entry.spots[field] >= entry.spot


def _source(entry: Message | Event) -> str:
    return entry.languages[0] if entry.languages else ""


def _differing(entry: Message | Event, field: str, words: Localised) -> Iterator[Problem]:
    """Languages whose {fields} are not those of the source language."""
    source = next((language for language in entry.languages if words.get(language)), "")
    expected = set(fields_in(words.get(source, "")))
    for language in entry.languages:
        found = set(fields_in(words.get(language, "")))
        if words.get(language) and found != expected:
            yield _different(entry, f"{field}.{language}", (expected - found, found - expected), source)


def _different(entry: Message | Event, field: str, sets: tuple[set[str], set[str]], source: str) -> Problem:
    lacking, extra = (listed([f"{{{name}}}" for name in sorted(names)]) if names else "" for names in sets)
    parts = [f"lacks {lacking}"] if lacking else []
    parts += [f"has {extra} besides"] if extra else []
    name, _, language = field.rpartition(".")
    how = " and ".join(parts)
    whose = f"“{entry.id}”" if _is_own(entry, name) else f"the campaign “{entry.campaign}”"
    message = f"the {name} of {whose} in {language} {how}, unlike {source}; live mode holds it in {language}"
    hint = "use the same {fields} in every language: each fills itself in the language of its text"
    return replace(finding(entry, "TRN01", Severity.ERROR, (message, hint), (field,)), language=language)


def _unnamed(observance: Observance, languages: tuple[str, ...]) -> Iterator[Problem]:
    missing = [language for language in languages if not observance.name.get(language)]
    if missing:
        message = f"{observance.id} has no name in {listed(missing)} and is left out there"
        hint = f'add to its name: {missing[0]}: "…"   (and {missing[0]} to draft_names while it is a draft of yours)'
        yield Problem(observance.spot, "TRN01", Severity.WARNING, message, hint, field="name")


# ---------------------------------------------------------------- pictures, also the photos of cards


def _images(entry: Message | Event) -> Iterator[tuple[str, Image]]:
    """Every picture file an entry shows, with its field."""
    yield from _shown(entry, "", entry)
    for number, post in enumerate(getattr(entry, "thread", ())):
        yield from ((f"thread.{number}.images.{place}", image) for place, image in enumerate(post.images))
    variants = {f"variants.{name}.": variant for name, variant in getattr(entry, "variants", {}).items()}
    variants |= {f"on.{date}.": variant for date, variant in entry.on.items()}
    for above, variant in variants.items():
        yield from _shown(variant, above, entry)


def _shown(shows: Message | Event | Variant, above: str, entry: Message | Event) -> Iterator[tuple[str, Image]]:
    yield from ((f"{above}images.{number}", image) for number, image in enumerate(shows.images or ()))
    for number, card in enumerate(shows.cards or ()):
        if card.photo:
            yield f"{place_of_card(entry.spots, number, f'{above}card')}.photo", card.photo


def _spots(field: str) -> tuple[str, ...]:
    return (field, field.rpartition(".")[0], field.partition(".")[0])


# ---------------------------------------------------------------- IMG02: consent


def _unasked(entry: Message | Event) -> Iterator[Problem]:
    """A picture about which nobody wrote down that everybody shown agrees, or that nobody is shown."""
    for field, image in _images(entry):
        if not image.consent.strip():
            message = f"{image.file} in “{entry.id}”: no record that everybody shown agrees; live mode holds it"
            hint = "name the signed form: consent: form-17   (where nobody is shown: consent: nobody shown)"
            yield finding(entry, "IMG02", Severity.ERROR, (message, hint), _spots(field))


# ---------------------------------------------------------------- IMG01: alt texts


def _unseen(entry: Message | Event) -> Iterator[Problem]:
    for field, image in _images(entry):
        for language in entry.languages:
            if flaw := _flaw(image, image.alt.get(language, "").strip()):
                severity, message, hint = flaw
                held = "; live mode holds it" if severity is Severity.ERROR else ""
                told = (f"{image.file} in “{entry.id}”, {language}: {message}{held}", hint)
                found = finding(entry, "IMG01", severity, told, (f"{field}.alt.{language}", *_spots(field)))
                yield replace(found, language=language)


def _flaw(image: Image, alt: str) -> tuple[Severity, str, str] | None:
    if not alt:
        return Severity.ERROR, "no alt text, people who cannot see it learn nothing", "say in a sentence what it shows"
    if _plain(alt) in {_plain(PurePosixPath(image.file).name), _plain(PurePosixPath(image.file).stem)}:
        return Severity.ERROR, "the alt text is the file's name", "say in a sentence what it shows"
    if len(alt) > ALT_IS_TOO_LONG:
        return (
            Severity.ERROR,
            f"the alt text has {len(alt)} characters of {ALT_IS_TOO_LONG}",
            "move the rest into the text",
        )
    if len(alt) > ALT_IS_LONG:
        return (
            Severity.WARNING,
            f"the alt text has {len(alt)} characters ({ALT_IS_LONG} are a lot to hear)",
            "shorten it",
        )
    return None


def _plain(words: str) -> str:
    return re.sub(r"[\W_]+", " ", words.casefold()).strip()
