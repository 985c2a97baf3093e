"""Single words that several outlets share: languages, accessibility, topics, days counted."""

from campaign.language.plural import Wordings

WORDS: dict[str, dict[str, Wordings]] = {
    # How far away a day is, in running text.
    "today": {"lv": "šodien", "en": "today", "ru": "сегодня", "uk": "сьогодні"},
    "tomorrow": {"lv": "rīt", "en": "tomorrow", "ru": "завтра", "uk": "завтра"},
    "yesterday": {"lv": "vakar", "en": "yesterday", "ru": "вчера", "uk": "вчора"},
    "in_days": {
        "lv": {"zero": "pēc {n} dienām", "one": "pēc {n} dienas", "other": "pēc {n} dienām"},
        "en": {"one": "in {n} day", "other": "in {n} days"},
        "ru": {"one": "через {n} день", "few": "через {n} дня", "many": "через {n} дней", "other": "через {n} дня"},
        "uk": {"one": "через {n} день", "few": "через {n} дні", "many": "через {n} днів", "other": "через {n} дня"},
    },
    "days_ago": {
        "lv": {"zero": "pirms {n} dienām", "one": "pirms {n} dienas", "other": "pirms {n} dienām"},
        "en": {"one": "{n} day ago", "other": "{n} days ago"},
        "ru": {"one": "{n} день назад", "few": "{n} дня назад", "many": "{n} дней назад", "other": "{n} дня назад"},
        "uk": {"one": "{n} день тому", "few": "{n} дні тому", "many": "{n} днів тому", "other": "{n} дня тому"},
    },
    # Languages by their name in running text: "Valoda: latviešu, krievu".
    "language_lv": {"lv": "latviešu", "en": "Latvian", "ru": "латышский", "uk": "латиська"},
    "language_en": {"lv": "angļu", "en": "English", "ru": "английский", "uk": "англійська"},
    "language_ru": {"lv": "krievu", "en": "Russian", "ru": "русский", "uk": "російська"},
    "language_uk": {"lv": "ukraiņu", "en": "Ukrainian", "ru": "украинский", "uk": "українська"},
    "language_lt": {"lv": "lietuviešu", "en": "Lithuanian", "ru": "литовский", "uk": "литовська"},
    "language_et": {"lv": "igauņu", "en": "Estonian", "ru": "эстонский", "uk": "естонська"},
    "language_de": {"lv": "vācu", "en": "German", "ru": "немецкий", "uk": "німецька"},
    "language_pl": {"lv": "poļu", "en": "Polish", "ru": "польский", "uk": "польська"},
    "language_ltg": {"lv": "latgaliešu", "en": "Latgalian", "ru": "латгальский", "uk": "латгальська"},
    "language_lsl": {
        "lv": "latviešu zīmju valoda",
        "en": "Latvian Sign Language",
        "ru": "латышский жестовый язык",
        "uk": "латиська жестова мова",
    },
    # Accessibility of an event, by the ids a schedule uses.
    "access_step-free": {
        "lv": "piekļuve bez pakāpieniem",
        "en": "step-free access",
        "ru": "доступ без ступеней",
        "uk": "доступ без сходинок",
    },
    "access_wheelchair": {
        "lv": "pieejams ar ratiņkrēslu",
        "en": "wheelchair accessible",
        "ru": "доступно на инвалидной коляске",
        "uk": "доступно для людей на кріслах колісних",
    },
    "access_accessible-toilet": {
        "lv": "pielāgota tualete",
        "en": "accessible toilet",
        "ru": "приспособленный туалет",
        "uk": "пристосована вбиральня",
    },
    "access_parking": {
        "lv": "autostāvvieta cilvēkiem ar invaliditāti",
        "en": "parking for disabled people",
        "ru": "парковка для людей с инвалидностью",
        "uk": "паркомісця для людей з інвалідністю",
    },
    "access_lift": {"lv": "lifts", "en": "lift", "ru": "лифт", "uk": "ліфт"},
    "access_induction-loop": {
        "lv": "indukcijas cilpa",
        "en": "induction loop",
        "ru": "индукционная петля",
        "uk": "індукційна петля",
    },
    "access_live-captions": {
        "lv": "subtitri tiešraidē",
        "en": "live captions",
        "ru": "субтитры в прямом эфире",
        "uk": "субтитри наживо",
    },
    "access_captions": {"lv": "subtitri", "en": "captions", "ru": "субтитры", "uk": "субтитри"},
    "access_sign-language-lv": {
        "lv": "tulkojums latviešu zīmju valodā",
        "en": "Latvian Sign Language interpretation",
        "ru": "перевод на латышский жестовый язык",
        "uk": "переклад латиською жестовою мовою",
    },
    "access_audio-description": {
        "lv": "audioapraksts",
        "en": "audio description",
        "ru": "тифлокомментарий",
        "uk": "аудіодискрипція",
    },
    "access_easy-language": {
        "lv": "vieglā valoda",
        "en": "easy-to-read language",
        "ru": "простой язык",
        "uk": "легка для розуміння мова",
    },
    "access_quiet-room": {"lv": "klusā telpa", "en": "quiet room", "ru": "тихая комната", "uk": "тиха кімната"},
    "access_assistance-dog": {
        "lv": "drīkst ienākt ar suni-asistentu",
        "en": "assistance dogs welcome",
        "ru": "можно с собакой-ассистентом",
        "uk": "можна із собакою-помічником",
    },
    "access_simultaneous-interpretation": {
        "lv": "sinhronais tulkojums",
        "en": "simultaneous interpretation",
        "ru": "синхронный перевод",
        "uk": "синхронний переклад",
    },
    # Topics, by the ids a schedule uses.
    "topic_prevention": {"lv": "Novēršana", "en": "Prevention", "ru": "Предотвращение", "uk": "Запобігання"},
    "topic_help": {"lv": "Palīdzība", "en": "Help", "ru": "Помощь", "uk": "Допомога"},
    "topic_safe-work": {"lv": "Drošs darbs", "en": "Safe work", "ru": "Безопасная работа", "uk": "Безпечна робота"},
    "topic_children": {
        "lv": "Bērni un jaunieši",
        "en": "Children and young people",
        "ru": "Дети и молодёжь",
        "uk": "Діти та молодь",
    },
    "topic_training": {"lv": "Mācības", "en": "Training", "ru": "Обучение", "uk": "Навчання"},
    "topic_policy": {"lv": "Politika", "en": "Policy", "ru": "Политика", "uk": "Політика"},
}
