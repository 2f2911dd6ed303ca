"""English: how a tree is written.

*do* is said only because English needs it, so it carries no mark of its own in the present (nothing
in French answers to it); *did* carries the past, as the French auxiliary does.
"""

from typing import assert_never

from seq2see.data.builtin.aligned import Token, marked, soften
from seq2see.data.builtin.en_fr.tree import (
    Both,
    Clause,
    Copula,
    Existence,
    Features,
    Joined,
    Name,
    Nominal,
    NounPhrase,
    Passive,
    Place,
    PlaceEntry,
    Pronoun,
    Sentence,
    Silent,
    Trace,
)


def write(sentence: Sentence) -> list[Token]:
    """Write a sentence as English tokens."""
    return soften(_sentence(sentence), _starts_with_vowel)


def _starts_with_vowel(word: str) -> bool:
    return word[0] in "aeiouAEIOU" and not word.startswith("European")


def _sentence(sentence: Sentence) -> list[Token]:
    match sentence:
        case Clause():
            return _clause(sentence)
        case Copula():
            return _copula(sentence)
        case Passive():
            return _passive(sentence)
        case Existence():
            return _existence(sentence)
        case Joined(first, connector, second):
            between = marked(sentence, connector.english)
            return [*_sentence(first), *between, *_sentence(second)]
        case _:
            assert_never(sentence)


def _noun_phrase(phrase: NounPhrase, *, is_subject: bool = False) -> list[Token]:
    match phrase:
        case Nominal():
            return _nominal(phrase)
        case Name(text):
            return [Token(text, ((phrase, "name"),))]
        case Pronoun(entry):
            return [Token(entry.english[not is_subject], ((phrase, "pronoun"),))]
        case Both(first, second):
            both = Token("and", ((phrase, "and"),))
            return [*_noun_phrase(first), both, *_noun_phrase(second)]
        case Trace(is_person):
            relative = "who" if is_person and is_subject else "that"
            return [Token(relative, ((phrase, "relative"),))]
        case Silent():
            return []
        case _:
            assert_never(phrase)


def _nominal(phrase: Nominal) -> list[Token]:
    determiner = ((phrase, "determiner"),)
    if phrase.owner:
        # 's stands for both words of "la voiture de Paul" that the noun and the owner leave over.
        possessive = Token("'s", (*determiner, (phrase, "of")))
        tokens = [*_noun_phrase(phrase.owner), possessive]
    else:
        text = phrase.determiner.english
        tokens = [Token(text, determiner, "an" if text == "a" else "")]
    tokens += [
        Token(adjective.english, ((phrase, adjective[0]),)) for adjective in phrase.adjectives
    ]
    tokens.append(Token(phrase.noun.english[phrase.plural], ((phrase, "noun"),)))
    if phrase.complement:
        preposition, inner = phrase.complement
        tokens += [*marked(phrase, preposition.english), *_noun_phrase(inner)]
    if phrase.relative:
        tokens += _clause(phrase.relative)
    return tokens


def _is_third_singular(features: Features) -> bool:
    return features.person == 3 and not features.plural


def _clause(clause: Clause) -> list[Token]:
    time = marked(clause.time, clause.time.english) if clause.time else []
    front = [*time, Token(",", ((clause, "comma"),))] if clause.time_first else []
    if isinstance(clause.object, Trace):
        front = _noun_phrase(clause.object)
    return [
        *front,
        *_noun_phrase(clause.subject, is_subject=True),
        *_verb_group(clause),
        *_complements(clause),
        *([] if clause.time_first else time),
    ]


def _verb_group(clause: Clause) -> list[Token]:
    """Write auxiliaries, negation, adverb and verb, in this order."""
    plain, third_form, past_form = clause.verb.english
    third = _is_third_singular(clause.subject.features)
    verb, aux, negation = (clause, "verb"), (clause, "aux"), (clause, "not")
    adverb = marked(clause.adverb, clause.adverb.english) if clause.adverb else []
    never = [Token("never", (negation,))] if clause.negation == "never" else []
    if clause.modal:
        return [*_modal(clause), *adverb, Token(plain, (verb,))]
    if clause.negation == "not":
        auxiliary = "did" if clause.past else "does" if third else "do"
        carried = (aux,) if clause.past else ()
        return [*_not(clause, auxiliary, carried), *adverb, Token(plain, (verb,))]
    if clause.past:
        return [*never, *adverb, Token(past_form, (aux, verb))]
    return [*never, *adverb, Token(third_form if third else plain, (verb,))]


