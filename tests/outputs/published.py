"""September 2023 as the ledger holds it once everything is out: 15 calendar entries, messages and an article.

The wording of the four events is invented. Rows are built, not read, so that outputs are tested without the rest.
"""

import datetime as dt
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from campaign.model import Card, EventFacts, Picture, Post, Published, address_of
from campaign.outputs import HelpLine
from tests.samples import LANGUAGES, make_site

SITE = make_site()
TODAY = dt.date(2023, 9, 18)
FIRST_OUT = dt.datetime(2023, 8, 25, 6, 0, tzinfo=dt.UTC)
FOOTER = {
    "lv": "Palīdzība: +371 28612120. Briesmās: 112.",
    "en": "Help: +371 28612120. In danger: 112.",
    "ru": "Помощь: +371 28612120. В опасности: 112.",
}
PHONES = (("+371 28612120", "+37128612120"), ("112", "112"))
HELPLINES = {
    "lv": (
        HelpLine("Vienotais ārkārtas palīdzības tālrunis", "112", "112"),
        HelpLine("Uzticības tālrunis cilvēku tirdzniecības gadījumos", "+371 28612120", "+37128612120"),
    ),
    "en": (
        HelpLine("Single European emergency number", "112", "112"),
        HelpLine("Helpline for cases of human trafficking", "+371 28612120", "+37128612120"),
    ),
    "ru": (
        HelpLine("Единый номер экстренной помощи", "112", "112"),
        HelpLine("Телефон доверия по вопросам торговли людьми", "+371 28612120", "+37128612120"),
    ),
}

OBSERVANCES = (
    ("lv-knowledge-day", "2023-09-01", "2023-09-01", ("Zinību diena", "Knowledge Day", "День знаний")),
    (
        "un-charity",
        "2023-09-05",
        "2023-09-05",
        ("Starptautiskā labdarības diena", "International Day of Charity", "Международный день благотворительности"),
    ),
    (
        "un-police-cooperation",
        "2023-09-07",
        "2023-09-07",
        (
            "Starptautiskā policijas sadarbības diena",
            "International Day of Police Cooperation",
            "Международный день сотрудничества полиции",
        ),
    ),
    (
        "un-literacy",
        "2023-09-08",
        "2023-09-08",
        ("Starptautiskā rakstpratības diena", "International Literacy Day", "Международный день грамотности"),
    ),
    (
        "un-democracy",
        "2023-09-15",
        "2023-09-15",
        ("Starptautiskā demokrātijas diena", "International Day of Democracy", "Международный день демократии"),
    ),
    (
        "lv-month-thb",
        "2023-09-18",
        "2023-10-18",
        ("Mēnesis pret cilvēku tirdzniecību", "Month against human trafficking", "Месяц против торговли людьми"),
    ),
    (
        "un-equal-pay",
        "2023-09-18",
        "2023-09-18",
        (
            "Starptautiskā vienlīdzīga atalgojuma diena",
            "International Equal Pay Day",
            "Международный день равной оплаты труда",
        ),
    ),
    (
        "un-peace",
        "2023-09-21",
        "2023-09-21",
        ("Starptautiskā miera diena", "International Day of Peace", "Международный день мира"),
    ),
    (
        "un-sign-languages",
        "2023-09-23",
        "2023-09-23",
        (
            "Starptautiskā zīmju valodu diena",
            "International Day of Sign Languages",
            "Международный день жестовых языков",
        ),
    ),
    (
        "un-access-to-information",
        "2023-09-28",
        "2023-09-28",
        (
            "Starptautiskā vispārējās informācijas pieejamības diena",
            "International Day for Universal Access to Information",
            "Международный день всеобщего доступа к информации",
        ),
    ),
    (
        "un-translation",
        "2023-09-30",
        "2023-09-30",
        ("Starptautiskā tulkošanas diena", "International Translation Day", "Международный день перевода"),
    ),
)

