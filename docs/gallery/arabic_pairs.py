"""Write a small English-Arabic corpus, the same every time.

    python docs/gallery/arabic_pairs.py > arabic.tsv

Its Arabic puts the verb first and the adjective after its noun, so that attention has to cross:
"the clever girl read the new book" is "read the-girl the-clever the-book the-new". Verbs agree
with their subject in gender; adjectives with their noun in gender, definiteness and case, which
shows in writing only where a masculine object is indefinite.
"""

import random
import sys
from collections.abc import Iterator
from typing import NamedTuple

NUMBER = 3000
SEED = 1


class Noun(NamedTuple):
    """A noun; only "woman" has a definite form that is not the article and the noun."""

    english: str
    arabic: str
    feminine: bool
    definite: str = ""

    @property
    def with_article(self) -> str:
        """The noun as it is when everyone knows which one is meant."""
        return self.definite or "ال" + self.arabic


class Adjective(NamedTuple):
    """An adjective with both genders; colours take no ending in the accusative."""

    english: str
    masculine: str
    feminine: str
    colour: bool = False


class Verb(NamedTuple):
    """A verb in the past, said of a man and of a woman, and what can be done so."""

    english: str
    masculine: str
    feminine: str
    objects: str


PEOPLE = (
    Noun("boy", "ولد", False),
    Noun("girl", "بنت", True),
    Noun("man", "رجل", False),
    Noun("woman", "امرأة", True, "المرأة"),
    Noun("king", "ملك", False),
    Noun("queen", "ملكة", True),
    Noun("doctor", "طبيب", False),
    Noun("nurse", "ممرضة", True),
    Noun("student", "طالب", False),
    Noun("princess", "أميرة", True),
)
THINGS = {
    noun.english: noun
    for noun in (
        Noun("book", "كتاب", False),
        Noun("letter", "رسالة", True),
        Noun("house", "بيت", False),
        Noun("door", "باب", False),
        Noun("car", "سيارة", True),
        Noun("picture", "صورة", True),
        Noun("city", "مدينة", True),
        Noun("garden", "حديقة", True),
        Noun("tree", "شجرة", True),
        Noun("apple", "تفاحة", True),
        Noun("key", "مفتاح", False),
        Noun("pen", "قلم", False),
        Noun("horse", "حصان", False),
    )
}
VERBS = (
    Verb("read", "قرأ", "قرأت", "book letter"),
    Verb("wrote", "كتب", "كتبت", "book letter"),
    Verb("opened", "فتح", "فتحت", "book letter door"),
    Verb("saw", "رأى", "رأت", " ".join(THINGS)),
    Verb("found", "وجد", "وجدت", " ".join(THINGS)),
    Verb("bought", "اشترى", "اشترت", "book house car picture apple key pen horse"),
    Verb("sold", "باع", "باعت", "book house car picture apple key pen horse"),
    Verb("lost", "فقد", "فقدت", "book letter picture key pen horse"),
    Verb("ate", "أكل", "أكلت", "apple"),
    Verb("loved", "أحب", "أحبت", "house city garden horse tree"),
    Verb("drew", "رسم", "رسمت", "house picture tree horse garden door"),
)
OF_PEOPLE = (
    Adjective("clever", "ذكي", "ذكية"),
    Adjective("kind", "لطيف", "لطيفة"),
    Adjective("famous", "مشهور", "مشهورة"),
    Adjective("happy", "سعيد", "سعيدة"),
    Adjective("tall", "طويل", "طويلة"),
)
OF_THINGS = (
    Adjective("new", "جديد", "جديدة"),
    Adjective("old", "قديم", "قديمة"),
    Adjective("big", "كبير", "كبيرة"),
    Adjective("small", "صغير", "صغيرة"),
    Adjective("beautiful", "جميل", "جميلة"),
    Adjective("red", "أحمر", "حمراء", colour=True),
    Adjective("green", "أخضر", "خضراء", colour=True),
    Adjective("white", "أبيض", "بيضاء", colour=True),
)
ENDINGS = (
    ("", ""),
    ("yesterday", "أمس"),
    ("in the city", "في المدينة"),
    ("in the garden", "في الحديقة"),
    ("today", "اليوم"),
)
ACCUSATIVE = "ًا"


def phrase(noun: Noun, adjective: Adjective | None, *, definite: bool) -> tuple[str, str]:
    """A noun with its adjective in both languages; the indefinite one is an object."""
    english = [adjective.english, noun.english] if adjective else [noun.english]
    article = "the" if definite else "an" if english[0][0] in "aeiou" else "a"
    described = "" if adjective is None else adjective[2 if noun.feminine else 1]
    if definite:
        arabic = [noun.with_article, *(["ال" + described] if described else [])]
    else:
        ending = "" if noun.feminine else ACCUSATIVE
        plain = adjective is not None and adjective.colour
        arabic = [
            noun.arabic + ending,
            *([described + ("" if plain else ending)] if described else []),
        ]
    return " ".join([article, *english]), " ".join(arabic)


def pairs() -> Iterator[tuple[str, str]]:
    """Sentences and their translations, without end and with repetitions."""
    draw = random.Random(SEED)
    while True:
        subject, verb = draw.choice(PEOPLE), draw.choice(VERBS)
        thing = THINGS[draw.choice(verb.objects.split())]
        who = phrase(subject, draw.choice((None, *OF_PEOPLE)), definite=True)
        what = phrase(thing, draw.choice((None, *OF_THINGS)), definite=draw.random() < 0.6)
        done = verb.feminine if subject.feminine else verb.masculine
        ending = draw.choice(ENDINGS)
        english = (who[0], verb.english, what[0], ending[0])
        arabic = (done, who[1], what[1], ending[1])
        yield " ".join(filter(None, english)) + ".", " ".join(filter(None, arabic)) + "."


def main() -> None:
    """Write the pairs, each once."""
    written: set[str] = set()
    for english, arabic in pairs():
        if english not in written:
            written.add(english)
            sys.stdout.buffer.write(f"{english}\t{arabic}\n".encode())
        if len(written) == NUMBER:
            return


if __name__ == "__main__":
    main()
