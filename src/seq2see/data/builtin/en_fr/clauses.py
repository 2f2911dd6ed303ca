"""Draws noun phrases and clauses: who does what, where and when."""

from dataclasses import replace
from typing import Literal

from seq2see.data.builtin.en_fr import lexicon as lex
from seq2see.data.builtin.en_fr.nouns import NAMES, NOUNS, PLACES
from seq2see.data.builtin.en_fr.tree import (
    AdjectiveEntry,
    Both,
    Clause,
    DeterminerEntry,
    Name,
    Nominal,
    NounEntry,
    NounPhrase,
    Place,
    PlaceEntry,
    Pronoun,
    PronounEntry,
    Trace,
    VerbEntry,
)
from seq2see.data.builtin.en_fr.verbs import MODALS, VERBS
from seq2see.data.builtin.stream import Draw

_OURS = (lex.MY, lex.OUR, lex.YOUR, lex.THEIR)
_SINGULAR = (*(lex.THE,) * 6, *(lex.A,) * 3, *(lex.THIS,) * 2, *_OURS)
_PLURAL = (*(lex.THE,) * 5, lex.TWO, lex.THREE, *(lex.THESE,) * 2, *_OURS)
_SOME = (lex.SOME,) * 3
KNOWN = (lex.THE,) * 5 + (lex.MY, lex.OUR)
"""Determiners of what has been spoken of before, so that a pronoun can stand for it."""

PERSONS = (lex.I, lex.YOU, lex.WE) * 2 + (lex.HE, lex.SHE, lex.THEY)
ADJECTIVES_OF: dict[str, tuple[AdjectiveEntry, ...]] = {
    kind: tuple(entry for entry in lex.ADJECTIVES if kind in entry.kinds)
    for entries in lex.ADJECTIVES
    for kind in entries.kinds
}


def verbs_with(note: str) -> tuple[VerbEntry, ...]:
    """Return the verbs that the lexicon marks with a note."""
    return tuple(verb for verb in VERBS if note in verb.notes)


def verb_of(infinitive: str) -> VerbEntry:
    """Return the verb with this French infinitive."""
    return next(verb for verb in VERBS if verb.infinitive == infinitive)


_TRANSITIVE = tuple(verb for verb in VERBS if verb.objects)
_INTRANSITIVE = tuple(
    verb
    for verb in VERBS
    if not verb.objects and not verb.notes & {"motion", "origin", "home", "that"}
)
_MOTION = verbs_with("motion") + verbs_with("origin") + verbs_with("home")
_REMEMBERED = tuple(map(verb_of, ("voir", "trouver", "acheter", "écrire", "vendre")))
"""Verbs of *the letter that she wrote*: few, as each participle then has four forms to learn."""


_NOT_OWNED = frozenset({"homme", "femme", "garçon", "fille"})
"""Nouns that mean something else with a possessive: *ma fille* is my daughter."""


def _determiner(
    draw: Draw, noun: NounEntry, choices: tuple[DeterminerEntry, ...]
) -> DeterminerEntry:
    determiner = draw.choose(choices)
    return lex.THE if noun.french[0] in _NOT_OWNED and determiner in _OURS else determiner


def draw_adjectives(draw: Draw, noun: NounEntry, probability: float) -> tuple[AdjectiveEntry, ...]:
    """Draw no adjective, one, or one that French puts before and one after the noun."""
    choices = ADJECTIVES_OF.get(noun.kind, ())
    if not choices or not draw.chance(probability):
        return ()
    first = draw.choose(choices)
    if first.is_before and draw.chance(0.3):
        after = tuple(entry for entry in choices if not entry.is_before)
        if after:
            return (first, draw.choose(after))
    return (first,)


def _institution(draw: Draw) -> Nominal:
    """Draw a name such as *the European Economic Area*."""
    outer = draw.choose(ADJECTIVES_OF["institution:outer"])
    inner = draw.choose(ADJECTIVES_OF["institution:inner"])
    return Nominal(draw.choose(NOUNS["institution"]), lex.THE, adjectives=(outer, inner))