ORGANIZERS = ("Kampaņas rīkotāji", "Campaign organisers", "Организаторы кампании")
RIGA = ("Rīga", "Riga", "Рига")
NOWHERE = ("", "", "")
RIGA_EVENT = EventFacts("", "", False, "Europe/Riga", attendance="in-person", spoken=("lv",), price="0")
EVENTS = (
    (
        "seminar-social-workers",
        ("Seminārs sociālajiem darbiniekiem", "Seminar for social workers", "Семинар для социальных работников"),
        RIGA,
        replace(
            RIGA_EVENT,
            starts="2023-09-12T10:00",
            ends="2023-09-12T15:00",
            accessibility=("step-free",),
        ),
    ),
    (
        "online-lecture",
        (
            "Tiešsaistes lekcija “Drošs darbs ārzemēs”",
            "Online talk “Safe work abroad”",
            "Онлайн-лекция «Безопасная работа за границей»",
        ),
        NOWHERE,
        replace(
            RIGA_EVENT,
            starts="2023-09-20T18:00",
            ends="2023-09-20T19:00",
            attendance="online",
            online="https://kampana.example/lekcija",
            spoken=("lv", "ru"),
            accessibility=("live-captions",),
        ),
    ),
    (
        "seminar-hotels",
        ("Mācības viesnīcu darbiniekiem", "Training for hotel staff", "Обучение для сотрудников гостиниц"),
        RIGA,
        replace(
            RIGA_EVENT,
            starts="2023-09-27T13:00",
            ends="2023-09-27T16:00",
            accessibility=("step-free",),
            was_starts="2023-09-26T13:00",
            changed_on="2023-09-14",
            changes=1,
        ),
    ),
    (
        "exhibition",
        ("Izstādes atklāšana", "Exhibition opening", "Открытие выставки"),
        RIGA,
        replace(
            RIGA_EVENT,
            starts="2023-09-29",
            ends="2023-09-29",
            all_day=True,
            status="cancelled",
            accessibility=("step-free",),
        ),
    ),
)
SUMMARIES = {
    "seminar-social-workers": (
        "Kā pamanīt ekspluatācijas pazīmes un kur vērsties pēc palīdzības.",
        "How to notice signs of exploitation and where to turn for help.",
        "Как заметить признаки эксплуатации и куда обратиться за помощью.",
    ),
}

MESSAGES = (
    (
        "kickoff",
        "2023-09-18T09:00",
        (
            (
                "Pēc mēneša, 18. oktobrī, ir ES diena pret cilvēku tirdzniecību.\n\nLīdz tai ik nedēļu stāstīsim, "
                "kā pasargāt sevi un citus un kur saņemt palīdzību."
            ),
            (
                "In one month, on 18 October, it is EU Anti-Trafficking Day.\n\nUntil then we will share every week how to "
                "protect yourself and others, and where to get help."
            ),
            (
                "Через месяц, 18 октября, — День ЕС по борьбе с торговлей людьми.\n\nДо этого дня каждую неделю "
                "рассказываем, как защитить себя и других и где получить помощь."
            ),
        ),
    ),
    (
        "safe-work-abroad",
        "2023-09-25T10:00",
        (
            (
                "Piedāvā darbu ārzemēs? Pirms brauciena pārbaudiet darba devēju, prasiet rakstisku līgumu jums saprotamā "
                "valodā un neatdodiet pasi citam."
            ),
            (
                "Offered a job abroad? Before you go: check the employer, ask for a written contract in a language you "
                "understand, and keep your passport yourself."
            ),
            (
                "Предлагают работу за границей? До отъезда проверьте работодателя, попросите письменный договор на "
                "понятном вам языке и не отдавайте паспорт."
            ),
        ),
    ),
    (
        "the-day",
        "2023-10-18T08:00",
        (
            (
                "Šodien ir ES diena pret cilvēku tirdzniecību. ES ik gadu reģistrē vidēji 7000 cietušo, bet daudzi paliek "
                "nepamanīti."
            ),
            (
                "Today is EU Anti-Trafficking Day. On average 7,000 victims are registered in the EU each year; many more "
                "remain undetected."
            ),
            (
                "Сегодня День ЕС по борьбе с торговлей людьми. В ЕС ежегодно регистрируют в среднем 7000 пострадавших, "
                "многих не замечают."
            ),
        ),
    ),
)
ARTICLE = (
    "<h2>Cilvēktirdzniecības novēršana</h2>\n<p>Glāžšķūņu rūķīši dzērumā čiepj Baha koncertflīģeļu vākus. Pamatnostādņu "
    'mērķis ir novērst un apkarot cilvēku tirdzniecību.</p>\n<ul>\n<li><a href="https://likumi.lv/">likumi.lv</a></li>\n'
    "</ul>\n"
)
SOURCE = "Eiropas Komisija, 2023: https://home-affairs.ec.europa.eu/"


@dataclass(frozen=True)
class Entry:
    """One thing that is out, before it is told per outlet."""

    key: str
    kinds: tuple[str, ...]
    post: Post
    published: dt.datetime = FIRST_OUT
    updated: dt.datetime | None = None
    sequence: int = 0


