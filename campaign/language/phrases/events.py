"""What is said about an event: its state, when and where, and the posts made from it."""

from campaign.language.plural import Wordings

EVENTS: dict[str, dict[str, Wordings]] = {
    "status_confirmed": {"lv": "Apstiprināts", "en": "Confirmed", "ru": "Подтверждено"},
    "status_tentative": {"lv": "Vēl nav apstiprināts", "en": "Not yet confirmed", "ru": "Ещё не подтверждено"},
    "status_postponed": {"lv": "Atlikts", "en": "Postponed", "ru": "Отложено"},
    "status_cancelled": {"lv": "Atcelts", "en": "Cancelled", "ru": "Отменено"},
    "status_moved": {"lv": "Pārcelts", "en": "Rescheduled", "ru": "Перенесено"},
    "moved": {"lv": "Pārcelts", "en": "Rescheduled", "ru": "Перенесено"},
    "cancelled": {"lv": "Atcelts", "en": "Cancelled", "ru": "Отменено"},
    "postponed": {"lv": "Atlikts", "en": "Postponed", "ru": "Отложено"},
    "was": {"lv": "iepriekš: {when}", "en": "was: {when}", "ru": "было: {when}"},
    "reason": {"lv": "Iemesls: {reason}", "en": "Reason: {reason}", "ru": "Причина: {reason}"},
    "online": {"lv": "Tiešsaistē", "en": "Online", "ru": "Онлайн"},
    "in_person": {"lv": "Klātienē", "en": "In person", "ru": "Очно"},
    "in_person_and_online": {"lv": "Klātienē un tiešsaistē", "en": "In person and online", "ru": "Очно и онлайн"},
    "join_online": {"lv": "Pievienoties tiešsaistē", "en": "Join online", "ru": "Подключиться онлайн"},
    "free_entry": {"lv": "Dalība bez maksas", "en": "Free entry", "ru": "Вход свободный"},
    "price": {"lv": "Dalības maksa: {price}", "en": "Price: {price}", "ru": "Стоимость: {price}"},
    "price_label": {"lv": "Dalības maksa", "en": "Price", "ru": "Стоимость"},
    "when": {"lv": "Kad", "en": "When", "ru": "Когда"},
    "where": {"lv": "Kur", "en": "Where", "ru": "Где"},
    "place": {"lv": "Vieta", "en": "Place", "ru": "Место"},
    "address": {"lv": "Adrese", "en": "Address", "ru": "Адрес"},
    "entrance": {"lv": "Ieeja", "en": "Entrance", "ru": "Вход"},
    "map": {"lv": "Karte", "en": "Map", "ru": "Карта"},
    "organiser": {"lv": "Rīkotājs", "en": "Organiser", "ru": "Организатор"},
    "accessibility": {"lv": "Piekļūstamība", "en": "Accessibility", "ru": "Доступность"},
    "spoken_languages": {"lv": "Valoda", "en": "Language", "ru": "Язык"},
    "status": {"lv": "Statuss", "en": "Status", "ru": "Статус"},
    "all_day": {"lv": "Visu dienu", "en": "All day", "ru": "Весь день"},
    "add_to_calendar": {"lv": "Pievienot kalendāram", "en": "Add to calendar", "ru": "Добавить в календарь"},
    "place_is": {"lv": "Vieta: {place}", "en": "Place: {place}", "ru": "Место: {place}"},
    "takes_place_online": {"lv": "Notiks tiešsaistē", "en": "It takes place online", "ru": "Пройдёт онлайн"},
    "also_online": {
        "lv": "Varēs piedalīties arī tiešsaistē",
        "en": "You can also take part online",
        "ru": "Можно участвовать и онлайн",
    },
    # Posts made from the event itself. `{days}` is "tomorrow" or "in 3 days", `{moment}` a day with its time.
    "event_ahead": {
        "lv": "{days}, {moment} – {title}",
        "en": "{days}, on {moment} – {title}",
        "ru": "{days}, {moment} — {title}",
    },
    "event_moved": {
        "lv": "Pasākums pārcelts: {title}",
        "en": "Rescheduled: {title}",
        "ru": "Мероприятие перенесено: {title}",
    },
    "event_new_time": {
        "lv": "Jaunais laiks: {moment} (iepriekš {was})",
        "en": "New time: {moment} (was {was})",
        "ru": "Новое время: {moment} (было {was})",
    },
    "event_time_unchanged": {"lv": "Laiks: {moment}", "en": "Time: {moment}", "ru": "Время: {moment}"},
    "event_changed": {
        "lv": "Izmaiņas pasākumā: {title}",
        "en": "Changed: {title}",
        "ru": "Изменения в мероприятии: {title}",
    },
    "event_cancelled": {
        "lv": "Pasākums atcelts: {title}",
        "en": "Cancelled: {title}",
        "ru": "Мероприятие отменено: {title}",
    },
    "event_was_planned": {
        "lv": "Tas bija paredzēts {moment}",
        "en": "It was planned for {moment}",
        "ru": "Оно планировалось {moment}",
    },
    "event_postponed": {
        "lv": "Pasākums atlikts: {title}",
        "en": "Postponed: {title}",
        "ru": "Мероприятие отложено: {title}",
    },
    "event_new_date_later": {
        "lv": "Jauno laiku paziņosim",
        "en": "We will announce the new date",
        "ru": "О новой дате сообщим",
    },
}
