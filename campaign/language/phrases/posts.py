"""What is said in posts and on cards: digests, help lines, counts."""

from campaign.language.plural import Wordings

POSTS: dict[str, dict[str, Wordings]] = {
    "calendar": {"lv": "Notikumu kalendārs", "en": "Calendar of Events", "ru": "Календарь событий"},
    "calendar_of": {
        "lv": "Notikumu kalendārs – {period}",
        "en": "Calendar of Events – {period}",
        "ru": "Календарь событий – {period}",
    },
    "events_counted": {
        "lv": {"zero": "{n} notikumu", "one": "{n} notikums", "other": "{n} notikumi"},
        "en": {"one": "{n} event", "other": "{n} events"},
        "ru": {"one": "{n} событие", "few": "{n} события", "many": "{n} событий", "other": "{n} события"},
    },
    "more_events": {
        "lv": {"zero": "un vēl {n} notikumu", "one": "un vēl {n} notikums", "other": "un vēl {n} notikumi"},
        "en": {"one": "and {n} more event", "other": "and {n} more events"},
        "ru": {
            "one": "и ещё {n} событие",
            "few": "и ещё {n} события",
            "many": "и ещё {n} событий",
            "other": "и ещё {n} события",
        },
    },
    "no_events": {
        "lv": "Šajā laikā notikumu nav.",
        "en": "There are no events in this period.",
        "ru": "В этот период событий нет.",
    },
    "help_at": {"lv": "Palīdzība: {numbers}", "en": "Help: {numbers}", "ru": "Помощь: {numbers}"},
    "in_danger": {"lv": "Briesmās: {numbers}", "en": "In danger: {numbers}", "ru": "В опасности: {numbers}"},
    "source": {"lv": "Avots: {source}", "en": "Source: {source}", "ru": "Источник: {source}"},
    "observance": {"lv": "Atzīmējamā diena", "en": "Awareness day", "ru": "Памятный день"},
    "event": {"lv": "Notikums", "en": "Event", "ru": "Событие"},
}
