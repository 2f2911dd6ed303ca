"""French: how a tree is written.

Agreement, the place of adjectives, negation, pronouns before the verb, the auxiliaries of the passé
composé and the agreement of participles; elision and contraction are done last, on the whole
sentence (``write``).
"""

from typing import assert_never

from seq2see.data.builtin.aligned import Mark, Token, marked, soften
from seq2see.data.builtin.en_fr.lexicon import BEFORE_VOWEL, CONTRACTIONS, SOME, THE
from seq2see.data.builtin.en_fr.tree import (
    AdjectiveEntry,
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
from seq2see.data.builtin.en_fr.verbs import AVOIR, ETRE, ETRE_IMPERFECT


def write(sentence: Sentence) -> list[Token]:
    """Write a sentence as French tokens."""
    return soften(_contract(_sentence(sentence)), starts_with_vowel)


def starts_with_vowel(word: str) -> bool:
    """Whether a word of the lexicon calls for elision; every h in it is mute."""
    return word[0] in "aàâeéèêiîoôœuûyhAEI"


def participle(masculine: str, features: Features) -> str:
    """Return a past participle in the gender and number of what it agrees with.

    >>> participle("pris", Features("f", plural=True))
    'prises'
    """
    form = masculine + ("e" if features.gender == "f" else "")
    return form + ("s" if features.plural and not form.endswith("s") else "")


def adjective(forms: tuple[str, str, str, str], features: Features) -> str:
    """Return the form (masculine, feminine, masculine plural, feminine plural) that agrees."""
    return forms[(features.gender == "f") + 2 * features.plural]


def _contract(tokens: list[Token]) -> list[Token]:
    """Write ``de le`` as ``du`` and so on; before a vowel ``de l'`` stays."""
    contracted: list[Token] = []
    for position, token in enumerate(tokens):
        before = contracted[-1].text if contracted else ""
        merged = CONTRACTIONS.get((before, token.text))
        if merged and not (token.text == "le" and starts_with_vowel(tokens[position + 1].text)):
            contracted[-1] = Token(merged, contracted[-1].marks + token.marks)
        else:
            contracted.append(token)
    return contracted


def _word(text: str, *marks: Mark) -> Token:
    return Token(text, marks, BEFORE_VOWEL.get(text, ""))


def _idiom(node: object, notation: str) -> list[Token]:
    return [_word(token.text, *token.marks) for token in marked(node, notation)]


def _form(forms: tuple[str, str, str, str, str], features: Features) -> str:
    """Conjugate: forms are for je, il, nous, vous, ils."""
    if features.person == 2:
        return forms[3]
    if features.person == 1:
        return forms[2 if features.plural else 0]
    return forms[4 if features.plural else 1]


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
            between = _idiom(sentence, connector.french)
            return [*_sentence(first), *between, *_sentence(second)]
        case _:
            assert_never(sentence)


def _noun_phrase(phrase: NounPhrase) -> list[Token]:
    match phrase:
        case Nominal():
            return _nominal(phrase)
        case Name(text):
            return [_word(text, (phrase, "name"))]
        case Pronoun(entry):
            return [_word(entry.french, (phrase, "pronoun"))]
        case Both(first, second):
            return [*_noun_phrase(first), _word("et", (phrase, "and")), *_noun_phrase(second)]
        case Trace():
            return [_word("qui", (phrase, "relative"))]
        case Silent():
            return []
        case _:
            assert_never(phrase)


def _nominal(phrase: Nominal) -> list[Token]:
    features = phrase.features
    before = [entry for entry in phrase.adjectives if entry.is_before]
    after = [entry for entry in phrase.adjectives if not entry.is_before]

    def agree(entry: AdjectiveEntry) -> Token:
        singular_masculine = features.gender == "m" and not features.plural
        vowel = entry.before_vowel if entry.is_before and singular_masculine else ""
        return Token(adjective(entry.french, features), ((phrase, entry.english),), vowel)

    determiner = THE if phrase.owner else phrase.determiner
    article = determiner.french[2 if features.plural else features.gender == "f"]
    if determiner is SOME and before:
        article = "de"  # des chats, but de petits chats
    tokens = [_word(article, (phrase, "determiner")), *map(agree, before)]
    tokens.append(_word(phrase.noun.french[features.plural], (phrase, "noun")))
    # The English adjective that is farthest from the noun is the farthest here too.
    tokens += [agree(entry) for entry in reversed(after)]
    if phrase.owner:
        tokens += [_word("de", (phrase, "of")), *_noun_phrase(phrase.owner)]
    if phrase.complement:
        preposition, inner = phrase.complement
        tokens += [*_idiom(phrase, preposition.french), *_noun_phrase(inner)]
    if phrase.relative:
        tokens += _clause(phrase.relative)
    return tokens


def _clause(clause: Clause) -> list[Token]:
    time = _idiom(clause.time, clause.time.french) if clause.time else []
    front = [*time, Token(",", ((clause, "comma"),))] if clause.time_first else []
    if isinstance(clause.object, Trace):
        front = [_word("que", (clause.object, "relative"))]
    return [
        *front,
        *_noun_phrase(clause.subject),
        *_verb_group(clause),
        *_complements(clause),
        *([] if clause.time_first else time),
    ]


def _verb_group(clause: Clause) -> list[Token]:
    """Write ``ne``, pronouns, the conjugated verb, ``pas``, adverb, and what is not conjugated."""
    features = clause.subject.features
    verb, aux, negation = (clause, "verb"), (clause, "aux"), (clause, "not")
    pronouns = _pronouns(clause)
    if clause.modal:
        finite = [_word(_form(clause.modal.french, features), (clause, "modal"))]
        rest = [*pronouns, _word(clause.verb.infinitive, verb)]
    elif clause.past:
        auxiliary = ETRE if clause.verb.uses_etre else AVOIR
        finite = [*pronouns, _word(_form(auxiliary, features), aux)]
        rest = [_word(_past_participle(clause), verb)]
    else:
        finite = [*pronouns, _word(_form(clause.verb.present, features), verb)]
        rest = []
    if clause.negation:
        second = "pas" if clause.negation == "not" else "jamais"
        finite = [_word("ne", negation), *finite, _word(second, negation)]
    adverb = _idiom(clause.adverb, clause.adverb.french) if clause.adverb else []
    return [*finite, *adverb, *rest]


def _pronouns(clause: Clause) -> list[Token]:
    pronouns = []
    if isinstance(clause.recipient, Pronoun):
        pronouns.append(_word(clause.recipient.entry.dative, (clause.recipient, "pronoun")))
    if isinstance(clause.object, Pronoun):
        entry = clause.object.entry
        form = entry.dative if "dative" in clause.verb.notes else entry.direct
        pronouns.append(_word(form, (clause.object, "pronoun")))
    return pronouns


def _past_participle(clause: Clause) -> str:
    """Agree with the subject after être; after avoir, with a direct object that comes before."""
    masculine = clause.verb.participle
    if clause.verb.uses_etre:
        return participle(masculine, clause.subject.features)
    if isinstance(clause.object, Pronoun | Trace) and "dative" not in clause.verb.notes:
        return participle(masculine, clause.object.features)
    return masculine


def _complements(clause: Clause) -> list[Token]:
    tokens: list[Token] = []
    if clause.object and not isinstance(clause.object, Pronoun | Trace):
        if clause.verb.preposition:
            # "obéit à" is all in "obeys"; "parle de" is "talks about", word for word.
            part = "preposition" if clause.verb.particle else "verb"
            tokens.append(_word(clause.verb.preposition, (clause, part)))
        tokens += _noun_phrase(clause.object)
    if clause.recipient and not isinstance(clause.recipient, Pronoun):
        tokens += [_word("à", (clause, "to")), *_noun_phrase(clause.recipient)]
    return tokens + (_place(clause.place) if clause.place else [])


def _place(place: Place) -> list[Token]:
    preposition = place.preposition.french
    if isinstance(place.noun_phrase, PlaceEntry):
        entry = place.noun_phrase
        said = entry.origin if preposition.startswith("de") else entry.at
        words = [_word(word, (place, "1")) for word in said.split()]
        return [*words, _word(entry.french, (place, "name"))]
    return [*_idiom(place, preposition), *_noun_phrase(place.noun_phrase)]


def _copula(copula: Copula) -> list[Token]:
    features = copula.subject.features
    verb, negation, what = (copula, "be"), (copula, "not"), (copula, "what")
    be = _word(_form(ETRE_IMPERFECT if copula.past else ETRE, features), verb)
    tokens = _noun_phrase(copula.subject)
    if copula.negated:
        tokens += [_word("ne", negation), be, _word("pas", negation)]
    else:
        tokens.append(be)
    if copula.profession:
        tokens.append(_word(adjective(copula.profession.french, features), what))
    if copula.adjective:
        degree = {"": [], "very": ["très"], "too": ["trop"], "more": ["plus"]}[copula.degree]
        tokens += [_word(word, (copula, "degree")) for word in degree]
        tokens.append(_word(adjective(copula.adjective.french, features), what))
    if copula.than:
        tokens += [_word("que", (copula, "than")), *_noun_phrase(copula.than)]
    return tokens


def _passive(passive: Passive) -> list[Token]:
    features = passive.subject.features
    be, negation = (passive, "be"), (passive, "not")
    finite = [_word(_form(AVOIR, features), be)]
    if passive.negated:
        finite = [_word("ne", negation), *finite, _word("pas", negation)]
    return [
        *_noun_phrase(passive.subject),
        *finite,
        _word("été", be),
        _word(participle(passive.verb.participle, features), (passive, "verb")),
        _word("en", (passive, "in")),
        *_idiom(passive.month, passive.month.french),
        _word(passive.year, (passive, "year")),
    ]


def _existence(existence: Existence) -> list[Token]:
    there, negation = (existence, "there"), (existence, "not")
    finite = [_word("y", there), _word("a", (existence, "be"))]
    if existence.negated:
        finite = [_word("ne", negation), *finite, _word("pas", negation)]
    return [
        _word("il", there),
        *finite,
        *_noun_phrase(existence.what),
        *_place(existence.place),
    ]
