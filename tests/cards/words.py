"""Words as campaigns write them, from one letter to compounds of thirty, and texts made of them."""

from hypothesis import strategies as st

_WRITTEN = {
    "lv": (
        "un ir kā uz no ar ES darbs darba diena dienas palīdzība palīdzības cilvēki cilvēku tirdzniecība "
        "tirdzniecību tirdzniecībā cietušajiem cilvēktirdzniecības novēršanas mazināšanu ekspluatācija "
        "ekspluatācijas piespiedu verdzība līgums līgumu darba devējs devēju pase pasi dokumenti dokumentus "
        "zvaniet zvanīt uzticības tālrunis tālruni drošs drošība ārzemēs bērni bērniem jaunieši skolotāji "
        "skolotājiem sociālajiem darbiniekiem pašvaldības pašvaldībām ministrija Rīgā Liepājā Daugavpilī Latvijas "
        "Latvijā Eiropas Savienības starptautiskā informācijas vispārējās pieejamības seminārs apmācības "
        "konference izstādes atklāšana tiešsaistē lekcija atpazīt pazīmes aizdomas ziņojiet policijai bezmaksas "
        "diennakts atbalsts atbalsta rehabilitācija glāžšķūņu rūķīši pretkorupcijas starpdisciplinārās "
        "nevalstiskajām organizācijām neaizsargātākajiem 18. oktobrī 2023. plkst. 10.00–16.00 116006 +371 "
        "28612120 – € Nr. 344"
    ),
    "en": (
        "a I to of in is it and the for day days work jobs help call now safe stop know signs people children "
        "workers employer contract passport police helpline trafficking exploitation forced labour victims "
        "survivors support European Union Anti-Trafficking awareness month training seminar conference teachers "
        "municipalities government international information responsibility organisations rehabilitation "
        "interdisciplinary accountability recruitment unconditional non-governmental misrepresentation 18 October "
        "2023 10:00–16:00 116006 +371 28612120 – € No. 344 24/7 Riga Latvia online abroad before you go keep your "
        "documents yourself"
    ),
    "ru": (
        "и в с к на по от не день дни работа работы помощь помощи люди людей торговля торговли людьми "
        "пострадавшим эксплуатация эксплуатации принудительный труд рабство договор работодатель паспорт "
        "документы звоните телефон доверия безопасность безопасная границей дети молодёжь учителя семинар "
        "конференция социальных работников самоуправлений министерство Рига Латвия Европейский союз международный "
        "доступности информации признаки подозрения сообщите полиции бесплатно круглосуточно поддержка "
        "реабилитация ответственность междисциплинарное неправительственных организаций предупреждению "
        "противодействию 18 октября 2023 г. 10:00–16:00 116006 +371 28612120 — € № 344"
    ),
    "uk": (
        "і в з до на від не що день дні робота роботи допомога допомоги люди людей торгівля торгівлі людьми "
        "постраждалим експлуатація експлуатації примусова праця рабство договір роботодавець паспорт документи "
        "телефонуйте телефон довіри безпека безпечна кордоном діти молодь учителі семінар конференція соціальних "
        "працівників самоврядувань міністерство Рига Латвія Європейський Союз міжнародний доступу інформації "
        "ознаки підозри повідомте поліцію безкоштовно цілодобово підтримка реабілітація відповідальність "
        "міждисциплінарне неурядових організацій запобігання протидії ґрунтовно їхній зʼясуйте 18 жовтня 2023 р. "
        "10:00–16:00 116006 +371 28612120 — € № 344"
    ),
}
WORDS = {language: written.split() for language, written in _WRITTEN.items()}


def within(words: list[str], most: int) -> str:
    """The first words, as many as `most` characters hold."""
    text = words[0][:most]
    for word in words[1:]:
        if len(text) + 1 + len(word) > most:
            break
        text += f" {word}"
    return text


def texts(language: str, most: int) -> st.SearchStrategy[str]:
    """From one word to `most` characters, short ones as likely as long ones."""
    return st.integers(1, most).flatmap(
        lambda characters: st.lists(st.sampled_from(WORDS[language]), min_size=1, max_size=max(1, characters // 4)).map(
            lambda words: within(words, most)
        )
    )
