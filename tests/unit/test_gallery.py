"""The gallery: its Arabic is right, and every picture in it is shown."""

import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

GALLERY = Path(__file__).resolve().parents[2] / "docs" / "gallery"
SCRIPT = GALLERY / "arabic_pairs.py"
MADE: dict[str, Any] = runpy.run_path(str(SCRIPT))


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


def test_every_picture_is_shown() -> None:
    page = (GALLERY / "README.md").read_text(encoding="utf-8")
    assert [one.name for one in GALLERY.glob("*.svg") if f"({one.name})" not in page] == []
