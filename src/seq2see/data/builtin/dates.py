"""Dates as people write them, to ISO 8601: *september 27, 1994* to *1994-09-27*.

All-number dates are month/day/year, as in the United States; a year of two digits is 1950 to 2049.
Days of the week are right, and have no link: nothing of them is left in the target. No date of one
split occurs in another in any notation.
"""

import datetime
from collections.abc import Iterator

from seq2see.data.builtin.aligned import Draft, Token
from seq2see.data.builtin.stream import Draw, Grammar

_FIRST = datetime.date(1950, 1, 1)
_DAYS = (datetime.date(2049, 12, 31) - _FIRST).days + 1

_MONTHS, _WEEKDAYS, _ORDINALS = (
    line.split()
    for line in (
        "January February March April May June July August September October November December",
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
        "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth "
        "twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth "
        "twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first",
    )
)

_NOTATIONS = (
    "MONTH D , YEAR",
    "MONTH DTH , YEAR",
    "MONTH D YEAR",
    "MON D , YEAR",
    "MON. D , YEAR",
    "D MONTH YEAR",
    "D MON YEAR",
    "DTH of MONTH YEAR",
    "DTH MONTH YEAR",
    "the DTH of MONTH YEAR",
    "the DTH of MONTH , YEAR",
    "the ORDINAL of MONTH YEAR",
    "MONTH the DTH , YEAR",
    "WEEKDAY , MONTH D , YEAR",
    "WEEKDAY , D MONTH YEAR",
    "WEEKDAY the DTH of MONTH YEAR",
    "WDAY , MON D , YEAR",
    "M/D/YEAR",
    "M/D/YY",
    "MM/DD/YEAR",
    "MM-DD-YEAR",
    "YEAR MONTH D",
    "D-MON-YEAR",
)
"""Capital words stand for parts of the date; ``/`` and ``-`` are written without spaces."""


def _ordinal(day: int) -> str:
    suffix = "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{suffix}"


def _forms(date: datetime.date) -> dict[str, tuple[str, str]]:
    """Map each capital word of a notation to how it is written and to the part it says."""
    month = _MONTHS[date.month - 1]
    weekday = _WEEKDAYS[date.weekday()]
    return {
        "YEAR": (str(date.year), "year"),
        "YY": (f"{date.year % 100:02}", "year"),
        "MONTH": (month, "month"),
        "MON": (month[:3], "month"),
        "MON.": (month if month == "May" else f"{month[:3]}.", "month"),
        "M": (str(date.month), "month"),
        "MM": (f"{date.month:02}", "month"),
        "D": (str(date.day), "day"),
        "DD": (f"{date.day:02}", "day"),
        "DTH": (_ordinal(date.day), "day"),
        "ORDINAL": (_ORDINALS[date.day - 1], "day"),
        "WEEKDAY": (weekday, "weekday"),
        "WDAY": (weekday[:3], "weekday"),
    }


def _words(notation: str) -> Iterator[str]:
    """Split a notation into words, spaces and the signs between numbers."""
    for number, word in enumerate(notation.split()):
        if number and word != ",":
            yield " "
        for sign in "/-":
            if sign in word:
                first, *others = word.split(sign)
                yield first
                for other in others:
                    yield from (sign, other)
                break
        else:
            yield word


def write(date: datetime.date, notation: str, *, lower: bool = False) -> Draft:
    """Write a date in a notation, and in ISO 8601."""
    forms = _forms(date)
    source = []
    for word in _words(notation):
        text, part = forms.get(word, (word, ""))
        marks = ((date, part),) if part else ()
        source.append(Token(text.lower() if lower else text, marks))
    year, month, day = date.isoformat().split("-")
    target = [
        Token(year, ((date, "year"),)),
        Token("-"),
        Token(month, ((date, "month"),)),
        Token("-"),
        Token(day, ((date, "day"),)),
    ]
    return Draft(source, target, "", "")


def _draw(draw: Draw, is_long: bool) -> Draft:  # noqa: ARG001 (no date is long)
    date = _FIRST + datetime.timedelta(days=draw.between(0, _DAYS - 1))
    return write(date, draw.choose(_NOTATIONS), lower=draw.chance(0.5))


GRAMMAR = Grammar(
    draw=_draw,
    sizes={"train": 20_000, "valid": 500, "test": 1_000},
    limits={"train": 400_000, "valid": 20_000, "test": 50_000},
)
