"""What the public pages and feeds say around the content."""

from campaign.language.plural import Wordings

PAGES: dict[str, dict[str, Wordings]] = {
    "skip_to_content": {"lv": "Pāriet uz saturu", "en": "Skip to content", "ru": "Перейти к содержанию"},
    "home": {"lv": "Sākums", "en": "Home", "ru": "Главная"},
    "menu": {"lv": "Izvēlne", "en": "Menu", "ru": "Меню"},
    "choose_language": {"lv": "Valoda", "en": "Language", "ru": "Язык"},
    "this_month": {"lv": "Šis mēnesis", "en": "This month", "ru": "Этот месяц"},
    "previous_month": {"lv": "Iepriekšējais mēnesis", "en": "Previous month", "ru": "Предыдущий месяц"},
    "next_month": {"lv": "Nākamais mēnesis", "en": "Next month", "ru": "Следующий месяц"},
    "archive": {"lv": "Arhīvs", "en": "Archive", "ru": "Архив"},
    "events": {"lv": "Notikumi", "en": "Events", "ru": "События"},
    "observances": {"lv": "Atzīmējamās dienas", "en": "Awareness days", "ru": "Памятные дни"},
    "upcoming_events": {"lv": "Gaidāmie notikumi", "en": "Upcoming events", "ru": "Предстоящие события"},
    "news": {"lv": "Jaunumi", "en": "News", "ru": "Новости"},
    "articles": {"lv": "Raksti", "en": "Articles", "ru": "Статьи"},
    "topics": {"lv": "Tēmas", "en": "Topics", "ru": "Темы"},
    "read_more": {"lv": "Lasīt vairāk", "en": "Read more", "ru": "Подробнее"},
    "more_at": {"lv": "Vairāk: {link}", "en": "More: {link}", "ru": "Подробнее: {link}"},
    "published": {"lv": "Publicēts {date}", "en": "Published on {date}", "ru": "Опубликовано {date}"},
    "updated": {"lv": "Atjaunots {date}", "en": "Updated on {date}", "ru": "Обновлено {date}"},
    "corrected_on": {
        "lv": "Labots {date}: {note}",
        "en": "Corrected on {date}: {note}",
        "ru": "Исправлено {date}: {note}",
    },
    "withdrawn": {"lv": "Atsaukts", "en": "Withdrawn", "ru": "Отозвано"},
    "withdrawn_text": {
        "lv": "Šis ieraksts ir atsaukts.",
        "en": "This entry has been withdrawn.",
        "ru": "Эта запись отозвана.",
    },
    "translated_from_lv": {
        "lv": "Tulkots no latviešu valodas",
        "en": "Translated from Latvian",
        "ru": "Перевод с латышского",
    },
    "translated_from_en": {
        "lv": "Tulkots no angļu valodas",
        "en": "Translated from English",
        "ru": "Перевод с английского",
    },
    "translated_from_ru": {
        "lv": "Tulkots no krievu valodas",
        "en": "Translated from Russian",
        "ru": "Перевод с русского",
    },
    "sources_of_figures": {"lv": "Skaitļu avoti", "en": "Sources of the figures", "ru": "Источники данных"},
    "photo_credit": {"lv": "Foto: {credit}", "en": "Photo: {credit}", "ru": "Фото: {credit}"},
    "subscribe": {"lv": "Abonēt", "en": "Subscribe", "ru": "Подписаться"},
    "subscribe_feed": {
        "lv": "Abonēt jaunumu plūsmu (RSS)",
        "en": "Subscribe to the news feed (RSS)",
        "ru": "Подписаться на ленту новостей (RSS)",
    },
    "subscribe_calendar": {
        "lv": "Abonēt kalendāru",
        "en": "Subscribe to the calendar",
        "ru": "Подписаться на календарь",
    },
    "download_calendar": {
        "lv": "Lejupielādēt kalendāra datni (.ics)",
        "en": "Download the calendar file (.ics)",
        "ru": "Скачать файл календаря (.ics)",
    },
    "help_numbers": {"lv": "Palīdzības tālruņi", "en": "Help lines", "ru": "Телефоны помощи"},
    "help_heading": {"lv": "Vajadzīga palīdzība?", "en": "Need help?", "ru": "Нужна помощь?"},
    "call_in_danger": {
        "lv": "Ja esat briesmās, zvaniet {number}.",
        "en": "If you are in danger, call {number}.",
        "ru": "Если вы в опасности, звоните {number}.",
    },
    # Leaving a page fast; the explanation promises nothing it cannot keep.
    "exit": {"lv": "Ātri pamest šo lapu", "en": "Leave this page quickly", "ru": "Быстро покинуть страницу"},
    "exit_emergency": {"lv": "Steidzami", "en": "Emergency", "ru": "Срочно"},
    "exit_explained": {
        "lv": "Poga uzreiz atver citu vietni, bet neizdzēš pārlūkošanas vēsturi.",
        "en": "The button opens another website at once. This does not erase your browsing history.",
        "ru": "Кнопка сразу открывает другой сайт, но не стирает историю браузера.",
    },
    "exit_keys": {
        "lv": "Var arī trīs reizes nospiest taustiņu Shift.",
        "en": "You can also press the Shift key three times.",
        "ru": "Можно также трижды нажать клавишу Shift.",
    },
    "exit_presses_left": {
        "lv": {
            "zero": "Shift: nospiediet vēl {n} reižu, lai pamestu lapu.",
            "one": "Shift: nospiediet vēl {n} reizi, lai pamestu lapu.",
            "other": "Shift: nospiediet vēl {n} reizes, lai pamestu lapu.",
        },
        "en": {
            "one": "Shift, press {n} more time to exit.",
            "other": "Shift, press {n} more times to exit.",
        },
        "ru": {
            "one": "Shift: нажмите ещё {n} раз, чтобы выйти.",
            "few": "Shift: нажмите ещё {n} раза, чтобы выйти.",
            "many": "Shift: нажмите ещё {n} раз, чтобы выйти.",
            "other": "Shift: нажмите ещё {n} раза, чтобы выйти.",
        },
    },
    "exit_loading": {"lv": "Notiek ielāde.", "en": "Loading.", "ru": "Загрузка."},
    "page_not_found": {"lv": "Lapa nav atrasta", "en": "Page not found", "ru": "Страница не найдена"},
    "page_not_found_text": {
        "lv": "Šādas lapas nav. Iespējams, adrese ir mainījusies vai ievadīta neprecīzi.",
        "en": "There is no page at this address. It may have moved, or the address was mistyped.",
        "ru": "Такой страницы нет. Возможно, адрес изменился или введён с ошибкой.",
    },
    "back_to_calendar": {"lv": "Atpakaļ uz kalendāru", "en": "Back to the calendar", "ru": "Назад к календарю"},
    "contact_us": {"lv": "Sazināties ar mums", "en": "Contact us", "ru": "Связаться с нами"},
    "publisher": {"lv": "Izdevējs: {name}", "en": "Published by {name}", "ru": "Издатель: {name}"},
    "no_tracking": {
        "lv": "Šajā vietnē nav sīkdatņu un izsekošanas.",
        "en": "This site uses no cookies and no tracking.",
        "ru": "На этом сайте нет файлов cookie и отслеживания.",
    },
    # The month and its entries.
    "moved_away": {
        "lv": "Pārcelts, notiks {day}",
        "en": "Rescheduled to {day}",
        "ru": "Перенесено на {day}",
    },
    "day_by_day": {"lv": "Notikumi pa dienām", "en": "Day by day", "ru": "События по дням"},
    "continuing": {"lv": "Turpinās", "en": "Continuing", "ru": "Продолжается"},
    "nearest_month": {
        "lv": "Tuvākais mēnesis ar notikumiem: {month}",
        "en": "Nearest month with events: {month}",
        "ru": "Ближайший месяц с событиями: {month}",
    },
    "open_in_calendar": {
        "lv": "Atvērt kalendāra lietotnē",
        "en": "Open in your calendar app",
        "ru": "Открыть в приложении календаря",
    },
    "subscribe_text": {
        "lv": "Jaunumi un kalendārs paši nonāk jūsu lasītājā vai kalendārā. "
        "Pieteikties nevajag, un mēs neredzam, kas tos lasa.",
        "en": "News and the calendar come to your own reader or calendar. "
        "No sign-up is needed, and we do not see who reads them.",
        "ru": "Новости и календарь сами приходят в ваш ридер или календарь. "
        "Регистрация не нужна, и мы не видим, кто их читает.",
    },
    "news_feeds": {"lv": "Jaunumu plūsmas", "en": "News feeds", "ru": "Ленты новостей"},
    "site_sections": {"lv": "Vietnes sadaļas", "en": "Site sections", "ru": "Разделы сайта"},
    "nothing_published": {
        "lv": "Vēl nekas nav publicēts.",
        "en": "Nothing has been published yet.",
        "ru": "Пока ничего не опубликовано.",
    },
    "free": {"lv": "bez maksas", "en": "free", "ru": "бесплатно"},
    "all_news": {"lv": "Viss jaunākais", "en": "Everything new", "ru": "Всё новое"},
}
