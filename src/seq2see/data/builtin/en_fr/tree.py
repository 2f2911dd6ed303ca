"""What a sentence says, apart from how either language says it.

``english`` and ``french`` each write such a tree as tokens; nodes are compared by identity, so they
serve as marks. Entries of the lexicon are the leaves.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

Gender = Literal["m", "f"]


class Features(NamedTuple):
    """What other words agree with."""

    gender: Gender
    plural: bool
    person: int = 3


class NounEntry(NamedTuple):
    """A noun. ``kind`` says what it can do and what can be done to it."""

    kind: str
    english: tuple[str, str]
    french: tuple[str, str]
    gender: Gender


class AdjectiveEntry(NamedTuple):
    """An adjective.

    Attributes:
        english: Its one English form.
        comparative: The English comparative, empty where there is none of one word.
        french: Masculine, feminine, masculine plural, feminine plural.
        before_vowel: Masculine before a noun that begins with a vowel (``bel``), where it differs.
        is_before: Whether it stands before the French noun.
        kinds: Kinds of noun that it can describe.
    """

    english: str
    comparative: str
    french: tuple[str, str, str, str]
    before_vowel: str
    is_before: bool
    kinds: frozenset[str]


class VerbEntry(NamedTuple):
    """A verb.

    Attributes:
        english: Plain form, third person singular, past.
        particle: English preposition before the object (``look at``).
        infinitive: French infinitive.
        present: French present for je, il, nous, vous, ils.
        participle: French past participle, masculine singular.
        uses_etre: Whether its passé composé is made with être.
        preposition: French preposition before the object (``obéir à``).
        subjects: Kinds of subject.
        objects: Kinds of object, empty for intransitive verbs.
        notes: What else the planner must know; see the lexicon.
    """

    english: tuple[str, str, str]
    particle: str
    infinitive: str
    present: tuple[str, str, str, str, str]
    participle: str
    uses_etre: bool
    preposition: str
    subjects: frozenset[str]
    objects: frozenset[str]
    notes: frozenset[str]


class ModalEntry(NamedTuple):
    """A verb before an infinitive.

    ``english`` is plain form, third person and negated, the last empty where *do* negates it;
    ``french`` is the present for je, il, nous, vous, ils.
    """

    english: tuple[str, str, str]
    takes_to: bool
    french: tuple[str, str, str, str, str]


class PronounEntry(NamedTuple):
    """A personal pronoun; ``dative`` is empty where two pronouns would share the French form."""

    english: tuple[str, str]
    french: str
    direct: str
    dative: str
    features: Features


class DeterminerEntry(NamedTuple):
    """A determiner. ``french`` is masculine, feminine, plural; ``number`` what it goes with."""

    english: str
    french: tuple[str, str, str]
    number: Literal["singular", "plural", "both"]


class PlaceEntry(NamedTuple):
    """A city or country. ``at`` is what French says for *in* and *to*."""

    english: str
    french: str
    at: str
    origin: str


class Idiom(NamedTuple):
    """A fixed phrase, each word as ``word/numbers``; words that share a number are linked."""

    english: str
    french: str


@dataclass(frozen=True, eq=False, slots=True)
class Nominal:
    """A noun with what belongs to it."""

    noun: NounEntry
    determiner: DeterminerEntry
    plural: bool = False
    adjectives: tuple[AdjectiveEntry, ...] = ()
    owner: "NounPhrase | None" = None
    complement: "tuple[Idiom, NounPhrase] | None" = None
    relative: "Clause | None" = None

    @property
    def features(self) -> Features:
        """Gender and number of the French noun."""
        return Features(self.noun.gender, self.plural)


@dataclass(frozen=True, eq=False, slots=True)
class Name:
    """A person's name, the same in both languages."""

    text: str
    features: Features


@dataclass(frozen=True, eq=False, slots=True)
class Pronoun:
    """A personal pronoun."""

    entry: PronounEntry

    @property
    def features(self) -> Features:
        """Those of whom it stands for."""
        return self.entry.features


@dataclass(frozen=True, eq=False, slots=True)
class Both:
    """Two noun phrases joined by *and*."""

    first: "NounPhrase"
    second: "NounPhrase"

    @property
    def features(self) -> Features:
        """Plural, and feminine only if both are."""
        genders = {self.first.features.gender, self.second.features.gender}
        return Features("f" if genders == {"f"} else "m", plural=True)


@dataclass(frozen=True, eq=False, slots=True)
class Trace:
    """The place in a relative clause of the noun that it describes: *who*, *that*."""

    is_person: bool
    features: Features


@dataclass(frozen=True, eq=False, slots=True)
class Silent:
    """A subject said once, in the clause before: *he buys an apple and eats it*."""

    features: Features


NounPhrase: TypeAlias = Nominal | Name | Pronoun | Both | Trace | Silent


@dataclass(frozen=True, eq=False, slots=True)
class Place:
    """A prepositional phrase: a preposition with its noun phrase, or a named place."""

    preposition: Idiom
    noun_phrase: NounPhrase | PlaceEntry


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Clause:
    """Somebody does something.

    ``negation`` is empty, *not* or *never*. ``adverb`` and ``time`` are fixed phrases, the first
    beside the verb, the second at the end, or at the front where ``time_first``.
    """

    subject: NounPhrase
    verb: VerbEntry
    past: bool = False
    negation: Literal["", "not", "never"] = ""
    modal: ModalEntry | None = None
    object: NounPhrase | None = None
    recipient: NounPhrase | None = None
    place: Place | None = None
    adverb: Idiom | None = None
    time: Idiom | None = None
    time_first: bool = False


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Copula:
    """Somebody is something: an adjective, or a profession (a noun entry that agrees)."""

    subject: NounPhrase
    adjective: AdjectiveEntry | None = None
    profession: "ProfessionEntry | None" = None
    degree: Literal["", "very", "too", "more"] = ""
    than: NounPhrase | None = None
    past: bool = False
    negated: bool = False


class ProfessionEntry(NamedTuple):
    """A profession. ``french`` is masculine, feminine, masculine plural, feminine plural."""

    english: tuple[str, str]
    french: tuple[str, str, str, str]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Passive:
    """Something was done, at a date: ``month`` is a pair of names, ``year`` the same in both."""

    subject: Nominal
    verb: VerbEntry
    month: Idiom
    year: str
    negated: bool = False


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Existence:
    """There is something somewhere."""

    what: Nominal
    place: Place
    negated: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Joined:
    """Two sentences with a fixed phrase between them."""

    first: "Sentence"
    connector: Idiom
    second: "Sentence"


Sentence: TypeAlias = Clause | Copula | Passive | Existence | Joined
