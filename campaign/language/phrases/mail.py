"""What a newsletter says around its content; neutral, since others may see an inbox."""

from campaign.language.plural import Wordings

MAIL: dict[str, dict[str, Wordings]] = {
    "mail_subject_discreet": {
        "lv": "Jaunumi: {date}",
        "en": "News: {date}",
        "ru": "Новости: {date}",
        "uk": "Новини: {date}",
    },
    "mail_preheader_discreet": {
        "lv": "Jaunumi un gaidāmie notikumi",
        "en": "News and upcoming events",
        "ru": "Новости и предстоящие события",
        "uk": "Новини та майбутні події",
    },
    "mail_greeting": {"lv": "Labdien!", "en": "Hello,", "ru": "Здравствуйте!", "uk": "Доброго дня!"},
    "mail_news": {"lv": "Jaunumi", "en": "News", "ru": "Новости", "uk": "Новини"},
    "mail_events": {
        "lv": "Gaidāmie notikumi",
        "en": "Upcoming events",
        "ru": "Предстоящие события",
        "uk": "Майбутні події",
    },
    "mail_in_this_issue": {
        "lv": "Šajā izdevumā",
        "en": "In this issue",
        "ru": "В этом выпуске",
        "uk": "У цьому випуску",
    },
    "mail_picture": {"lv": "Attēls", "en": "Picture", "ru": "Изображение", "uk": "Зображення"},
    "mail_web_copy": {
        "lv": "Lasīt tīmekļa vietnē",
        "en": "Read on the website",
        "ru": "Читать на сайте",
        "uk": "Читати на сайті",
    },
    "mail_reason": {
        "lv": "Jūs saņemat šo vēstuli, jo pieteicāties jaunumiem.",
        "en": "You get this mail because you signed up for our news.",
        "ru": "Вы получили это письмо, потому что подписались на наши новости.",
        "uk": "Ви отримали цей лист, оскільки підписалися на наші новини.",
    },
    "mail_stop_by_reply": {
        "lv": "Lai to vairs nesaņemtu, atbildiet uz šo vēstuli ar vārdu “Atteikties”.",
        "en": "To stop it, reply to this mail with the word “Unsubscribe”.",
        "ru": "Чтобы отписаться, ответьте на это письмо словом «Отписаться».",
        "uk": "Щоб відписатися, надішліть у відповідь на цей лист слово «Відписатися».",
    },
    "mail_unsubscribe": {"lv": "Atteikties", "en": "Unsubscribe", "ru": "Отписаться", "uk": "Відписатися"},
    "mail_no_tracking": {
        "lv": "Šajā vēstulē nav izsekošanas.",
        "en": "This mail contains no tracking.",
        "ru": "В этом письме нет отслеживания.",
        "uk": "У цьому листі немає засобів відстеження.",
    },
}
