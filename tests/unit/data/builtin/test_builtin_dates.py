"""Dates against the standard library's own reading of them."""

import datetime
import re

import pytest
from builtin_pairs import generate

from seq2see.data.builtin.aligned import finish
from seq2see.data.builtin.dates import write

DAY = datetime.date(1994, 9, 27)


@pytest.mark.parametrize(
    ("notation", "lower", "source", "links"),
    [
        ("MONTH D , YEAR", True, "september 27, 1994", {"september 09", "27 27", "1994 1994"}),
        ("the DTH of MONTH YEAR", False, "the 27th of September 1994",
         {"27th 27", "September 09", "1994 1994"}),
        ("M/D/YY", False, "9/27/94", {"9 09", "27 27", "94 1994"}),
        ("MM-DD-YEAR", False, "09-27-1994", {"09 09", "27 27", "1994 1994"}),
        ("WEEKDAY , MONTH D , YEAR", False, "Tuesday, September 27, 1994",
         {"September 09", "27 27", "1994 1994"}),
        ("the ORDINAL of MONTH YEAR", True, "the twenty-seventh of september 1994",
         {"twenty-seventh 27", "september 09", "1994 1994"}),
        ("MON. D , YEAR", False, "Sep. 27, 1994", {"Sep. 09", "27 27", "1994 1994"}),
    ],
)  # fmt: skip
def test_notations(notation: str, lower: bool, source: str, links: set[str]) -> None:
    pair = finish(write(DAY, notation, lower=lower))
    assert (pair.source, pair.target) == (source, "1994-09-27")
    said = {f"{source[a:b]} {pair.target[c:d]}" for a, b, c, d in pair.alignment or ()}
    assert said == links


@pytest.mark.parametrize(
    ("day", "written"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"),
     (21, "21st"), (22, "22nd"), (23, "23rd"), (30, "30th"), (31, "31st")],
)  # fmt: skip
def test_ordinals(day: int, written: str) -> None:
    pair = finish(write(datetime.date(2004, 5, day), "the DTH of MONTH YEAR"))
    assert pair.source == f"the {written} of May 2004"


def test_full_month_names_read_back_with_strptime() -> None:
    known = {
        r"[A-Z][a-z]+ \d+, \d{4}": ("%B %d, %Y", "%b %d, %Y"),
        r"\d+/\d+/\d{4}": ("%m/%d/%Y",),
        r"[A-Z][a-z]+day, \d+ [A-Z][a-z]+ \d{4}": ("%A, %d %B %Y",),
    }
    checked = 0
    for pair in generate("dates", "train", 2000):
        for pattern, formats in known.items():
            if re.fullmatch(pattern, pair.source):
                dates = set()
                for form in formats:
                    try:
                        dates.add(datetime.datetime.strptime(pair.source, form).date())
                    except ValueError:
                        continue
                assert dates == {datetime.date.fromisoformat(pair.target)}
                checked += 1
    assert checked > 200


def test_weekdays_are_right_and_unlinked() -> None:
    names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    for pair in generate("dates", "train", 1000):
        first = re.match(r"[a-z]+day", pair.source.lower())
        if first:
            date = datetime.date.fromisoformat(pair.target)
            assert first.group() == names[date.isoweekday() - 1]
            assert min(link.source_start for link in pair.alignment or ()) >= first.end()


def test_two_digit_years_are_1950_to_2049() -> None:
    years = set()
    for pair in generate("dates", "train", 5000):
        short = re.fullmatch(r"\d+/\d+/(\d\d)", pair.source)
        if short:
            year = int(pair.target[:4])
            assert year == int(short.group(1)) + (1900 if int(short.group(1)) >= 50 else 2000)
            years.add(year // 100)
    assert years == {19, 20}


def test_no_date_of_one_split_is_in_another() -> None:
    train = {pair.target for pair in generate("dates", "train", 5000)}
    test = {pair.target for pair in generate("dates", "test", 1000)}
    assert not train & test
