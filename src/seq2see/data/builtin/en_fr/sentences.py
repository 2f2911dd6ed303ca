"""Draws trees at random: which sentences the English-French corpus has.

Choices that French needs and English does not make are settled by convention, so that the
translation is a function of the source: whoever says *I*, *you* or *they* is masculine unless a
noun before says otherwise; *you* is ``vous``, one person; the past is the passé composé of what
happens and the imperfect of what somebody was.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from seq2see.data.builtin.en_fr import lexicon as lex
from seq2see.data.builtin.en_fr.clauses import (
    ADJECTIVES_OF,
    PERSONS,
    draw_action,
    draw_adjectives,
    draw_known,
    draw_name,
    draw_nominal,
    draw_place,
    draw_subject,
    verb_of,
    verbs_with,
)
from seq2see.data.builtin.en_fr.nouns import NOUNS, PROFESSIONS
from seq2see.data.builtin.en_fr.tree import (
    AdjectiveEntry,
    Clause,
    Copula,
    Existence,
    Idiom,
    Joined,
    Nominal,
    NounPhrase,
    Passive,
    Pronoun,
    Sentence,
    Silent,
)
from seq2see.data.builtin.stream import Draw

_Plan = Callable[[Draw], Sentence]
_THAT, _ACTS = verbs_with("that"), verbs_with("act")
_PREDICATES = ("person", "animal", "path", "vehicle", "thing", "food", "text")

_DECLINED = (
    (verb_of("traverser"), "path"),
    (verb_of("traverser"), "path"),
    (verb_of("manger"), "food"),
    (verb_of("lire"), "text"),
    (verb_of("acheter"), "thing"),
    (verb_of("acheter"), "vehicle"),
)
"""What can be left undone because *it was too* this or that, and the kind of *it*."""

_ONE_AFTER_THE_OTHER = (
    ("acheter", "manger", "food"),
    ("trouver", "manger", "food"),
    ("acheter", "vendre", "vehicle"),
    ("trouver", "vendre", "thing"),
    ("acheter", "perdre", "thing"),
    ("écrire", "publier", "document"),
    ("lire", "signer", "document"),
)
_PAIRS_OF_ACTS = tuple((verb_of(a), verb_of(b), kind) for a, b, kind in _ONE_AFTER_THE_OTHER)


def _plain(draw: Draw) -> Clause:
    kinds = frozenset({"animate"}) if draw.chance(0.93) else frozenset({"institution"})
    subject, kind = draw_subject(draw, kinds, rich=True)
    return draw_action(draw, subject, kind, rich=True)


def _short(draw: Draw) -> Clause:
    subject, kind = draw_subject(draw, frozenset({"animate"}), rich=False)
    return draw_action(draw, subject, kind, rich=False)


def _description(draw: Draw) -> Copula:
    kind = draw.choose(_PREDICATES)
    subject: NounPhrase
    if kind in {"person", "animal"}:
        subject, _ = draw_subject(draw, frozenset({kind}), rich=True)
    else:
        subject = draw_nominal(draw, (kind,), rich=True, some=False)
    if isinstance(subject, Nominal):
        # Nothing is said twice, or against itself: "the hot eggs were cold".
        determiner = lex.THIS if subject.determiner is lex.A else subject.determiner
        subject = replace(subject, adjectives=(), determiner=determiner)
    adjectives = ADJECTIVES_OF[kind]
    past, negated = draw.chance(0.4), draw.chance(0.2)
    comparable = tuple(entry for entry in adjectives if entry.comparative)
    if comparable and draw.chance(0.25):
        nouns = tuple(noun for noun in NOUNS[kind] if noun is not getattr(subject, "noun", None))
        than = draw_known(draw, nouns)
        adjective = draw.choose(comparable)
        return Copula(
            subject=subject, adjective=adjective, degree="more", than=than, past=past,
            negated=negated,
        )  # fmt: skip
    adjective = draw.choose(adjectives)
    degree: Literal["", "very", "too"] = draw.choose(("", "", "very", "too"))
    if adjective.english.istitle():
        degree = ""  # nobody is too Italian
    return Copula(
        subject=subject,
        adjective=adjective,
        degree=degree,
        past=past,
        negated=negated and degree != "very",
    )


def _profession(draw: Draw) -> Copula:
    subject: NounPhrase
    if draw.chance(0.6):
        subject = Pronoun(draw.choose(PERSONS))
    elif draw.chance(0.3):
        subject = draw_name(draw)
    else:
        kin = ("brother", "sister", "father", "mother", "friend", "neighbor")
        nouns = tuple(noun for noun in NOUNS["person"] if noun.english[0] in kin)
        subject = Nominal(draw.choose(nouns), draw.choose((lex.MY, lex.OUR, lex.YOUR)))
    profession = draw.choose(PROFESSIONS)
    past, negated = draw.chance(0.3), draw.chance(0.2)
    return Copula(subject=subject, profession=profession, past=past, negated=negated)


def _anaphor(phrase: NounPhrase, *, is_person: bool) -> Pronoun:
    """Return the pronoun that stands for a noun phrase: *it* is il or elle after its gender."""
    feminine = phrase.features.gender == "f"
    if phrase.features.plural:
        return Pronoun(lex.THEY_F if feminine else lex.THEY)
    if is_person:
        return Pronoun(lex.SHE if feminine else lex.HE)
    return Pronoun(lex.IT_F if feminine else lex.IT)


def _by_english(adjectives: frozenset[str]) -> tuple[AdjectiveEntry, ...]:
    return tuple(entry for entry in lex.ADJECTIVES if entry.english in adjectives)


_DOER = _by_english(lex.REASONS_OF_THE_DOER)
_THING = {kind: _by_english(names) for kind, names in lex.REASONS_OF_THE_THING.items()}


def _reason(draw: Draw) -> Joined:
    """Draw *the animal did not cross the street because it was too tired*, or *too wide*.

    What *it* stands for, and so its French gender, is decided by the adjective.
    """
    verb, kind = draw.choose(_DECLINED)
    doer = draw.choose(
        ("animal", "animal", "person") if "animate" in verb.subjects else ("person",)
    )
    subject = draw_known(draw, NOUNS[doer])
    thing = draw_known(draw, NOUNS[kind])
    main = Clause(subject=subject, verb=verb, past=True, negation="not", object=thing)
    if draw.chance(0.5):
        pronoun, adjective = _anaphor(subject, is_person=doer == "person"), draw.choose(_DOER)
    else:
        pronoun, adjective = _anaphor(thing, is_person=False), draw.choose(_THING[kind])
    why = Copula(subject=pronoun, adjective=adjective, degree="too", past=True)
    return Joined(main, lex.BECAUSE, why)


def _sequence(draw: Draw) -> Joined:
    """Draw *the girl bought an apple and ate it*."""
    first, second, kind = draw.choose(_PAIRS_OF_ACTS)
    subject, _ = draw_subject(draw, frozenset({"person"}), rich=False)
    phrase = draw_nominal(draw, (kind,), rich=False)
    past = draw.chance(0.7) and "read" not in first.english
    time = draw.choose(lex.TIMES_PAST if past else lex.TIMES_NOW) if draw.chance(0.4) else None
    it = _anaphor(phrase, is_person=False)
    silent = Silent(subject.features)
    return Joined(
        Clause(subject=subject, verb=first, object=phrase, past=past),
        lex.AND,
        Clause(subject=silent, verb=second, object=it, past=past, time=time),
    )


def _passive(draw: Draw) -> Passive:
    return Passive(
        subject=draw_nominal(draw, ("document",), rich=True, some=False),
        verb=draw.choose(_ACTS),
        month=draw.choose(lex.MONTHS),
        year=draw.choose(lex.YEARS),
        negated=draw.chance(0.15),
    )


def _existence(draw: Draw) -> Existence:
    noun = draw.choose(NOUNS["animal"] + NOUNS["thing"] + NOUNS["vehicle"] + NOUNS["person"])
    plural, negated = draw.chance(0.4), draw.chance(0.25)
    if negated:
        determiner = lex.NOT_ANY if plural else lex.NOT_A
    else:
        determiner = draw.choose((lex.SOME, lex.TWO, lex.THREE)) if plural else lex.A
    adjectives = draw_adjectives(draw, noun, 0.5)
    what = Nominal(noun, determiner, plural, adjectives)
    return Existence(what=what, place=draw_place(draw), negated=negated)


def _report(draw: Draw) -> Joined:
    """Draw *she believes that ...*."""
    subject, _ = draw_subject(draw, frozenset({"person"}), rich=False)
    kinds: tuple[_Plan, ...] = (_plain, _short, _description)
    inner = draw.choose(kinds)(draw)
    return Joined(Clause(subject=subject, verb=draw.choose(_THAT)), lex.THAT, inner)


_CONNECTORS = (lex.COMMA_AND, lex.COMMA_AND, lex.COMMA_BUT, lex.COMMA_BUT, lex.BECAUSE)


_PARTS: tuple[Callable[[Draw], Clause | Copula], ...] = (
    _plain,
    _short,
    _short,
    _description,
    _profession,
)


def _compound(draw: Draw) -> Joined:
    first, second = draw.choose(_PARTS)(draw), draw.choose(_PARTS)(draw)
    if not first.past and not second.past and draw.chance(0.3):
        return Joined(first, lex.WHEN, second)
    return Joined(first, draw.choose(_CONNECTORS), second)


_PLANS: tuple[_Plan, ...] = (
    *(_plain,) * 27,
    *(_description,) * 11,
    *(_profession,) * 2,
    *(_reason,) * 14,
    *(_sequence,) * 6,
    *(_passive,) * 8,
    *(_existence,) * 4,
    *(_report,) * 6,
    *(_compound,) * 25,
    *(lambda draw: chain(draw, draw.between(2, 4)),) * 4,
)


def _front(whole: Sentence) -> Sentence:
    """Say the time of the first clause, where it has one, before all else: *yesterday, ...*."""
    match whole:
        case Clause():
            return replace(whole, time_first=whole.time is not None)
        case Joined(first):
            return replace(whole, first=_front(first))
        case _:
            return whole


def sentence(draw: Draw) -> Sentence:
    """Draw a sentence of the usual length."""
    whole = draw.choose(_PLANS)(draw)
    return _front(whole) if draw.chance(0.3) else whole


_LINKS: tuple[_Plan, ...] = (_plain, _plain, _reason, _passive, _report, _compound, _sequence)


def chain(draw: Draw, length: int) -> Sentence:
    """Draw a long sentence of this many parts, joined by *and*, *but* or *because*."""
    whole = draw.choose(_LINKS)(draw)
    for _ in range(length - 1):
        connector: Idiom = draw.choose(_CONNECTORS)
        whole = Joined(whole, connector, draw.choose(_LINKS)(draw))
    return whole