def _not(clause: Clause, auxiliary: str, marks: tuple[tuple[object, str], ...]) -> list[Token]:
    """Negate an auxiliary: one word after a pronoun, as in speech, two after a noun."""
    negation = (clause, "not")
    if isinstance(clause.subject, Pronoun):
        return [Token(f"{auxiliary}n't", (*marks, negation))]
    return [Token(auxiliary, marks), Token("not", (negation,))]


def _modal(clause: Clause) -> list[Token]:
    if not clause.modal:
        return []
    plain, third_form, negated = clause.modal.english
    third = _is_third_singular(clause.subject.features)
    mark, negation = (clause, "modal"), (clause, "not")
    to = [Token("to")] if clause.modal.takes_to else []
    form = Token(third_form if third else plain, (mark,))
    match clause.negation, negated.split():
        case "", _:
            return [form, *to]
        case "never", _:
            never = Token("never", (negation,))
            return [never, form, *to] if to else [form, never]
        case _, []:
            return [*_not(clause, "does" if third else "do", ()), Token(plain, (mark,)), *to]
        case _, [single]:
            return [Token(single, (mark, negation))]
        case _:
            return [Token(plain, (mark,)), Token("not", (negation,))]


def _complements(clause: Clause) -> list[Token]:
    tokens: list[Token] = []
    if isinstance(clause.recipient, Pronoun):
        tokens += _noun_phrase(clause.recipient)
    if clause.verb.particle:
        # "talks about" is "parle de", word for word; "looks for" is all in "cherche".
        part = "preposition" if clause.verb.preposition else "verb"
        tokens.append(Token(clause.verb.particle, ((clause, part),)))
    if clause.object and not isinstance(clause.object, Trace):
        tokens += _noun_phrase(clause.object)
    if clause.recipient and not isinstance(clause.recipient, Pronoun):
        tokens += [Token("to", ((clause, "to"),)), *_noun_phrase(clause.recipient)]
    return tokens + (_place(clause.place) if clause.place else [])


def _place(place: Place) -> list[Token]:
    preposition = marked(place, place.preposition.english)
    if isinstance(place.noun_phrase, PlaceEntry):
        return [*preposition, Token(place.noun_phrase.english, ((place, "name"),))]
    return [*preposition, *_noun_phrase(place.noun_phrase)]


def _be(features: Features, *, past: bool) -> str:
    if features.person == 1 and not features.plural:
        return "was" if past else "am"
    if _is_third_singular(features):
        return "was" if past else "is"
    return "were" if past else "are"


def _copula(copula: Copula) -> list[Token]:
    be = _be(copula.subject.features, past=copula.past)
    verb, negation = (copula, "be"), (copula, "not")
    tokens = _noun_phrase(copula.subject, is_subject=True)
    if copula.negated and isinstance(copula.subject, Pronoun) and be != "am":
        tokens.append(Token(f"{be}n't", (verb, negation)))
    else:
        tokens.append(Token(be, (verb,)))
        tokens += [Token("not", (negation,))] if copula.negated else []
    what = (copula, "what")
    if copula.profession:
        plural = copula.subject.features.plural
        tokens += [] if plural else [Token("a", before_vowel="an")]
        tokens.append(Token(copula.profession.english[plural], (what,)))
    if copula.adjective:
        degree = (copula, "degree")
        if copula.degree == "more" and copula.adjective.comparative:
            tokens.append(Token(copula.adjective.comparative, (degree, what)))
        else:
            tokens += [Token(copula.degree, (degree,))] if copula.degree else []
            tokens.append(Token(copula.adjective.english, (what,)))
    if copula.than:
        tokens += [Token("than", ((copula, "than"),)), *_noun_phrase(copula.than)]
    return tokens


def _passive(passive: Passive) -> list[Token]:
    negation = [Token("not", ((passive, "not"),))] if passive.negated else []
    return [
        *_noun_phrase(passive.subject, is_subject=True),
        Token(_be(passive.subject.features, past=True), ((passive, "be"),)),
        *negation,
        Token(passive.verb.english[2], ((passive, "verb"),)),
        Token("in", ((passive, "in"),)),
        *marked(passive.month, passive.month.english),
        Token(passive.year, ((passive, "year"),)),
    ]


def _existence(existence: Existence) -> list[Token]:
    negation = [Token("not", ((existence, "not"),))] if existence.negated else []
    return [
        Token("there", ((existence, "there"),)),
        Token(_be(existence.what.features, past=False), ((existence, "be"),)),
        *negation,
        *_noun_phrase(existence.what),
        *_place(existence.place),
    ]