def draw_nominal(draw: Draw, kinds: tuple[str, ...], *, rich: bool, some: bool = True) -> Nominal:
    """Draw a noun phrase; a rich one may have an owner, a complement or a relative clause."""
    kind = draw.choose(kinds)
    if kind == "institution":
        return _institution(draw)
    noun = draw.choose(NOUNS[kind])
    plural = draw.chance(0.3)
    adjectives = draw_adjectives(draw, noun, 0.4 if rich else 0.2)
    choices = (*_PLURAL, *(_SOME if some else ())) if plural else _SINGULAR
    determiner = _determiner(draw, noun, choices)
    owner = complement = relative = None
    if rich and kind in {"thing", "vehicle", "food", "animal"} and draw.chance(0.15):
        owner = _owner(draw)
    elif rich and kind in {"building", "path"} and draw.chance(0.15):
        town = Nominal(draw.choose(NOUNS["town"]), lex.THE)
        determiner, complement = lex.THE, (lex.OF, town)
    elif rich and kind == "document" and draw.chance(0.5):
        about = draw.choose((lex.ABOUT, lex.ABOUT, lex.OF))
        determiner, complement = lex.THE, (about, _institution(draw))
    elif rich and draw.chance(0.2):
        relative = _relative(draw, noun, plural=plural)
    return Nominal(noun, determiner, plural, adjectives, owner, complement, relative)


def _owner(draw: Draw) -> Nominal | Name:
    if draw.chance(0.4):
        return draw_name(draw)
    noun = draw.choose(NOUNS["person"])
    return Nominal(noun, _determiner(draw, noun, (lex.THE, lex.MY, lex.OUR)))


def draw_name(draw: Draw) -> Name:
    """Draw somebody's first name."""
    return Name(*draw.choose(NAMES))


def _relative(draw: Draw, noun: NounEntry, *, plural: bool) -> Clause:
    """Draw a clause that says more of a noun, which is its subject or its object."""
    trace = Trace(noun.kind == "person", Nominal(noun, lex.THE, plural).features)
    if noun.kind in {"person", "animal"} and draw.chance(0.6):
        return draw_action(draw, trace, noun.kind, rich=False)
    verbs = tuple(
        verb for verb in _TRANSITIVE if noun.kind in verb.objects and not verb.preposition
    )
    if not verbs:
        return Clause(subject=trace, verb=verb_of("tomber"), past=True)
    verb = draw.choose(verbs)
    subject, _ = draw_subject(draw, verb.subjects - {"institution"}, rich=False)
    past = verb in _REMEMBERED and draw.chance(0.7)
    return _settle(Clause(subject=subject, verb=verb, object=trace, past=past))


def draw_subject(draw: Draw, kinds: frozenset[str], *, rich: bool) -> tuple[NounPhrase, str]:
    """Draw a subject of one of these kinds; also return its kind."""
    kind = draw.choose(sorted(kinds))
    if kind == "animate":
        kind = "person" if draw.chance(0.6) else "animal"
    if kind == "person":
        if draw.chance(0.45):
            return Pronoun(draw.choose(PERSONS)), kind
        if draw.chance(0.2):
            return draw_name(draw), kind
    if kind != "institution" and draw.chance(0.08):
        first = draw_name(draw) if kind == "person" else draw_nominal(draw, (kind,), rich=False)
        return Both(first, draw_nominal(draw, (kind,), rich=False)), kind
    return draw_nominal(draw, (kind,), rich=rich), kind


def _settle(clause: Clause) -> Clause:
    """Avoid the past where it reads like the present: *they read*, but not *he read*."""
    plain, _, past = clause.verb.english
    features = clause.subject.features
    third = features.person == 3 and not features.plural
    if clause.past and plain == past and clause.negation != "not" and not third:
        return replace(clause, past=False, time=None)
    return clause


def _others(subject: NounPhrase) -> list[PronounEntry]:
    """Return the pronouns that cannot be the subject itself and are the same in every case."""
    entries = [lex.THEY]
    if subject.features.person != 1:
        entries += [lex.I, lex.WE]
    if subject.features.person != 2:
        entries.append(lex.YOU)
    return entries


def _object_pronoun(draw: Draw, subject: NounPhrase, verb: VerbEntry, past: bool) -> Pronoun:
    """Draw whom the verb is done to, so that French tells who it is and nobody does it to himself.

    Elision hides him and her (*l'aide* is either), and so does the dative; after a past *l'a vue*
    tells.
    """
    hidden = "dative" in verb.notes or (verb.infinitive[0] in "aeéiou" and not past)
    entries = _others(subject) if hidden else [*_others(subject), lex.HE, lex.SHE]
    return Pronoun(draw.choose(entries))


