"""English-French pairs from a synchronous grammar of two languages and one tree.

``sentences`` draws what is said, ``english`` and ``french`` write it; ``nouns``, ``verbs`` and
``lexicon`` hold the words. Everything is lower-case but names, without a full stop.
"""

from seq2see.data.builtin.aligned import Draft, finish
from seq2see.data.builtin.en_fr import english, french
from seq2see.data.builtin.en_fr.lexicon import HE, SHE, WE, I
from seq2see.data.builtin.en_fr.nouns import PROFESSIONS
from seq2see.data.builtin.en_fr.sentences import chain, sentence
from seq2see.data.builtin.en_fr.tree import Copula, Pronoun, Sentence
from seq2see.data.builtin.stream import Draw, Grammar


def pair(tree: Sentence) -> Draft:
    """Write a tree in both languages."""
    return Draft(english.write(tree), french.write(tree))


def _draw(draw: Draw, is_long: bool) -> Draft:
    return pair(chain(draw, draw.between(3, 5)) if is_long else sentence(draw))


_FIXED = tuple(
    finish(pair(Copula(subject=Pronoun(entry), profession=profession)))
    for entry in (I, SHE, HE, WE)
    for profession in PROFESSIONS
)
"""*I am a student* and its neighbours, which every training set has."""

GRAMMAR = Grammar(
    draw=_draw,
    sizes={"train": 20_000, "valid": 500, "test": 1_000, "long": 200},
    limits={"train": 5_000_000, "valid": 200_000, "test": 500_000, "long": 500_000},
    fixed=_FIXED,
    languages=("en", "fr"),
)
