"""Single words that several outlets share: languages, accessibility, topics, days counted."""

from campaign.language.plural import Wordings

WORDS: dict[str, dict[str, Wordings]] = {
    # How far away a day is, in running text.
    "today": {"lv": "šodien", "en": "today", "ru": "сегодня"},
    "tomorrow": {"lv": "rīt", "en": "tomorrow", "ru": "завтра"},
    "yesterday": {"lv": "vakar", "en": "yesterday", "ru": "вчера"},
    "in_days": {
        "lv": {"zero": "pēc {n} dienām", "one": "pēc {n} dienas", "other": "pēc {n} dienām"},
        "en": {"one": "in {n} day", "other": "in {n} days"},
        "ru": {"one": "через {n} день", "few": "через {n} дня", "many": "через {n} дней", "other": "через {n} дня"},
    },
    "days_ago": {
        "lv": {"zero": "pirms {n} dienām", "one": "pirms {n} dienas", "other": "pirms {n} dienām"},
        "en": {"one": "{n} day ago", "other": "{n} days ago"},
        "ru": {"one": "{n} день назад", "few": "{n} дня назад", "many": "{n} дней назад", "other": "{n} дня назад"},
    },
    # Languages by their name in running text: "Valoda: latviešu, krievu".
    "language_lv": {"lv": "latviešu", "en": "Latvian", "ru": "латышский"},
    "language_en": {"lv": "angļu", "en": "English", "ru": "английский"},
    "language_ru": {"lv": "krievu", "en": "Russian", "ru": "русский"},
    "language_uk": {"lv": "ukraiņu", "en": "Ukrainian", "ru": "украинский"},
    "language_lt": {"lv": "lietuviešu", "en": "Lithuanian", "ru": "литовский"},
    "language_et": {"lv": "igauņu", "en": "Estonian", "ru": "эстонский"},
    "language_de": {"lv": "vācu", "en": "German", "ru": "немецкий"},
    "language_pl": {"lv": "poļu", "en": "Polish", "ru": "польский"},
    "language_ltg": {"lv": "latgaliešu", "en": "Latgalian", "ru": "латгальский"},
    "language_lsl": {
        "lv": "latviešu zīmju valoda",
        "en": "Latvian Sign Language",
        "ru": "латышский жестовый язык",
    },
    # Accessibility of an event, by the ids a schedule uses.
    "access_step-free": {"lv": "piekļuve bez pakāpieniem", "en": "step-free access", "ru": "доступ без ступеней"},
    "access_wheelchair": {
        "lv": "pieejams ar ratiņkrēslu",
        "en": "wheelchair accessible",
        "ru": "доступно на инвалидной коляске",
    },
    "access_accessible-toilet": {
        "lv": "pielāgota tualete",
        "en": "accessible toilet",
        "ru": "приспособленный туалет",
    },
    "access_parking": {
        "lv": "autostāvvieta cilvēkiem ar invaliditāti",
        "en": "parking for disabled people",
        "ru": "парковка для людей с инвалидностью",
    },
    "access_lift": {"lv": "lifts", "en": "lift", "ru": "лифт"},
    "access_induction-loop": {"lv": "indukcijas cilpa", "en": "induction loop", "ru": "индукционная петля"},
    "access_live-captions": {"lv": "subtitri tiešraidē", "en": "live captions", "ru": "субтитры в прямом эфире"},
    "access_captions": {"lv": "subtitri", "en": "captions", "ru": "субтитры"},
    "access_sign-language-lv": {
        "lv": "tulkojums latviešu zīmju valodā",
        "en": "Latvian Sign Language interpretation",
        "ru": "перевод на латышский жестовый язык",
    },
    "access_audio-description": {"lv": "audioapraksts", "en": "audio description", "ru": "тифлокомментарий"},
    "access_easy-language": {"lv": "vieglā valoda", "en": "easy-to-read language", "ru": "простой язык"},
    "access_quiet-room": {"lv": "klusā telpa", "en": "quiet room", "ru": "тихая комната"},
    "access_assistance-dog": {
        "lv": "drīkst ienākt ar suni-asistentu",
        "en": "assistance dogs welcome",
        "ru": "можно с собакой-ассистентом",
    },
    "access_simultaneous-interpretation": {
        "lv": "sinhronais tulkojums",
        "en": "simultaneous interpretation",
        "ru": "синхронный перевод",
    },
    # Topics, by the ids a schedule uses.
    "topic_prevention": {"lv": "Novēršana", "en": "Prevention", "ru": "Предотвращение"},
    "topic_help": {"lv": "Palīdzība", "en": "Help", "ru": "Помощь"},
    "topic_safe-work": {"lv": "Drošs darbs", "en": "Safe work", "ru": "Безопасная работа"},
    "topic_children": {"lv": "Bērni un jaunieši", "en": "Children and young people", "ru": "Дети и молодёжь"},
    "topic_training": {"lv": "Mācības", "en": "Training", "ru": "Обучение"},
    "topic_policy": {"lv": "Politika", "en": "Policy", "ru": "Политика"},
}