def picture(name: str, language: str, alt: str, size: tuple[int, int] = (1200, 630)) -> Picture:
    """A card whose id is as long as a real one."""
    inputs = Card("announcement", "og", language, {"title": alt})
    return Picture(f"{zlib.crc32(f'{name}{language}'.encode()):08x}" * 8, inputs, alt, *size)


@cache
def png(width: int, height: int, shade: int) -> bytes:
    """A true picture of one colour."""
    row = b"\0" + bytes((shade, 120, 130)) * width
    body = zlib.compress(row * height, 9)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def load(wanted: Picture) -> tuple[bytes, str]:
    """What the store hands out for a picture."""
    return png(wanted.width, wanted.height, int(wanted.id[:2], 16)), wanted.media_type


def _observances(language: str, index: int) -> Iterator[Entry]:
    for name, starts, ends, names in OBSERVANCES:
        key = f"observances/{name}@{starts}"
        post = Post(
            "observance",
            language,
            names[index],
            names[index],
            footer=FOOTER[language],
            phones=PHONES,
            link=SITE.base_url + address_of(key, language),
            event=EventFacts(starts, ends, True, "Europe/Riga"),
            date=starts,
        )
        yield Entry(key, ("site", "calendar"), post)


def _events(language: str, index: int) -> Iterator[Entry]:
    for name, titles, place, facts in EVENTS:
        key = f"calendar-2023-09/{name}"
        summary = SUMMARIES.get(name, ("", "", ""))[index]
        post = Post(
            "event",
            language,
            titles[index],
            f"{facts.starts} {place[index]}. {summary}".strip(),
            summary=summary or f"{facts.starts} {place[index]}.",
            footer=FOOTER[language],
            phones=PHONES,
            link=SITE.base_url + address_of(key, language),
            topics=("prevention",),
            pictures=(picture(name, language, titles[index]),),
            event=replace(facts, place=place[index], organizer=ORGANIZERS[index]),
            date=facts.starts,
        )
        moved = dt.datetime(2023, 9, 14, 6, 0, tzinfo=dt.UTC) if facts.changes else None
        sequence = facts.changes + (facts.status == "cancelled")
        yield Entry(key, ("site", "calendar", "feed"), post, updated=moved, sequence=sequence)


def _messages(language: str, index: int) -> Iterator[Entry]:
    for name, at, texts in MESSAGES:
        key = f"eu-anti-trafficking-day-2023/{name}"
        post = Post(
            "message",
            language,
            re.split(r"\.\n\n|(?<=\?) |\. (?=[A-ZĀ-ŽА-Я])", texts[index])[0],
            texts[index],
            summary=texts[index],
            footer=FOOTER[language],
            hashtags=("#EndHumanTrafficking",),
            topics=("prevention",),
            phones=PHONES,
            link=SITE.base_url + address_of(key, language),
            pictures=(picture(name, language, texts[index].replace("\n\n", " ")),),
            sources=(SOURCE,) if name == "the-day" else (),
            date=at,
            translated_from="" if language == "lv" else "lv",
        )
        out = dt.datetime.fromisoformat(f"{at}+03:00").astimezone(dt.UTC)
        yield Entry(key, ("site", "feed"), post, out)


def _article(language: str, index: int) -> Iterator[Entry]:
    titles = ("Cilvēktirdzniecības novēršana", "Preventing human trafficking", "Предотвращение торговли людьми")
    key = "pages/novērsana".replace("ē", "e")
    link = SITE.base_url + address_of(key, language)
    post = Post("page", language, titles[index], titles[index], html=ARTICLE, link=link, date="2023-09-01")
    yield Entry(key, ("site",), post)


def september(languages: tuple[str, ...] = LANGUAGES) -> tuple[Published, ...]:
    """Every row of the own outlets, in no particular order."""
    return tuple(
        Published(
            key=f"{entry.key}>{kind}:{language}",
            entry=entry.key,
            account=kind,
            kind=kind,
            post=entry.post,
            published=entry.published,
            updated=entry.updated or entry.published,
            sequence=entry.sequence,
        )
        for language in languages
        for part in (_observances, _events, _messages, _article)
        for entry in part(language, LANGUAGES.index(language))
        for kind in entry.kinds
    )


def with_row(rows: tuple[Published, ...], start: str, **changes: object) -> tuple[Published, ...]:
    """The same ledger with the rows whose key begins with `start` changed."""
    return tuple(replace(row, **changes) if row.key.startswith(start) else row for row in rows)  # type: ignore[arg-type]
