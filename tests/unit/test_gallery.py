"""The gallery: its Arabic and French are right, and everything in it is shown."""

import base64
import gzip
import json
import re
import runpy
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from seq2see.models import presets

GALLERY = Path(__file__).resolve().parents[2] / "docs" / "gallery"
SCRIPT = GALLERY / "arabic_pairs.py"
MADE: dict[str, Any] = runpy.run_path(str(SCRIPT))
FRENCH: dict[str, Any] = runpy.run_path(str(GALLERY / "french_pairs.py"))
ANIMALS_AND_THINGS = (*FRENCH["ANIMALS"], *FRENCH["THINGS"])


# Translated by hand.
@pytest.mark.parametrize(
    ("thing", "adjective", "definite", "english", "arabic"),
    [
        ("book", "new", True, "the new book", "الكتاب الجديد"),
        ("car", "new", True, "the new car", "السيارة الجديدة"),
        ("book", "new", False, "a new book", "كتابًا جديدًا"),
        ("car", "old", False, "an old car", "سيارة قديمة"),
        ("pen", "red", False, "a red pen", "قلمًا أحمر"),
        ("apple", "red", True, "the red apple", "التفاحة الحمراء"),
        ("apple", None, False, "an apple", "تفاحة"),
    ],
)
def test_adjectives_agree(
    thing: str, adjective: str | None, definite: bool, english: str, arabic: str
) -> None:
    known = {one.english: one for one in MADE["OF_THINGS"]}
    noun = MADE["THINGS"][thing]
    described = known[adjective] if adjective else None
    assert MADE["phrase"](noun, described, definite=definite) == (english, arabic)


def test_the_corpus_is_the_same_every_time_and_agrees() -> None:
    runs = [subprocess.run([sys.executable, SCRIPT], capture_output=True, check=True).stdout
            for _ in range(2)]  # fmt: skip
    assert runs[0] == runs[1]
    pairs = [line.split("\t") for line in runs[0].decode().splitlines()]
    assert len(pairs) == 3000 == len({english for english, _ in pairs})
    women = ("girl", "woman", "queen", "nurse", "princess")
    verbs = {verb.feminine for verb in MADE["VERBS"]}
    for english, arabic in pairs:
        subject = re.findall(r"^the (?:\w+ )?(\w+) (?:read|wrote|opened|saw|found|bought|sold|lost|"
                             r"ate|loved|drew) ", english)[0]  # fmt: skip
        assert (arabic.split()[0] in verbs) == (subject in women), english
        assert not re.search("[a-z]", arabic)


# Translated by hand.
@pytest.mark.parametrize(
    ("noun", "size", "colour", "english", "french"),
    [
        ("car", "small", "red", "the small red car", "la petite voiture rouge"),
        ("cat", "big", "white", "the big white cat", "le grand chat blanc"),
        ("mouse", None, "white", "the white mouse", "la souris blanche"),
        ("boat", "small", "green", "the small green boat", "le petit bateau vert"),
        ("lamp", "big", None, "the big lamp", "la grande lampe"),
        ("bridge", None, None, "the bridge", "le pont"),
    ],
)
def test_french_adjectives_stand_where_they_belong(
    noun: str, size: str | None, colour: str | None, english: str, french: str
) -> None:
    nouns = {one.english: one for one in (*ANIMALS_AND_THINGS, *FRENCH["WAYS"])}
    adjectives = {one.english: one for one in (*FRENCH["SIZES"], *FRENCH["COLOURS"])}
    described = [adjectives[one] if one else None for one in (size, colour)]
    assert FRENCH["phrase"](nouns[noun], *described) == (english, french)


def test_what_french_calls_it_has_the_right_gender() -> None:
    pairs = list(islice(FRENCH["pairs"](), FRENCH["SIZE"]))
    assert len({english for english, _ in pairs}) == FRENCH["SIZE"] == 2000
    crossings = [(english, french) for english, french in pairs if " cross " in english]
    assert len(crossings) > 200
    feminine = {"turtle", "mouse", "street"}
    for english, french in crossings:
        subject, rest = english.split(" does not cross the ")
        way, reason = rest.split(" because it is too ")
        meant = way if reason in ("wide", "long") else subject.split()[-1]
        assert ("qu'elle est" in french) == (meant in feminine), english
        assert ("qu'il est" in french) == (meant not in feminine), english


def test_every_picture_and_page_is_shown() -> None:
    page = (GALLERY / "README.md").read_text(encoding="utf-8")
    made = [*GALLERY.glob("*.svg"), *GALLERY.glob("*.html")]
    assert [one.name for one in made if f"({one.name})" not in page] == []


@pytest.mark.parametrize("arch", [one.name for one in presets.ARCHITECTURES])
def test_every_architecture_has_a_small_live_page(arch: str) -> None:
    path = GALLERY / f"{arch}.html"
    assert path.stat().st_size <= 320_000
    text = path.read_text(encoding="utf-8")
    [packed] = re.findall(r' id="packed">(.*?)</script>', text)
    content = json.loads(gzip.decompress(base64.b85decode(packed.replace(",", "<"))))
    [model] = content["data"]["models"]
    assert model["info"]["arch"] == arch
    assert model["packed"]["parameters"]
    assert len(content["data"]["sentences"]) >= 3