def _object(
    draw: Draw, subject: NounPhrase, verb: VerbEntry, *, past: bool, negated: bool, rich: bool
) -> NounPhrase:
    kinds = tuple(sorted(verb.objects))
    if "person" in kinds and "no-pronoun" not in verb.notes and draw.chance(0.4):
        return _object_pronoun(draw, subject, verb, past)
    phrase = draw_nominal(draw, kinds, rich=rich, some=not verb.preposition)
    if negated and not verb.preposition and phrase.determiner in {lex.A, lex.SOME}:
        # Under negation un, une and des become de.
        determiner = lex.NOT_ANY if phrase.plural else lex.NOT_A
        return replace(phrase, determiner=determiner, owner=None)
    return phrase


_BESIDE = (lex.BEHIND, lex.BEFORE, lex.NEAR)


def draw_place(draw: Draw) -> Place:
    """Draw where something happens."""
    if draw.chance(0.3):
        noun = draw.choose(NOUNS["building"] + NOUNS["vehicle"])
        preposition = draw.choose(_BESIDE)
    elif draw.chance(0.25):
        noun, preposition = draw.choose(NOUNS["on"]), lex.ON
    else:
        noun, preposition = draw.choose(NOUNS["in"]), lex.IN
    plural = draw.chance(0.2)
    determiner = lex.THE if plural else draw.choose((*KNOWN, lex.A))
    return Place(preposition, Nominal(noun, determiner, plural, draw_adjectives(draw, noun, 0.2)))


def _destination(draw: Draw, verb: VerbEntry) -> Place:
    town: PlaceEntry | Nominal = draw.choose(PLACES)
    if "home" in verb.notes:
        return Place(lex.IN, town)
    if draw.chance(0.6):
        town = Nominal(draw.choose(NOUNS["building"]), draw.choose(KNOWN))
    return Place(lex.TO if "motion" in verb.notes else lex.FROM, town)


def draw_action(draw: Draw, subject: NounPhrase, kind: str, *, rich: bool) -> Clause:
    """Draw what a subject of this kind does."""

    def possible(verbs: tuple[VerbEntry, ...]) -> tuple[VerbEntry, ...]:
        group = {kind, "animate"} if kind in {"person", "animal"} else {kind}
        return tuple(verb for verb in verbs if verb.subjects & group)

    pools = [_TRANSITIVE] * 7 + [_INTRANSITIVE] * 2 + [_MOTION]
    verbs = possible(draw.choose(pools)) or possible(_TRANSITIVE)
    verb = draw.choose(verbs)
    past = "now" not in verb.notes and draw.chance(0.45)
    modal = None
    if not past and "now" not in verb.notes and draw.chance(0.25):
        modal = draw.choose(MODALS)
    negation: Literal["", "not", "never"] = ""
    if draw.chance(0.22):
        negation = "never" if draw.chance(0.25) else "not"
    adverb = time = None
    if rich and not past and not modal and negation != "never" and draw.chance(0.2):
        adverb = draw.choose((lex.OFTEN, lex.ALWAYS) + (() if negation else (lex.SOMETIMES,)))
    elif rich and negation != "never" and "now" not in verb.notes and draw.chance(0.4):
        time = draw.choose(lex.TIMES_PAST if past else lex.TIMES_NOW)
    place = None
    if verb in _MOTION:
        place = _destination(draw, verb)
    elif rich and "where" in verb.notes and draw.chance(0.45):
        place = draw_place(draw)
    what: NounPhrase | None = None
    whom: NounPhrase | None = None
    if verb.objects:
        negated = bool(negation)
        what = _object(
            draw, subject, verb, past=past, negated=negated, rich=rich and draw.chance(0.7)
        )
    if "to-whom" in verb.notes:
        if draw.chance(0.4):
            whom = Pronoun(draw.choose(_others(subject)))
        else:
            whom = draw_nominal(draw, ("person",), rich=False, some=False)
    return _settle(
        Clause(
            subject=subject,
            verb=verb,
            past=past,
            negation=negation,
            modal=modal,
            object=what,
            recipient=whom,
            place=place,
            adverb=adverb,
            time=time,
        )
    )


def draw_known(draw: Draw, nouns: tuple[NounEntry, ...]) -> Nominal:
    """Draw something that a pronoun can come back to."""
    noun = draw.choose(nouns)
    plural = draw.chance(0.2)
    determiner = lex.THE if plural else _determiner(draw, noun, (*KNOWN, lex.THIS))
    return Nominal(noun, determiner, plural)
