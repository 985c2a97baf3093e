"""Articles: `pages/<id>.<language>.md`, Markdown below a short head."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from campaign.model import Page, Spot
from campaign.schedule import kinds, yaml
from campaign.schedule.mistakes import Mistake, told
from campaign.schedule.reading import Form, Key, Reading, Values, fill
from campaign.schedule.texts import TEXT

HEAD: Form = {
    "title": Key(TEXT, "what the article is called", required=True),
    "published": Key(kinds.DAY, "the day it becomes public"),
    "updated": Key(kinds.DAY, "the day it was last changed"),
    "note": Key(kinds.NOTE, "for the team, never published"),
}
_NAME = re.compile(r"(?P<id>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\.(?P<language>[a-z]{2,3})\.md")
_FENCED = re.compile(r"---[ \t]*\r?\n(?P<head>.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Article:
    """One language of a page."""

    id: str
    language: str
    spot: Spot
    head: Values
    markdown: str


def named(file_name: str) -> tuple[str, str]:
    """Id and language that the file's name says, or a `Mistake`."""
    match = _NAME.fullmatch(file_name)
    if not match:
        raise Mistake(
            "FMT02", f"{told(file_name)} is not named like an article: <id>.<language>.md, for example kickoff.lv.md"
        )
    return match["id"], match["language"]


def article(name: str, language: str, reading: Reading) -> Article | None:
    """The article in one language, or None after telling its mistakes."""
    if language not in reading.site.languages:
        listed = ", ".join(reading.site.languages)
        reading.report(Mistake("FMT02", f"{told(language)} is not among the site's languages ({listed})"))
    match = _FENCED.match(reading.source)
    if not match:
        message = "an article begins with its title between two lines of three dashes"
        reading.report(Mistake("FMT03", message, hint="---"))
        return None
    reading.source, markdown = "\n" + match["head"], reading.source[match.end() :].strip("\r\n")
    tree = yaml.parse(reading.source)
    for mistake in tree.mistakes:
        reading.report(mistake)
    if tree.mistakes:
        return None
    values = fill(HEAD, tree.root or yaml.Table({}, 1, 1), "", reading)
    return Article(name, language, Spot(reading.file), values, markdown)


def page(articles: Mapping[str, Article]) -> Page:
    """One page from its languages: public from the first date said, changed on the last."""
    heads = [one.head for one in articles.values()]
    first = next(iter(articles.values()))
    return Page(
        first.id,
        {language: one.spot for language, one in articles.items()},
        {language: one.head["title"] for language, one in articles.items()},
        {language: one.markdown for language, one in articles.items()},
        published=min((head["published"] for head in heads if "published" in head), default=None),
        updated=max((head["updated"] for head in heads if "updated" in head), default=None),
        note=" ".join(head["note"] for head in heads if "note" in head),
    )
