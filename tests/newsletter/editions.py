"""Issues as the sample workspace makes them, and what goes around them."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

from campaign.model import Card, EventFacts, File, Picture, Post
from campaign.newsletter.issue import Issue, Letterhead, Mail, Sender, compile_issue
from tests.samples import make_site

ROOT = Path(__file__).parents[2]
THURSDAY = dt.date(2023, 9, 21)
KEY = "newsletter/weekly-issue@2023-09-21>newsletter:lv"
LINK = "https://kampana.example/lv/18-oktobris"
FOOTER = "Palīdzība: +371 28612120. Briesmās: 112."

HELPLINES = {
    "lv": [
        ("Vienotais ārkārtas palīdzības tālrunis", "112", "112"),
        ("Uzticības tālrunis cilvēku tirdzniecības gadījumos", "+371 28612120", "+37128612120"),
    ],
    "en": [("Single European emergency number", "112", "112")],
    "ru": [("Единый номер экстренной помощи", "112", "112")],
}

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c489"
    "0000000d49444154789c6360f8cff01f0005fe02fea735819d0000000049454e44ae426082".replace(" ", "")
)


def load(picture: Picture) -> tuple[bytes, str]:
    return PNG, picture.media_type


def card(name: str, alt: str = "18. oktobris – ES diena pret cilvēku tirdzniecību") -> Picture:
    return Picture(name * 16, Card("announcement", "og", "lv", {}), alt, 1200, 630)


def photo(alt: str) -> Picture:
    return Picture("f0" * 16, File("photos/hall.jpg", "0" * 64), alt, 1200, 800, "image/jpeg")


def message(title: str, text: str, **more: object) -> Post:
    post = Post("message", "lv", title, text, summary=text, link=LINK, footer=FOOTER)
    return replace(post, **more)  # type: ignore[arg-type]


KICKOFF = message(
    "Pēc mēneša, 18. oktobrī, ir ES diena pret cilvēku tirdzniecību",
    "Pēc mēneša, 18. oktobrī, ir ES diena pret cilvēku tirdzniecību. Līdz tai ik nedēļu stāstīsim, kā pasargāt sevi un citus un kur saņemt palīdzību.",
    pictures=(card("a1"),),
)
WHO_TO_CALL = message(
    "Kur zvanīt?",
    "Kur zvanīt? Briesmās – 112. Policija – 110. Konsultācija par cilvēku tirdzniecību – +371 28612120.",
    footer="",
    pictures=(card("c3", "Kur zvanīt? 112, 110, +371 28612120"),),
    phones=(("112", "112"), ("110", "110"), ("+371 28612120", "+37128612120")),
)
ZONE = "Europe/Riga"
HOTELS = EventFacts(
    "2023-09-27T13:00", "2023-09-27T16:00", False, ZONE, place="Rīga", was_starts="2023-09-26T13:00", changes=1
)
EXHIBITION = EventFacts("2023-09-29", "2023-09-29", True, ZONE, status="cancelled", place="Rīga")


def event(title: str, facts: EventFacts) -> Post:
    return Post("event", "lv", title, "", link=f"{LINK}/e", event=facts)


AHEAD = (event("Mācības viesnīcu darbiniekiem", HOTELS), event("Izstādes atklāšana", EXHIBITION))

WEEKLY = Issue(
    KEY,
    "lv",
    THURSDAY,
    "Glāžšķūņu rūķīši un citi jaunumi",
    "Labdien! Īsumā par to, kas jauns un kas gaidāms.",
    (KICKOFF, WHO_TO_CALL),
    AHEAD,
    KICKOFF.pictures[0],
)


def letterhead(*, discreet: bool = True, assets: tuple[Path, ...] = (ROOT / "assets",)) -> Letterhead:
    sender = Sender("Kampaņas jaunumi", "jaunumi@kampana.example", "redakcija@kampana.example", discreet)
    return Letterhead(make_site(), sender, HELPLINES, assets)


def compiled(issue: Issue = WEEKLY, *, discreet: bool = True) -> Mail:
    return compile_issue(issue, letterhead(discreet=discreet), load)
