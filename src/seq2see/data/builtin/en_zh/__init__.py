"""English-Chinese pairs: no articles, classifiers, 的, 不 and 没有, 被, and no spaces.

A modifier comes before its noun, a relative clause too; time and place come before the verb. What
Chinese leaves out (*the*, *does*, the *a* of a profession) has no link; a classifier is linked with
the determiner or number that calls for it, 了 with the verb, 的 with *who*, *that* or the word that
it attaches.
"""

from typing import Literal, NamedTuple

from seq2see.data.builtin.aligned import Draft, Token, finish, soften
from seq2see.data.builtin.en_zh import lexicon as lex
from seq2see.data.builtin.stream import Draw, Grammar, count_words

_Tokens = tuple[Token, ...]


class _Phrase(NamedTuple):
    """Both sides of a phrase; ``be`` is the form of *to be* that it takes as a subject."""

    english: _Tokens
    chinese: _Tokens
    be: str = "is"
    is_pronoun: bool = False

    @property
    def is_third_singular(self) -> bool:
        return self.be == "is"


class _Noun(NamedTuple):
    """A noun to be said of: its kind, and the phrase."""

    kind: str
    phrase: _Phrase


def _both(english: str, chinese: str) -> tuple[_Tokens, _Tokens]:
    """Write one meaning in both languages: all English words are linked with the Chinese word."""
    mark = (object(), "word")
    return tuple(Token(word, (mark,)) for word in english.split()), (Token(chinese, (mark,)),)


def _name(draw: Draw) -> _Phrase:
    return _Phrase(*_both(*draw.choose(lex.NAMES)))


def _pronoun(draw: Draw) -> _Phrase:
    subject, _, chinese, be = draw.choose(lex.PRONOUNS)
    return _Phrase(*_both(subject, chinese), be, is_pronoun=True)


def _determine(draw: Draw, noun: lex.Noun) -> tuple[_Tokens, _Tokens, bool]:
    """Draw a determiner; the third value says whether the noun is plural."""
    choice = draw.between(0, 9)
    if choice <= 3:
        return (Token("the"),), (), False
    if choice <= 5:
        return *_counted("a", "一", noun.classifier), False
    if choice == 6:
        return *_counted(*draw.choose((("this", "这"), ("that", "那"))), noun.classifier), False
    if choice == 7:
        return *_counted(*draw.choose(lex.NUMBERS), noun.classifier), True
    english, chinese = draw.choose(lex.POSSESSIVES)
    mark = (object(), "owner")
    return (Token(english, (mark,)),), (Token(chinese, (mark,)), Token("的", (mark,))), False


def _counted(english: str, chinese: str, classifier: str) -> tuple[_Tokens, _Tokens]:
    mark = (object(), "count")
    vowel = "an" if english == "a" else ""
    words = (Token(chinese, (mark,)), Token(classifier, (mark,)))
    return (Token(english, (mark,), vowel),), words


def _nominal(draw: Draw, kinds: frozenset[str], *, rich: bool) -> _Noun:
    noun = draw.choose(tuple(noun for noun in lex.NOUNS if noun.kind in kinds))
    en_det, zh_det, plural = _determine(draw, noun)
    en_adjective: _Tokens = ()
    zh_adjective: _Tokens = ()
    if draw.chance(0.3):
        fitting = tuple(entry for entry in lex.ADJECTIVES if noun.kind in entry.kinds)
        entry = draw.choose(fitting)
        en_adjective, zh_adjective = _both(entry.english, entry.chinese)
        if entry.joined:
            zh_adjective += (Token(entry.joined, en_adjective[0].marks),)
    en_relative: _Tokens = ()
    zh_relative: _Tokens = ()
    if rich and en_det[0].text not in dict(lex.POSSESSIVES) and draw.chance(0.25):
        en_relative, zh_relative = _relative(draw, noun, plural=plural)
    en_noun, zh_noun = _both(noun.english[plural], noun.chinese)
    phrase = _Phrase(
        en_det + en_adjective + en_noun + en_relative,
        zh_relative + zh_det + zh_adjective + zh_noun,
        "are" if plural else "is",
    )
    return _Noun(noun.kind, phrase)


