"""Names of months and weekdays."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Names:
    """`months_in` is the form beside a day in running text: locative in Latvian, genitive in Russian and Ukrainian."""

    weekdays: tuple[str, ...]
    weekdays_short: tuple[str, ...]
    months: tuple[str, ...]
    months_in: tuple[str, ...]
    months_short: tuple[str, ...]


def _names(weekdays: str, weekdays_short: str, months: str, months_in: str, months_short: str) -> Names:
    return Names(*(tuple(row.split()) for row in (weekdays, weekdays_short, months, months_in, months_short)))


NAMES = {
    "lv": _names(
        "pirmdiena otrdiena trešdiena ceturtdiena piektdiena sestdiena svētdiena",
        "P O T C Pk S Sv",
        "janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris",
        "janvārī februārī martā aprīlī maijā jūnijā jūlijā augustā septembrī oktobrī novembrī decembrī",
        "janv. febr. marts apr. maijs jūn. jūl. aug. sept. okt. nov. dec.",
    ),
    "en": _names(
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "Mon Tue Wed Thu Fri Sat Sun",
        "January February March April May June July August September October November December",
        "January February March April May June July August September October November December",
        "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec",
    ),
    "ru": _names(
        "понедельник вторник среда четверг пятница суббота воскресенье",
        "пн вт ср чт пт сб вс",
        "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
        "янв. февр. мар. апр. мая июн. июл. авг. сент. окт. нояб. дек.",
    ),
    "uk": _names(
        "понеділок вівторок середа четвер пʼятниця субота неділя",
        "пн вт ср чт пт сб нд",
        "січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень",
        "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
        "січ. лют. бер. квіт. трав. черв. лип. серп. вер. жовт. лист. груд.",
    ),
}
