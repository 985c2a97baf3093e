"""What is said in posts and on cards: digests, help lines, counts."""

from campaign.language.plural import Wordings

POSTS: dict[str, dict[str, Wordings]] = {
    "calendar": {
        "lv": "Notikumu kalendārs",
        "en": "Calendar of Events",
        "ru": "Календарь событий",
        "uk": "Календар подій",
    },
    "calendar_of": {
        "lv": "Notikumu kalendārs – {period}",
        "en": "Calendar of Events – {period}",
        "ru": "Календарь событий – {period}",
        "uk": "Календар подій – {period}",
    },
    "correction": {
        "lv": "Labojums. {text}",
        "en": "Correction. {text}",
        "ru": "Исправление. {text}",
        "uk": "Виправлення. {text}",
    },
    "events_counted": {
        "lv": {"zero": "{n} notikumu", "one": "{n} notikums", "other": "{n} notikumi"},
        "en": {"one": "{n} event", "other": "{n} events"},
        "ru": {"one": "{n} событие", "few": "{n} события", "many": "{n} событий", "other": "{n} события"},
        "uk": {"one": "{n} подія", "few": "{n} події", "many": "{n} подій", "other": "{n} події"},
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
        "uk": {"one": "і ще {n} подія", "few": "і ще {n} події", "many": "і ще {n} подій", "other": "і ще {n} події"},
    },
    "no_events": {
        "lv": "Šajā laikā notikumu nav.",
        "en": "There are no events in this period.",
        "ru": "В этот период событий нет.",
        "uk": "У цей період подій немає.",
    },
    "help_at": {
        "lv": "Palīdzība: {numbers}",
        "en": "Help: {numbers}",
        "ru": "Помощь: {numbers}",
        "uk": "Допомога: {numbers}",
    },
    "in_danger": {
        "lv": "Briesmās: {numbers}",
        "en": "In danger: {numbers}",
        "ru": "В опасности: {numbers}",
        "uk": "У небезпеці: {numbers}",
    },
    "source": {
        "lv": "Avots: {source}",
        "en": "Source: {source}",
        "ru": "Источник: {source}",
        "uk": "Джерело: {source}",
    },
    "content_warning": {
        "lv": "Brīdinājums par saturu: {warning}",
        "en": "Content warning: {warning}",
        "ru": "Предупреждение о содержании: {warning}",
        "uk": "Попередження про зміст: {warning}",
    },
    "in_picture": {
        "lv": "Attēlā: {alt}",
        "en": "In the picture: {alt}",
        "ru": "На изображении: {alt}",
        "uk": "На зображенні: {alt}",
    },
    "observance": {"lv": "Atzīmējamā diena", "en": "Awareness day", "ru": "Памятный день", "uk": "Памʼятний день"},
    "event": {"lv": "Notikums", "en": "Event", "ru": "Событие", "uk": "Подія"},
    # On cards only.
    "week_ahead": {"lv": "Nedēļas notikumi", "en": "The week ahead", "ru": "События недели", "uk": "Події тижня"},
    "thanks": {"lv": "Paldies!", "en": "Thank you!", "ru": "Спасибо!", "uk": "Дякуємо!"},
    "help_is_there": {
        "lv": "Palīdzība ir pieejama",
        "en": "Help is available",
        "ru": "Помощь доступна",
        "uk": "Допомога доступна",
    },
    # The words below a number drawn large; below them may stand the name of a day or an event, in its basic form.
    "days_until": {
        "lv": {"zero": "dienu līdz notikumam:", "one": "diena līdz notikumam:", "other": "dienas līdz notikumam:"},
        "en": {"one": "day to go until", "other": "days to go until"},
        "ru": {
            "one": "день до события:",
            "few": "дня до события:",
            "many": "дней до события:",
            "other": "дня до события:",
        },
        "uk": {"one": "день до події:", "few": "дні до події:", "many": "днів до події:", "other": "дня до події:"},
    },
    "today_is": {"lv": "Šodien ir", "en": "Today is", "ru": "Сегодня", "uk": "Сьогодні"},
    "scan": {
        "lv": "Skenējiet, lai uzzinātu vairāk",
        "en": "Scan to learn more",
        "ru": "Отсканируйте, чтобы узнать больше",
        "uk": "Відскануйте, щоб дізнатися більше",
    },
}