def _relative(draw: Draw, noun: lex.Noun, *, plural: bool) -> tuple[_Tokens, _Tokens]:
    """Draw *that Tom sees* (汤姆看见的), or *who likes Tom* (喜欢汤姆的)."""
    link = (object(), "relative")
    end = Token("的", (link,))
    if noun.kind in {"person", "animal"} and draw.chance(0.5):
        verb = draw.choose(tuple(verb for verb in lex.VERBS if noun.kind in verb.subjects))
        en_verb, zh_verb = _both(verb.english[0 if plural else 1], verb.chinese)
        en_particle = tuple(Token(word, en_verb[0].marks) for word in verb.particle.split())
        what = _object(draw, verb, rich=False)
        who = Token("who" if noun.kind == "person" else "that", (link,))
        return (who, *en_verb, *en_particle, *what.english), (*zh_verb, *what.chinese, end)
    verbs = tuple(verb for verb in lex.VERBS if noun.kind in verb.objects)
    if not verbs:
        near = _name(draw)
        en_near, zh_near = _both("near", "附近")
        return (*en_near, *near.english), (*near.chinese, *zh_near, Token("的", zh_near[0].marks))
    verb = draw.choose(verbs)
    doer = _name(draw) if draw.chance(0.5) else _pronoun(draw)
    en_verb, zh_verb = _both(verb.english[doer.is_third_singular], verb.chinese)
    en_particle = tuple(Token(word, en_verb[0].marks) for word in verb.particle.split())
    that = Token("that", (link,))
    return (that, *doer.english, *en_verb, *en_particle), (*doer.chinese, *zh_verb, end)


def _subject(draw: Draw, *, rich: bool) -> _Noun:
    choice = draw.between(0, 9)
    if choice <= 2:
        return _Noun("person", _name(draw))
    if choice <= 5:
        return _Noun("person", _pronoun(draw))
    if choice == 6:
        first, second = _name(draw), _nominal(draw, frozenset({"person"}), rich=False).phrase
        en_and, zh_and = _both("and", "和")
        english = (*first.english, *en_and, *second.english)
        return _Noun(
            "person", _Phrase(english, (*first.chinese, *zh_and, *second.chinese), "are")
        )  # fmt: skip
    return _nominal(draw, frozenset({"person", "animal"}), rich=rich)


def _object(draw: Draw, verb: lex.Verb, *, rich: bool) -> _Phrase:
    if "person" in verb.objects and draw.chance(0.4):
        return _name(draw)
    return _nominal(draw, verb.objects, rich=rich).phrase


def _event(draw: Draw, *, rich: bool = True) -> _Phrase:
    """Draw who does what, when and where."""
    subject = _subject(draw, rich=rich)
    verb = draw.choose(tuple(verb for verb in lex.VERBS if subject.kind in verb.subjects))
    what = _object(draw, verb, rich=rich)
    is_state = verb.note == "state"
    past = not is_state and draw.chance(0.5)
    if past and not verb.particle and draw.chance(0.2):
        return _passive(subject.phrase, verb, what, _time(draw, past=True, share=0.3))
    negated = draw.chance(0.25) and (past or verb.note != "result")
    modal = None
    if not past and not is_state and draw.chance(0.2):
        # 不必须 would be "need not", so must is not negated.
        modal = draw.choose(
            tuple(entry for entry in lex.MODALS if entry[0] != "must" or not negated)
        )
    en_verb, zh_verb = _verb(subject.phrase, verb, past=past, negated=negated, modal=modal)
    en_place, zh_place = _place(draw, 0.35 if rich and not is_state else 0.0)
    en_time, zh_time = _time(draw, past=past, share=0.0 if modal or is_state else 0.35)
    before, after = zh_verb
    return _Phrase(
        (*subject.phrase.english, *en_verb, *what.english, *en_place, *en_time),
        (*subject.phrase.chinese, *zh_time, *before, *zh_place, *after, *what.chinese),
    )


