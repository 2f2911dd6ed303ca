"""Make more examples of inflection out of a few, by inventing stems.

    python examples/hallucinate_inflections.py german-train-medium.tsv 10000 > invented.tsv

What lemma and form have in common is taken for the stem, and the inside of each common part of it
is replaced by random letters, the same ones on both sides: of ``Hahn, Hahnes`` comes ``Htrn,
Htrnes``. So a model sees many stems it has to copy, under the tags and endings of the few real
examples. The beginning and the last letters of a part stay, since endings depend on them.

Source: Anastasopoulos & Neubig 2019, "Pushing the Limits of Low-Resource Morphological Inflection"
(arXiv 1908.05838). Differs from the paper: common parts come from ``difflib`` instead of a trained
aligner, and three letters at the end of a part stay instead of one.
"""

import argparse
import gzip
import random
import sys
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path

LEAST = 3  # letters of a common part that is taken for a stem, or a part of one
BEGINNING, END = 1, 3  # letters of it that stay

Example = tuple[str, str, str]
"""Lemma, form and features."""


def read(path: Path) -> list[Example]:
    """Read lemma, form and features between tabs."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file if line.strip()]
    return [(lemma, form, features) for lemma, form, features in rows]


def invented(example: Example, letters: Sequence[str], draw: random.Random) -> Example | None:
    """Replace the stem of an example; None where it comes out as it was."""
    lemma, form, features = example
    new_lemma, new_form = list(lemma), list(form)
    parts = SequenceMatcher(None, lemma, form, autojunk=False).get_matching_blocks()
    for at_lemma, at_form, size in parts:
        if size < LEAST:
            continue
        for place in range(BEGINNING, size - END):
            if lemma[at_lemma + place].isalpha():
                letter = draw.choice(letters)
                new_lemma[at_lemma + place] = new_form[at_form + place] = letter
    if new_lemma == list(lemma):
        return None
    return "".join(new_lemma), "".join(new_form), features


def hallucinate(examples: Sequence[Example], number: int, seed: int = 1) -> Iterator[Example]:
    """Invent so many examples; letters are drawn as often as they occur.

    Raises:
        ValueError: No example has a stem that could be replaced.
    """
    draw = random.Random(seed)
    letters = [letter for lemma, _, _ in examples for letter in lemma.lower() if letter.isalpha()]
    usable = [one for one in examples if invented(one, letters, draw) is not None]
    if not usable:
        raise ValueError("No lemma shares a stem with its form that is long enough to replace.")
    while number:
        found = invented(draw.choice(usable), letters, draw)
        if found is not None:
            yield found
            number -= 1


def main() -> None:
    """Read a file, and write invented examples to standard output."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("examples", type=Path, help="lemma, form and features between tabs")
    parser.add_argument("number", type=int, help="how many to invent")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for example in hallucinate(read(arguments.examples), arguments.number, arguments.seed):
        sys.stdout.write("\t".join(example) + "\n")


if __name__ == "__main__":
    main()
