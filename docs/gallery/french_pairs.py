"""English-French pairs of a small grammar, for pages that anyone can play with.

An adjective of size stands before its French noun and one of colour behind it, both agree with it,
and *it* is ``il`` or ``elle``: what is too tired is the animal, what is too wide is the street.
Two thousand pairs, the same every time:

    python docs/gallery/french_pairs.py > french.tsv
"""

import random
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

SIZE = 2000
SEED = 2014


class Noun(NamedTuple):
    """A noun; all begin with a consonant, so that no article is elided."""

    english: str
    french: str
    feminine: bool

    @property
    def article(self) -> str:
        """The definite article."""
        return "la" if self.feminine else "le"

    @property
    def pronoun(self) -> str:
        """What stands for it, after ``que``."""
        return "qu'elle" if self.feminine else "qu'il"


class Adjective(NamedTuple):
    """An adjective with its two forms in the singular."""

    english: str
    masculine: str
    feminine: str

    def of(self, noun: Noun) -> str:
        """The form that agrees."""
        return self.feminine if noun.feminine else self.masculine


PERSONS = (
    Noun("girl", "fille", True),
    Noun("woman", "femme", True),
    Noun("boy", "garçon", False),
    Noun("doctor", "médecin", False),
)
ANIMALS = (
    Noun("cat", "chat", False),
    Noun("dog", "chien", False),
    Noun("turtle", "tortue", True),
    Noun("mouse", "souris", True),
)
THINGS = (
    Noun("car", "voiture", True),
    Noun("house", "maison", True),
    Noun("book", "livre", False),
    Noun("coat", "manteau", False),
    Noun("lamp", "lampe", True),
    Noun("boat", "bateau", False),
)
WAYS = (Noun("street", "rue", True), Noun("bridge", "pont", False))
SIZES = (Adjective("small", "petit", "petite"), Adjective("big", "grand", "grande"))
COLOURS = (
    Adjective("red", "rouge", "rouge"),
    Adjective("black", "noir", "noire"),
    Adjective("white", "blanc", "blanche"),
    Adjective("green", "vert", "verte"),
)
MOODS = (
    Adjective("tired", "fatigué", "fatiguée"),
    Adjective("slow", "lent", "lente"),
    Adjective("old", "vieux", "vieille"),
)
PRICES = (Adjective("expensive", "cher", "chère"), Adjective("ugly", "laid", "laide"))
EXTENTS = (Adjective("wide", "large", "large"), Adjective("long", "long", "longue"))
VERBS = (
    ("sees", "voit"), ("wants", "veut"), ("buys", "achète"), ("sells", "vend"), ("likes", "aime"),
)  # fmt: skip
DENIED = (("want", "veut"), ("buy", "achète"), ("sell", "vend"), ("like", "aime"))

Pair = tuple[str, str]


def phrase(noun: Noun, size: Adjective | None = None, colour: Adjective | None = None) -> Pair:
    """A noun with its article and adjectives, in both languages."""
    english = ["the", *(one.english for one in (size, colour) if one), noun.english]
    french = [noun.article, noun.french]
    if size:
        french.insert(1, size.of(noun))
    if colour:
        french.append(colour.of(noun))
    return " ".join(english), " ".join(french)


def pairs(seed: int = SEED) -> Iterator[Pair]:
    """Different pairs, until the grammar has no more."""
    draw = random.Random(seed)
    seen: set[str] = set()
    misses = 0
    while misses < 1000:
        english, french = draw.choice((_statement, _statement, _price, _crossing))(draw)
        if english in seen:
            misses += 1
        else:
            misses = 0
            seen.add(english)
            yield english, french


def _described(draw: random.Random, nouns: tuple[Noun, ...]) -> Pair:
    size = draw.choice(SIZES) if draw.random() < 0.5 else None
    colour = draw.choice(COLOURS) if draw.random() < 0.5 else None
    return phrase(draw.choice(nouns), size, colour)


def _statement(draw: random.Random) -> Pair:
    """The girl sees the small red car; people are not described."""
    person = draw.random() < 0.5
    subject = phrase(draw.choice(PERSONS)) if person else _described(draw, ANIMALS)
    verb = draw.choice(VERBS)
    thing = _described(draw, THINGS + ANIMALS)
    return f"{subject[0]} {verb[0]} {thing[0]}", f"{subject[1]} {verb[1]} {thing[1]}"


def _price(draw: random.Random) -> Pair:
    """The girl does not buy the coat because it is too expensive; or because she is too tired."""
    person, verb, thing = draw.choice(PERSONS), draw.choice(DENIED), draw.choice(THINGS)
    of_person = draw.random() < 0.5
    adjective = draw.choice(MOODS if of_person else PRICES)
    meant = person if of_person else thing
    pronoun = ("she" if person.feminine else "he") if of_person else "it"
    return _reason(phrase(person), verb, phrase(thing), pronoun, meant, adjective)


def _crossing(draw: random.Random) -> Pair:
    """The turtle does not cross the street because it is too tired; or because it is too wide."""
    animal, way = draw.choice(ANIMALS), draw.choice(WAYS)
    of_animal = draw.random() < 0.5
    adjective = draw.choice(MOODS if of_animal else EXTENTS)
    meant = animal if of_animal else way
    subject = _described(draw, (animal,))
    return _reason(subject, ("cross", "traverse"), phrase(way), "it", meant, adjective)


def _reason(
    subject: Pair, verb: Pair, thing: Pair, pronoun: str, meant: Noun, adjective: Adjective
) -> Pair:
    english = f"{subject[0]} does not {verb[0]} {thing[0]} because {pronoun} is too"
    french = f"{subject[1]} ne {verb[1]} pas {thing[1]} parce {meant.pronoun} est trop"
    # `ne` before a vowel
    french = french.replace(" ne achète", " n'achète").replace(" ne aime", " n'aime")
    return f"{english} {adjective.english}", f"{french} {adjective.of(meant)}"


if __name__ == "__main__":
    for source, target in islice(pairs(), SIZE):
        print(source, target, sep="\t")