def _verb(
    subject: _Phrase,
    verb: lex.Verb,
    *,
    past: bool,
    negated: bool,
    modal: tuple[str, str, str] | None,
) -> tuple[_Tokens, tuple[_Tokens, _Tokens]]:
    """Write the English verb, and the Chinese one as what comes before a place and what after."""
    act, no = (object(), "verb"), (object(), "not")
    third = subject.is_third_singular
    particle = tuple(Token(word, (act,)) for word in verb.particle.split())
    core = Token(verb.chinese, (act,))
    zh_not = (Token("没有" if past else "不", (no,)),) if negated else ()
    do = "did" if past else "does" if third else "do"
    if modal:
        en_modal, to, zh_modal = modal
        able = (object(), "modal")
        plain = (*(Token(word) for word in to.split()), Token(verb.english[0], (act,)), *particle)
        form = f"{en_modal}s" if to and third and not negated else en_modal
        said: _Tokens = (Token(form, (able,)),)
        if negated and to:
            said = (*_negate(subject, do, no), *said)
        elif negated:
            said = (Token(f"{en_modal}not", (able, no)),)
        return (*said, *plain), ((*zh_not, Token(zh_modal, (able,))), (core,))
    if negated:
        english = (*_negate(subject, do, no), Token(verb.english[0], (act,)), *particle)
        return english, (zh_not, (core,))
    if past:
        return (Token(verb.english[2], (act,)), *particle), ((), (core, Token("了", (act,))))
    return (Token(verb.english[third], (act,)), *particle), ((), (core,))


def _negate(subject: _Phrase, auxiliary: str, no: tuple[object, str]) -> _Tokens:
    """Negate in one word after a pronoun, as in speech, in two after a noun."""
    if subject.is_pronoun:
        return (Token(f"{auxiliary}n't", (no,)),)
    return Token(auxiliary), Token("not", (no,))


def _passive(
    doer: _Phrase, verb: lex.Verb, what: _Phrase, time: tuple[_Tokens, _Tokens]
) -> _Phrase:
    """Write *Jerry was chased by Tom*, 杰瑞被汤姆追逐了."""
    act, by = (object(), "verb"), (object(), "by")
    said = doer.english
    if doer.is_pronoun:
        others = {subject: other for subject, other, _, _ in lex.PRONOUNS}
        said = tuple(token._replace(text=others[token.text]) for token in said)
    was = Token("were" if what.be == "are" else "was", (by,))
    english = (*what.english, was, Token(verb.past_participle, (act,)), Token("by", (by,)), *said)
    passive = (Token("被", (by,)), *doer.chinese, Token(verb.chinese, (act,)), Token("了", (act,)))
    return _Phrase((*english, *time[0]), (*what.chinese, *time[1], *passive))


def _place(draw: Draw, share: float) -> tuple[_Tokens, _Tokens]:
    if not draw.chance(share):
        return (), ()
    english, chinese = draw.choose(lex.PREPOSITIONS)
    mark = (object(), "place")
    where = _nominal(draw, frozenset({"place"}), rich=False).phrase
    around = Token("在", (mark,)), Token(chinese, (mark,))
    return (Token(english, (mark,)), *where.english), (around[0], *where.chinese, around[1])


def _time(draw: Draw, *, past: bool, share: float) -> tuple[_Tokens, _Tokens]:
    if not draw.chance(share):
        return (), ()
    return _both(*draw.choose(lex.PAST_TIMES if past else lex.PRESENT_TIMES))


def _quality(draw: Draw) -> _Phrase:
    """Draw *the cat is big*, 猫很大; the link of 很 is *is*."""
    kinds = frozenset({"person", "animal", "food", "thing", "place"})
    noun = _nominal(draw, kinds, rich=True) if draw.chance(0.7) else _subject(draw, rich=False)
    subject = noun.phrase
    fitting = tuple(
        entry
        for entry in lex.ADJECTIVES
        if noun.kind in entry.kinds and entry.english in lex.PREDICATIVE
    )
    entry = draw.choose(fitting)
    en_word, zh_word = _both(entry.english, entry.chinese)
    degree: Literal["", "not", "very"] = draw.choose(("", "not", "very"))
    be, how = (object(), "be"), (object(), "degree")
    middle: _Tokens = (Token(subject.be, (be,)),)
    if degree:
        middle = (Token(subject.be), Token(degree, (how,)))
    if degree == "not" and subject.is_pronoun and subject.be != "am":
        middle = (Token(f"{subject.be}n't", (how,)),)
    said = {"": ("很", be), "not": ("不", how), "very": ("非常", how)}[degree]
    zh_degree = Token(said[0], (said[1],))
    return _Phrase((*subject.english, *middle, *en_word), (*subject.chinese, zh_degree, *zh_word))


def _profession(draw: Draw) -> _Phrase:
    subject = _pronoun(draw) if draw.chance(0.6) else _name(draw)
    return _is_a(subject, draw.choose(lex.PROFESSIONS), negated=draw.chance(0.3))


def _is_a(subject: _Phrase, profession: tuple[tuple[str, str], str], *, negated: bool) -> _Phrase:
    """Write *I am a student*, 我是学生."""
    plural = subject.english[0].text in {"we", "they"}
    be, no = (object(), "be"), (object(), "not")
    english: _Tokens = (Token(subject.be, (be,)),)
    chinese: _Tokens = (Token("是", (be,)),)
    if negated:
        chinese = (Token("不", (no,)), *chinese)
        if subject.is_pronoun and subject.be != "am":
            english = (Token(f"{subject.be}n't", (be, no)),)
        else:
            english = (*english, Token("not", (no,)))
    article = () if plural else (Token("a", (), "an"),)
    (one, many), word = profession
    en_word, zh_word = _both(many if plural else one, word)
    return _Phrase(
        (*subject.english, *english, *article, *en_word), (*subject.chinese, *chinese, *zh_word)
    )


def _simple(draw: Draw) -> _Phrase:
    choice = draw.between(0, 9)
    if choice <= 6:
        return _event(draw)
    return _quality(draw) if choice <= 8 else _profession(draw)


_CONNECTORS = (("but", "但是"), ("because", "因为"), ("and", "而且"))


def _chain(draw: Draw, length: int) -> _Phrase:
    """Draw clauses joined by *but*, *because* or *and*."""
    english, chinese, *_ = _simple(draw)
    for _ in range(length - 1):
        more = _simple(draw)
        comma = (object(), "comma")
        en_word, zh_word = _both(*draw.choose(_CONNECTORS))
        english += (Token(",", (comma,)), *en_word, *more.english)
        chinese += (Token("，", (comma,)), *zh_word, *more.chinese)
    return _Phrase(english, chinese)


def _finished(phrase: _Phrase) -> Draft:
    return Draft(soften(phrase.english, lambda word: word[0] in "aeiou"), phrase.chinese, " ", "")


def _draw(draw: Draw, is_long: bool) -> Draft:
    if is_long:
        return _finished(_chain(draw, draw.between(3, 5)))
    return _finished(_chain(draw, 2) if draw.chance(0.25) else _simple(draw))


def _count(text: str) -> tuple[int, ...]:
    """Count English words, or Chinese characters."""
    return count_words(text) if text.isascii() else (len(text),)


def _fixed() -> Draft:
    tom, jerry = (_Phrase(*_both(*name)) for name in lex.NAMES[:2])
    en_verb, (_, zh_verb) = _verb(tom, lex.VERBS[0], past=False, negated=False, modal=None)
    chase = _Phrase(
        (*tom.english, *en_verb, *jerry.english), (*tom.chinese, *zh_verb, *jerry.chinese)
    )
    return _finished(chase)


_STUDENT = _is_a(
    _Phrase(*_both("I", "我"), "am", is_pronoun=True), lex.PROFESSIONS[0], negated=False
)

GRAMMAR = Grammar(
    draw=_draw,
    sizes={"train": 20_000, "valid": 500, "test": 1_000, "long": 200},
    limits={"train": 1_000_000, "valid": 50_000, "test": 100_000, "long": 200_000},
    fixed=(finish(_fixed()), finish(_finished(_STUDENT))),
    languages=("en", "zh"),
    count_words=_count,
)
